#include "core/engine_torch/evaluation_job.h"
#include "core/dataset/split.h"
#include "core/engine_torch/model_heads.h"
#include "core/engine_torch/model_loader.h"
#include "core/evaluation/evaluation_summary.h"
#include "core/evaluation/rank_examples.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/co_occurrence.h"
#include "core/sample_shop/truth.h"
#include "core/tensors/device.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {
/// What a stop may cost, at most: some seconds of a large catalog.
constexpr std::size_t examplesAPart = 20'000;

std::vector<ModelInfo> modelsAskedFor(const LoadedWorkspace& workspace, const std::vector<std::string>& names) {
    if (names.empty()) throw Error(ErrorKind::invalidInput, "evaluate: name at least one model");
    const auto all = workspace.models();
    std::vector<ModelInfo> wanted;
    for (const auto& name : names) {
        const auto found = pickModel(all, name);
        if (!found)
            throw Error(ErrorKind::notFound, fmt::format("evaluate {}: the workspace has no model of this name", name));
        if (!found->problem.empty())
            throw Error(ErrorKind::corrupt, fmt::format("evaluate {}: {}", name, found->problem));
        wanted.push_back(*found);
    }
    return wanted;
}

/// One evaluation's state, so that its steps need no long argument lists.
class EvaluationRun {
public:
    EvaluationRun(const EvaluateRequest& request, const JobContext& context)
        : request_(request), context_(context), workspace_(request.workspace, request.holdOut),
          examples_(HeldOut(workspace_.dataset().histories).examples(request.split)),
          scope_{workspace_.dataset().catalogHash, request.split, request.historyItems,
                 workspace_.dataset().histories.holdOut} {
        if (const auto wanted = static_cast<std::size_t>(request.shoppers); wanted > 0 && wanted < examples_.size()) {
            for (std::size_t i = 0; i < wanted; ++i) examples_[i] = examples_[i * examples_.size() / wanted];
            examples_.erase(examples_.begin() + static_cast<std::ptrdiff_t>(wanted), examples_.end());
        }
        facts_.candidates = workspace_.itemCount();
        facts_.historyItemsExcluded = workspace_.excludesHistoryItems(request.historyItems);
        for (const auto& example : examples_) facts_.users.push_back(example.user);
    }

    EvaluateResult run() {
        const auto models = modelsAskedFor(workspace_, request_.models);
        for (const auto& info : models) requireSameHoldOut(info);
        if (examples_.empty())
            throw Error(ErrorKind::invalidInput,
                        scope_.holdOut == HoldOut()
                            ? "evaluate: no shopper has three events or more, so there is nothing to predict"
                            : "evaluate: with these events held out there is nothing to predict");
        std::vector<Slice> slices; // first: a wrong name should not cost an evaluation
        const auto counts =
            request_.slices.empty() ? std::vector<std::int64_t>() : trainingCounts(workspace_.dataset());
        for (const auto& group : request_.slices)
            for (auto& slice : slicesOf(group, workspace_.dataset(), examples_, counts))
                slices.push_back(std::move(slice));
        const Computing computing{pickDevice(request_.device), Precision::fp32};
        std::vector<RankedExamples> ranked;
        for (const auto& info : models) ranked.push_back(ranksOf(info, computing));
        context_.progress({"resampling shoppers", 0, 0, {}});
        auto result = summarize(ranked, ceilings(), facts_, scope_, request_.resamples, request_.seed, context_.stop);
        result.slices = summarizeSlices(ranked, slices, facts_, request_.resamples, request_.seed, context_.stop);
        return result;
    }

private:
    /// What one rule holds out another one may have trained on.
    void requireSameHoldOut(const ModelInfo& info) const {
        if (isBaseline(info.name)) return; // counted anew, from what is training now
        const auto wanted = holdOutText(scope_.holdOut), trained = workspace_.holdOutOf(info.name);
        if (trained != wanted)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("evaluate {}: it was trained with --hold-out {}, so events that {} holds out may "
                                    "have been its training; train one with --hold-out {}",
                                    info.name, trained, wanted, wanted));
    }

    RankedExamples ranksOf(const ModelInfo& info, const Computing& computing) {
        const RankedExamples wanted{info.name, info.hash, {}};
        return storedOr(wanted, [&] {
            auto model = loadModel(workspace_, info, computing, context_.progress, context_.stop);
            const ScoreExamples score = [&](std::span<const Example> examples, std::span<float> scoresBV) {
                std::vector<HistoryView> histories;
                for (const auto& example : examples)
                    histories.push_back({example.input, workspace_.dataset().hasTimes, example.user});
                model.recommender->score(histories, scoresBV, context_.stop);
            };
            return rankWith(wanted, score);
        });
    }

    std::vector<RankedExamples> ceilings();

    /// Some shoppers' figures never take the place of all shoppers'.
    std::string keyOf(const std::string& hash) const {
        const auto key = evaluationKey(scope_, hash);
        return request_.shoppers > 0 ? fmt::format("{}|{} shoppers", key, request_.shoppers) : key;
    }

    /// In parts, each of which is kept as soon as it is done: a stopped evaluation goes on where it was.
    std::vector<TieRank> rankWith(const RankedExamples& model, const ScoreExamples& score) {
        const auto name = model.name;
        std::vector<TieRank> ranks;
        for (std::size_t from = 0; from < examples_.size(); from += examplesAPart) {
            const auto count = std::min(examplesAPart, examples_.size() - from);
            const auto key = fmt::format("{}|part {}", keyOf(model.hash), from);
            ExampleFacts facts = facts_;
            facts.users.assign(facts_.users.begin() + static_cast<std::ptrdiff_t>(from),
                               facts_.users.begin() + static_cast<std::ptrdiff_t>(from + count));
            const auto text = workspace_.cache().evaluation(key);
            if (auto stored = text ? decodeRanks(*text) : std::nullopt; stored && stored->facts.users == facts.users) {
                ranks.insert(ranks.end(), stored->model.ranks.begin(), stored->model.ranks.end());
                continue;
            }
            const auto part =
                rankExamples(std::span(examples_).subspan(from, count), workspace_.itemCount(),
                             facts_.historyItemsExcluded, score, [&](std::int64_t done) {
                                 throwIfStopped(context_.stop, "evaluate");
                                 context_.progress({"ranking with " + name, static_cast<std::int64_t>(from) + done,
                                                    std::ssize(examples_), "shoppers"});
                             });
            ranks.insert(ranks.end(), part.begin(), part.end());
            if (examples_.size() > examplesAPart)
                workspace_.cache().putEvaluation(key, encodeRanks({model.name, model.hash, part}, facts));
        }
        return ranks;
    }

    RankedExamples storedOr(RankedExamples ranked, const std::function<std::vector<TieRank>()>& rank) {
        const auto key = keyOf(ranked.hash);
        if (const auto text = workspace_.cache().evaluation(key))
            if (auto stored = decodeRanks(*text); stored && stored->facts.users == facts_.users) {
                ranked.ranks = std::move(stored->model.ranks);
                return ranked;
            }
        ranked.ranks = rank();
        workspace_.cache().putEvaluation(key, encodeRanks(ranked, facts_));
        return ranked;
    }

    const EvaluateRequest& request_;
    const JobContext& context_;
    LoadedWorkspace workspace_;
    std::vector<Example> examples_;
    EvaluationScope scope_;
    ExampleFacts facts_;
};

/// What knowing the truth of the sample shop would reach: all of it, and as much as texts tell.
std::vector<RankedExamples> EvaluationRun::ceilings() {
    if (!Truth::existsIn(workspace_.folder()) || scope_.holdOut != HoldOut()) return {}; // it knows the last two events
    Truth truth(workspace_.folder());
    const auto userCount = static_cast<std::int64_t>(workspace_.dataset().histories.userCount());
    if (truth.itemCount() != workspace_.itemCount() || truth.userCount() != userCount) return {}; // of another import
    const auto rankKnowing = [&](std::string_view ceiling, auto probabilities) {
        const std::string name(ceiling);
        return storedOr({name, "ceiling-" + name, {}}, [&] {
            const auto width = static_cast<std::size_t>(workspace_.itemCount());
            return rankWith({"the truth (" + name + ")", "ceiling-" + name, {}}, [&](std::span<const Example> examples,
                                                                                     std::span<float> scoresBV) {
                for (std::size_t row = 0; row < examples.size(); ++row)
                    (truth.*probabilities)(examples[row].user, request_.split, scoresBV.subspan(row * width, width));
            });
        });
    };
    return {rankKnowing(ceilingNames[0], &Truth::choiceProbabilities),
            rankKnowing(ceilingNames[1], &Truth::textProbabilities)};
}
} // namespace

EvaluateResult runEvaluation(const EvaluateRequest& request, const JobContext& context) {
    return EvaluationRun(request, context).run();
}

} // namespace core
