#pragma once
#include "core/recommenders/list_model.h"
#include "core/recommenders/vector_model.h"
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

/// Folders of models that users bring: model.json with the fields below, `items.json` (product ids, one an array row),
/// perhaps `users.json`, and the arrays. The same files are what an export writes. All ids are the user's own.
namespace core {

namespace brought {
inline constexpr std::string_view vectors = "vectors", lists = "lists", script = "torchscript"; ///< "recommender"
inline constexpr const char* modelFile = "model.json";
inline constexpr const char* vectorsFile = "vectors.safetensors"; ///< item_vectors N D, perhaps user_vectors M D: F32
inline constexpr const char* listsFile = "lists.safetensors"; ///< list_begin M + 1, list_items: I64; list_scores: F32
inline constexpr const char* scriptFile = "script.pt";
inline constexpr const char* itemsFile = "items.json";
inline constexpr const char* usersFile = "users.json";
} // namespace brought

/// What model.json says beside the arrays.
struct BroughtSettings {
    std::string recommender;                              ///< one of the three above
    ShopperVectors shopperVectors = ShopperVectors::mean; ///< vectors only
    Similarity similarity = Similarity::dot;              ///< vectors only
};

struct BroughtVectors {
    std::vector<std::string> itemIds, userIds;
    VectorTable items, users;
};

/// List of userIds[u]: entries begin[u] to begin[u + 1]; items are positions in itemIds.
struct BroughtLists {
    std::vector<std::string> itemIds, userIds;
    std::vector<std::int64_t> begin{0}, items;
    std::vector<float> scores;
};

/// The words of model.json. parse: throws Error(corrupt), naming `source`, for a word that is none of them.
std::string_view word(ShopperVectors shopperVectors);
std::string_view word(Similarity similarity);
BroughtSettings parseBroughtSettings(const std::string& modelJson, const std::string& source);
/// Of the folder's model.json. Throws Error(notFound) besides.
BroughtSettings readBroughtSettings(const std::filesystem::path& folder);
/// Edits and made-up histories can be followed.
bool followsEdits(const BroughtSettings& settings);

// Arrays and ids, without model.json. Read: throws Error(notFound) or Error(corrupt), naming the file. Write: throws
// Error(unavailable).
void writeBroughtVectors(const std::filesystem::path& folder, const BroughtVectors& vectors);
BroughtVectors readBroughtVectors(const std::filesystem::path& folder);
void writeBroughtLists(const std::filesystem::path& folder, const BroughtLists& lists);
BroughtLists readBroughtLists(const std::filesystem::path& folder);
void writeIds(const std::filesystem::path& file, std::span<const std::string> ids);
std::vector<std::string> readIds(const std::filesystem::path& file);

/// Over settings and all files but model.json: what identifies the model in caches and provenance.
std::string broughtHash(const std::filesystem::path& folder, const BroughtSettings& settings);
/// Throws Error(corrupt) where the files are not those that model.json was written for.
void checkBroughtHash(const std::filesystem::path& folder, const BroughtSettings& settings, const std::string& hash);

} // namespace core
