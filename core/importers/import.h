#pragma once
#include "core/base/progress.h"
#include "core/importers/import_plan.h"
#include "core/workspace/workspace.h"
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

/// Import of catalogs and histories. Files are named in the uniform form (items.jsonl or a CSV with a header, an
/// optional interactions.csv, pictures in a folder), or a plan says what to read and as what. Files may be gzipped or
/// lie in a zip archive. core/importers/README.md says what is accepted.
namespace core {

/// Events that are not taken; see core/workspace/event_filter.h for the order and the meaning.
struct ImportFilter {
    std::optional<double> minimumRating; ///< the events need ratings
    std::string since, until;            ///< days YYYY-MM-DD or times; both ends are taken, a day as a whole
    bool firstOfRepeats = false;
    std::int64_t kCore = 0;

    bool isOn() const { return minimumRating || !since.empty() || !until.empty() || firstOfRepeats || kCore > 0; }
};

struct ImportRequest {
    std::filesystem::path workspace;
    std::filesystem::path items; ///< of the uniform form; empty: `plan` says what to read
    std::optional<std::filesystem::path> interactions;
    std::optional<std::filesystem::path> pictures; ///< nothing: pictures are relative to the items file
    bool skipBadRows = false;  ///< leave rows with errors out, and say so, where nothing else is wrong
    bool replace = false;      ///< an existing workspace may be replaced
    bool copyPictures = false; ///< into the workspace; else they are referenced where they are. From a zip: always
    std::optional<ImportPlan> plan;
    ImportFilter filter;
    bool checkOnly = false; ///< read and report, and make nothing; `workspace` is not looked at
};

enum class Severity {
    note,    ///< allowed and counted: no price
    warning, ///< allowed, and probably not what was meant: the picture file is missing
    error,   ///< the row (or the file) cannot be used
};

/// "error", "warning", "note".
std::string_view severityName(Severity severity);

/// What a user does about findings of a kind, without a full stop; empty: there is nothing to do.
std::string_view whatToDo(std::string_view kind);

struct ImportFinding {
    Severity severity = Severity::error;
    std::string kind;        ///< for counting: "bad-json", "unknown-item", "no-price", ...
    std::string file;        ///< as given in the request
    std::int64_t line = 0;   ///< 1-based; 0: the file as a whole
    std::int64_t column = 0; ///< 1-based: byte of the line in JSON, field of the row in CSV; 0: the row as a whole
    std::string why;         ///< one sentence without a full stop

    /// `interactions.csv: line 812, column 3: "2021-13-40" is not a date`
    std::string text() const;
    /// The same as one JSON object: severity, kind, file, line, column, why, and what_to_do where there is something.
    std::string json() const;
};

struct ImportResult {
    bool accepted = false;    ///< the workspace is there; else nothing was changed
    std::string message;      ///< where it was rejected: why, one line, as for an Error
    bool isBlocked = false;   ///< an error that leaving out rows does not mend
    WorkspaceSummary summary; ///< where it was accepted
    std::int64_t errors = 0, warnings = 0, notes = 0;
    std::map<std::string, std::int64_t> countOfKind;
    std::int64_t itemsRead = 0, itemsLeftOut = 0; ///< rows
    std::int64_t eventsRead = 0, eventsLeftOut = 0;
    std::int64_t eventsFiltered = 0; ///< by the filter of the request, which is no fault of theirs
    /// The first 1,000: errors before warnings before notes, each in the order of the files.
    std::vector<ImportFinding> findings;
    /// All findings, one JSON object a line; the last line holds the counts. In the workspace (import-report.jsonl)
    /// where it was accepted, else beside it (<workspace>.import-report.jsonl).
    std::filesystem::path report;
};

/// Reads everything, then puts all of it in place or nothing. Throws Error: notFound (a file is missing), invalidInput
/// (a file cannot be read), unavailable (the workspace exists, is in use, cannot be written, disk full), cancelled.
/// What is wrong *in* the files is not thrown but reported. Progress counts rows; totals are estimated from bytes.
ImportResult importWorkspace(const ImportRequest& request, const ProgressSink& progress, std::stop_token stop);

} // namespace core
