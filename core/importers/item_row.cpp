#include "core/importers/item_row.h"
#include "core/importers/csv_header.h"
#include "core/workspace/id_rules.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

using nlohmann::json;

constexpr int maximumDepth = 64;

struct TooDeep {};

/// What both forms share: checks of single fields, and who is told.
class RowChecks {
public:
    RowChecks(std::string name, ImportReport& report) : name_(std::move(name)), report_(report) {}

    void error(ItemRow& row, std::int64_t column, std::string kind, std::string why) {
        row.isGood = false;
        report_.add({Severity::error, std::move(kind), name_, row.line, column, std::move(why)});
    }
    void blocking(std::int64_t line, std::string kind, std::string why) {
        report_.addBlocking({Severity::error, std::move(kind), name_, line, 0, std::move(why)});
    }
    void note(std::int64_t line, std::string kind, std::string why) {
        report_.add({Severity::note, std::move(kind), name_, line, 0, std::move(why)});
    }

    void setText(ItemRow& row, ItemField field, std::string text) {
        const std::string_view name = itemFieldNames[static_cast<std::size_t>(field)];
        if (const char* problem = text.empty() && field != ItemField::id ? nullptr : problemOfId(text))
            error(row, row.column(field), field == ItemField::id ? "bad-id" : "bad-text",
                  fmt::format("{} {}", name, problem));
        switch (field) {
        case ItemField::id:
            row.text.id = std::move(text);
            break;
        case ItemField::title:
            row.text.title = std::move(text);
            break;
        case ItemField::category:
            row.text.category = std::move(text);
            break;
        case ItemField::brand:
            row.text.brand = std::move(text);
            break;
        case ItemField::description:
            row.text.description = std::move(text);
            break;
        case ItemField::image:
            row.image = std::move(text);
            break;
        case ItemField::price:
        case ItemField::extra:
            break;
        }
    }
    void setPrice(ItemRow& row, double price, const std::string& written) {
        if (!std::isfinite(price) || price < 0)
            return error(row, row.column(ItemField::price), "bad-price",
                         fmt::format("price {} is {}", written, price < 0 ? "negative" : "not a number"));
        row.text.price = price;
    }
    void setPrice(ItemRow& row, std::string_view text) {
        const auto first = text.find_first_not_of(' ');
        if (first == std::string_view::npos) return;
        const std::string_view number = text.substr(first, text.find_last_not_of(' ') - first + 1);
        double price = 0;
        const auto [stop, failure] = std::from_chars(number.data(), number.data() + number.size(), price);
        if (failure != std::errc{} || stop != number.data() + number.size()) price = std::nan("");
        setPrice(row, price, inQuotes(text));
    }
    /// A column or key that is none of ours: said once, kept.
    void foreign(std::int64_t line, const std::string& name) {
        constexpr std::size_t mostNames = 1000;
        if (foreignNames_.size() < mostNames && foreignNames_.insert(name).second)
            note(line, "unknown-field",
                 fmt::format("{} is no field of items; it is kept among the extras", inQuotes(name)));
    }

private:
    std::string name_;
    ImportReport& report_;
    std::set<std::string> foreignNames_;
};

class JsonItems : public ItemReader {
public:
    JsonItems(LineReader& lines, std::string name, ImportReport& report)
        : lines_(lines), checks_(std::move(name), report) {}

    bool next(ItemRow& row) override {
        while (true) {
            const LineReader::Read read = lines_.next();
            if (read == LineReader::Read::end) return false;
            row = {};
            row.line = lines_.lineNumber();
            if (read == LineReader::Read::tooLong) {
                checks_.error(row, 0, "too-long",
                              fmt::format("the line is longer than {} MB", LineReader::maximumLineBytes >> 20));
                return true;
            }
            if (lines_.line().find_first_not_of(" \t\r") == std::string_view::npos) continue;
            parse(row);
            return true;
        }
    }

private:
    void parse(ItemRow& row) {
        const std::string_view line = lines_.line();
        try {
            const json object = json::parse(line.begin(), line.end(), [](int depth, json::parse_event_t, json&) {
                if (depth > maximumDepth) throw TooDeep{};
                return true;
            });
            if (!object.is_object()) return checks_.error(row, 1, "bad-json", "the line is no JSON object");
            take(row, object);
        } catch (const json::parse_error& failure) {
            // Without the library's own prefix: "[...] parse error at line 1, column 5: why"
            const std::string_view message = failure.what();
            const auto why = message.find(": ");
            checks_.error(row, static_cast<std::int64_t>(failure.byte), "bad-json",
                          "bad JSON: " + inQuotes(why == std::string_view::npos ? message : message.substr(why + 2)));
        } catch (const json::exception& failure) {
            checks_.error(row, 0, "bad-json", "bad JSON: " + inQuotes(failure.what()));
        } catch (const TooDeep&) {
            checks_.error(row, 0, "bad-json", fmt::format("it is nested deeper than {}", maximumDepth));
        }
    }

    void take(ItemRow& row, const json& object) {
        json extra = json::object();
        for (const auto& [key, value] : object.items()) {
            const auto* name = std::find(itemFieldNames.begin(), itemFieldNames.end(), key);
            if (name == itemFieldNames.end()) {
                checks_.foreign(row.line, key);
                extra[key] = value;
            } else if (!value.is_null()) {
                takeField(row, static_cast<ItemField>(name - itemFieldNames.begin()), value, extra);
            }
        }
        if (!object.contains("id") || object["id"].is_null()) checks_.error(row, 0, "bad-id", "id is missing");
        if (!extra.empty()) row.extra = extra.dump();
    }

    void takeField(ItemRow& row, ItemField field, const json& value, json& extra) {
        if (field == ItemField::extra) {
            if (value.is_object())
                extra.update(value);
            else
                extra["extra"] = value;
        } else if (field == ItemField::price && value.is_number()) {
            checks_.setPrice(row, value.get<double>(), value.dump());
        } else if (field == ItemField::price && value.is_string()) {
            checks_.setPrice(row, value.get_ref<const std::string&>());
        } else if (value.is_string()) {
            checks_.setText(row, field, value.get<std::string>());
        } else if (value.is_number_integer() && field != ItemField::price) {
            checks_.setText(row, field, value.dump());
        } else {
            checks_.error(
                row, 0, "bad-type",
                fmt::format("{} is a JSON {}", itemFieldNames[static_cast<std::size_t>(field)], value.type_name()));
        }
    }

    LineReader& lines_;
    RowChecks checks_;
};

class CsvItems : public ItemReader {
public:
    CsvItems(LineReader& lines, std::string name, ImportReport& report)
        : csv_(lines), checks_(name, report), header_(csv_, std::move(name), report, {"id"}) {}

    bool next(ItemRow& row) override {
        if (!header_.isUsable() || isBroken_) return false;
        const CsvReader::Read read = csv_.next();
        if (read == CsvReader::Read::end) return false;
        isBroken_ = read == CsvReader::Read::bad && csv_.problem().endsFile;
        row = {};
        row.line = csv_.lineNumber();
        if (read == CsvReader::Read::row && csv_.fields().size() == header_.names().size())
            take(row);
        else
            row.isGood = !header_.reportBadRow(csv_, read);
        return true;
    }

private:
    void take(ItemRow& row) {
        json extra = json::object();
        for (std::size_t column = 0; column < header_.names().size(); ++column) {
            const std::string& name = header_.names()[column];
            const std::string_view text = csv_.fields()[column];
            const auto* field = std::find(itemFieldNames.begin(), itemFieldNames.end(), name);
            if (field == itemFieldNames.end()) {
                checks_.foreign(1, name);
                if (!text.empty()) extra[name] = std::string(text);
                continue;
            }
            const auto index = static_cast<std::size_t>(field - itemFieldNames.begin());
            row.columns[index] = static_cast<std::int64_t>(column) + 1;
            takeField(row, static_cast<ItemField>(index), text, extra);
        }
        if (!extra.empty()) row.extra = extra.dump(-1, ' ', false, json::error_handler_t::replace);
    }

    void takeField(ItemRow& row, ItemField field, std::string_view text, json& extra) {
        if (field == ItemField::price) return checks_.setPrice(row, text);
        if (field != ItemField::extra) return checks_.setText(row, field, std::string(text));
        if (text.empty()) return;
        const json value = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
        if (value.is_object())
            extra.update(value);
        else
            extra["extra"] = std::string(text);
    }

    CsvReader csv_;
    RowChecks checks_;
    CsvHeader header_;
    bool isBroken_ = false; ///< nothing more can be read
};

bool isJsonLines(const std::filesystem::path& file, const LineReader& lines) {
    std::filesystem::path name = file.filename();
    if (name.extension() == ".gz") name = name.stem();
    const std::string extension = name.extension().string();
    if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") return true;
    return extension != ".csv" && lines.firstCharacter() == '{';
}

} // namespace

std::unique_ptr<ItemReader> openItems(const std::filesystem::path& file, LineReader& lines, std::string name,
                                      ImportReport& report) {
    if (isJsonLines(file, lines)) return std::make_unique<JsonItems>(lines, std::move(name), report);
    return std::make_unique<CsvItems>(lines, std::move(name), report);
}

} // namespace core
