#include "app/cli/program.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "app/cli/interrupt.h"
#include "ui/window.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace app {

namespace {

constexpr std::array commandNames{"sample-shop", "import",     "info",      "users",  "items",
                                  "train",       "models",     "add-model", "export", "recommend",
                                  "evaluate",    "screenshot", "backbones", "encode"};

constexpr const char* footer = R"(
Without a command the window opens; a folder called like a command is written ./info.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input rejected, 130 cancelled.
With --json one object goes to standard output, a failure as
  {"error":{"kind","message","findings","report"}}; progress goes to standard error.)";

bool isCommand(const std::string& word) {
    return std::find(commandNames.begin(), commandNames.end(), word) != commandNames.end();
}

/// The command line as a shell would take it again.
std::string asTyped(const std::vector<std::string>& arguments) {
    std::string line = "pixrec";
    for (const auto& argument : arguments) {
        const bool isPlain =
            !argument.empty() && argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                            "0123456789-_=.,:/@+") == std::string::npos;
        line += ' ';
        if (isPlain) {
            line += argument;
            continue;
        }
        line += '\'';
        for (const char byte : argument) line += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
        line += '\'';
    }
    return line;
}

/// A first word that is neither an option, a command nor a folder is a mistyped command.
void requireKnownCommand(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments[0].starts_with("-") || isCommand(arguments[0])) return;
    if (arguments[0].find('/') == std::string::npos && !std::filesystem::exists(arguments[0]))
        throw WrongUsage(fmt::format("\"{}\" is neither a command nor a workspace folder", arguments[0]));
}

int openWindow(const std::string& workspace, const Invocation& invocation) {
    std::optional<std::filesystem::path> folder;
    if (!workspace.empty()) {
        if (!std::filesystem::exists(workspace))
            throw InputRejected(core::ErrorKind::notFound, fmt::format("open {}: there is no such folder", workspace));
        folder = workspace;
    }
    const bool hasDisplay = std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY") || std::getenv("QT_QPA_PLATFORM");
    if (!hasDisplay)
        throw core::Error(core::ErrorKind::unavailable,
                          "open the window: there is no display; `pixrec screenshot` draws it into a file");
    return ui::runWindow(*invocation.argc, invocation.argv, folder);
}

/// Parses and runs; failures come out as exceptions.
int runCommandLine(const std::vector<std::string>& arguments, const Invocation& invocation, Console& console) {
    CLI::App program("PixRec Studio: see what product pictures change in what a recommender shows.", "pixrec");
    std::string workspace;
    program.add_option("WORKSPACE", workspace, "the workspace folder that the window opens");
    program.set_version_flag("--version", "pixrec " PIXREC_VERSION);
    program.require_subcommand(0, 1);
    const std::array commands{addSampleShop(program), addImport(program),
                              addInfo(program),       addUsers(program),
                              addItems(program),      addTrain(program, invocation),
                              addModels(program),     addAddModel(program),
                              addExport(program),     addRecommend(program),
                              addEvaluate(program),   addBackbones(program),
                              addEncode(program),     addScreenshot(program, invocation)};
    program.footer(footer); // after the commands, which would inherit it
    requireKnownCommand(arguments);
    try {
        program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend())); // CLI11 wants them last first
    } catch (const CLI::CallForHelp&) {
        console.print(program.help()); // of the command, where one was named
        return 0;
    } catch (const CLI::CallForVersion& version) {
        console.print(std::string(version.what()) + "\n");
        return 0;
    }
    const auto chosen =
        std::find_if(commands.begin(), commands.end(), [](const auto& command) { return command.options->parsed(); });
    if (chosen == commands.end()) return openWindow(workspace, invocation);
    chosen->run(console);
    return 0;
}

int report(const Failure& failure, const std::vector<std::string>& arguments, Console& console) {
    if (console.wantsJson()) {
        console.printJson(failure.json());
    } else {
        auto line = "pixrec: " + failure.message;
        if (!failure.report.empty()) line += "; the report is " + failure.report;
        if (failure.code == ExitCode::wrongUsage) {
            const bool namesCommand = !arguments.empty() && isCommand(arguments[0]);
            line += fmt::format("; see pixrec {}--help", namesCommand ? arguments[0] + " " : "");
        }
        console.progressLine().keep(line);
    }
    return static_cast<int>(failure.code);
}

} // namespace

int runProgram(int argc, char** argv) {
    // A full disk or a reader that went away is an error of one write, not the end of the program.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const Invocation invocation{asTyped(arguments), &argc, argv};
    const bool isWindow = arguments.empty() || (!isCommand(arguments[0]) && !arguments[0].starts_with("-"));
    std::optional<Interrupt> interrupt;
    if (!isWindow) interrupt.emplace(); // Ctrl+C ends the window at once, as it does any window
    const bool wantsJson = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
    Console console(wantsJson ? OutputForm::json : OutputForm::text,
                    interrupt ? interrupt->token() : std::stop_token{});
    try {
        return runCommandLine(arguments, invocation, console);
    } catch (...) {
        try {
            return report(describe(std::current_exception()), arguments, console);
        } catch (const std::exception& error) {
            fmt::print(stderr, "pixrec: {}\n", error.what());
            return static_cast<int>(ExitCode::failed);
        }
    }
}

} // namespace app
