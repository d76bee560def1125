#pragma once
#include "app/cli/console.h"
#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace app {

/// One subcommand: its options as CLI11 reads them, and what it does once they are read. `run` throws what failure.h
/// knows.
struct Command {
    CLI::App* options = nullptr;
    std::function<void(Console&)> run;
};

/// The command line as typed, for the model card.
struct Invocation {
    std::string text;
    int* argc = nullptr; ///< Qt wants both by reference, for as long as its application lives
    char** argv = nullptr;
};

// One file each: cli/<command>.cpp. They add their subcommand to the program and return it.
Command addSampleShop(CLI::App& program);
Command addImport(CLI::App& program);
Command addInfo(CLI::App& program);
Command addUsers(CLI::App& program);
Command addItems(CLI::App& program);
Command addTrain(CLI::App& program, const Invocation& invocation);
Command addModels(CLI::App& program);
Command addAddModel(CLI::App& program);
Command addExport(CLI::App& program);
Command addBackbones(CLI::App& program);
Command addEncode(CLI::App& program);
Command addRecommend(CLI::App& program);
Command addEvaluate(CLI::App& program);
Command addScreenshot(CLI::App& program, const Invocation& invocation);

} // namespace app
