#include "core/engine/module.h"
#include "core/engine_torch/product_search.h"
#include "core/engine_torch/torch_engine.h"
#include "core/engine_torch/torch_jobs.h"

/// What the program looks up in this shared object (core/engine/module.h).
extern "C" __attribute__((visibility("default"))) const core::ModuleEntry pixrec_module;
const core::ModuleEntry pixrec_module{
    core::moduleAbi,
    [](const core::EngineSettings& settings) -> core::Engine* { return new core::TorchEngine(settings); },
    []() -> core::Jobs* { return new core::TorchJobs; },
    []() -> core::ProductSearch* { return new core::TorchSearch; }};
