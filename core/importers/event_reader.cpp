#include "core/importers/event_reader.h"
#include "core/importers/csv_header.h"
#include "core/importers/import_report.h"
#include <fmt/format.h>
#include <string>

namespace core {

namespace {

class TableEvents : public EventReader {
public:
    TableEvents(const PlannedFile& file, LineReader& lines, FindingSink& findings)
        : csv_(lines, file.table), header_(csv_, file, findings, neededOf(file)) {
        const auto place = [&](ColumnRole role) { return header_.find(file.columnOf(role)).value_or(none); };
        user_ = place(ColumnRole::user);
        item_ = place(ColumnRole::item);
        time_ = file.rules.isOrderOnly ? none : place(ColumnRole::time);
        rating_ = place(ColumnRole::rating);
        price_ = file.rules.takesPricesFromEvents ? place(ColumnRole::price) : none;
        for (const auto& name : header_.names())
            if (file.roleOf(name) == ColumnRole::none && !isPlanned(file, name))
                findings.add({Severity::note, "unused-column", file.file.name(), 1, 0,
                              fmt::format("the column {} is not used", inQuotes(name))});
    }

    bool next(EventRow& row) override {
        if (!header_.isUsable() || isBroken_) return false;
        const CsvReader::Read read = csv_.next();
        if (read == CsvReader::Read::end) return false;
        isBroken_ = read == CsvReader::Read::bad && csv_.problem().endsFile;
        row.line = csv_.lineNumber();
        row.isGood = !header_.reportBadRow(csv_, read);
        if (!row.isGood) return true;
        const auto fields = csv_.fields();
        const auto field = [&](std::size_t column) { return column == none ? std::string_view() : fields[column]; };
        row.user = field(user_);
        row.item = field(item_);
        row.time = field(time_);
        row.rating = field(rating_);
        row.price = field(price_);
        return true;
    }

    EventColumns columns() const override {
        const auto number = [](std::size_t column) {
            return column == none ? 0 : static_cast<std::int64_t>(column) + 1;
        };
        return {number(user_), number(item_), number(time_), number(rating_)};
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    static std::vector<std::string> neededOf(const PlannedFile& file) {
        std::vector<std::string> needed{file.columnOf(ColumnRole::user), file.columnOf(ColumnRole::item)};
        if (!file.rules.isOrderOnly) needed.push_back(file.columnOf(ColumnRole::time));
        return needed;
    }
    static bool isPlanned(const PlannedFile& file, const std::string& name) {
        for (const auto& use : file.uses)
            if (use.column == name) return true;
        return false;
    }

    CsvReader csv_;
    CsvHeader header_;
    std::size_t user_ = none, item_ = none, time_ = none, rating_ = none, price_ = none;
    bool isBroken_ = false; ///< nothing more can be read
};

/// "user item item item ...", or "user<tab>item item item ...". The time of an event is its place in the line.
class Sequences : public EventReader {
public:
    Sequences(const PlannedFile& file, LineReader& lines, FindingSink& findings)
        : name_(file.file.name()), lines_(lines), findings_(findings) {}

    bool next(EventRow& row) override {
        row = {};
        while (rest_.find_first_not_of(blanks) == std::string_view::npos) {
            const LineReader::Read read = lines_.next();
            if (read == LineReader::Read::end) return false;
            row.line = lines_.lineNumber();
            if (read == LineReader::Read::tooLong) {
                rest_ = {};
                return fail(row, "too-long",
                            fmt::format("the line is longer than {} MB", LineReader::maximumLineBytes >> 20));
            }
            rest_ = lines_.line();
            user_ = take();
            place_ = 0;
            if (!user_.empty() && rest_.find_first_not_of(blanks) == std::string_view::npos)
                return fail(row, "wrong-column-count", "the line names a shopper and no product");
        }
        row.line = lines_.lineNumber();
        row.user = user_;
        row.item = take();
        time_ = std::to_string(place_++);
        row.time = time_;
        return true;
    }

private:
    static constexpr std::string_view blanks = " \t\r";

    bool fail(EventRow& row, std::string kind, std::string why) {
        row.isGood = false;
        findings_.add({Severity::error, std::move(kind), name_, row.line, 0, std::move(why)});
        return true;
    }
    std::string_view take() {
        const auto first = rest_.find_first_not_of(blanks);
        if (first == std::string_view::npos) return rest_ = {};
        rest_.remove_prefix(first);
        const auto word = rest_.substr(0, rest_.find_first_of(blanks));
        rest_.remove_prefix(word.size());
        return word;
    }

    std::string name_;
    LineReader& lines_;
    FindingSink& findings_;
    std::string_view rest_, user_; ///< of the line
    std::int64_t place_ = 0;
    std::string time_;
};

} // namespace

std::unique_ptr<EventReader> openEvents(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    if (file.form == FileForm::amazonReviews) return openAmazonReviews(file, lines, findings);
    if (file.form == FileForm::sequences) return std::make_unique<Sequences>(file, lines, findings);
    return std::make_unique<TableEvents>(file, lines, findings);
}

} // namespace core
