#include "core/importers/row_checks.h"
#include "core/importers/html_text.h"
#include "core/importers/import_report.h"
#include "core/importers/price_value.h"
#include "core/workspace/id_rules.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

constexpr int maximumDepth = 64;

struct TooDeep {};

std::string& textOf(ItemRow& row, ItemField field) {
    switch (field) {
    case ItemField::title:
        return row.text.title;
    case ItemField::category:
        return row.text.category;
    case ItemField::brand:
        return row.text.brand;
    case ItemField::description:
        return row.text.description;
    case ItemField::image:
        return row.image;
    default:
        return row.text.id;
    }
}

/// "-3", "-$3.50": a price but for the sign.
bool isNegative(std::string_view price) {
    const auto sign = price.find_first_not_of(" \t");
    return sign != std::string_view::npos && price[sign] == '-' && parsePrice(price.substr(sign + 1));
}

std::string_view jointOf(ItemField field) {
    if (field == ItemField::category) return " > ";
    return field == ItemField::description ? "\n" : " ";
}

} // namespace

std::optional<ItemField> itemFieldOf(ColumnRole role) {
    switch (role) {
    case ColumnRole::item:
        return ItemField::id;
    case ColumnRole::title:
        return ItemField::title;
    case ColumnRole::category:
        return ItemField::category;
    case ColumnRole::brand:
        return ItemField::brand;
    case ColumnRole::price:
        return ItemField::price;
    case ColumnRole::description:
        return ItemField::description;
    case ColumnRole::image:
        return ItemField::image;
    case ColumnRole::extra:
        return ItemField::extra;
    default:
        return std::nullopt;
    }
}

void RowChecks::error(ItemRow& row, std::int64_t column, std::string kind, std::string why) {
    row.isGood = false;
    findings_.add({Severity::error, std::move(kind), name_, row.line, column, std::move(why)});
}

void RowChecks::note(std::int64_t line, std::int64_t column, std::string kind, std::string why) {
    findings_.add({Severity::note, std::move(kind), name_, line, column, std::move(why)});
}

void RowChecks::setText(ItemRow& row, ItemField field, std::string text) {
    if (field == ItemField::price) return setPrice(row, text);
    if (field == ItemField::extra) return;
    if (rules_.cleansText && field != ItemField::id && field != ItemField::image) text = plainTextOfHtml(text);
    const std::string_view name = itemFieldNames[static_cast<std::size_t>(field)];
    const bool mayBeEmpty = field != ItemField::id || rules_.leavesOutRowsWithoutItem;
    if (const char* problem = text.empty() && mayBeEmpty ? nullptr : problemOfId(text))
        error(row, row.column(field), field == ItemField::id ? "bad-id" : "bad-text",
              fmt::format("{} {}", name, problem));
    std::string& target = textOf(row, field);
    if (!target.empty() && !text.empty()) target += jointOf(field);
    target += text;
}

void RowChecks::setPrice(ItemRow& row, double price, const std::string& written) {
    if (std::isfinite(price) && price >= 0) {
        row.text.price = price;
        return;
    }
    const std::string why = fmt::format("price {} is {}", written, price < 0 ? "negative" : "not a number");
    if (rules_.cleansPrices)
        note(row.line, row.column(ItemField::price), "odd-price", why + "; the product is taken without a price");
    else
        error(row, row.column(ItemField::price), "bad-price", why);
}

void RowChecks::setPrice(ItemRow& row, std::string_view text) {
    if (rules_.cleansPrices) return setCleanPrice(row, text);
    const auto first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return;
    const std::string_view number = text.substr(first, text.find_last_not_of(' ') - first + 1);
    double price = 0;
    const auto [stop, failure] = std::from_chars(number.data(), number.data() + number.size(), price);
    if (failure != std::errc{} || stop != number.data() + number.size()) price = std::nan("");
    setPrice(row, price, inQuotes(text));
}

void RowChecks::setCleanPrice(ItemRow& row, std::string_view text) {
    if (text.find_first_not_of(" \t") == std::string_view::npos) return;
    const auto price = parsePrice(text);
    if (!price)
        return note(row.line, row.column(ItemField::price), "odd-price",
                    fmt::format("price {} is {}; the product is taken without a price", inQuotes(text),
                                isNegative(text) ? "negative" : "not a number"));
    row.text.price = price->value;
    if (price->isRange)
        note(row.line, row.column(ItemField::price), "price-range",
             fmt::format("price {} is a range; its lower end is taken", inQuotes(text)));
}

void RowChecks::foreign(std::int64_t line, const std::string& name) {
    constexpr std::size_t mostNames = 1000;
    if (foreignNames_.size() < mostNames && foreignNames_.insert(name).second)
        note(line, 0, "unknown-field",
             fmt::format("{} is no field of items; it is kept among the extras", inQuotes(name)));
}

void RowChecks::setList(ItemRow& row, const std::vector<std::string>& values, const std::string& name,
                        nlohmann::json& extra) {
    if (values.empty()) return;
    setText(row, ItemField::category, values.front());
    if (values.size() > 1) extra[name] = values;
}

std::optional<nlohmann::json> parseJsonLine(std::string_view line, ItemRow& row, RowChecks& checks) {
    using nlohmann::json;
    try {
        json object = json::parse(line.begin(), line.end(), [](int depth, json::parse_event_t, json&) {
            if (depth > maximumDepth) throw TooDeep{};
            return true;
        });
        if (object.is_object()) return object;
        checks.error(row, 1, "bad-json", "the line is no JSON object");
    } catch (const json::parse_error& failure) {
        // Without the library's own prefix: "[...] parse error at line 1, column 5: why"
        const std::string_view message = failure.what();
        const auto why = message.find(": ");
        const bool isPython = line.starts_with("{'") || line.starts_with("{u'");
        checks.error(row, static_cast<std::int64_t>(failure.byte), "bad-json",
                     (isPython ? std::string("a Python dictionary is no JSON (Amazon 2014 has such files): ")
                               : std::string("bad JSON: ")) +
                         inQuotes(why == std::string_view::npos ? message : message.substr(why + 2)));
    } catch (const json::exception& failure) {
        checks.error(row, 0, "bad-json", "bad JSON: " + inQuotes(failure.what()));
    } catch (const TooDeep&) {
        checks.error(row, 0, "bad-json", fmt::format("it is nested deeper than {}", maximumDepth));
    }
    return std::nullopt;
}

} // namespace core
