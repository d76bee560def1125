#pragma once
#include "core/engine/brought_models.h"
#include <functional>
#include <span>
#include <string_view>

namespace core {

class Workspace;
struct NpyArray;

/// The ids that a workspace has, of products or of shoppers.
struct KnownIds {
    std::int64_t count = 0;
    std::function<std::optional<std::int32_t>(std::string_view)> find;
    std::function<std::string(std::int32_t)> title;
    std::function<std::string(std::int32_t)> id;
};

/// Both borrow the workspace.
KnownIds knownItems(Workspace& workspace);
KnownIds knownUsers(Workspace& workspace);

IdMapping mapIds(std::span<const std::string> ids, const KnownIds& known);

/// A one-sided array of texts or whole numbers as ids.
std::vector<std::string> idsOf(const std::filesystem::path& file, const NpyArray& array);
/// Ids from a file: .txt (one a line), .json (a list), .npy (texts or whole numbers), .csv (the column item_id, user_id
/// or id, or the only one). Throws Error(notFound), Error(corrupt) or Error(invalidInput), naming file and line.
std::vector<std::string> readIdFile(const std::filesystem::path& file);

} // namespace core
