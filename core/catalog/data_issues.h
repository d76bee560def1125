#pragma once
#include "core/catalog/catalog.h"
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// What is odd about the products of a workspace, whatever a model makes of them.
enum class DataIssueKind {
    sharedPicture,      ///< the same bytes on several products
    placeholderPicture, ///< one picture on ten or more products of five or more titles, or a file named like a
                        ///< placeholder
    emptyTitle,
    equalTitles,   ///< but for case and spaces around
    otherLanguage, ///< than most texts of the catalog; see core/catalog/text_language.h for what can be told
};
inline constexpr std::size_t dataIssueKinds = 5;
/// "shared-picture", ... as on the command line.
std::string_view dataIssueName(DataIssueKind kind);

/// Products that have one fault together: the same picture, the same title, the same language.
struct DataIssueGroup {
    std::string what;             ///< the title, the file, the language; empty for kinds without groups
    std::int64_t itemCount = 0;   ///< all of them
    std::vector<ItemIndex> items; ///< the first 200, in catalog order
};

struct DataIssue {
    DataIssueKind kind = DataIssueKind::sharedPicture;
    std::int64_t itemCount = 0, groupCount = 0; ///< all of them
    std::vector<DataIssueGroup> groups;         ///< the 500 largest
};

struct DataIssues {
    std::vector<DataIssue> issues; ///< one a kind, in the order of the kinds; itemCount 0 where there is nothing
    std::string language;          ///< of most texts; empty: cannot tell
    std::int64_t textsWithLanguage = 0, texts = 0; ///< texts whose language can be told, of those that are not empty
};

/// Reads all products; some seconds for a million. Pictures are compared by the content hashes of the import, no file
/// is read. Throws Error(cancelled).
DataIssues findDataIssues(Database& database, std::stop_token stop);

} // namespace core
