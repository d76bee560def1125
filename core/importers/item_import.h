#pragma once
#include "core/importers/import.h"
#include "core/importers/import_report.h"
#include "core/importers/item_row.h"
#include "core/importers/picture_folder.h"
#include "core/workspace/workspace_builder.h"
#include <vector>

namespace core {

/// Where the pictures of products are, and how they are found.
struct PictureFinder {
    const PictureSupply* supply = nullptr;
    const PictureIndex* index = nullptr; ///< set: by id, or by the name that an address ends in
};

/// Products of one or more files on their way into a workspace. All good rows go into the builder, what is wrong into
/// the report. Counts rows in the result.
class ItemImport {
public:
    ItemImport(const PictureFinder& pictures, WorkspaceBuilder& builder, ImportReport& report, ImportResult& result)
        : pictures_(pictures), builder_(builder), report_(report), result_(result) {}

    /// Throws what LineReader throws, and Error(cancelled).
    void addFile(const PlannedFile& file, const ProgressSink& progress, const std::stop_token& stop);

private:
    /// The row of a product: where it stands and what it says.
    struct Known {
        std::uint64_t content = 0;
        std::int64_t line = 0;
        std::size_t file = 0; ///< in files_
    };

    bool add(const ItemRow& row, const PlanRules& rules);
    bool isSame(const ItemRow& row, ItemIndex known, const PlanRules& rules);
    bool addPicture(const ItemRow& row, NewItem& item);
    void noteMissing(const ItemRow& row, const PlanRules& rules, bool hasPicture);
    std::string placeOf(const Known& known) const;
    void report(Severity severity, const ItemRow& row, ItemField field, std::string kind, std::string why);

    PictureFinder pictures_;
    WorkspaceBuilder& builder_;
    ImportReport& report_;
    ImportResult& result_;
    std::string name_;               ///< of the file
    std::vector<std::string> files_; ///< that were read, name_ the last
    std::vector<Known> knownItems_;
    std::int64_t laterRows_ = 0; ///< of one id with other content, where the plan takes the first
};

} // namespace core
