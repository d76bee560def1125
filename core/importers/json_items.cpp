#include "core/importers/import_report.h"
#include "core/importers/row_checks.h"
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

using nlohmann::json;

/// Rows of JSON lines; what an object means is up to take().
class JsonLines : public ItemReader {
public:
    JsonLines(const PlannedFile& file, LineReader& lines, FindingSink& findings)
        : file_(file), lines_(lines), checks_(file, findings) {}

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
            if (const auto object = parseJsonLine(lines_.line(), row, checks_)) {
                json extra = json::object();
                take(row, *object, extra);
                if (!extra.empty()) row.extra = extra.dump();
            }
            return true;
        }
    }

protected:
    virtual void take(ItemRow& row, const json& object, json& extra) = 0;

    const PlannedFile& file_;
    LineReader& lines_;
    RowChecks checks_;
};

/// Keys are fields, as the plan says.
class JsonItems : public JsonLines {
public:
    using JsonLines::JsonLines;

private:
    void take(ItemRow& row, const json& object, json& extra) override {
        for (const auto& entry : object.items()) {
            const std::string& key = entry.key(); // named: clang 14 lets no lambda use a part of a structured binding
            const json& value = entry.value();
            const auto use = std::find_if(file_.uses.begin(), file_.uses.end(),
                                          [&](const ColumnUse& planned) { return planned.column == key; });
            const auto field = use == file_.uses.end() ? std::nullopt : itemFieldOf(use->role);
            if (use == file_.uses.end()) {
                checks_.foreign(row.line, key);
                extra[key] = value;
            } else if (field && !value.is_null()) {
                takeField(row, key, *field, value, extra);
            }
        }
        const std::string id = file_.columnOf(ColumnRole::item);
        if (!object.contains(id) || object[id].is_null())
            checks_.error(row, 0, "bad-id", fmt::format("{} is missing", id));
    }

    void takeField(ItemRow& row, const std::string& key, ItemField field, const json& value, json& extra) {
        if (field == ItemField::extra) {
            if (value.is_object())
                extra.update(value);
            else
                extra[key] = value;
        } else if (field == ItemField::price && value.is_number()) {
            checks_.setPrice(row, value.get<double>(), value.dump());
        } else if (value.is_string()) {
            checks_.setText(row, field, value.get<std::string>());
        } else if (value.is_number_integer() && field != ItemField::price) {
            checks_.setText(row, field, value.dump());
        } else {
            checks_.error(row, 0, "bad-type", fmt::format("{} is a JSON {}", key, value.type_name()));
        }
    }
};

std::string textOf(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

/// The strings of a list, or the one string.
std::vector<std::string> stringsOf(const json& object, const char* key) {
    std::vector<std::string> strings;
    const auto found = object.find(key);
    if (found == object.end()) return strings;
    if (found->is_string()) return {found->get<std::string>()};
    if (found->is_array())
        for (const auto& value : *found)
            if (value.is_string() && !value.get_ref<const std::string&>().empty())
                strings.push_back(value.get<std::string>());
    return strings;
}

std::string joined(const std::vector<std::string>& parts, std::string_view joint) {
    std::string text;
    for (const auto& part : parts) {
        if (!text.empty()) text += joint;
        text += part;
    }
    return text;
}

/// Products of Amazon Reviews 2018 (`asin`, `category`, `imageURLHighRes`) and 2023 (`parent_asin`, `categories`,
/// `images` with a variant MAIN). Ni, Li, McAuley 2019; Hou et al. 2024.
class AmazonProducts : public JsonLines {
public:
    using JsonLines::JsonLines;

private:
    void take(ItemRow& row, const json& object, json& extra) override {
        const bool is2023 = object.contains("parent_asin");
        const char* const idKey = is2023 ? "parent_asin" : "asin";
        checks_.setText(row, ItemField::id, textOf(object.value(idKey, json())));
        checks_.setText(row, ItemField::title, textOf(object.value("title", json())));
        std::vector<std::string> category = stringsOf(object, is2023 ? "categories" : "category");
        if (category.empty()) category = stringsOf(object, is2023 ? "main_category" : "main_cat");
        checks_.setText(row, ItemField::category, joined(category, " > "));
        checks_.setText(row, ItemField::brand, brandOf(object));
        std::vector<std::string> description = stringsOf(object, "description");
        for (auto& feature : stringsOf(object, is2023 ? "features" : "feature"))
            description.push_back(std::move(feature));
        checks_.setText(row, ItemField::description, joined(description, "\n"));
        const json price = object.value("price", json());
        if (price.is_number())
            checks_.setPrice(row, price.get<double>(), price.dump());
        else if (price.is_string())
            checks_.setPrice(row, price.get_ref<const std::string&>());
        row.image = is2023 ? mainPicture(object) : firstPicture(object);
        for (const char* key : {"main_category", "main_cat", "average_rating", "rating_number", "details", "rank"})
            if (const auto found = object.find(key); found != object.end() && !found->is_null() && !found->empty())
                extra[key] = *found;
        if (!row.image.empty()) extra["picture_address"] = row.image;
    }

    static std::string brandOf(const json& object) {
        for (const char* key : {"brand", "store"})
            if (std::string brand = textOf(object.value(key, json())); !brand.empty()) return brand;
        const json details = object.value("details", json());
        return details.is_object() ? textOf(details.value("Brand", json())) : std::string();
    }

    static std::string firstPicture(const json& object) {
        for (const char* key : {"imageURLHighRes", "imageURL", "image", "imUrl"})
            if (const auto addresses = stringsOf(object, key); !addresses.empty()) return addresses.front();
        return {};
    }

    /// `images` is a list of objects in the published JSONL, and an object of lists in the exports of pandas.
    static std::string mainPicture(const json& object) {
        const json images = object.value("images", json());
        if (images.is_object()) return mainOfColumns(images);
        if (!images.is_array()) return {};
        const json* chosen = nullptr;
        for (const auto& image : images) {
            if (!image.is_object()) continue;
            if (!chosen) chosen = &image;
            if (textOf(image.value("variant", json())) != "MAIN") continue;
            chosen = &image;
            break;
        }
        if (!chosen) return {};
        for (const char* key : {"hi_res", "large", "thumb"})
            if (std::string address = textOf(chosen->value(key, json())); !address.empty()) return address;
        return {};
    }

    static std::string mainOfColumns(const json& images) {
        const std::vector<std::string> variants = stringsOf(images, "variant");
        const auto main = std::find(variants.begin(), variants.end(), "MAIN");
        const auto at = main == variants.end() ? std::size_t{0} : static_cast<std::size_t>(main - variants.begin());
        for (const char* key : {"hi_res", "large", "thumb"}) {
            const json list = images.value(key, json());
            if (list.is_array() && at < list.size())
                if (std::string address = textOf(list[at]); !address.empty()) return address;
        }
        return {};
    }
};

} // namespace

std::unique_ptr<ItemReader> openJsonItems(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    return std::make_unique<JsonItems>(file, lines, findings);
}

std::unique_ptr<ItemReader> openAmazonProducts(const PlannedFile& file, LineReader& lines, FindingSink& findings) {
    return std::make_unique<AmazonProducts>(file, lines, findings);
}

} // namespace core
