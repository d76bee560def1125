#pragma once
#include "core/importers/csv_reader.h"
#include "core/importers/input_file.h"
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// What an import will read and as what: proposed from names and first rows, shown to the user, changed by them, and
/// then followed to the letter. A format is a way to make such a plan; reading is the same for all.
namespace core {

/// What a column (or key) stands for.
enum class ColumnRole { none, user, item, time, rating, title, category, brand, price, description, image, extra };
/// "none", "user", ... as written on the command line (--map title=name).
std::string_view roleName(ColumnRole role);
std::optional<ColumnRole> roleOfName(std::string_view name);

struct ColumnUse {
    std::string column; ///< name in the header, in lower case; where there is none "column 1", "column 2", ...
    ColumnRole role = ColumnRole::none;
    bool operator==(const ColumnUse&) const = default;
};

enum class FileRole { items, events, unused };
std::string_view fileRoleName(FileRole role);

enum class FileForm {
    byContent,      ///< JSON lines or a table, told when it is opened: the uniform form
    table,          ///< rows of fields
    jsonLines,      ///< one object a line
    amazonProducts, ///< JSON lines of Amazon Reviews 2018 and 2023: lists, pictures, prices in words
    amazonReviews,  ///< their reviews
    sequences,      ///< one line a shopper: the id, then the products in order
};

/// What a format forgives. The uniform form forgives nothing.
struct PlanRules {
    bool addsUnknownItems = false;         ///< a product that only events name is added without text, with a warning
    bool takesFirstOfSeveral = false;      ///< of rows with one id and other content the first is taken, with a note
    bool leavesOutRowsWithoutItem = false; ///< with a warning
    bool cleansText = false;               ///< HTML entities and tags become text
    bool cleansPrices = false; ///< "$12.34" is 12.34, a range its lower end; what is no price is none, with a note
    bool takesPricesFromEvents = false; ///< the last one of a product, where its own row has none
    bool isOrderOnly = false;           ///< the order of the rows is the order of the events; there are no times
    bool operator==(const PlanRules&) const = default;
};

/// One file in one role. A file that holds events with the products' texts is planned twice.
struct PlannedFile {
    InputFile file;
    FileRole role = FileRole::unused;
    FileForm form = FileForm::table;
    TableForm table;
    TextEncoding encoding = TextEncoding::utf8;
    /// Several columns of one role are joined in this order: categories by " > ", texts by a space or a line feed.
    std::vector<ColumnUse> uses;
    std::vector<std::string> columns;   ///< as found in the header, or as given where there is none
    std::string listSeparator;          ///< of several values in a category field: the first is taken, all are extras
    std::vector<std::string> flagNames; ///< MovieLens 100K: the last fields are 0 or 1, and a 1 means this genre
    PlanRules rules;
    bool operator==(const PlannedFile&) const = default;

    /// Of its first use; empty: there is none.
    std::string columnOf(ColumnRole role) const;
    ColumnRole roleOf(std::string_view column) const;
};

enum class PictureRule {
    byColumn, ///< the field `image` is a path
    byId,     ///< a file named like the product, in any folder below: H&M's 010/0108775015.jpg
};

struct ImportPlan {
    std::string format;             ///< "movielens-1m"; "uniform" for the form of core/importers/README.md
    std::string title;              ///< "MovieLens 1M"
    int score = 0;                  ///< 0 to 100: how sure the proposal is
    std::vector<PlannedFile> files; ///< of a role: read one after the other, in this order
    std::optional<PictureSource> pictures;
    PictureRule pictureRule = PictureRule::byColumn;
    std::vector<std::string> remarks; ///< what the user should know, whole sentences

    bool hasItems() const;
    bool hasEvents() const;
};

struct PlanRequest {
    std::vector<std::filesystem::path> paths;      ///< files, folders, zip archives
    std::string format;                            ///< empty: the most likely one
    std::vector<ColumnUse> map;                    ///< overrides what was found
    std::optional<std::filesystem::path> pictures; ///< overrides what was found
    /// Somebody will look at the plan and complete it: it may lack roles (problemOfPlan), and any table gives one.
    bool isDraft = false;
};

struct FormatInfo {
    std::string_view name, title;
};
/// In the order in which they are tried.
std::vector<FormatInfo> importFormats();

/// Reads the first rows of every file and proposes. Throws Error: notFound, invalidInput (no format fits, or not the
/// one asked for; the message says what was missing).
ImportPlan proposePlan(const PlanRequest& request);
/// Which role no column has that a file needs, one sentence; empty: it can be followed.
std::string problemOfPlan(const ImportPlan& plan);

/// The first rows of a planned file, as text, for showing.
struct FilePreview {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows; ///< at most 200 characters a field
    std::vector<std::int64_t> lines;            ///< where each row starts in the file, 1-based
    std::string problem;                        ///< why there are no more
};
/// At most `most` rows, from the first that starts in `fromLine` or behind it; after a stop those that were read.
FilePreview previewFile(const PlannedFile& file, int most, std::int64_t fromLine = 1, const std::stop_token& stop = {});

} // namespace core
