#include "core/catalog/data_issues.h"
#include "core/base/progress.h"
#include "core/catalog/text_language.h"
#include "core/storage/database.h"
#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace core {

namespace {

constexpr std::size_t shownItems = 200, shownGroups = 500;
constexpr std::int64_t placeholderItems = 10, placeholderTitles = 5;

ItemIndex itemOfRow(std::int64_t row) { return {static_cast<std::int32_t>(row - 1)}; }

void add(DataIssueGroup& group, ItemIndex item) {
    ++group.itemCount;
    if (group.items.size() < shownItems) group.items.push_back(item);
}

DataIssue collected(DataIssueKind kind, std::vector<DataIssueGroup> groups) {
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& left, const auto& right) { return left.itemCount > right.itemCount; });
    DataIssue issue{kind, 0, static_cast<std::int64_t>(groups.size()), {}};
    for (const auto& group : groups) issue.itemCount += group.itemCount;
    if (groups.size() > shownGroups) groups.resize(shownGroups);
    issue.groups = std::move(groups);
    return issue;
}

bool isNamedLikePlaceholder(std::string_view path) {
    constexpr std::array<std::string_view, 9> names{"placeholder", "no-image",   "no_image",
                                                    "noimage",     "no-photo",   "no_photo",
                                                    "coming-soon", "no-picture", "image-missing"};
    std::string lower(path.substr(path.find_last_of('/') == std::string_view::npos ? 0 : path.find_last_of('/') + 1));
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return std::any_of(names.begin(), names.end(), [&](auto name) { return lower.find(name) != std::string::npos; });
}

struct PictureGroup {
    DataIssueGroup group;
    std::set<std::string> titles; ///< some of them
    bool isNamed = false;
};

/// Products by picture, those that share one and those whose picture is named like a placeholder.
void findPictures(Database& database, const std::stop_token& stop, DataIssues& found) {
    SQLite::Statement rows =
        database.prepare("SELECT row, picture, picture_identity, title FROM items WHERE picture_identity <> '' "
                         "ORDER BY picture_identity, row");
    std::vector<DataIssueGroup> shared, placeholders;
    PictureGroup current;
    std::string identity;
    const auto finish = [&] {
        const bool isCommon = current.group.itemCount >= placeholderItems &&
                              static_cast<std::int64_t>(current.titles.size()) >= placeholderTitles;
        if (current.isNamed || isCommon)
            placeholders.push_back(std::move(current.group));
        else if (current.group.itemCount > 1)
            shared.push_back(std::move(current.group));
        current = {};
    };
    while (rows.executeStep()) {
        throwIfStopped(stop, "look for data issues");
        std::string next = rows.getColumn(2).getString();
        if (next != identity) {
            if (!identity.empty()) finish();
            identity = std::move(next);
        }
        const std::string path = rows.getColumn(1).getString();
        if (current.group.itemCount == 0) current.group.what = path;
        current.isNamed = current.isNamed || isNamedLikePlaceholder(path);
        if (static_cast<std::int64_t>(current.titles.size()) < placeholderTitles)
            current.titles.insert(rows.getColumn(3).getString());
        add(current.group, itemOfRow(rows.getColumn(0).getInt64()));
    }
    if (!identity.empty()) finish();
    found.issues.push_back(collected(DataIssueKind::sharedPicture, std::move(shared)));
    found.issues.push_back(collected(DataIssueKind::placeholderPicture, std::move(placeholders)));
}

void findTitles(Database& database, const std::stop_token& stop, DataIssues& found) {
    DataIssueGroup empty;
    SQLite::Statement untitled = database.prepare("SELECT row FROM items WHERE trim(title) = '' ORDER BY row");
    while (untitled.executeStep()) add(empty, itemOfRow(untitled.getColumn(0).getInt64()));
    std::vector<DataIssueGroup> groups;
    if (empty.itemCount > 0) groups.push_back(std::move(empty));
    found.issues.push_back(collected(DataIssueKind::emptyTitle, std::move(groups)));

    SQLite::Statement equal = database.prepare(
        "WITH keys AS MATERIALIZED (SELECT row, title, lower(trim(title)) AS key FROM items WHERE trim(title) <> ''), "
        "many AS MATERIALIZED (SELECT key FROM keys GROUP BY key HAVING count(*) > 1) "
        "SELECT keys.key, keys.row, keys.title FROM keys JOIN many USING (key) ORDER BY keys.key, keys.row");
    groups.clear();
    std::string key;
    while (equal.executeStep()) {
        throwIfStopped(stop, "look for data issues");
        std::string next = equal.getColumn(0).getString();
        if (groups.empty() || next != key) {
            groups.push_back({equal.getColumn(2).getString(), 0, {}});
            key = std::move(next);
        }
        add(groups.back(), itemOfRow(equal.getColumn(1).getInt64()));
    }
    found.issues.push_back(collected(DataIssueKind::equalTitles, std::move(groups)));
}

void findLanguages(Database& database, const std::stop_token& stop, DataIssues& found) {
    SQLite::Statement rows = database.prepare("SELECT row, title, description FROM items ORDER BY row");
    std::map<std::string, DataIssueGroup> groups;
    while (rows.executeStep()) {
        throwIfStopped(stop, "look for data issues");
        const std::string text = rows.getColumn(1).getString() + " " + rows.getColumn(2).getString();
        found.texts += text.size() > 1;
        const std::string name = languageOf(text).name;
        if (name.empty()) continue;
        ++found.textsWithLanguage;
        groups[name].what = name;
        add(groups[name], itemOfRow(rows.getColumn(0).getInt64()));
    }
    std::vector<DataIssueGroup> others;
    const auto most = std::max_element(groups.begin(), groups.end(), [](const auto& left, const auto& right) {
        return left.second.itemCount < right.second.itemCount;
    });
    for (auto group = groups.begin(); group != groups.end(); ++group)
        if (group != most) others.push_back(std::move(group->second));
    if (most != groups.end()) found.language = most->first;
    found.issues.push_back(collected(DataIssueKind::otherLanguage, std::move(others)));
}

} // namespace

std::string_view dataIssueName(DataIssueKind kind) {
    constexpr std::array<std::string_view, dataIssueKinds> names{"shared-picture", "placeholder-picture", "empty-title",
                                                                 "equal-titles", "other-language"};
    return names[static_cast<std::size_t>(kind)];
}

DataIssues findDataIssues(Database& database, std::stop_token stop) {
    return translatingErrors("look for data issues", [&] {
        DataIssues found;
        findPictures(database, stop, found);
        findTitles(database, stop, found);
        findLanguages(database, stop, found);
        return found;
    });
}

} // namespace core
