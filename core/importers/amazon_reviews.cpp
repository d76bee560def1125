#include "core/importers/event_reader.h"
#include "core/importers/import_report.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

using nlohmann::json;

/// Takes the few fields of a review that an event needs and never builds the rest, which is mostly prose.
class ReviewFields : public nlohmann::json_sax<json> {
public:
    /// True: the key is one of ours, and its value is `*target`.
    std::string user, item, time, rating;
    std::string problem;
    std::size_t problemAt = 0;

    bool null() override { return taken(""); }
    bool boolean(bool) override { return taken(""); }
    bool number_integer(number_integer_t value) override { return taken(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return taken(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& written) override { return taken(written); }
    bool string(string_t& value) override { return taken(value); }
    bool binary(binary_t&) override { return taken(""); }
    bool start_object(std::size_t) override { return enter(true); }
    bool end_object() override { return leave(); }
    bool start_array(std::size_t) override { return enter(false); }
    bool end_array() override { return leave(); }
    bool key(string_t& name) override {
        if (depth_ == 1) target_ = targetOf(name);
        return true;
    }
    bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception& failure) override {
        const std::string_view message = failure.what();
        const auto why = message.find(": ");
        problem = why == std::string_view::npos ? message : message.substr(why + 2);
        problemAt = at;
        return false;
    }

private:
    static constexpr int deepest = 64;

    std::string* targetOf(const std::string& name) {
        if (name == "user_id" || name == "reviewerID") return &user;
        if (name == "asin") return isParent_ ? nullptr : &item;
        if (name == "parent_asin") {
            isParent_ = true;
            return &item;
        }
        if (name == "timestamp" || name == "unixReviewTime") return &time;
        if (name == "rating" || name == "overall") return &rating;
        return nullptr;
    }
    bool taken(std::string value) {
        if (depth_ == 0) return fail("the line is no JSON object");
        if (depth_ == 1 && target_) *target_ = std::move(value);
        return true;
    }
    bool enter(bool isObject) {
        if (depth_ == 0 && !isObject) return fail("the line is no JSON object");
        target_ = nullptr;
        return ++depth_ <= deepest || fail("it is nested deeper than 64");
    }
    bool leave() {
        --depth_;
        target_ = nullptr;
        return true;
    }
    bool fail(const char* why) {
        problem = why;
        return false;
    }

    int depth_ = 0;
    bool isParent_ = false; ///< `parent_asin` was there, and outranks `asin`
    std::string* target_ = nullptr;
};

class AmazonReviews : public EventReader {
public:
    AmazonReviews(const PlannedFile& file, LineReader& lines, FindingSink& findings)
        : name_(file.file.name()), lines_(lines), findings_(findings) {}

    bool next(EventRow& row) override {
        while (true) {
            row = {};
            const LineReader::Read read = lines_.next();
            if (read == LineReader::Read::end) return false;
            row.line = lines_.lineNumber();
            const std::string_view line = lines_.line();
            if (read == LineReader::Read::tooLong)
                return fail(row, 0, "too-long",
                            fmt::format("the line is longer than {} MB", LineReader::maximumLineBytes >> 20));
            if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
            fields_ = std::make_unique<ReviewFields>();
            if (!json::sax_parse(line.begin(), line.end(), fields_.get()))
                return fail(row, static_cast<std::int64_t>(fields_->problemAt), "bad-json",
                            "bad JSON: " + inQuotes(fields_->problem));
            row.user = fields_->user;
            row.item = fields_->item;
            row.time = fields_->time;
            row.rating = fields_->rating;
            return true;
        }
    }

private:
    bool fail(EventRow& row, std::int64_t column, std::string kind, std::string why) {
        row.isGood = false;
        findings_.add({Severity::error, std::move(kind), name_, row.line, column, std::move(why)});
        return true;
    }

    std::string name_;
    LineReader& lines_;
    FindingSink& findings_;
    std::unique_ptr<ReviewFields> fields_;
};

} // namespace

std::unique_ptr<EventReader> openAmazonReviews(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    return std::make_unique<AmazonReviews>(file, lines, findings);
}

} // namespace core
