#include "core/workspace/workspace.h"
#include "core/base/json_problem.h"
#include "core/storage/database.h"
#include "core/workspace/folder_lock.h"
#include "core/workspace/layout.h"
#include "core/workspace/meta.h"
#include "core/workspace/workspace_builder.h"
#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace core {

namespace {

namespace fs = std::filesystem;

/// Takes the lock where it can; says why where it cannot.
FolderLock lockForWriting(const fs::path& folder, std::string& reason) {
    if (faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0 ||
        faccessat(AT_FDCWD, (folder / layout::database).c_str(), W_OK, AT_EACCESS) != 0) {
        reason = "it cannot be written";
        return {};
    }
    return FolderLock::tryLock(folder, reason);
}

void requireWorkspace(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        throw Error(ErrorKind::notFound, fmt::format("open {}: there is no such folder", folder.string()));
    if (!isWorkspace(folder))
        throw Error(ErrorKind::notFound, fmt::format("open {}: this folder is no workspace ({} is missing)",
                                                     folder.string(), layout::database));
}

std::vector<ItemText> loadItems(Database& database) {
    SQLite::Statement statement =
        database.prepare("SELECT id, title, category, brand, description, price FROM items ORDER BY row");
    std::vector<ItemText> items;
    while (statement.executeStep()) {
        const auto text = [&](int column) { return statement.getColumn(column).getString(); };
        items.push_back(
            {.id = text(0),
             .title = text(1),
             .category = text(2),
             .brand = text(3),
             .description = text(4),
             .price = statement.isColumnNull(5) ? std::nullopt : std::optional(statement.getColumn(5).getDouble())});
    }
    return items;
}

} // namespace

ModelFolder readModelFolder(const fs::path& path) {
    ModelFolder model;
    model.path = path;
    model.name = path.filename().string();
    std::ifstream file(path / layout::modelCard, std::ios::binary);
    if (!file) {
        model.card = fmt::format("{} is missing", layout::modelCard);
        return model;
    }
    const std::string card{std::istreambuf_iterator<char>(file), {}};
    try {
        const nlohmann::json json = nlohmann::json::parse(card);
        model.recommender = json.at("recommender").get<std::string>();
        model.modality = json.at("modality").get<std::string>();
        const nlohmann::json metrics = json.value("metrics", nlohmann::json::object());
        for (const auto& [name, value] : metrics.items())
            if (value.is_number()) model.metrics[name] = value.get<double>();
        model.hash = json.at("hash").get<std::string>(); // last: an empty hash means that it cannot be used
        model.card = card;
    } catch (const nlohmann::json::exception& failure) {
        model.card = fmt::format("{} cannot be read: {}", layout::modelCard, jsonProblem(failure));
    }
    return model;
}

struct Workspace::Impl {
    fs::path folder;
    FolderLock lock;
    std::string readOnlyReason;
    std::optional<Database> database;
    WorkspaceSummary summary;
    std::optional<Catalog> catalog;
    std::optional<Interactions> interactions;
};

Workspace::Workspace(const fs::path& folder, WorkspaceAccess access) : impl_(std::make_unique<Impl>()) {
    requireWorkspace(folder);
    impl_->folder = fs::absolute(folder).lexically_normal();
    if (access == WorkspaceAccess::readWrite) impl_->lock = lockForWriting(folder, impl_->readOnlyReason);
    Database& database = impl_->database.emplace(
        impl_->folder / layout::database, impl_->lock.isHeld() ? DatabaseAccess::readWrite : DatabaseAccess::readOnly);
    migrate(database, layout::applicationId, workspaceMigrations());
    impl_->summary = readSummary(database);
    impl_->catalog.emplace(database, impl_->folder);
    impl_->interactions.emplace(database);
}

Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

const fs::path& Workspace::folder() const { return impl_->folder; }
bool Workspace::isReadOnly() const { return impl_->database->isReadOnly(); }
const std::string& Workspace::readOnlyReason() const { return impl_->readOnlyReason; }
Catalog& Workspace::catalog() { return *impl_->catalog; }
Interactions& Workspace::interactions() { return *impl_->interactions; }
WorkspaceSummary Workspace::summary() const { return impl_->summary; }
const std::string& Workspace::catalogHash() const { return impl_->summary.catalogHash; }
bool Workspace::hasTimes() const { return impl_->summary.hasTimes; }
bool Workspace::isSimulated() const { return impl_->summary.isSimulated; }

Dataset Workspace::loadDataset() const {
    return translatingErrors(fmt::format("read {}", impl_->folder.string()), [&] {
        Dataset dataset;
        dataset.items = loadItems(*impl_->database);
        dataset.histories = impl_->interactions->allHistories();
        dataset.hasTimes = impl_->summary.hasTimes;
        dataset.catalogHash = impl_->summary.catalogHash;
        return dataset;
    });
}

DataIssues Workspace::dataIssues(std::stop_token stop) const {
    return findDataIssues(*impl_->database, std::move(stop));
}

std::vector<ModelFolder> Workspace::models() const {
    std::vector<ModelFolder> models;
    std::error_code error; // no folder: no models
    for (fs::directory_iterator entry(impl_->folder / layout::models, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_directory(ignored) && !entry->path().filename().string().starts_with('.'))
            models.push_back(readModelFolder(entry->path()));
    }
    std::sort(models.begin(), models.end(), [](const auto& left, const auto& right) { return left.name < right.name; });
    return models;
}

std::vector<std::string> Workspace::unfinishedTrainings() const {
    constexpr std::string_view before = ".", after = ".training";
    std::vector<std::string> names;
    std::error_code error; // no folder: none
    for (fs::directory_iterator entry(impl_->folder / layout::models, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        const auto file = entry->path().filename().string();
        if (file.size() > before.size() + after.size() && file.starts_with(before) && file.ends_with(after) &&
            entry->is_directory(ignored))
            names.push_back(file.substr(before.size(), file.size() - before.size() - after.size()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

bool isWorkspace(const fs::path& folder) {
    std::error_code error;
    return fs::is_regular_file(folder / layout::database, error);
}

} // namespace core
