#pragma once
#include "core/engine/engine.h"
#include "core/engine/jobs.h"
#include "core/engine/module.h"
#include "core/workspace/workspace.h"
#include <CLI/App.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What several commands read alike.
namespace app {

/// Adds the positional WORKSPACE of a command.
CLI::Option* addWorkspace(CLI::App& command, std::string& folder);
/// Adds --json; the program looks for it before parsing, so that even wrong usage is answered in JSON.
void addJson(CLI::App& command);
/// Adds --history-items auto|keep|exclude.
void addHistoryItems(CLI::App& command, core::HistoryItems& target);

/// Adds --hold-out leave-one-out|last-basket|global-time[:FROM,FROM].
void addHoldOut(CLI::App& command, std::string& target);

/// Adds --device auto|cpu|cuda:NUMBER.
void addDevice(CLI::App& command, std::string& target);

/// A whole number that is not less than `least`.
CLI::Validator atLeast(std::int64_t least);

/// Opens for reading; throws InputRejected where there is no usable workspace.
core::Workspace openWorkspace(const std::string& folder);

/// The engine and the jobs of the loadable module; the first call takes up to 0.7 s.
std::unique_ptr<core::Engine> makeEngine(const core::EngineSettings& settings = {});
std::unique_ptr<core::Jobs> makeJobs();
/// Throws Error(notFound) that names the models there are, or Error(unavailable) where the model has a problem.
core::ModelInfo requireModel(const std::vector<core::ModelInfo>& models, const std::string& name);

/// Adds --head dense|generative|mix: how vision-language models rank.
void addHead(CLI::App& command, std::string& head);
/// "NAME:HEAD", as the engine asks for a head; NAME where `head` is empty or the name has one.
std::string headedName(const std::string& name, const std::string& head);

/// "2 products": one thing or several, counted.
std::string counted(std::int64_t number, const std::string& singular, const std::string& plural);

/// The seam's structs as they leave the program.
nlohmann::ordered_json metricsJson(const core::MetricTable& metrics);

} // namespace app
