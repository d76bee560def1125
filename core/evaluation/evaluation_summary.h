#pragma once
#include "core/engine/jobs.h"
#include "core/evaluation/ranks.h"
#include "core/evaluation/slices.h"
#include <functional>

/// From ranks to what is shown. An evaluation is kept as the ranks of its examples, one entry a model, so that any
/// models that were evaluated on the same examples can be compared later, paired, without running them again.
namespace core {

/// One model (or ceiling) on the examples of a split.
struct RankedExamples {
    std::string name, hash;
    std::vector<TieRank> ranks; ///< by example
};

/// Which examples, and what was a candidate.
struct EvaluationScope {
    std::string catalogHash;
    Split split = Split::test;
    HistoryItems historyItems = HistoryItems::automatic;
    HoldOut holdOut{};
};

/// The facts that an evaluation states beside its numbers.
struct ExampleFacts {
    std::vector<UserIndex> users;      ///< by example
    std::int64_t candidates = 0;       ///< catalog size
    bool historyItemsExcluded = false; ///< what `automatic` came to
};

/// Names of the two ceilings of the sample shop, as keys of EvaluateResult::ceilings.
inline constexpr std::array<std::string_view, 2> ceilingNames{"full", "text"};

/// Metrics, intervals, differences and the protocol. All models and ceilings share one draw of users, so that
/// everything is paired. Shoppers with several examples count once, as the mean of theirs. Throws Error(cancelled).
EvaluateResult summarize(const std::vector<RankedExamples>& models, const std::vector<RankedExamples>& ceilings,
                         const ExampleFacts& facts, const EvaluationScope& scope, int resamples, std::uint64_t seed,
                         std::stop_token stop);
/// The same for some of the examples, by slice. Throws Error(cancelled).
std::vector<SliceEvaluation> summarizeSlices(const std::vector<RankedExamples>& models,
                                             const std::vector<Slice>& slices, const ExampleFacts& facts, int resamples,
                                             std::uint64_t seed, std::stop_token stop);

/// Under which key and in which form the ranks of a model stand in CacheStore's evaluations. The hash of a ceiling is
/// "ceiling-" and its name.
std::string evaluationKey(const EvaluationScope& scope, std::string_view modelHash);
std::string encodeRanks(const RankedExamples& model, const ExampleFacts& facts);

struct StoredRanks {
    RankedExamples model;
    ExampleFacts facts;
};
/// Nothing where the text is damaged.
std::optional<StoredRanks> decodeRanks(std::string_view json);

/// The evaluation of `models` (name and hash suffice) from what is stored; nothing where one of them has not been
/// evaluated in this scope. `lookup` is CacheStore::evaluation. Some 0.1 s for 5,000 users and two models.
std::optional<EvaluateResult>
storedEvaluation(const std::function<std::optional<std::string>(const std::string& key)>& lookup,
                 const EvaluationScope& scope, const std::vector<ModelInfo>& models, int resamples, std::uint64_t seed,
                 std::stop_token stop);

} // namespace core
