#pragma once
#include "core/engine_torch/model_loader.h"
#include <string_view>

namespace core {

/// One kind of model folder, known by the word "recommender" in its model.json.
struct ModelKind {
    std::string_view recommender;
    /// What the kind adds to name, modality, hash and metrics: capabilities, or a problem. Reads no weights.
    ModelInfo (*describe)(const ModelFolder& folder);
    /// Fills loaded.recommender, opening, hasPicture and notices; loaded.info is there. Throws Error.
    void (*load)(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing,
                 const ProgressSink& progress, std::stop_token stop);
};

/// Null for a word that this program does not know.
const ModelKind* findModelKind(std::string_view recommender);
/// A folder of models/ as lists of models show it; `problem` says why it cannot be used.
ModelInfo describeModel(const ModelFolder& folder);

/// Why the weights of a folder cannot be read as far as their header tells: missing, cut, not safetensors. Empty: fine.
std::string weightsProblem(const ModelFolder& folder);
/// A notice of pictures that are named and cannot be read.
std::string unreadableNotice(std::int64_t unreadable);

// pixrec_kind.cpp, vlm_kind.cpp, trained_kinds.cpp, brought_kinds.cpp.
extern const ModelKind pixRecKind, vlmKind, sasRecKind, bsaRecKind, bprKind, mixKind, vectorsKind, listsKind,
    scriptKind;

} // namespace core
