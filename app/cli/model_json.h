#pragma once
#include "core/engine/brought_models.h"
#include "core/engine/engine.h"
#include <nlohmann/json.hpp>

/// Facts about models as they leave the program, for several commands.
namespace app {

nlohmann::ordered_json filesJson(const std::vector<core::ModelFileFact>& files);
nlohmann::ordered_json arraysJson(const std::vector<core::ArrayFact>& arrays);
nlohmann::ordered_json capabilitiesJson(const core::Capabilities& capabilities);

} // namespace app
