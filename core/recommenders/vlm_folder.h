#pragma once
#include "core/engine/engine.h"
#include "core/recommenders/vlm_settings.h"
#include <filesystem>

namespace core {

inline constexpr const char* vlmRecommender = "pixrec-vlm";
/// The checkpoint inside a model folder.
inline constexpr const char* vlmBackboneFolder = "backbone";

/// A model folder without its weights: model.json, model.safetensors (projections, LoRA's changes), README.md, and
/// backbone/, a checkpoint as Hugging Face has them, where the model keeps its own.
struct VlmFolder {
    ModelInfo info;
    VlmSettings settings;
    std::filesystem::path backbone; ///< where the checkpoint is
};

/// Reads model.json and checks that the files are the ones that were written. Throws Error(notFound) or Error(corrupt),
/// naming the file.
VlmFolder readVlmFolder(const std::filesystem::path& folder);
/// Over settings, weights and checkpoint (of one outside: its settings, its vocabulary and the size of its weights).
std::string vlmHash(const std::filesystem::path& folder, const VlmSettings& settings,
                    const std::filesystem::path& backbone);

} // namespace core
