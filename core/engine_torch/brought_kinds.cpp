#include "core/engine_torch/model_kinds.h"
#include "core/model_import/trusted_scripts.h"
#include "core/recommenders/brought_folder.h"
#include "core/recommenders/script_model.h"
#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

namespace core {

namespace {

ModelInfo describeBrought(const ModelFolder& folder) {
    ModelInfo info;
    if (folder.hash.empty()) return info; // its card could not be read, which is said already
    try {
        const auto settings = parseBroughtSettings(folder.card, (folder.path / brought::modelFile).string());
        info.capabilities.newHistory = followsEdits(settings);
    } catch (const Error& error) {
        info.problem = error.what();
    }
    return info;
}

/// For each id its position in the catalog, or none.
std::vector<ItemIndex> itemsNamed(const LoadedWorkspace& workspace, std::span<const std::string> ids) {
    const auto& items = workspace.dataset().items;
    std::unordered_map<std::string_view, std::int32_t> place;
    place.reserve(items.size());
    for (std::size_t item = 0; item < items.size(); ++item)
        place.emplace(items[item].id, static_cast<std::int32_t>(item));
    std::vector<ItemIndex> found;
    for (const auto& id : ids) {
        const auto entry = place.find(id);
        found.push_back(entry == place.end() ? ItemIndex{} : ItemIndex{entry->second});
    }
    return found;
}

std::vector<std::int32_t> rowsOfUsers(LoadedWorkspace& workspace, std::span<const std::string> ids) {
    std::vector<std::int32_t> rows(static_cast<std::size_t>(workspace.userCount()), -1);
    for (std::size_t row = 0; row < ids.size(); ++row)
        if (const auto user = workspace.findUser(ids[row])) rows[user->slot()] = static_cast<std::int32_t>(row);
    return rows;
}

/// Checks on the way that the files are those that were added.
BroughtSettings settingsOf(const LoadedWorkspace& workspace, const ModelInfo& info) {
    const auto folder = workspace.modelFolder(info.name);
    auto settings = readBroughtSettings(folder);
    checkBroughtHash(folder, settings, info.hash);
    return settings;
}

void noteGaps(LoadedModel& loaded, std::int64_t missing, std::int64_t items, const char* what) {
    if (missing > 0)
        loaded.notices.push_back(fmt::format("{} of {} products {} in {}; they stand below all others.", missing, items,
                                             what, loaded.info.name));
}

void loadVectors(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& /*computing*/,
                 const ProgressSink& /*progress*/, std::stop_token stop) {
    const auto settings = settingsOf(workspace, loaded.info);
    throwIfStopped(stop, "load a model");
    auto read = readBroughtVectors(workspace.modelFolder(loaded.info.name));
    throwIfStopped(stop, "load a model");
    VectorModelParts parts;
    parts.shopperVectors = settings.shopperVectors;
    parts.similarity = settings.similarity;
    const auto width = static_cast<std::size_t>(read.items.width);
    parts.items = {workspace.itemCount(), read.items.width,
                   std::vector<float>(static_cast<std::size_t>(workspace.itemCount()) * width)};
    parts.hasVector.resize(static_cast<std::size_t>(workspace.itemCount()));
    const auto items = itemsNamed(workspace, read.itemIds);
    for (std::size_t row = 0; row < items.size(); ++row) {
        if (!items[row].isValid()) continue;
        const auto from = read.items.values.begin() + static_cast<std::ptrdiff_t>(row * width);
        std::copy_n(from, width, parts.items.values.begin() + static_cast<std::ptrdiff_t>(items[row].slot() * width));
        parts.hasVector[items[row].slot()] = true;
    }
    noteGaps(loaded, std::count(parts.hasVector.begin(), parts.hasVector.end(), false), workspace.itemCount(),
             "have no vector");
    parts.rowOfUser = rowsOfUsers(workspace, read.userIds);
    parts.users = std::move(read.users);
    loaded.recommender = std::make_unique<VectorModel>(loaded.info, std::move(parts));
}

void loadLists(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& /*computing*/,
               const ProgressSink& /*progress*/, std::stop_token stop) {
    settingsOf(workspace, loaded.info);
    throwIfStopped(stop, "load a model");
    auto read = readBroughtLists(workspace.modelFolder(loaded.info.name));
    const auto items = itemsNamed(workspace, read.itemIds);
    ListModelParts parts;
    parts.itemCount = workspace.itemCount();
    parts.rowOfUser = rowsOfUsers(workspace, read.userIds);
    for (std::size_t user = 0; user < read.userIds.size(); ++user) {
        for (auto at = static_cast<std::size_t>(read.begin[user]); at < static_cast<std::size_t>(read.begin[user + 1]);
             ++at) {
            const auto item = items[static_cast<std::size_t>(read.items[at])];
            if (!item.isValid()) continue;
            parts.items.push_back(item);
            parts.scores.push_back(read.scores[at]);
        }
        parts.begin.push_back(static_cast<std::int64_t>(parts.items.size()));
    }
    std::int64_t unlisted = std::count(parts.rowOfUser.begin(), parts.rowOfUser.end(), -1);
    if (unlisted > 0)
        loaded.notices.push_back(
            fmt::format("{} of {} shoppers have no list in {}.", unlisted, workspace.userCount(), loaded.info.name));
    loaded.recommender = std::make_unique<ListModel>(loaded.info, std::move(parts));
}

void loadScript(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing,
                const ProgressSink& /*progress*/, std::stop_token /*stop*/) {
    settingsOf(workspace, loaded.info);
    const auto folder = workspace.modelFolder(loaded.info.name);
    if (!isTrustedScript(folder / brought::scriptFile))
        throw Error(
            ErrorKind::unavailable,
            fmt::format("load model {}: it is a TorchScript, a program, and nobody has said on this machine that "
                        "it is to be trusted; if you know who made it, add its folder {} as a model of another "
                        "name and say so",
                        loaded.info.name, folder.string()));
    auto items = itemsNamed(workspace, readIds(folder / brought::itemsFile));
    const auto known = std::count_if(items.begin(), items.end(), [](ItemIndex item) { return item.isValid(); });
    noteGaps(loaded, workspace.itemCount() - known, workspace.itemCount(), "are not known");
    loaded.recommender = std::make_unique<ScriptModel>(loaded.info, folder / brought::scriptFile, std::move(items),
                                                       workspace.itemCount(), computing.device);
}

} // namespace

const ModelKind scriptKind{brought::script, describeBrought, loadScript};
const ModelKind vectorsKind{brought::vectors, describeBrought, loadVectors};
const ModelKind listsKind{brought::lists, describeBrought, loadLists};

} // namespace core
