#pragma once
#include "core/engine/brought_models.h"
#include "core/engine/encode.h"
#include "core/engine/engine.h"

namespace core {

/// Shared by all jobs. Progress comes on the thread that runs the job.
struct JobContext {
    ProgressSink progress = [](const Progress&) {};
    std::stop_token stop;
    int threads = 0;           ///< 0: all cores
    bool isBackground = false; ///< lowers this thread's priority (nice 19)
};

struct SampleShopRequest {
    std::filesystem::path workspace; ///< made new; must not exist or be an empty folder
    std::int64_t items = 2000, users = 5000;
    std::uint64_t seed = 1;
    std::filesystem::path shippedModels; ///< folder of trained checkpoints to copy in where they fit; may be empty
};

struct TrainRequest {
    std::filesystem::path workspace;
    std::string name;
    std::string recommender = "pixrec"; ///< a trained kind of recommender_kinds.h
    std::string modality = "both";      ///< one of the kind's modalities
    std::optional<int> epochs;          ///< nothing: the recommender's default
    std::uint64_t seed = 1;
    std::string device = "auto";                ///< "auto", "cpu", "cuda:0"
    bool resume = false;                        ///< go on from the newest checkpoint of this name
    std::string command;                        ///< as typed, for the model card
    std::vector<std::string> parts;             ///< of a mix: the models whose scores it adds
    std::map<std::string, std::string> options; ///< of the recommender kind, by name: "width" "128"
    std::string holdOut = "leave-one-out";      ///< what training must not see; parseHoldOut() reads it
};

/// One point of the learning curves; epochs count from 1.
struct TrainPoint {
    int epoch = 0, epochs = 0;
    std::optional<double> loss; ///< none where nothing is minimised: weights of a mix are searched
    std::optional<double> validationNdcg10;
    double eventsPerSecond = 0; ///< real, unpadded training events; 0 where none are read
    double secondsLeft = 0;
    bool isEarlier = false; ///< told again by a training that goes on
};

struct TrainResult {
    ModelInfo model;
    std::vector<TrainPoint> curve;
    bool stoppedEarly = false;
    double seconds = 0;
    std::int64_t peakMemoryBytes = 0;
};

struct EvaluateRequest {
    std::filesystem::path workspace;
    std::vector<std::string> models; ///< at least one
    Split split = Split::test;
    HistoryItems historyItems = HistoryItems::automatic;
    std::string device = "auto";
    int resamples = 1000;
    std::uint64_t seed = 1;
    std::string holdOut = "leave-one-out"; ///< parseHoldOut() reads it; trained models must have had the same
    std::vector<std::string> slices;       ///< sliceGroupNames() that are wanted; empty: none
    std::int64_t shoppers = 0; ///< so many at most, evenly spread over those with something to predict; 0: all
};

/// A figure with its 95 % bootstrap interval over users.
struct Interval {
    double value = 0, low = 0, high = 0;
};

using MetricTable = std::map<std::string, Interval>; ///< "recall@1", "ndcg@10", "mrr", ...

struct ModelEvaluation {
    std::string name, hash;
    MetricTable metrics;
    std::vector<float> expectedRank; ///< per example, 1-based, mean over its ties
    std::vector<float> hitAt10;      ///< per example, expectation in [0, 1]
};

/// A model against the first one, paired.
struct ModelDifference {
    std::string name;
    MetricTable difference, ratio;
};

/// Some of the examples: targets that are cold, shoppers with short histories.
struct SliceEvaluation {
    std::string group, name;              ///< "cold", "never bought in training"
    std::int64_t users = 0;               ///< with an example in it
    std::vector<MetricTable> models;      ///< in the order of EvaluateResult::models
    std::vector<MetricTable> differences; ///< by model, each minus the first; those of the first are empty
};

struct EvaluateResult {
    std::int64_t users = 0;                   ///< shoppers with an example
    std::int64_t examples = 0;                ///< ranked; more than users where baskets are held out
    std::int64_t candidates = 0;              ///< catalog size, before history items are taken out
    std::vector<ModelEvaluation> models;      ///< in the order asked for
    std::vector<UserIndex> exampleUsers;      ///< example -> user
    MetricTable difference;                   ///< last model minus first, paired; empty for one model
    MetricTable ratio;                        ///< last model over first, paired; empty for one model
    std::vector<ModelDifference> differences; ///< each model but the first against it
    std::vector<SliceEvaluation> slices;
    std::map<std::string, MetricTable> ceilings; ///< "full", "text"; sample shop only
    std::string protocol; ///< one paragraph: split, candidates, ties, history items, resamples, seed
};

/// Long work, on the batch thread, with its own copy of every model. Failures are core::Error; a stop throws
/// Error(cancelled) and leaves what was confirmed.
class Jobs {
public:
    virtual ~Jobs();

    virtual void makeSampleShop(const SampleShopRequest& request, const JobContext& context) = 0;
    /// `onPoint` comes after every epoch, on the thread that trains. A cancelled training can be resumed: it first
    /// tells of the epochs that were done before.
    virtual TrainResult train(const TrainRequest& request, const std::function<void(const TrainPoint&)>& onPoint,
                              const JobContext& context) = 0;
    virtual EvaluateResult evaluate(const EvaluateRequest& request, const JobContext& context) = 0;
    /// Holds the files against the workspace, tries the model out on one history and puts it into models/, complete or
    /// not at all. A model that is not fit is not added, which is no failure: the findings say why. Throws Error for
    /// what cannot be checked at all: notFound, unavailable (the workspace cannot be written), invalidInput (name).
    virtual AddModelResult addModel(const AddModelRequest& request, const JobContext& context) = 0;
    /// Files are complete or absent. Throws Error: unavailable (no vectors in this model, cannot be written).
    virtual ExportModelResult exportModel(const ExportModelRequest& request, const JobContext& context) = 0;
    /// Vectors go into the workspace's cache as they are made: a cancelled call goes on where it was. Throws Error:
    /// notFound, corrupt (an encoder's folder), unavailable (nothing can be kept), cancelled.
    virtual EncodeResult encode(const EncodeRequest& request, const JobContext& context) = 0;
};

} // namespace core
