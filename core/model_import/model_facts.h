#pragma once
#include "core/engine/brought_models.h"

namespace core {

/// What lies in a model's folder: files with their sizes, arrays with their shapes, model.json and the card for people.
/// All empty where there is no folder (a baseline). Damaged arrays are left out: the model's problem tells of them.
struct ModelFacts {
    std::vector<ModelFileFact> files;
    std::vector<ArrayFact> arrays;
    std::string json;   ///< model.json as it stands
    std::string readme; ///< README.md, Markdown

    std::int64_t bytes() const;
};
ModelFacts modelFacts(const std::filesystem::path& folder);

} // namespace core
