#include "app/cli/arguments.h"
#include "app/cli/failure.h"
#include "app/cli/progress_line.h"
#include "core/engine/headed_name.h"
#include "core/engine/module.h"
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {

CLI::Option* addWorkspace(CLI::App& command, std::string& folder) {
    return command.add_option("WORKSPACE", folder, "the workspace folder")->required();
}

void addJson(CLI::App& command) {
    command.add_flag("--json")->description("print one JSON object on standard output and nothing else");
}

void addHistoryItems(CLI::App& command, core::HistoryItems& target) {
    static const std::map<std::string, core::HistoryItems> names{{"auto", core::HistoryItems::automatic},
                                                                 {"keep", core::HistoryItems::keep},
                                                                 {"exclude", core::HistoryItems::exclude}};
    command
        .add_option_function<std::string>(
            "--history-items", [&target](const std::string& name) { target = names.at(name); },
            "may products of the history be recommended? auto: yes where shoppers buy things again [auto]")
        ->option_text("auto|keep|exclude")
        ->check(CLI::IsMember({"auto", "keep", "exclude"}));
}

void addHoldOut(CLI::App& command, std::string& target) {
    command
        .add_option("--hold-out", target,
                    "what training does not see: each shopper's last two events, the last two baskets, or all events "
                    "from a date (or share of the events) on, first for validation, then for test [leave-one-out]")
        ->option_text("leave-one-out|last-basket|global-time[:FROM,FROM]");
}

void addDevice(CLI::App& command, std::string& target) {
    const auto problemOf = [](const std::string& name) {
        const bool isGpu = name.size() > 5 && name.size() < 9 && name.starts_with("cuda:") &&
                           name.find_first_not_of("0123456789", 5) == std::string::npos;
        return isGpu || name == "auto" || name == "cpu" ? std::string() : name + " is not auto, cpu or cuda:NUMBER";
    };
    command.add_option("--device", target, "auto, cpu, or a graphics processor: cuda:0 [auto]")
        ->option_text("auto|cpu|cuda:0")
        ->check(CLI::Validator(problemOf, ""));
}

CLI::Validator atLeast(std::int64_t least) {
    return CLI::Validator(
        [least](const std::string& text) {
            std::int64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, error] = std::from_chars(text.data(), end, number);
            if (error == std::errc() && stop == end && number >= least) return std::string();
            return fmt::format("\"{}\" is not a whole number of {} or more", text, least);
        },
        "");
}

core::Workspace openWorkspace(const std::string& folder) {
    try {
        return core::Workspace(folder, core::WorkspaceAccess::readOnly);
    } catch (const core::Error& error) {
        const bool isInput = error.kind() == core::ErrorKind::notFound || error.kind() == core::ErrorKind::corrupt ||
                             error.kind() == core::ErrorKind::invalidInput;
        if (isInput) throw InputRejected(error.kind(), error.what());
        throw;
    }
}

std::unique_ptr<core::Engine> makeEngine(const core::EngineSettings& settings) {
    return std::unique_ptr<core::Engine>(core::loadModule(core::defaultModulePath()).createEngine(settings));
}

std::unique_ptr<core::Jobs> makeJobs() {
    return std::unique_ptr<core::Jobs>(core::loadModule(core::defaultModulePath()).createJobs());
}

core::ModelInfo requireModel(const std::vector<core::ModelInfo>& models, const std::string& name) {
    const auto found = std::find_if(models.begin(), models.end(), [&](const auto& model) {
        return model.name == name || name.starts_with(model.name + ":"); // with a head
    });
    if (found == models.end()) {
        std::vector<std::string> names;
        for (const auto& model : models) names.push_back(model.name);
        throw core::Error(core::ErrorKind::notFound,
                          fmt::format("find model {}: this workspace has {}", name, fmt::join(names, ", ")));
    }
    if (!found->problem.empty())
        throw core::Error(core::ErrorKind::unavailable, fmt::format("use model {}: {}", name, found->problem));
    return *found;
}

void addHead(CLI::App& command, std::string& head) {
    command
        .add_option("--head", head,
                    "how a pixrec-vlm model ranks: by vectors, by the texts that it writes, or by a mix of both and "
                    "co-occurrence, chosen on validation; also as --model NAME:HEAD [dense]")
        ->option_text("dense|generative|mix")
        ->check(CLI::IsMember({"dense", "generative", "mix"}));
}

std::string headedName(const std::string& name, const std::string& head) {
    const bool hasHead = !core::splitHead(name).head.empty();
    return head.empty() || head == "dense" || hasHead ? name : name + ":" + head;
}

std::string counted(std::int64_t number, const std::string& singular, const std::string& plural) {
    return fmt::format("{} {}", grouped(number), number == 1 ? singular : plural);
}

nlohmann::ordered_json metricsJson(const core::MetricTable& metrics) {
    auto table = nlohmann::ordered_json::object();
    for (const auto& [name, interval] : metrics)
        table[name] = {{"value", interval.value}, {"low", interval.low}, {"high", interval.high}};
    return table;
}

} // namespace app
