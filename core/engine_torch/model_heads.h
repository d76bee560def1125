#pragma once
#include "core/engine/engine.h"
#include <optional>
#include <string>
#include <vector>

namespace core {

/// How a vision-language model ranks is part of the name that asks for it: "NAME" or "NAME:dense", "NAME:generative",
/// "NAME:mix" (methods.md 1). So heads stand beside each other in comparisons, evaluations and mixes as models do.
struct HeadedName {
    std::string model, head; ///< "dense" where the name says nothing
};
HeadedName splitHead(const std::string& name);

/// One of `models` by name. With a head it has that name, and a hash of its own. Nothing where there is none; Throws
/// Error(invalidInput) for a head that the model has not.
std::optional<ModelInfo> pickModel(const std::vector<ModelInfo>& models, const std::string& name);

} // namespace core
