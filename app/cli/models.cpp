#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/model_json.h"
#include "app/cli/table.h"
#include "core/model_import/model_facts.h"
#include <fmt/format.h>

namespace app {

Command addModels(CLI::App& program) {
    auto* options = program.add_subcommand("models", "List trained models and baselines");
    const auto folder = std::make_shared<std::string>();
    addWorkspace(*options, *folder);
    addJson(*options);
    return {options, [folder](Console& console) {
                openWorkspace(*folder);
                const auto engine = makeEngine();
                engine->openWorkspace(*folder);
                const auto models = engine->models();
                if (console.wantsJson()) {
                    auto rows = nlohmann::ordered_json::array();
                    for (const auto& model : models) {
                        rows.push_back({{"name", model.name},
                                        {"recommender", model.recommender},
                                        {"modality", model.modality},
                                        {"hash", model.hash},
                                        {"metrics", model.metrics},
                                        {"capabilities", capabilitiesJson(model.capabilities)}});
                        const auto facts = core::modelFacts(std::filesystem::path(*folder) / "models" / model.name);
                        const auto card = nlohmann::ordered_json::parse(facts.json, nullptr, false);
                        rows.back()["bytes"] = facts.bytes();
                        rows.back()["files"] = filesJson(facts.files);
                        rows.back()["arrays"] = arraysJson(facts.arrays);
                        rows.back()["card"] = card.is_discarded() ? nlohmann::ordered_json(nullptr) : card;
                        if (!model.problem.empty()) rows.back()["problem"] = model.problem;
                    }
                    return console.printJson(nlohmann::ordered_json{{"models", std::move(rows)}});
                }
                Table table({{"model"},
                             {"recommender"},
                             {"modality"},
                             {"hash"},
                             {"validation NDCG@10", Align::right},
                             {"problem"}});
                for (const auto& model : models) {
                    const auto metric = model.metrics.find("ndcg@10");
                    table.add({model.name, model.recommender, model.modality, model.hash,
                               metric == model.metrics.end() ? "-" : fmt::format("{:.4f}", metric->second),
                               model.problem});
                }
                console.print(table.text());
            }};
}

} // namespace app
