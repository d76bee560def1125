#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/table.h"
#include "core/base/whole_file.h"
#include "core/evaluation/slices.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {

namespace {

// Keys of every MetricTable, in the order in which people read them.
constexpr const char* metricOrder[] = {"recall@1", "recall@5", "recall@10", "recall@20",
                                       "ndcg@5",   "ndcg@10",  "ndcg@20",   "mrr"};

nlohmann::ordered_json orNull(nlohmann::ordered_json object) {
    return object.empty() ? nlohmann::ordered_json(nullptr) : std::move(object);
}

nlohmann::ordered_json slicesJson(const core::EvaluateResult& result) {
    auto slices = nlohmann::ordered_json::array();
    for (const auto& slice : result.slices) {
        auto models = nlohmann::ordered_json::object(), differences = nlohmann::ordered_json::object();
        for (std::size_t model = 0; model < result.models.size(); ++model) {
            models[result.models[model].name] = metricsJson(slice.models[model]);
            if (model > 0) differences[result.models[model].name] = metricsJson(slice.differences[model]);
        }
        slices.push_back({{"group", slice.group},
                          {"name", slice.name},
                          {"users", slice.users},
                          {"models", std::move(models)},
                          {"differences", std::move(differences)}});
    }
    return slices;
}

nlohmann::ordered_json evaluationJson(const core::EvaluateResult& result) {
    auto models = nlohmann::ordered_json::object(), ceilings = models;
    for (const auto& model : result.models) models[model.name] = metricsJson(model.metrics);
    for (const auto& [name, metrics] : result.ceilings) ceilings[name] = metricsJson(metrics);
    auto differences = nlohmann::ordered_json::object();
    for (const auto& other : result.differences)
        differences[other.name] = {{"difference", metricsJson(other.difference)}, {"ratio", metricsJson(other.ratio)}};
    return {{"users", result.users},
            {"examples", result.examples},
            {"candidates", result.candidates},
            {"models", std::move(models)},
            {"difference", orNull(metricsJson(result.difference))},
            {"ratio", orNull(metricsJson(result.ratio))},
            {"differences", std::move(differences)},
            {"slices", slicesJson(result)},
            {"ceilings", orNull(std::move(ceilings))},
            {"protocol", result.protocol}};
}

std::string cell(const core::MetricTable& metrics, const char* name) {
    const auto found = metrics.find(name);
    if (found == metrics.end()) return "-";
    return fmt::format("{:.4f} [{:.4f}, {:.4f}]", found->second.value, found->second.low, found->second.high);
}

/// NDCG@10 of every model in every slice: few enough columns to read.
std::string slicesText(const core::EvaluateResult& result) {
    if (result.slices.empty()) return {};
    std::vector<Table::Column> columns{{"slice"}, {""}, {"shoppers", Align::right}};
    for (const auto& model : result.models) columns.push_back({model.name, Align::right});
    Table table(std::move(columns));
    for (const auto& slice : result.slices) {
        std::vector<std::string> row{slice.group, slice.name, grouped(slice.users)};
        for (const auto& metrics : slice.models) row.push_back(cell(metrics, "ndcg@10"));
        table.add(std::move(row));
    }
    return fmt::format("\nNDCG@10 by slice; JSON and CSV have all metrics\n{}", table.text());
}

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char byte : text) quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
    return quoted + '"';
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
    const auto& first = result.models.front().name;
    for (const auto& other : result.differences) addColumn(other.name + " - " + first, other.difference);
    for (const auto& other : result.differences) addColumn(other.name + " / " + first, other.ratio);
    for (const auto& [name, metrics] : result.ceilings) addColumn("ceiling: " + name, metrics);
    Table table(std::move(columns));
    for (const char* name : metricOrder) {
        std::vector<std::string> row{name};
        for (const auto* metrics : tables) row.push_back(cell(*metrics, name));
        table.add(std::move(row));
    }
    return fmt::format("{}, {}; value [95 % interval]\n{}{}\n{}\n", counted(result.users, "shopper", "shoppers"),
                       counted(result.candidates, "candidate", "candidates"), table.text(), slicesText(result),
                       result.protocol);
}

/// One row a slice and model: everything, for spreadsheets.
std::string evaluationCsv(const core::EvaluateResult& result) {
    std::string text = "model,against,statistic,slice_group,slice,users,metric,value,low,high\n";
    const auto add = [&](const std::string& model, const std::string& against, const char* statistic,
                         const std::string& group, const std::string& slice, std::int64_t users,
                         const core::MetricTable& metrics) {
        for (const char* name : metricOrder)
            if (const auto found = metrics.find(name); found != metrics.end())
                text += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csvField(model), csvField(against), statistic,
                                    csvField(group), csvField(slice), users, name, found->second.value,
                                    found->second.low, found->second.high);
    };
    const auto& first = result.models.front().name;
    for (const auto& model : result.models) add(model.name, "", "value", "", "", result.users, model.metrics);
    for (const auto& other : result.differences) {
        add(other.name, first, "difference", "", "", result.users, other.difference);
        add(other.name, first, "ratio", "", "", result.users, other.ratio);
    }
    for (const auto& [name, metrics] : result.ceilings)
        add("ceiling: " + name, "", "value", "", "", result.users, metrics);
    for (const auto& slice : result.slices)
        for (std::size_t model = 0; model < result.models.size(); ++model) {
            const auto& name = result.models[model].name;
            add(name, "", "value", slice.group, slice.name, slice.users, slice.models[model]);
            if (model > 0)
                add(name, first, "difference", slice.group, slice.name, slice.users, slice.differences[model]);
        }
    return text;
}

void writeCsv(const std::string& file, const core::EvaluateResult& result) {
    core::WholeFile whole(file); // an older table stays until this one is whole
    whole.stream() << evaluationCsv(result);
    whole.finish();
}

void requireDistinct(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) throw WrongUsage("--model: " + *twice + " is given twice");
}

std::string sliceWords(const char* between) { return fmt::format("{}", fmt::join(core::sliceGroupNames(), between)); }

/// "cold,history" or "all"
std::vector<std::string> sliceGroups(const std::string& list) {
    const auto known = core::sliceGroupNames();
    if (list == "all") return {known.begin(), known.end()};
    std::vector<std::string> groups;
    for (std::size_t from = 0; from < list.size();) {
        const auto comma = std::min(list.find(',', from), list.size());
        groups.push_back(list.substr(from, comma - from));
        if (std::find(known.begin(), known.end(), groups.back()) == known.end())
            throw WrongUsage(fmt::format("--slices: \"{}\" is none of all, {}", groups.back(), sliceWords(", ")));
        from = comma + 1;
    }
    return groups;
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
    const auto head = std::make_shared<std::string>();
    addHead(*command, *head);
    addHoldOut(*command, request->holdOut);
    const auto slices = std::make_shared<std::string>();
    const auto csv = std::make_shared<std::string>();
    command->add_option("--slices", *slices, "metrics of parts of the shoppers, too")
        ->option_text("all|" + sliceWords("|") + ", several with commas");
    command->add_option("--csv", *csv, "write all figures into this file as well")->option_text("FILE");
    command
        ->add_option("--shoppers", request->shoppers,
                     "so many at most, evenly spread: for heads that take a second each [all]")
        ->option_text("N")
        ->check(atLeast(1));
    command->add_option("--resamples", request->resamples, "draws of the paired bootstrap [1000]")
        ->option_text("N")
        ->check(atLeast(1));
    command->add_option("--seed", request->seed, "of the bootstrap [1]")->option_text("S")->check(atLeast(0));
    addJson(*command);
    return {command, [folder, request, slices, csv, head](Console& console) {
                for (auto& name : request->models) name = headedName(name, *head);
                requireDistinct(request->models);
                request->slices = sliceGroups(*slices);
                openWorkspace(*folder);
                request->workspace = *folder;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                const auto result = makeJobs()->evaluate(*request, context);
                if (!csv->empty()) writeCsv(*csv, result);
                if (console.wantsJson())
                    console.printJson(evaluationJson(result));
                else
                    console.print(evaluationText(result));
            }};
}

} // namespace app
