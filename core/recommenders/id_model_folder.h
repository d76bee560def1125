#pragma once
#include "core/dataset/dataset.h"
#include "core/engine/engine.h"
#include <filesystem>
#include <span>
#include <string>
#include <vector>

/// Model folders of recommenders that know products by id: model.json, model.safetensors, items.json (the ids, in the
/// order of the rows), README.md.
namespace core {

inline constexpr const char* itemsFileName = "items.json";

struct IdModelFolder {
    ModelInfo info;
    std::string settings; ///< JSON text, the recommender's own
    std::vector<std::string> itemIds;
};

/// Reads and checks all but the weights. Throws Error(notFound) or Error(corrupt), naming the file.
IdModelFolder readIdModelFolder(const std::filesystem::path& folder);
/// Over settings, weights and ids: what identifies a model in caches and provenance.
std::string idModelHash(const std::filesystem::path& folder, const std::string& settings);

/// How a model's rows stand in a catalog that may have changed since: products that are new to it have no row, and
/// rows whose product is gone are scored for nobody.
class CatalogRows {
public:
    CatalogRows(std::span<const std::string> modelIds, std::span<const ItemText> catalog);
    /// By catalog position; -1: unknown to the model.
    const std::vector<std::int32_t>& rowOfItem() const { return rowOfItem_; }
    std::int64_t itemCount() const { return static_cast<std::int64_t>(rowOfItem_.size()); }
    std::int64_t unknownCount() const { return unknown_; }
    /// The rows of a history's newest `window` events that the model knows, oldest first.
    std::vector<std::int64_t> rowsOf(std::span<const Event> history, int window) const;
    /// `scoresV` from `scoresR`; products that the model does not know come last, all alike.
    void spread(std::span<const float> scoresR, std::span<float> scoresV) const;

private:
    std::vector<std::int32_t> rowOfItem_;
    std::int64_t unknown_ = 0;
    bool isInOrder_ = true; ///< item i has row i
};

} // namespace core
