#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/table.h"
#include <algorithm>
#include <fmt/format.h>

namespace app {

namespace {

// Keys of every MetricTable, in the order in which people read them.
constexpr const char* metricOrder[] = {"recall@1", "recall@5", "recall@10", "recall@20",
                                       "ndcg@5",   "ndcg@10",  "ndcg@20",   "mrr"};

nlohmann::ordered_json orNull(nlohmann::ordered_json object) {
    return object.empty() ? nlohmann::ordered_json(nullptr) : std::move(object);
}

nlohmann::ordered_json evaluationJson(const core::EvaluateResult& result) {
    auto models = nlohmann::ordered_json::object(), ceilings = models;
    for (const auto& model : result.models) models[model.name] = metricsJson(model.metrics);
    for (const auto& [name, metrics] : result.ceilings) ceilings[name] = metricsJson(metrics);
    return {{"users", result.users},
            {"candidates", result.candidates},
            {"models", std::move(models)},
            {"difference", orNull(metricsJson(result.difference))},
            {"ratio", orNull(metricsJson(result.ratio))},
            {"ceilings", orNull(std::move(ceilings))},
            {"protocol", result.protocol}};
}

std::string cell(const core::MetricTable& metrics, const char* name) {
    const auto found = metrics.find(name);
    if (found == metrics.end()) return "-";
    return fmt::format("{:.4f} [{:.4f}, {:.4f}]", found->second.value, found->second.low, found->second.high);
}

std::string evaluationText(const core::EvaluateResult& result) {
    std::vector<Table::Column> columns{{"metric"}};
    std::vector<const core::MetricTable*> tables;
    const auto addColumn = [&](const std::string& title, const core::MetricTable& metrics) {
        if (metrics.empty()) return;
        columns.push_back({title, Align::right});
        tables.push_back(&metrics);
    };
    for (const auto& model : result.models) addColumn(model.name, model.metrics);
    addColumn("last minus first", result.difference);
    addColumn("last over first", result.ratio);
    for (const auto& [name, metrics] : result.ceilings) addColumn("ceiling: " + name, metrics);
    Table table(std::move(columns));
    for (const char* name : metricOrder) {
        std::vector<std::string> row{name};
        for (const auto* metrics : tables) row.push_back(cell(*metrics, name));
        table.add(std::move(row));
    }
    return fmt::format("{}, {}; value [95 % interval]\n{}\n{}\n", counted(result.users, "shopper", "shoppers"),
                       counted(result.candidates, "candidate", "candidates"), table.text(), result.protocol);
}

void requireDistinct(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) throw WrongUsage("--model: " + *twice + " is given twice");
}

} // namespace

Command addEvaluate(CLI::App& program) {
    auto* command =
        program.add_subcommand("evaluate", "Measure models on held-out events, and the difference between them");
    const auto folder = std::make_shared<std::string>();
    const auto request = std::make_shared<core::EvaluateRequest>();
    addWorkspace(*command, *folder);
    command->add_option("--model", request->models, "a model; again for more, all paired")
        ->option_text("NAME")
        ->required()
        ->allow_extra_args(false);
    command
        ->add_option_function<std::string>(
            "--split",
            [request](const std::string& name) {
                request->split = name == "test" ? core::Split::test : core::Split::validation;
            },
            "which held-out event: the last, or the last but one [test]")
        ->option_text("test|validation")
        ->check(CLI::IsMember({"test", "validation"}));
    addHistoryItems(*command, request->historyItems);
    addJson(*command);
    return {command, [folder, request](Console& console) {
                requireDistinct(request->models);
                openWorkspace(*folder);
                request->workspace = *folder;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                const auto result = makeJobs()->evaluate(*request, context);
                if (console.wantsJson())
                    console.printJson(evaluationJson(result));
                else
                    console.print(evaluationText(result));
            }};
}

} // namespace app
