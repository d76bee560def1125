#include "core/evaluation/evaluation_summary.h"
#include "core/evaluation/bootstrap.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {
const char* splitName(Split split) { return split == Split::test ? "test" : "validation"; }

const char* historyItemsName(HistoryItems historyItems) {
    return historyItems == HistoryItems::keep ? "keep" : historyItems == HistoryItems::exclude ? "exclude" : "auto";
}

std::vector<MetricRow> metricRows(const RankedExamples& model, const RankMetrics& metrics) {
    std::vector<MetricRow> rows;
    rows.reserve(model.ranks.size());
    for (const auto rank : model.ranks) rows.push_back(metrics.of(rank));
    return rows;
}

/// Means over the examples of each user; a user's examples stand together.
std::vector<MetricRow> rowsByUser(const std::vector<MetricRow>& rows, std::span<const UserIndex> users) {
    std::vector<MetricRow> means;
    for (std::size_t from = 0, to = 0; from < rows.size(); from = to) {
        for (to = from + 1; to < rows.size() && users[to] == users[from];) ++to;
        MetricRow mean = rows[from];
        for (std::size_t metric = 0; to - from > 1 && metric < mean.size(); ++metric) {
            double sum = 0;
            for (std::size_t row = from; row < to; ++row) sum += static_cast<double>(rows[row][metric]);
            mean[metric] = static_cast<float>(sum / static_cast<double>(to - from));
        }
        means.push_back(mean);
    }
    return means;
}

ModelEvaluation evaluationOf(const RankedExamples& model, const std::vector<MetricRow>& rows, MetricTable metrics,
                             std::int64_t candidates) {
    ModelEvaluation evaluation{model.name, model.hash, std::move(metrics), {}, {}};
    for (std::size_t example = 0; example < rows.size(); ++example) {
        const auto rank = model.ranks[example];
        evaluation.expectedRank.push_back(
            static_cast<float>(rank.isCandidate() ? rank.expected() : static_cast<double>(candidates)));
        evaluation.hitAt10.push_back(rows[example][recallAt10Slot]);
    }
    return evaluation;
}

std::int64_t userCount(std::span<const UserIndex> users) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < users.size(); ++i) count += i == 0 || users[i] != users[i - 1] ? 1 : 0;
    return count;
}

/// What is held out, and what is target and input.
std::pair<std::string, std::string> heldOutWords(const EvaluationScope& scope) {
    const bool isTest = scope.split == Split::test;
    switch (scope.holdOut.rule) {
    case HoldOut::Rule::lastBasket:
        return {"Leave-last-basket-out",
                isTest ? "each product of the last basket (events of one time) of each shopper with at least three "
                         "baskets is a target, everything before the basket, the validation basket included, is input; "
                         "a shopper counts once"
                       : "each product of the last basket but one of each shopper with at least three baskets is a "
                         "target, everything before the basket is input; a shopper counts once"};
    case HoldOut::Rule::globalTime:
        return {fmt::format("One global time (training before {}, test from {}; milliseconds since 1970)",
                            scope.holdOut.validationFrom, scope.holdOut.testFrom),
                isTest ? "the first test event of each shopper who had bought before is the target; everything before "
                         "it is input"
                       : "the first validation event of each shopper who had bought before is the target; everything "
                         "before it is input"};
    case HoldOut::Rule::leaveOneOut:
        break;
    }
    return {"Leave-one-out by time",
            isTest ? "the last event of each shopper with at least three is the target; everything before it, the "
                     "validation event included, is input"
                   : "the last event but one of each shopper with at least three is the target; everything before "
                     "it is input"};
}

std::string protocolOf(const ExampleFacts& facts, const EvaluationScope& scope, int resamples, std::uint64_t seed) {
    const auto [kind, input] = heldOutWords(scope);
    const std::string why = scope.historyItems != HistoryItems::automatic ? ", as asked"
                            : facts.historyItemsExcluded ? ", because no shopper's training events repeat a product"
                                                         : ", because shoppers buy products again";
    return fmt::format(
        "{}, {} split: {}. Parameters, counts and popularity see training events only. Full "
        "ranking over all {} products; products of the history are {}{}. Ties count as their expectation under random "
        "order; MRR has no cut-off. Intervals: 95 % percentiles of a paired bootstrap over {} shoppers, {} resamples, "
        "seed {}.",
        kind, splitName(scope.split), input, facts.candidates, facts.historyItemsExcluded ? "left out" : "candidates",
        why, userCount(facts.users), resamples, seed);
}
} // namespace

EvaluateResult summarize(const std::vector<RankedExamples>& models, const std::vector<RankedExamples>& ceilings,
                         const ExampleFacts& facts, const EvaluationScope& scope, int resamples, std::uint64_t seed,
                         std::stop_token stop) {
    const RankMetrics metrics(facts.candidates);
    const BootstrapSettings settings{resamples, seed};
    std::vector<std::vector<MetricRow>> rows, ceilingRows;
    std::vector<std::vector<MetricRow>> rowsOfUsers;
    for (const auto& model : models) {
        rows.push_back(metricRows(model, metrics));
        rowsOfUsers.push_back(rowsByUser(rows.back(), facts.users));
    }
    for (const auto& ceiling : ceilings) ceilingRows.push_back(rowsByUser(metricRows(ceiling, metrics), facts.users));

    EvaluateResult result;
    result.users = userCount(facts.users);
    result.examples = std::ssize(facts.users);
    result.candidates = facts.candidates;
    result.exampleUsers = facts.users;
    result.protocol = protocolOf(facts, scope, resamples, seed);
    auto intervals = pairedBootstrap(rowsOfUsers, settings, stop);
    for (std::size_t model = 0; model < models.size(); ++model)
        result.models.push_back(
            evaluationOf(models[model], rows[model], std::move(intervals.models[model]), facts.candidates));
    result.difference = std::move(intervals.difference);
    result.ratio = std::move(intervals.ratio);
    for (std::size_t model = 1; model < models.size(); ++model)
        result.differences.push_back(
            {models[model].name, std::move(intervals.differences[model]), std::move(intervals.ratios[model])});
    if (ceilings.empty()) return result;
    auto ceilingIntervals = pairedBootstrap(ceilingRows, settings, stop); // the same seed draws the same users
    for (std::size_t ceiling = 0; ceiling < ceilings.size(); ++ceiling)
        result.ceilings[ceilings[ceiling].name] = std::move(ceilingIntervals.models[ceiling]);
    return result;
}

std::vector<SliceEvaluation> summarizeSlices(const std::vector<RankedExamples>& models,
                                             const std::vector<Slice>& slices, const ExampleFacts& facts, int resamples,
                                             std::uint64_t seed, std::stop_token stop) {
    const RankMetrics metrics(facts.candidates);
    std::vector<SliceEvaluation> evaluations;
    for (const auto& slice : slices) {
        std::vector<UserIndex> users;
        for (const auto example : slice.examples) users.push_back(facts.users[example]);
        std::vector<std::vector<MetricRow>> rows;
        for (const auto& model : models) {
            RankedExamples part;
            for (const auto example : slice.examples) part.ranks.push_back(model.ranks[example]);
            rows.push_back(rowsByUser(metricRows(part, metrics), users));
        }
        auto intervals = pairedBootstrap(rows, {resamples, seed}, stop);
        evaluations.push_back(
            {slice.group, slice.name, userCount(users), std::move(intervals.models), std::move(intervals.differences)});
    }
    return evaluations;
}

std::string evaluationKey(const EvaluationScope& scope, std::string_view modelHash) {
    auto key = fmt::format("ranks 1|{}|{}|{}|{}", modelHash, scope.catalogHash, splitName(scope.split),
                           historyItemsName(scope.historyItems));
    if (scope.holdOut != HoldOut()) key += fmt::format("|{}", holdOutText(scope.holdOut));
    return key;
}

std::string encodeRanks(const RankedExamples& model, const ExampleFacts& facts) {
    nlohmann::json json{{"name", model.name},
                        {"hash", model.hash},
                        {"candidates", facts.candidates},
                        {"history_items_excluded", facts.historyItemsExcluded}};
    auto& users = json["users"] = nlohmann::json::array();
    auto& better = json["better"] = nlohmann::json::array();
    auto& tied = json["tied"] = nlohmann::json::array();
    for (const auto user : facts.users) users.push_back(user.value);
    for (const auto rank : model.ranks) {
        better.push_back(rank.better);
        tied.push_back(rank.tied);
    }
    return json.dump();
}

std::optional<StoredRanks> decodeRanks(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    try {
        StoredRanks stored;
        stored.model.name = json.at("name").get<std::string>();
        stored.model.hash = json.at("hash").get<std::string>();
        stored.facts.candidates = json.at("candidates").get<std::int64_t>();
        stored.facts.historyItemsExcluded = json.at("history_items_excluded").get<bool>();
        const auto& better = json.at("better");
        const auto& tied = json.at("tied");
        for (const auto& user : json.at("users")) stored.facts.users.push_back({user.get<std::int32_t>()});
        if (better.size() != stored.facts.users.size() || tied.size() != better.size()) return {};
        for (std::size_t example = 0; example < better.size(); ++example) {
            const TieRank rank{better[example].get<std::int64_t>(), tied[example].get<std::int64_t>()};
            if (rank.better < 0 || rank.tied < 0 || rank.better + rank.tied > stored.facts.candidates) return {};
            stored.model.ranks.push_back(rank);
        }
        return stored;
    } catch (const nlohmann::json::exception&) {
        return {};
    }
}

std::optional<EvaluateResult>
storedEvaluation(const std::function<std::optional<std::string>(const std::string& key)>& lookup,
                 const EvaluationScope& scope, const std::vector<ModelInfo>& models, int resamples, std::uint64_t seed,
                 std::stop_token stop) {
    const auto find = [&lookup, &scope](std::string_view hash) -> std::optional<StoredRanks> {
        const auto text = lookup(evaluationKey(scope, hash));
        return text ? decodeRanks(*text) : std::nullopt;
    };
    std::vector<RankedExamples> ranked, ceilings;
    ExampleFacts facts;
    for (const auto& model : models) {
        auto stored = find(model.hash);
        if (!stored || (!ranked.empty() && stored->facts.users != facts.users)) return {};
        facts = std::move(stored->facts);
        stored->model.name = model.name; // a renamed copy is the same model
        ranked.push_back(std::move(stored->model));
    }
    if (ranked.empty()) return {};
    for (const auto name : ceilingNames)
        if (auto stored = find("ceiling-" + std::string(name)); stored && stored->facts.users == facts.users)
            ceilings.push_back(std::move(stored->model));
    return summarize(ranked, ceilings, facts, scope, resamples, seed, stop);
}

} // namespace core
