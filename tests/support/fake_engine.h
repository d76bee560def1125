#pragma once
#include "core/engine/module.h"
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <unordered_set>
#include <utility>

/// An engine and jobs without LibTorch, for tests of the window and of the command line. What they answer is arithmetic
/// that a test can work out in its head; how long they take and whether they fail is set through a FakeControl that the
/// test keeps.
///
/// Lists, for a history whose newest product is n (n = -1 when it is empty) in a catalog of V products, indices modulo
/// V:
///   "text-only"     n+1, n+2, n+3, n+4, ...
///   "multimodal"    n+2, n+1, n+4, n+3, ...        (neighbours swapped)
///   "popularity"    0, 1, 2, ...                   whatever the history
///   "co-occurrence" n-1, n-2, n-3, ...
///   "repeat-last"   the history, newest first, then the rest in catalog order, all of equal score
///   any other       as "text-only"
/// The score of the product at position p of a list is 1 - p / V.
namespace test {

/// How the fakes behave; shared by the test and the fakes, safe from any thread.
class FakeControl {
public:
    struct Behaviour {
        std::int32_t itemCount = 40;
        std::vector<std::string> categories; ///< by item; products beyond its end have none
        int openMs = 0, prepareMs = 0, recommendMs = 0, similarMs = 0;
        int stepMs = 0; ///< one epoch of train(), one block of evaluate(), one step of makeSampleShop()
        int steps = 4;  ///< of makeSampleShop() and evaluate(); epochs of train() where the request names none
        bool historyItemsExcluded = true; ///< what HistoryItems::automatic means
        int historyWindow = 20;
        std::vector<std::string> notices;
        std::vector<std::string> writes; ///< what recommend() says it writes, one token each, before it takes its time
        std::vector<core::ModelInfo> models = defaultModels();
        core::AddModelResult added; ///< by addModel(), but for isAdded and hash
        core::EngineInfo info{"CPU", "fp32", "fake", 50.0, {"cpu"}, {}};
    };

    static core::ModelInfo model(const std::string& name, const std::string& recommender, const std::string& modality) {
        core::ModelInfo info{name, recommender, modality, "hash-of-" + name, {}, {}, {}};
        const bool isTrained = recommender == "pixrec";
        info.capabilities = {true, isTrained && modality != "image", isTrained && modality != "text", isTrained,
                             isTrained};
        if (isTrained) info.metrics["ndcg@10"] = modality == "text" ? 0.10 : 0.15;
        return info;
    }
    static std::vector<core::ModelInfo> defaultModels() {
        return {model("popularity", "popularity", "none"), model("repeat-last", "repeat-last", "none"),
                model("co-occurrence", "co-occurrence", "none"), model("text-only", "pixrec", "text"),
                model("multimodal", "pixrec", "both")};
    }

    template <class Change>
    void set(Change&& change) {
        const std::lock_guard lock(mutex_);
        change(behaviour_);
    }
    Behaviour behaviour() const {
        const std::lock_guard lock(mutex_);
        return behaviour_;
    }

    /// The next call of that name ("openWorkspace", "prepare", "recommend", "similar", "models", "train", ...) throws.
    void failNext(std::string call, core::ErrorKind kind, std::string message) {
        const std::lock_guard lock(mutex_);
        failures_.push_back({std::move(call), kind, std::move(message)});
    }
    /// Calls wait, unless stopped, until release(): for tests of "loading" and "the newest wins" without clocks.
    void hold() {
        const std::lock_guard lock(mutex_);
        isHeld_ = true;
    }
    void release() {
        const std::lock_guard lock(mutex_);
        isHeld_ = false;
        changed_.notify_all();
    }

    /// Names of all calls so far, in order.
    std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    std::size_t callCount(const std::string& name) const {
        const auto all = calls();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), name));
    }
    std::vector<core::RecommendRequest> recommendRequests() const {
        const std::lock_guard lock(mutex_);
        return recommendRequests_;
    }
    std::vector<core::AddModelRequest> addModelRequests() const {
        const std::lock_guard lock(mutex_);
        return addModelRequests_;
    }

    // For the fakes.
    void enter(const std::string& name) {
        const std::lock_guard lock(mutex_);
        calls_.push_back(name);
        const auto found = std::find_if(failures_.begin(), failures_.end(),
                                        [&name](const Failure& failure) { return failure.call == name; });
        if (found == failures_.end()) return;
        const core::Error error(found->kind, found->message);
        failures_.erase(found);
        throw error;
    }
    void note(const core::AddModelRequest& request) {
        const std::lock_guard lock(mutex_);
        addModelRequests_.push_back(request);
    }
    void note(const core::RecommendRequest& request) {
        const std::lock_guard lock(mutex_);
        recommendRequests_.push_back(request);
    }
    /// Takes `ms`, and as long as calls are held; throws Error(cancelled) on stop.
    void spend(int ms, std::stop_token stop) {
        std::unique_lock lock(mutex_);
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
        changed_.wait_until(lock, stop, until, [] { return false; });
        changed_.wait(lock, stop, [this] { return !isHeld_; });
        lock.unlock();
        core::throwIfStopped(stop, "fake work");
    }
    void addModel(const core::ModelInfo& added) {
        const std::lock_guard lock(mutex_);
        auto& models = behaviour_.models;
        std::erase_if(models, [&added](const core::ModelInfo& one) { return one.name == added.name; });
        models.push_back(added);
    }

private:
    struct Failure {
        std::string call;
        core::ErrorKind kind;
        std::string message;
    };
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    Behaviour behaviour_;
    bool isHeld_ = false;
    std::vector<Failure> failures_;
    std::vector<std::string> calls_;
    std::vector<core::RecommendRequest> recommendRequests_;
    std::vector<core::AddModelRequest> addModelRequests_;
};

class FakeEngine final : public core::Engine {
public:
    explicit FakeEngine(std::shared_ptr<FakeControl> control) : control_(std::move(control)) {}

    core::EngineInfo info() const override { return control_->behaviour().info; }

    void openWorkspace(const std::filesystem::path& folder) override {
        control_->enter("openWorkspace");
        control_->spend(control_->behaviour().openMs, {});
        folder_ = folder;
        prepared_.clear();
    }

    std::vector<core::ModelInfo> models() override {
        control_->enter("models");
        return control_->behaviour().models;
    }

    core::OpenInfo prepare(const std::string& model, const core::ProgressSink& progress,
                           std::stop_token stop) override {
        control_->enter("prepare");
        const auto behaviour = control_->behaviour();
        static_cast<void>(find(behaviour, model));
        const bool isWarm = !prepared_.insert(model).second;
        constexpr std::int64_t parts = 4;
        for (std::int64_t part = 1; !isWarm && part <= parts; ++part) {
            control_->spend(behaviour.prepareMs / parts, stop);
            progress({"encoding products", part * behaviour.itemCount / parts, behaviour.itemCount, "items"});
        }
        return {isWarm, isWarm ? 0 : behaviour.itemCount, static_cast<double>(behaviour.prepareMs), {}};
    }

    core::RecommendResult recommend(const core::RecommendRequest& request, std::stop_token stop) override {
        control_->enter("recommend");
        control_->note(request);
        const auto behaviour = control_->behaviour();
        const auto& model = find(behaviour, request.model);
        for (std::size_t i = 0; i < behaviour.writes.size() && onRecommending(); ++i)
            onRecommending()({behaviour.writes[i], static_cast<std::int64_t>(i + 1),
                              static_cast<std::int64_t>(behaviour.writes.size()), "tokens"});
        control_->spend(behaviour.recommendMs, stop);

        core::RecommendResult result;
        result.historyItemsExcluded =
            request.rules.historyItems == core::HistoryItems::exclude ||
            (request.rules.historyItems == core::HistoryItems::automatic && behaviour.historyItemsExcluded);
        const auto order = fullOrder(model.recommender == "pixrec" ? model.name : model.recommender, request.history,
                                     behaviour.itemCount);
        const auto total = static_cast<float>(order.size());
        for (std::size_t place = 0; place < order.size(); ++place) {
            const core::ItemIndex item{order[place]};
            if (!excludedBy(item, request, result.historyItemsExcluded, behaviour).empty()) {
                ++result.excluded;
                continue;
            }
            ++result.candidates;
            if (static_cast<int>(result.items.size()) < request.k)
                result.items.push_back(
                    {item, static_cast<int>(result.items.size()) + 1, 1.0F - static_cast<float>(place) / total});
        }
        for (const auto probe : request.probes) {
            const auto at = std::find(order.begin(), order.end(), probe.value);
            const auto place = at - order.begin();
            const auto reasonOf = [&](std::int32_t item) {
                return excludedBy({item}, request, result.historyItemsExcluded, behaviour);
            };
            const auto before =
                std::count_if(order.begin(), at, [&](std::int32_t item) { return reasonOf(item).empty(); });
            const auto reason = reasonOf(probe.value);
            result.probes.push_back({.item = probe,
                                     .rank = reason.empty() ? before + 1 : 0,
                                     .modelRank = place + 1,
                                     .score = 1.0F - static_cast<float>(place) / total,
                                     .excludedBy = reason});
        }
        result.elapsedMs = behaviour.recommendMs;
        result.historyWindow = model.recommender == "pixrec" ? behaviour.historyWindow : 0;
        if (model.recommender == "pixrec") result.notices = behaviour.notices;
        result.provenance = {model.hash, "fake-catalog",        request.historyHash(),    request.rules.hash(),
                             request.k,  behaviour.info.device, behaviour.info.precision, behaviour.info.version};
        return result;
    }

    /// Two devices: a CPU that takes 4 ms a list, and a GPU that fails.
    std::vector<core::DeviceTiming> timeDevices(std::stop_token stop) override {
        control_->enter("timeDevices");
        control_->spend(control_->behaviour().prepareMs, stop);
        return {{"cpu", "CPU", "fp32", 80, 4, {}}, {"cuda:0", "Fake GPU (cuda:0)", "fp32", 0, 0, "the GPU failed"}};
    }

    std::vector<core::SimilarItem> similar(const core::SimilarRequest& request, std::stop_token stop) override {
        control_->enter("similar");
        const auto behaviour = control_->behaviour();
        const auto& model = find(behaviour, request.model);
        const bool isPicture = request.space == core::SimilarSpace::picture;
        if (isPicture ? !model.capabilities.readsPicture : !model.capabilities.readsText)
            throw core::Error(core::ErrorKind::unavailable, "find similar products: model \"" + model.name +
                                                                "\" does not read " +
                                                                (isPicture ? "pictures" : "text"));
        control_->spend(behaviour.similarMs, stop);
        std::vector<core::SimilarItem> found;
        const auto order =
            fullOrder(isPicture ? "text-only" : "co-occurrence", {{{request.item}, 0}}, behaviour.itemCount);
        for (const auto item : order)
            if (item != request.item.value && static_cast<int>(found.size()) < request.k)
                found.push_back({{item}, 1.0F - 0.05F * static_cast<float>(found.size())});
        return found;
    }

private:
    static const core::ModelInfo& find(const FakeControl::Behaviour& behaviour, const std::string& name) {
        for (const auto& model : behaviour.models) {
            if (model.name != name) continue;
            if (!model.problem.empty())
                throw core::Error(core::ErrorKind::corrupt, "load model " + name + ": " + model.problem);
            return model;
        }
        throw core::Error(core::ErrorKind::notFound,
                          "load model " + name + ": the workspace has no model of this name");
    }

    static std::vector<std::int32_t> fullOrder(const std::string& kind, const std::vector<core::Event>& history,
                                               std::int32_t total) {
        const std::int32_t newest = history.empty() ? -1 : history.back().item.value;
        std::vector<std::int32_t> order(static_cast<std::size_t>(total));
        std::iota(order.begin(), order.end(), 0);
        if (kind == "popularity") return order;
        if (kind == "repeat-last") {
            std::vector<std::int32_t> repeated;
            std::unordered_set<std::int32_t> seen;
            for (auto event = history.rbegin(); event != history.rend(); ++event)
                if (seen.insert(event->item.value).second) repeated.push_back(event->item.value);
            for (const auto item : order)
                if (!seen.contains(item)) repeated.push_back(item);
            return repeated;
        }
        for (std::int32_t place = 0; place < total; ++place) {
            std::int32_t step = place + 1;
            if (kind == "multimodal" && (place | 1) < total) step = (place ^ 1) + 1;
            if (kind == "co-occurrence") step = -step;
            order[static_cast<std::size_t>(place)] = ((newest + step) % total + total) % total;
        }
        return order;
    }

    static std::string excludedBy(core::ItemIndex item, const core::RecommendRequest& request,
                                  bool historyItemsExcluded, const FakeControl::Behaviour& behaviour) {
        const auto& excluded = request.rules.excludedItems;
        if (std::find(excluded.begin(), excluded.end(), item) != excluded.end()) return "excluded by you";
        if (item.slot() < behaviour.categories.size())
            for (const auto& category : request.rules.excludedCategories)
                if (behaviour.categories[item.slot()] == category ||
                    behaviour.categories[item.slot()].starts_with(category + " > "))
                    return "category " + category;
        if (historyItemsExcluded)
            for (const auto& event : request.history)
                if (event.item == item) return "in the history";
        return {};
    }

    std::shared_ptr<FakeControl> control_;
    std::filesystem::path folder_;
    std::unordered_set<std::string> prepared_;
};

class FakeJobs final : public core::Jobs {
public:
    explicit FakeJobs(std::shared_ptr<FakeControl> control) : control_(std::move(control)) {}

    /// Draws nothing: reports progress and leaves an empty folder.
    void makeSampleShop(const core::SampleShopRequest& request, const core::JobContext& context) override {
        control_->enter("makeSampleShop");
        const auto behaviour = control_->behaviour();
        for (int step = 1; step <= behaviour.steps; ++step) {
            control_->spend(behaviour.stepMs, context.stop);
            context.progress({"drawing products", request.items * step / behaviour.steps, request.items, "items"});
        }
        std::filesystem::create_directories(request.workspace);
    }

    /// Loss 4 / epoch, NDCG@10 .05 + .01 epoch. The model joins the fake engine's list. A cancelled training goes on
    /// after its last whole epoch when asked to resume.
    core::TrainResult train(const core::TrainRequest& request,
                            const std::function<void(const core::TrainPoint&)>& onPoint,
                            const core::JobContext& context) override {
        control_->enter("train");
        const auto behaviour = control_->behaviour();
        const int epochs = request.epochs.value_or(behaviour.steps);
        if (!request.resume) curve_.clear();
        for (auto point : curve_) {
            point.isEarlier = true;
            onPoint(point);
        }
        for (int epoch = static_cast<int>(curve_.size()) + 1; epoch <= epochs; ++epoch) {
            control_->spend(behaviour.stepMs, context.stop);
            curve_.push_back({epoch, epochs, 4.0 / epoch, 0.05 + 0.01 * epoch, 1000.0,
                              (epochs - epoch) * behaviour.stepMs / 1000.0, false});
            onPoint(curve_.back());
            context.progress({"training " + request.name, epoch, epochs, "epochs"});
        }
        core::TrainResult result;
        result.model = FakeControl::model(request.name, request.recommender, request.modality);
        result.curve = std::exchange(curve_, {});
        result.seconds = behaviour.stepMs * epochs / 1000.0;
        result.peakMemoryBytes = 1 << 20;
        control_->addModel(result.model);
        return result;
    }

    /// 100 users. Every metric of the model at position m is .1 (m + 1) +- .02; differences and ratios follow from
    /// that.
    core::EvaluateResult evaluate(const core::EvaluateRequest& request, const core::JobContext& context) override {
        control_->enter("evaluate");
        const auto behaviour = control_->behaviour();
        constexpr int users = 100;
        for (int step = 1; step <= behaviour.steps; ++step) {
            control_->spend(behaviour.stepMs, context.stop);
            context.progress({"ranking", users * step / behaviour.steps, users, "shoppers"});
        }
        core::EvaluateResult result;
        result.users = users;
        result.candidates = behaviour.itemCount;
        for (int user = 0; user < users; ++user) result.exampleUsers.push_back({user});
        double value = 0;
        for (const auto& name : request.models) {
            value += 0.1;
            core::ModelEvaluation model{name, "hash-of-" + name, table(value, 0.02), {}, {}};
            model.expectedRank.assign(users, static_cast<float>(1.0 / value));
            model.hitAt10.assign(users, static_cast<float>(value));
            result.models.push_back(std::move(model));
        }
        if (request.models.size() > 1) {
            result.difference = table(value - 0.1, 0.01);
            result.ratio = table(value / 0.1, 0.05);
        }
        result.protocol = "Fake evaluation.";
        return result;
    }

    /// Finds what Behaviour::added says. A model that is fit joins the fake engine's list, unless only to be checked.
    core::AddModelResult addModel(const core::AddModelRequest& request, const core::JobContext& context) override {
        control_->enter("addModel");
        control_->note(request);
        const auto behaviour = control_->behaviour();
        control_->spend(behaviour.stepMs, context.stop);
        auto result = behaviour.added;
        result.isAdded = result.isFit && !request.checkOnly;
        if (!result.isAdded) return result;
        result.hash = "hash-of-" + request.name;
        control_->addModel(FakeControl::model(request.name, result.recommender, "none"));
        return result;
    }

    core::ExportModelResult exportModel(const core::ExportModelRequest& request,
                                        const core::JobContext& context) override {
        control_->enter("exportModel");
        control_->spend(control_->behaviour().stepMs, context.stop);
        core::ExportModelResult result;
        for (const auto& file : {request.vectors, request.lists})
            if (!file.empty()) result.files.push_back({file.string(), 1000});
        return result;
    }

    core::EncodeResult encode(const core::EncodeRequest& request, const core::JobContext& context) override {
        control_->enter("encode");
        control_->spend(control_->behaviour().stepMs, context.stop);
        core::EncodeResult result;
        if (!request.textEncoder.empty()) result.text.emplace();
        if (!request.pictureEncoder.empty()) result.picture.emplace();
        return result;
    }

private:
    static core::MetricTable table(double value, double half) {
        core::MetricTable made;
        for (const char* name :
             {"recall@1", "recall@5", "recall@10", "recall@20", "ndcg@5", "ndcg@10", "ndcg@20", "mrr"})
            made[name] = {value, value - half, value + half};
        return made;
    }

    std::shared_ptr<FakeControl> control_;
    std::vector<core::TrainPoint> curve_;
};

/// Products 0, 1, 2, ... in order, similarity 1 - .01 a place; finds none for the words "nothing".
class FakeSearch final : public core::ProductSearch {
public:
    explicit FakeSearch(std::shared_ptr<FakeControl> control) : control_(std::move(control)) {}
    core::SearchResult find(const core::SearchRequest& request, const core::ProgressSink& progress,
                            std::stop_token stop) override {
        control_->enter("find");
        const auto behaviour = control_->behaviour();
        progress({"encoding pictures", 1, 2, "pictures"});
        control_->spend(behaviour.similarMs, stop);
        core::SearchResult result;
        result.compared = request.text == "nothing" ? 0 : behaviour.itemCount;
        for (int item = 0; item < std::min<int>(request.k, static_cast<int>(result.compared)); ++item)
            result.items.push_back({{item}, 1.0F - 0.01F * static_cast<float>(item)});
        result.elapsedMs = behaviour.similarMs;
        return result;
    }

private:
    std::shared_ptr<FakeControl> control_;
};

/// The fakes behind the module's entry, for code that takes a ModuleEntry. One control at a time in a process.
inline const core::ModuleEntry& fakeModule(std::shared_ptr<FakeControl> control) {
    static std::shared_ptr<FakeControl> current;
    current = std::move(control);
    static const core::ModuleEntry entry{core::moduleAbi,
                                         [](const core::EngineSettings&) -> core::Engine* {
                                             current->enter("createEngine");
                                             return new FakeEngine(current);
                                         },
                                         []() -> core::Jobs* { return new FakeJobs(current); },
                                         []() -> core::ProductSearch* { return new FakeSearch(current); }};
    return entry;
}

} // namespace test
