#pragma once
#include "core/engine/engine.h"
#include "core/engine/headed_name.h"
#include <optional>
#include <string>
#include <vector>

namespace core {

/// One of `models` by name. With a head it has that name, and a hash of its own. Nothing where there is none; Throws
/// Error(invalidInput) for a head that the model has not.
std::optional<ModelInfo> pickModel(const std::vector<ModelInfo>& models, const std::string& name);

} // namespace core
