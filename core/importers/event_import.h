#pragma once
#include "core/importers/event_reader.h"
#include "core/importers/import.h"
#include "core/importers/import_report.h"
#include "core/importers/time_column.h"
#include "core/workspace/workspace_builder.h"
#include <optional>
#include <vector>

namespace core {

/// Events of one or more files on their way into a workspace, whose items are complete but for those that only events
/// know. What is wrong goes to the report; rows are counted in the result.
class EventImport {
public:
    struct Options {
        std::optional<double> minimumRating;
        bool hasItemsFile = true;
    };
    EventImport(const Options& options, WorkspaceBuilder& builder, ImportReport& report, ImportResult& result)
        : options_(options), builder_(builder), report_(report), result_(result) {}

    /// Throws what LineReader throws, and Error(cancelled).
    void addFile(const PlannedFile& file, const ProgressSink& progress, const std::stop_token& stop);
    /// What the times of all files mean, to builder and report.
    void finish();
    /// Times are milliseconds since 1970; only after finish().
    bool hasTimes() const { return hasTimes_; }

private:
    bool add(const EventRow& row, const EventColumns& columns, const PlanRules& rules);
    bool isRatedEnough(const EventRow& row, std::int64_t column);
    std::optional<ItemIndex> itemOf(std::string_view id, std::int64_t column, const PlanRules& rules);
    void notePrice(ItemIndex item, std::string_view text);
    /// Always false.
    bool error(std::int64_t column, std::string kind, std::string why);
    void note(Severity severity, std::string kind, std::string why, std::int64_t column = 0);

    Options options_;
    WorkspaceBuilder& builder_;
    ImportReport& report_;
    ImportResult& result_;
    TimeColumn times_;
    std::string name_; ///< of the file
    std::int64_t line_ = 0;
    std::vector<std::optional<double>> prices_; ///< by item, where events tell them
    bool isOrderOnly_ = false, hasTimes_ = false;
    std::int64_t itemsAdded_ = 0;
};

} // namespace core
