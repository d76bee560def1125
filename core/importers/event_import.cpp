#include "core/importers/event_import.h"
#include "core/importers/csv_header.h"
#include "core/importers/row_progress.h"
#include "core/importers/time_value.h"
#include "core/workspace/id_rules.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

/// What is learnt of the times of one file while it is read.
class TimeColumn {
public:
    /// Why a time cannot be used, or empty.
    std::string add(std::string_view text, std::int64_t& value) {
        const auto time = parseTime(text);
        if (!time) return fmt::format("{} is not a date", inQuotes(text));
        if (isDate_ && *isDate_ != time->isDate)
            return fmt::format("{} is a {}, but the rows before hold {}", inQuotes(text),
                               time->isDate ? "date" : "number", *isDate_ ? "dates" : "numbers");
        value = time->value;
        if (time->isDate) {
            isDate_ = true;
            return {};
        }
        const std::int64_t magnitude = value < 0 ? -std::max(value, -timeLimit) : value;
        if (magnitude >= timeLimit)
            return fmt::format("{} is neither seconds nor milliseconds since 1970", inQuotes(text));
        isDate_ = false;
        largest_ = std::max(largest_, magnitude);
        looksLikeDays_ = looksLikeDays_ && value >= 19'000'101 && value <= 21'001'231 && value % 100 <= 31;
        likeSeconds_ += magnitude >= 100'000'000 && unitOfNumbers(magnitude) == TimeUnit::seconds;
        return {};
    }

    bool isEmpty() const { return !isDate_; }
    bool isDate() const { return isDate_ && *isDate_; }
    TimeUnit unit() const { return unitOfNumbers(largest_); }
    /// Numbers as 20210304, which are seconds of August 1970 by the rule.
    bool looksLikeDays() const { return !isEmpty() && !isDate() && looksLikeDays_; }
    std::int64_t likeSeconds() const { return likeSeconds_; }

private:
    std::optional<bool> isDate_; ///< by the first row
    std::int64_t largest_ = 0, likeSeconds_ = 0;
    bool looksLikeDays_ = true;
};

class EventImport {
public:
    EventImport(std::string name, const CsvHeader& header, WorkspaceBuilder& builder, ImportReport& report)
        : name_(std::move(name)), builder_(builder), report_(report), user_(*header.find("user")),
          item_(*header.find("item")), time_(*header.find("timestamp")) {
        for (const auto& column : header.names())
            if (column != "user" && column != "item" && column != "timestamp")
                note(Severity::note, "unused-column", fmt::format("the column {} is not used", inQuotes(column)));
    }

    /// False: the row was left out.
    bool add(std::span<const std::string_view> fields, std::int64_t line) {
        isGood_ = true;
        line_ = line;
        const std::string_view user = fields[user_], id = fields[item_];
        if (const char* problem = problemOfId(user)) error(user_, "bad-id", fmt::format("user {}", problem));
        const auto item = builder_.findItem(id);
        if (const char* problem = problemOfId(id))
            error(item_, "bad-id", fmt::format("item {}", problem));
        else if (!item)
            error(item_, "unknown-item", fmt::format("item {} is not in the catalog", inQuotes(id)));
        std::int64_t time = 0;
        if (std::string problem = times_.add(fields[time_], time); !problem.empty())
            error(time_, "bad-time", std::move(problem));
        if (isGood_) builder_.addEvent(builder_.addUser(user), *item, time);
        return isGood_;
    }

    void finish() {
        line_ = 0;
        if (times_.isEmpty()) return note(Severity::warning, "no-events", "there is no event in it");
        const bool isOrderOnly = !times_.isDate() && times_.unit() == TimeUnit::order;
        builder_.setHasTimes(!isOrderOnly);
        if (isOrderOnly) return note(Severity::note, "order-only", "all times are below 1000000: they mean order only");
        if (times_.isDate()) return;
        if (times_.looksLikeDays())
            note(Severity::warning, "odd-times",
                 "the times look like days written YYYYMMDD, but were read as seconds since 1970; write YYYY-MM-DD");
        if (times_.unit() == TimeUnit::seconds) return builder_.setTimeScale(1000);
        if (times_.likeSeconds() > 0)
            note(Severity::warning, "odd-times",
                 fmt::format("the times were read as milliseconds, but {} of them look like seconds",
                             times_.likeSeconds()));
    }

private:
    void error(std::size_t field, std::string kind, std::string why) {
        isGood_ = false;
        report_.add(
            {Severity::error, std::move(kind), name_, line_, static_cast<std::int64_t>(field) + 1, std::move(why)});
    }
    void note(Severity severity, std::string kind, std::string why) {
        report_.add({severity, std::move(kind), name_, line_, 0, std::move(why)});
    }

    std::string name_;
    WorkspaceBuilder& builder_;
    ImportReport& report_;
    std::size_t user_, item_, time_; ///< columns
    TimeColumn times_;
    std::int64_t line_ = 1;
    bool isGood_ = true;
};

} // namespace

void importEvents(const std::filesystem::path& file, WorkspaceBuilder& builder, ImportReport& report,
                  ImportResult& result, const ProgressSink& progress, const std::stop_token& stop) {
    LineReader lines(file);
    const std::string name = file.string();
    if (lines.isUtf16())
        return report.addBlocking(
            {Severity::error, "bad-encoding", name, 1, 0, "the file is UTF-16; it must be UTF-8"});
    CsvReader csv(lines);
    CsvHeader header(csv, name, report, {"user", "item", "timestamp"});
    if (header.isUsable()) {
        EventImport events(name, header, builder, report);
        RowProgress rowProgress("reading " + file.filename().string(), lines, progress, stop);
        for (auto read = csv.next(); read != CsvReader::Read::end; read = csv.next(), rowProgress.row()) {
            ++result.eventsRead;
            result.eventsLeftOut += header.reportBadRow(csv, read) || !events.add(csv.fields(), csv.lineNumber());
            if (read == CsvReader::Read::bad && csv.problem().endsFile) break;
        }
        events.finish();
    }
    reportDamage(lines, name, report);
}

} // namespace core
