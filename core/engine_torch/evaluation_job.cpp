#include "core/engine_torch/evaluation_job.h"
#include "core/dataset/split.h"
#include "core/engine_torch/model_loader.h"
#include "core/evaluation/evaluation_summary.h"
#include "core/sample_shop/truth.h"
#include "core/tensors/device.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {
/// Examples scored at once: enough to keep matrix products busy, few enough that scores stay within 16 MB and a stop is
/// quick.
std::size_t blockSize(std::int64_t itemCount) {
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>((std::int64_t{4} << 20) / std::max<std::int64_t>(itemCount, 1), 1, 128));
}

/// The distinct products of a history, where those are no candidates.
std::vector<ItemIndex> excludedItems(std::span<const Event> history, bool historyItemsExcluded) {
    std::vector<ItemIndex> items;
    if (!historyItemsExcluded) return items;
    for (const auto& event : history) items.push_back(event.item);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return items;
}

/// Fills B x V scores for a block of examples.
using Scorer = std::function<void(std::span<const Example> examples, std::span<float> scoresBV)>;

std::vector<TieRank> rankAll(std::span<const Example> examples, std::int64_t itemCount, bool historyItemsExcluded,
                             const Scorer& score, const std::function<void(std::int64_t)>& onDone) {
    const auto width = static_cast<std::size_t>(itemCount);
    const std::size_t block = blockSize(itemCount);
    std::vector<float> scoresBV(std::min(block, examples.size()) * width);
    std::vector<TieRank> ranks;
    ranks.reserve(examples.size());
    for (std::size_t from = 0; from < examples.size(); from += block) {
        const auto part = examples.subspan(from, std::min(block, examples.size() - from));
        score(part, std::span(scoresBV).first(part.size() * width));
        for (std::size_t row = 0; row < part.size(); ++row)
            ranks.push_back(rankOf(std::span(scoresBV).subspan(row * width, width), part[row].target.item,
                                   excludedItems(part[row].input, historyItemsExcluded)));
        onDone(static_cast<std::int64_t>(from + part.size()));
    }
    return ranks;
}

std::vector<ModelInfo> modelsAskedFor(const LoadedWorkspace& workspace, const std::vector<std::string>& names) {
    if (names.empty()) throw Error(ErrorKind::invalidInput, "evaluate: name at least one model");
    const auto all = workspace.models();
    std::vector<ModelInfo> wanted;
    for (const auto& name : names) {
        const auto found =
            std::find_if(all.begin(), all.end(), [&name](const ModelInfo& info) { return info.name == name; });
        if (found == all.end())
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
        : request_(request), context_(context), workspace_(request.workspace),
          examples_(LeaveOneOut(workspace_.dataset().histories).examples(request.split)),
          scope_{workspace_.dataset().catalogHash, request.split, request.historyItems} {
        facts_.candidates = workspace_.itemCount();
        facts_.historyItemsExcluded = workspace_.excludesHistoryItems(request.historyItems);
        for (const auto& example : examples_) facts_.users.push_back(example.user);
    }

    EvaluateResult run() {
        const auto models = modelsAskedFor(workspace_, request_.models);
        if (examples_.empty())
            throw Error(ErrorKind::invalidInput,
                        "evaluate: no shopper has three events or more, so there is nothing to predict");
        const auto device = pickDevice(request_.device);
        std::vector<RankedExamples> ranked;
        for (const auto& info : models) ranked.push_back(ranksOf(info, device));
        context_.progress({"resampling shoppers", 0, 0, {}});
        return summarize(ranked, ceilings(), facts_, scope_, request_.resamples, request_.seed, context_.stop);
    }

private:
    RankedExamples ranksOf(const ModelInfo& info, const std::string& device) {
        return storedOr({info.name, info.hash, {}}, [&] {
            auto model = loadModel(workspace_, info, device, context_.progress, context_.stop);
            const Scorer score = [&](std::span<const Example> examples, std::span<float> scoresBV) {
                std::vector<HistoryView> histories;
                for (const auto& example : examples)
                    histories.push_back({example.input, workspace_.dataset().hasTimes, example.user});
                model.recommender->score(histories, scoresBV, context_.stop);
            };
            return rankWith(info.name, score);
        });
    }

    std::vector<RankedExamples> ceilings();

    std::vector<TieRank> rankWith(const std::string& name, const Scorer& score) {
        return rankAll(examples_, workspace_.itemCount(), facts_.historyItemsExcluded, score, [&](std::int64_t done) {
            throwIfStopped(context_.stop, "evaluate");
            context_.progress({"ranking with " + name, done, static_cast<std::int64_t>(examples_.size()), "shoppers"});
        });
    }

    RankedExamples storedOr(RankedExamples ranked, const std::function<std::vector<TieRank>()>& rank) {
        const auto key = evaluationKey(scope_, ranked.hash);
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
    if (!Truth::existsIn(workspace_.folder())) return {};
    Truth truth(workspace_.folder());
    const auto userCount = static_cast<std::int64_t>(workspace_.dataset().histories.userCount());
    if (truth.itemCount() != workspace_.itemCount() || truth.userCount() != userCount) return {}; // of another import
    const auto rankKnowing = [&](std::string_view ceiling, auto probabilities) {
        const std::string name(ceiling);
        return storedOr({name, "ceiling-" + name, {}}, [&] {
            const auto width = static_cast<std::size_t>(workspace_.itemCount());
            return rankWith("the truth (" + name + ")", [&](std::span<const Example> examples,
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
