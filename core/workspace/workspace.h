#pragma once
#include "core/catalog/catalog.h"
#include "core/catalog/data_issues.h"
#include "core/dataset/dataset.h"
#include "core/interactions/interactions.h"
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace core {

/// What `pixrec info` prints.
struct WorkspaceSummary {
    std::int64_t items = 0, itemsWithoutPicture = 0, itemsWithoutText = 0, itemsWithoutPrice = 0;
    std::int64_t users = 0, events = 0;
    std::int64_t textTwins = 0; ///< items that share their model text with at least one other
    bool hasTimes = false;
    bool isSimulated = false; ///< made by the sample shop: every screen with shoppers says so
    std::string catalogHash;
    std::string source;     ///< where it came from, one line
    std::string provenance; ///< how it was read: format and filters, a JSON object as text; empty in older workspaces
};

enum class WorkspaceAccess { readOnly, readWrite };

/// A trained model in `models/<name>/` of a workspace, read from its model.json; no tensor is touched.
struct ModelFolder {
    std::filesystem::path path;
    std::string name, recommender, modality, hash;
    std::map<std::string, double> metrics; ///< as measured on validation when it was trained
    std::string card;                      ///< model.json as text
};

/// Reads model.json of a model's folder, in a workspace or elsewhere. Never throws: where it cannot be read the hash is
/// empty and the card says why.
ModelFolder readModelFolder(const std::filesystem::path& folder);

/// A workspace folder that is open: `workspace.sqlite` (precious), `cache.sqlite` (disposable), `models/`, perhaps
/// `pictures/`. Each thread opens its own.
class Workspace {
public:
    /// Throws Error: notFound (no such folder, no workspace in it), corrupt, unavailable (made by a newer program: says
    /// both versions). With readWrite, a workspace that another program holds for writing, or that cannot be written,
    /// opens read-only and readOnlyReason() says why.
    Workspace(const std::filesystem::path& folder, WorkspaceAccess access);
    ~Workspace();
    Workspace(Workspace&&) noexcept;
    Workspace& operator=(Workspace&&) noexcept;

    const std::filesystem::path& folder() const;
    bool isReadOnly() const;
    /// Empty where it was opened as asked for.
    const std::string& readOnlyReason() const;

    Catalog& catalog();
    Interactions& interactions();
    WorkspaceSummary summary() const;
    const std::string& catalogHash() const;
    bool hasTimes() const;
    bool isSimulated() const;

    /// Items and histories in memory; `pictures` stays empty (core/pictures fills it). Shoppers' scratch histories are
    /// not part of it.
    Dataset loadDataset() const;
    /// What is odd about the products; see core/catalog/data_issues.h.
    DataIssues dataIssues(std::stop_token stop) const;
    /// Sorted by name. A folder whose model.json cannot be read is listed with an empty hash and the reason as its
    /// card.
    std::vector<ModelFolder> models() const;
    /// Names whose training was cut short and can be resumed (`models/.<name>.training`), sorted.
    std::vector<std::string> unfinishedTrainings() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace core
