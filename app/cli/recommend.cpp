#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/table.h"
#include "core/engine/list_difference.h"
#include <fmt/format.h>

namespace app {

namespace {

struct RecommendOptions {
    std::string workspace;
    std::vector<std::string> models;
    std::optional<std::string> user, history;
    std::vector<std::string> historyItems;
    core::HistoryItems mayShowHistory = core::HistoryItems::automatic;
    std::string head;
    core::EngineSettings computing;
    int k = 10;
};

struct Shopper {
    std::vector<core::Event> history;
    bool hasTimes = false;
    std::optional<core::UserIndex> user{}; ///< nothing: the history is made up
};

/// "a,b" has two ids, "" has none: a new shopper.
std::vector<std::string> splitIds(const std::string& list) {
    std::vector<std::string> ids;
    if (list.empty()) return ids;
    std::size_t from = 0;
    while (true) {
        const auto comma = list.find(',', from);
        ids.push_back(list.substr(from, comma - from));
        if (ids.back().empty())
            throw WrongUsage("--history: an id is empty; ids that hold commas go one by one with --history-item");
        if (comma == std::string::npos) return ids;
        from = comma + 1;
    }
}

Shopper readShopper(const RecommendOptions& options, core::Workspace& workspace) {
    Shopper shopper;
    if (options.user) {
        const auto user = workspace.interactions().find(*options.user);
        if (!user)
            throw core::Error(core::ErrorKind::notFound,
                              fmt::format("find shopper {}: there is none of this id", *options.user));
        shopper.history = workspace.interactions().history(*user);
        shopper.hasTimes = workspace.hasTimes();
        shopper.user = user;
        return shopper;
    }
    for (const auto& id : options.history ? splitIds(*options.history) : options.historyItems) {
        const auto item = workspace.catalog().find(id);
        if (!item)
            throw core::Error(core::ErrorKind::notFound, fmt::format("find product {}: there is none of this id", id));
        shopper.history.push_back({*item, static_cast<std::int64_t>(shopper.history.size())});
    }
    return shopper;
}

/// Ids and titles by position, for lists of some ten rows.
class Names {
public:
    explicit Names(core::Catalog& catalog) : catalog_(&catalog) {}
    core::ItemText of(core::ItemIndex item) const { return catalog_->item(item).text; }
    std::string id(core::ItemIndex item) const { return of(item).id; }

private:
    core::Catalog* catalog_;
};

nlohmann::ordered_json resultJson(const std::string& model, const Shopper& shopper, const core::RecommendResult& result,
                                  const Names& names) {
    auto history = nlohmann::ordered_json::array();
    for (const auto& event : shopper.history) history.push_back(names.id(event.item));
    auto items = nlohmann::ordered_json::array();
    for (const auto& entry : result.items) {
        const auto text = names.of(entry.item);
        items.push_back({{"rank", entry.rank}, {"id", text.id}, {"title", text.title}, {"score", entry.score}});
    }
    const auto& from = result.provenance;
    return {{"model", model},
            {"history", std::move(history)},
            {"items", std::move(items)},
            {"provenance",
             {{"model_hash", from.modelHash},
              {"catalog_hash", from.catalogHash},
              {"history_hash", from.historyHash},
              {"rules_hash", from.rulesHash},
              {"k", from.k},
              {"device", from.device},
              {"precision", from.precision},
              {"version", from.version}}}};
}

nlohmann::ordered_json differenceJson(const core::ListDifference& difference, const Names& names) {
    auto entered = nlohmann::ordered_json::array(), left = entered, moved = entered;
    for (const auto& item : difference.inB) {
        if (item.movement == core::Movement::entered)
            entered.push_back(names.id(item.item));
        else if (item.movement != core::Movement::same)
            moved.push_back({{"id", names.id(item.item)}, {"from", item.rankA}, {"to", item.rankB}});
    }
    for (const auto item : difference.left) left.push_back(names.id(item));
    return {{"entered", std::move(entered)},
            {"left", std::move(left)},
            {"moved", std::move(moved)},
            {"sentence", difference.sentence()}};
}

std::string resultText(const std::string& model, const core::RecommendResult& result, const Names& names,
                       const core::ListDifference* difference) {
    Table table(difference ? std::vector<Table::Column>{{"rank", Align::right},
                                                        {"move"},
                                                        {"product"},
                                                        {"title"},
                                                        {"price", Align::right}}
                           : std::vector<Table::Column>{
                                 {"rank", Align::right}, {"product"}, {"title"}, {"price", Align::right}});
    for (std::size_t row = 0; row < result.items.size(); ++row) {
        const auto& entry = result.items[row];
        const auto text = names.of(entry.item);
        std::vector<std::string> cells{std::to_string(entry.rank), text.id, text.title,
                                       text.price ? fmt::format("{:.2f}", *text.price) : "-"};
        if (difference) {
            const auto& moved = difference->inB[row];
            const auto places = moved.rankA - moved.rankB;
            cells.insert(cells.begin() + 1, moved.movement == core::Movement::entered ? std::string("new")
                                            : places > 0                              ? fmt::format("up {}", places)
                                            : places < 0                              ? fmt::format("down {}", -places)
                                                                                      : std::string("="));
        }
        table.add(std::move(cells));
    }
    const auto& from = result.provenance;
    return fmt::format("{} ({}, {}, {})\n{}", model, from.modelHash, from.device, from.precision, table.text());
}

void addOptions(CLI::App& command, RecommendOptions& options) {
    addWorkspace(command, options.workspace);
    command.add_option("--model", options.models, "one model, or two to compare: --model A --model B")
        ->option_text("NAME")
        ->required()
        ->allow_extra_args(false);
    command.add_option("--user", options.user, "the next product for this shopper, from the whole history")
        ->option_text("ID");
    command.add_option("--history", options.history, "a made-up history, oldest first; \"\" for a new shopper")
        ->option_text("ID,ID");
    command.add_option("--history-item", options.historyItems, "the same, one id at a time, for ids that hold commas")
        ->option_text("ID")
        ->allow_extra_args(false);
    addHead(command, options.head);
    addHistoryItems(command, options.mayShowHistory);
    addDevice(command, options.computing.device);
    command
        .add_option("--precision", options.computing.precision,
                    "of matrix products, for recommenders that allow it [fp32]")
        ->option_text("fp32|bf16|fp16")
        ->check(CLI::IsMember({"fp32", "bf16", "fp16"}));
    command.add_option("--k", options.k, "products in a list [10]")->option_text("K")->check(atLeast(1));
    addJson(command);
}

void requireSensible(const RecommendOptions& options) {
    if (options.models.size() > 2) throw WrongUsage("--model: at most two can be compared");
    const int histories =
        int{options.user.has_value()} + int{options.history.has_value()} + int{!options.historyItems.empty()};
    if (histories != 1) throw WrongUsage("give one of --user, --history and --history-item");
    if (options.history) splitIds(*options.history);
}

} // namespace

Command addRecommend(CLI::App& program) {
    auto* command =
        program.add_subcommand("recommend", "Top products for a shopper or a made-up history, by one model or two");
    const auto options = std::make_shared<RecommendOptions>();
    addOptions(*command, *options);
    return {
        command, [options](Console& console) {
            requireSensible(*options);
            auto workspace = openWorkspace(options->workspace);
            const auto shopper = readShopper(*options, workspace);
            const auto engine = makeEngine(options->computing);
            if (options->computing.device != "auto" || options->computing.precision != "fp32")
                for (const auto& warning : engine->info().warnings) console.note(warning); // what is not there
            engine->openWorkspace(options->workspace);
            engine->setOnRecommending([sink = console.progress()](core::Progress writing) {
                writing.what = "writing"; // the text itself comes with the list
                sink(writing);
            });
            const auto models = engine->models();
            for (auto& name : options->models) {
                requireModel(models, name);
                name = headedName(name, options->head);
            }

            std::vector<core::RecommendResult> results;
            for (const auto& name : options->models) {
                engine->prepare(name, console.progress(), console.stop());
                core::RecommendRequest request;
                request.model = name;
                request.history = shopper.history;
                request.user = shopper.user;
                request.historyHasTimes = shopper.hasTimes;
                request.k = options->k;
                request.rules.historyItems = options->mayShowHistory;
                results.push_back(engine->recommend(request, console.stop()));
                for (const auto& notice : results.back().notices) console.note(name + ": " + notice);
            }
            std::optional<core::ListDifference> difference;
            if (results.size() == 2) difference = core::listDifference(results[0].items, results[1].items);

            const Names names(workspace.catalog());
            if (console.wantsJson()) {
                auto list = nlohmann::ordered_json::array();
                for (std::size_t at = 0; at < results.size(); ++at)
                    list.push_back(resultJson(options->models[at], shopper, results[at], names));
                return console.printJson(nlohmann::ordered_json{
                    {"results", std::move(list)},
                    {"difference", difference ? differenceJson(*difference, names) : nlohmann::ordered_json(nullptr)}});
            }
            std::string text;
            for (std::size_t at = 0; at < results.size(); ++at)
                text += (at == 0 ? "" : "\n") +
                        resultText(options->models[at], results[at], names, at == 1 ? &*difference : nullptr);
            if (difference) text += "\n" + difference->sentence() + "\n";
            console.print(text);
        }};
}

} // namespace app
