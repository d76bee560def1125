#pragma once
#include "core/base/error.h"
#include "core/base/index.h"
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/dataset/split.h"
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

/// THE SEAM. Everything that the window and the command line may ask of LibTorch and OpenCV, in plain structs.
/// engine.h is interactive, jobs.h is what takes long. Implemented in core/engine_torch, faked in tests/support.
namespace core {

/// What a recommender can do; panels work with what is declared and name what is missing.
struct Capabilities {
    bool newHistory = false;   ///< scores histories that it has never seen; else only shoppers of its list, unedited
    bool readsText = false;    ///< a product's words are part of its input
    bool readsPicture = false; ///< a product's picture is
    bool itemVectors = false;  ///< has a vector for each product
    bool trainable = false;
};

struct ModelInfo {
    std::string name;        ///< "popularity", or the name of a folder in models/
    std::string recommender; ///< "pixrec", "popularity", "repeat-last", "co-occurrence"
    std::string modality;    ///< "text", "image", "both"; "none" for baselines
    std::string hash;        ///< of weights and settings; of the training events for baselines
    Capabilities capabilities;
    std::map<std::string, double> metrics; ///< validation metrics of its training, if any
    std::string problem;                   ///< not empty: why it cannot be used
};

enum class HistoryItems {
    automatic, ///< exclude history items only where repeats cannot occur
    keep,
    exclude,
};

/// What may be shown. Part of the provenance: rulesHash() goes into every cache key.
struct Eligibility {
    HistoryItems historyItems = HistoryItems::automatic;
    std::vector<ItemIndex> excludedItems;
    std::vector<std::string> excludedCategories; ///< a parent stands for its children

    std::string hash() const;
};

struct RecommendRequest {
    std::string model;
    std::vector<Event> history; ///< oldest first; may be empty (a new shopper)
    /// Whose stored history this is, while nothing in it is edited. Models without `newHistory` know shoppers by it.
    std::optional<UserIndex> user{};
    bool historyHasTimes = false; ///< false: a scratch history or an order-only workspace; time gaps are not used
    int k = 10;
    Eligibility rules;
    std::vector<ItemIndex> probes; ///< products whose rank is wanted wherever it is, excluded or not

    std::string historyHash() const;
};

struct Recommendation {
    ItemIndex item;
    int rank = 0; ///< 1-based, among eligible items
    float score = 0;
};

/// Where a product stands that may not be in the list: "rank 214", or "model rank 214, excluded".
struct ProbedRank {
    ItemIndex item;
    /// 1-based among eligible products and in the order of lists: what a list long enough would show; 0: excluded.
    std::int64_t rank = 0;
    std::int64_t modelRank = 0; ///< 1-based among all products, before eligibility; ties get the best rank of their tie
    std::int64_t tied = 1; ///< products of the same score, itself included, that `rank`, or else `modelRank`, counts
    float score = 0;
    std::string
        excludedBy; ///< empty: eligible; else the rule in words: "in the history", "excluded by you", "category Bags"
};

struct Provenance {
    std::string modelHash, catalogHash, historyHash, rulesHash;
    int k = 0;
    std::string device, precision, version;
};

struct RecommendResult {
    std::vector<Recommendation> items; ///< best first; shorter than k only where fewer are eligible
    std::vector<ProbedRank> probes;    ///< as requested, same order
    std::int64_t candidates = 0;       ///< eligible products
    std::int64_t excluded = 0;
    bool historyItemsExcluded = false; ///< what `automatic` decided
    bool fromCache = false;
    double elapsedMs = 0;             ///< inside the engine
    int historyWindow = 0;            ///< how many of the newest events the model reads; 0: all
    std::vector<std::string> notices; ///< "3 of 10 history products have no picture", shown beside the list
    Provenance provenance;
};

enum class SimilarSpace { text, picture };

struct SimilarRequest {
    std::string model; ///< whose vectors
    ItemIndex item;
    SimilarSpace space = SimilarSpace::picture;
    int k = 8;
};

struct SimilarItem {
    ItemIndex item;
    float similarity = 0; ///< cosine
};

struct EngineInfo {
    std::string device;                        ///< "CPU", "NVIDIA H200 (cuda:0)"
    std::string precision;                     ///< "fp32", "bf16", "fp16": of networks that allow it
    std::string version;                       ///< of this program and of LibTorch
    double gflopsPerCore = 0;                  ///< measured at start by one small product
    std::vector<std::string> availableDevices; ///< "cpu", "cuda:0", ...
    std::vector<std::string> warnings;         ///< slow BLAS, CPU-only LibTorch; full sentences
};

/// How warm the start was.
struct OpenInfo {
    bool isWarm = false; ///< item vectors came from the cache
    std::int64_t itemsEncoded = 0;
    double elapsedMs = 0;
    std::string cacheProblem; ///< not empty: nothing that is computed is kept, and why
};

/// How fast a device is in one precision, for who has to choose.
struct DeviceTiming {
    std::string device;      ///< "cpu", "cuda:0"
    std::string description; ///< "CPU", "NVIDIA H200 (cuda:0)"
    std::string precision;   ///< "fp32", "bf16", "fp16"
    double gflops = 0;       ///< of a 1024 x 1024 product
    double listMs = 0;       ///< scores of 100,000 products of width 128 for one history, and the best 100
    std::string problem;     ///< not empty: why it could not be timed
};

/// Interactive inference. All calls from one thread, the engine thread. Failures are core::Error. A stop asked for
/// leaves the engine usable and throws Error(cancelled), at most 20 ms later on the CPU.
class Engine {
public:
    virtual ~Engine();

    virtual EngineInfo info() const = 0;
    /// Opens `folder` for reading; replaces what was open.
    virtual void openWorkspace(const std::filesystem::path& folder) = 0;
    /// All models of the open workspace, baselines first; reads the folder anew, so new models appear.
    virtual std::vector<ModelInfo> models() = 0;
    /// Loads a model and its item vectors, from the cache where it has them. recommend() does so by itself.
    virtual OpenInfo prepare(const std::string& model, const ProgressSink& progress, std::stop_token stop) = 0;
    virtual RecommendResult recommend(const RecommendRequest& request, std::stop_token stop) = 0;
    /// Nearest products by cosine, best first, the product itself left out. Throws Error(unavailable) where the model
    /// does not read that modality or the product lacks it.
    virtual std::vector<SimilarItem> similar(const SimilarRequest& request, std::stop_token stop) = 0;
    /// Times every device that is here in every precision it has: the CPU first, some seconds in all. One that fails
    /// says so in its line.
    virtual std::vector<DeviceTiming> timeDevices(std::stop_token stop) = 0;

    /// Who hears how far a recommend() is that takes long: `what` is the likeliest text that is being written, `done`
    /// in tokens. Called on the engine thread, ten times a second at most, until another is set; empty: nobody.
    void setOnRecommending(ProgressSink sink) { onRecommending_ = std::move(sink); }

protected:
    const ProgressSink& onRecommending() const { return onRecommending_; }

private:
    ProgressSink onRecommending_;
};

} // namespace core
