#pragma once
#include "core/base/progress.h"
#include "core/cache/cache_store.h"
#include "core/engine/engine.h"
#include "core/recommenders/recommender.h"
#include "core/retrieval/eligibility_filter.h"
#include "core/workspace/workspace.h"
#include <map>
#include <memory>

namespace core {

/// A workspace as inference reads it: one snapshot in memory, opened for reading, with its cache. Each of the engine
/// and a job has its own; one thread.
class LoadedWorkspace {
public:
    /// dataset() and what is counted from it hold out what `holdOut` says (parseHoldOut()). Throws
    /// Error(invalidInput) where it cannot.
    explicit LoadedWorkspace(const std::filesystem::path& folder, const std::string& holdOut = "leave-one-out");

    const std::filesystem::path& folder() const { return workspace_.folder(); }
    /// Without pictures; readPictures() gives those.
    const Dataset& dataset() const { return dataset_; }
    std::int64_t itemCount() const { return static_cast<std::int64_t>(dataset_.itemCount()); }
    std::int64_t userCount() const { return static_cast<std::int64_t>(dataset_.histories.userCount()); }
    /// Positions by the user's own id; nothing where the workspace has no such shopper.
    std::optional<UserIndex> findUser(std::string_view id) { return workspace_.interactions().find(id); }
    std::string userId(UserIndex user) { return workspace_.interactions().user(user).id; }
    const CategoryIndex& categories() const { return categories_; }
    const std::string& trainingHash() const { return trainingHash_; }
    /// The rule in model.json: "leave-one-out" where it says nothing.
    std::string holdOutOf(const std::string& model) const;
    bool isSimulated() const { return workspace_.isSimulated(); }
    CacheStore& cache() { return cache_; }

    /// What rules come to here: `automatic` excludes history items where no training history holds a product twice.
    bool excludesHistoryItems(HistoryItems rule) const;
    /// Baselines first, then models/ sorted by name, read anew. `problem` says why a model cannot be used.
    std::vector<ModelInfo> models() const;
    /// One of models() by name. Throws Error(notFound).
    ModelInfo model(const std::string& name) const;
    std::filesystem::path modelFolder(const std::string& name) const { return folder() / "models" / name; }

    /// The dataset with its pictures decoded, for models that read them. `unreadable`: pictures that the catalog names
    /// and that could not be read.
    struct WithPictures {
        Dataset dataset;
        std::int64_t unreadable = 0;
    };
    /// Item -> picture file; empty: it has none.
    std::vector<std::filesystem::path> pictureFiles();
    WithPictures readPictures(int side, const ProgressSink& progress, std::stop_token stop);

    /// What loaded models have in common: what `make()` gave another one, as long as that lives, or gives now. A `key`
    /// stands for one type.
    template <class Shared, class Make>
    std::shared_ptr<Shared> shared(const std::string& key, Make make) {
        if (auto kept = std::static_pointer_cast<Shared>(shared_[key].lock())) return kept;
        std::shared_ptr<Shared> made = make();
        shared_[key] = made;
        return made;
    }

private:
    Workspace workspace_;
    Dataset dataset_;
    CategoryIndex categories_;
    std::string trainingHash_;
    bool repeatsOccur_ = false;
    CacheStore cache_;
    std::map<std::string, std::weak_ptr<void>> shared_;
};

} // namespace core
