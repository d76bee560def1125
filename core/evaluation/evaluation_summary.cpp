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

std::string protocolOf(const ExampleFacts& facts, const EvaluationScope& scope, int resamples, std::uint64_t seed) {
    const std::string input =
        scope.split == Split::test
            ? "the last event of each shopper with at least three is the target; everything before it, the "
              "validation event included, is input"
            : "the last event but one of each shopper with at least three is the target; everything before "
              "it is input";
    const std::string why = scope.historyItems != HistoryItems::automatic ? ", as asked"
                            : facts.historyItemsExcluded ? ", because no shopper's training events repeat a product"
                                                         : ", because shoppers buy products again";
    return fmt::format(
        "Leave-one-out by time, {} split: {}. Parameters, counts and popularity see training events only. Full "
        "ranking over all {} products; products of the history are {}{}. Ties count as their expectation under random "
        "order; MRR has no cut-off. Intervals: 95 % percentiles of a paired bootstrap over {} shoppers, {} resamples, "
        "seed {}.",
        splitName(scope.split), input, facts.candidates, facts.historyItemsExcluded ? "left out" : "candidates", why,
        facts.users.size(), resamples, seed);
}
} // namespace

EvaluateResult summarize(const std::vector<RankedExamples>& models, const std::vector<RankedExamples>& ceilings,
                         const ExampleFacts& facts, const EvaluationScope& scope, int resamples, std::uint64_t seed,
                         std::stop_token stop) {
    const RankMetrics metrics(facts.candidates);
    const BootstrapSettings settings{resamples, seed};
    std::vector<std::vector<MetricRow>> rows, ceilingRows;
    for (const auto& model : models) rows.push_back(metricRows(model, metrics));
    for (const auto& ceiling : ceilings) ceilingRows.push_back(metricRows(ceiling, metrics));

    EvaluateResult result;
    result.users = static_cast<std::int64_t>(facts.users.size());
    result.candidates = facts.candidates;
    result.exampleUsers = facts.users;
    result.protocol = protocolOf(facts, scope, resamples, seed);
    auto intervals = pairedBootstrap(rows, settings, stop);
    for (std::size_t model = 0; model < models.size(); ++model)
        result.models.push_back(
            evaluationOf(models[model], rows[model], std::move(intervals.models[model]), facts.candidates));
    result.difference = std::move(intervals.difference);
    result.ratio = std::move(intervals.ratio);
    if (ceilings.empty()) return result;
    auto ceilingIntervals = pairedBootstrap(ceilingRows, settings, stop); // the same seed draws the same users
    for (std::size_t ceiling = 0; ceiling < ceilings.size(); ++ceiling)
        result.ceilings[ceilings[ceiling].name] = std::move(ceilingIntervals.models[ceiling]);
    return result;
}

std::string evaluationKey(const EvaluationScope& scope, std::string_view modelHash) {
    return fmt::format("ranks 1|{}|{}|{}|{}", modelHash, scope.catalogHash, splitName(scope.split),
                       historyItemsName(scope.historyItems));
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
