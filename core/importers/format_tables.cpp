#include "core/importers/catalog_format.h"
#include "core/importers/csv_header.h"
#include <algorithm>

namespace core {

namespace {

std::vector<std::string_view> wordsOf(std::string_view line) {
    std::vector<std::string_view> words;
    constexpr std::string_view blanks = " \t";
    while (true) {
        const auto first = line.find_first_not_of(blanks);
        if (first == std::string_view::npos) return words;
        line.remove_prefix(first);
        words.push_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(words.back().size());
    }
}

/// Words of letters, digits and the few signs that ids have: no prose, no table.
bool isId(std::string_view word) {
    return word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
                      c == '-';
           });
}

/// How many words the lines of ids have: all the same number, or -1 where it varies. 0: these are no lines of ids.
int widthOf(const FileSample& sample) {
    int width = 0;
    for (const auto& line : sample.lines) {
        const auto words = wordsOf(line);
        if (words.size() < 2 || !std::all_of(words.begin(), words.end(), isId)) return 0;
        const auto here = static_cast<int>(words.size());
        width = width == 0 || width == here ? here : -1;
    }
    return width;
}

bool isPlainText(const FileSample& sample) { return sample.name.ends_with(".txt") || sample.name.ends_with(".tsv"); }

bool has(const PlannedFile& file, ColumnRole role) { return !file.columnOf(role).empty(); }

bool describesItems(const PlannedFile& file) {
    return has(file, ColumnRole::title) || has(file, ColumnRole::description) || has(file, ColumnRole::category) ||
           has(file, ColumnRole::image) || has(file, ColumnRole::price) || has(file, ColumnRole::brand);
}

std::vector<ColumnUse> usesOf(const FileSample& sample, const std::vector<ColumnUse>& map) {
    std::vector<ColumnUse> uses;
    const auto isTaken = [&](ColumnRole role) {
        const auto has = [&](const std::vector<ColumnUse>& list) {
            return std::any_of(list.begin(), list.end(), [&](const ColumnUse& use) {
                return use.role == role && sample.hasColumns({use.column});
            });
        };
        return has(map) || has(uses);
    };
    for (const auto& column : sample.columns) {
        const auto mapped = std::find_if(map.begin(), map.end(), [&](const auto& use) { return use.column == column; });
        ColumnRole role = mapped != map.end() ? mapped->role : usualRoleOf(column);
        if (mapped == map.end() && isTaken(role)) role = ColumnRole::none;
        if (role != ColumnRole::none) uses.push_back({column, role});
    }
    return uses;
}

bool missesItems(const ImportPlan& plan) {
    return std::all_of(plan.files.begin(), plan.files.end(),
                       [](const PlannedFile& file) { return !has(file, ColumnRole::item); });
}

/// Four columns of ids, rating and time without names, as ratings are often published.
void guessNamelessColumns(const FileSample& sample, std::vector<ColumnUse>& uses, ImportPlan& plan) {
    if (sample.form.hasHeader || sample.columns.size() < 2 || sample.columns.size() > 4 || !uses.empty()) return;
    uses = {{"column 1", ColumnRole::user}, {"column 2", ColumnRole::item}};
    if (sample.columns.size() == 3) uses.push_back({"column 3", ColumnRole::time});
    if (sample.columns.size() == 4) {
        uses.push_back({"column 3", ColumnRole::rating});
        uses.push_back({"column 4", ColumnRole::time});
    }
    plan.remarks.push_back(sample.file.name() +
                           " names no columns: shopper, product, rating and time were taken to stand "
                           "in this order.");
}

} // namespace

/// Zhao et al. 2021: columns are "name:type" in .inter, .item and .user files, by tabs.
std::optional<ImportPlan> proposeRecBole(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        const bool isTyped = !sample.lines.empty() && (sample.lines.front().find(":token") != std::string::npos ||
                                                       sample.lines.front().find(":float") != std::string::npos);
        if (!isTyped) continue;
        PlannedFile file = plannedAs(sample, FileRole::unused, {});
        file.table = {"\t", false, true};
        file.columns.clear();
        for (std::string_view rest = sample.lines.front();;) {
            const auto end = rest.find('\t');
            file.columns.push_back(columnName(rest.substr(0, end)));
            if (end == std::string_view::npos) break;
            rest.remove_prefix(end + 1);
        }
        for (const auto& column : file.columns) {
            ColumnRole role = usualRoleOf(column);
            if (role == ColumnRole::none && column.find("title") != std::string::npos) role = ColumnRole::title;
            if (role != ColumnRole::none && !has(file, role)) file.uses.push_back({column, role});
        }
        const bool isEvents = has(file, ColumnRole::user) && has(file, ColumnRole::item);
        if (isEvents)
            file.role = FileRole::events;
        else if (has(file, ColumnRole::item) && file.columns.size() > 1)
            file.role = FileRole::items;
        file.rules.isOrderOnly = isEvents && !has(file, ColumnRole::time);
        file.rules.addsUnknownItems = true;
        file.rules.cleansPrices = true;
        if (file.role == FileRole::items) {
            file.listSeparator = ' '; // of token_seq
            for (const auto& column : file.columns)
                if (file.roleOf(column) == ColumnRole::none) file.uses.push_back({column, ColumnRole::extra});
        } else if (isEvents) {
            for (const auto& column : file.columns)
                if (file.roleOf(column) == ColumnRole::none) file.uses.push_back({column, ColumnRole::extra});
        }
        plan.files.push_back(std::move(file));
    }
    if (!plan.hasItems() && !plan.hasEvents()) return std::nullopt;
    std::stable_sort(plan.files.begin(), plan.files.end(),
                     [](const auto& left, const auto& right) { return left.role < right.role; });
    plan.score = 98;
    return completed(std::move(plan), input, PictureRule::byId);
}

/// Zhou et al. 2020 (S3-Rec): "user item item item ...", in order of time.
std::optional<ImportPlan> proposeSequences(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (!isPlainText(sample) || widthOf(sample) != -1) continue;
        PlannedFile file = plannedAs(sample, FileRole::events, {});
        file.form = FileForm::sequences;
        file.columns.clear();
        file.rules.isOrderOnly = true;
        plan.files.push_back(std::move(file));
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = 60;
    return completed(std::move(plan), input, PictureRule::byId);
}

/// Kang and McAuley 2018 (SASRec): "user item" a line, in order of time.
std::optional<ImportPlan> proposePairs(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (!isPlainText(sample) || widthOf(sample) != 2) continue;
        PlannedFile file =
            plannedAs(sample, FileRole::events, {{"user", ColumnRole::user}, {"item", ColumnRole::item}});
        const bool hasTabs = sample.lines.front().find('\t') != std::string::npos;
        file.table = {hasTabs ? "\t" : " ", false, false};
        file.columns = {"user", "item"};
        file.rules.isOrderOnly = true;
        plan.files.push_back(std::move(file));
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = 60;
    return completed(std::move(plan), input, PictureRule::byId);
}

/// Any tables whose columns are known by their names, or were named by the user.
std::optional<ImportPlan> proposeTable(const FormatInput& input) {
    ImportPlan plan;
    std::vector<PlannedFile> events;
    for (const auto& sample : input.samples) {
        if (!sample.isTable() && !sample.isJson) continue;
        PlanRules rules;
        rules.cleansPrices = true;
        PlannedFile file = plannedAs(sample, FileRole::items, usesOf(sample, input.map), rules);
        if (sample.isJson) {
            file.uses.clear();
            for (const auto& key : sample.keys) file.uses.push_back({key, usualRoleOf(key)});
        } else {
            guessNamelessColumns(sample, file.uses, plan);
        }
        const bool isEvents = has(file, ColumnRole::user) && has(file, ColumnRole::item) && !sample.isJson;
        const bool isKnown = has(file, ColumnRole::item) && (isEvents || describesItems(file));
        if (!isKnown) {
            if (!input.isDraft || !sample.isTable()) continue;
            file.role = FileRole::events; // until somebody says more
            file.rules.isOrderOnly = !has(file, ColumnRole::time);
            events.push_back(std::move(file));
            continue;
        }
        const bool isBoth = isEvents && describesItems(file);
        if (isBoth || (!isEvents && describesItems(file))) {
            PlannedFile items = file;
            items.rules.takesFirstOfSeveral = isBoth;
            plan.files.push_back(std::move(items));
        }
        if (isEvents) {
            file.role = FileRole::events;
            file.rules.isOrderOnly = !has(file, ColumnRole::time);
            events.push_back(std::move(file));
        }
    }
    plan.files.insert(plan.files.end(), events.begin(), events.end());
    if (plan.files.empty()) return std::nullopt;
    plan.score = missesItems(plan) ? 10 : 50;
    const bool hasPaths = std::any_of(plan.files.begin(), plan.files.end(), [](const PlannedFile& file) {
        return file.role == FileRole::items && has(file, ColumnRole::image);
    });
    return completed(std::move(plan), input, hasPaths ? PictureRule::byColumn : PictureRule::byId);
}

} // namespace core
