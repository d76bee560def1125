#pragma once
#include "core/engine/engine.h"
#include "core/engine/jobs.h"
#include "core/engine/search.h"
#include <filesystem>
#include <memory>

namespace core {

struct EngineSettings {
    std::string device = "auto";    ///< "auto", "cpu", "cuda:0"
    int threads = 0;                ///< 0: all cores
    std::string precision = "fp32"; ///< of networks that allow it: "fp32", "bf16", "fp16"
};

/// What the loadable module exports, under the name `pixrec_module`. Both sides are built together; `abi` guards
/// against a stale file beside the program.
struct ModuleEntry {
    int abi;
    Engine* (*createEngine)(const EngineSettings& settings);
    Jobs* (*createJobs)();
    ProductSearch* (*createSearch)();
};
inline constexpr int moduleAbi = 4;

/// The module, loaded once and never unloaded. Takes 0.3 to 0.7 s the first time: never on the GUI thread. The first
/// call decides the path; throws Error(unavailable) with the loader's reason. Thread-safe.
const ModuleEntry& loadModule(const std::filesystem::path& file);
/// `libengine_torch.so` beside the running program, or in ../lib/pixrec where it is installed.
std::filesystem::path defaultModulePath();
/// The folder of trained checkpoints that come with the program, for SampleShopRequest::shippedModels: of the
/// installation, else of the source tree that this was built from.
std::filesystem::path shippedModelsPath();

} // namespace core
