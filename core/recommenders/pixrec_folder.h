#pragma once
#include "core/base/hash.h"
#include "core/engine/engine.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/text/tokenizer.h"
#include <filesystem>
#include <memory>
#include <string>

namespace core {

inline constexpr const char* modelFileName = "model.json";
inline constexpr const char* weightsFileName = "model.safetensors";
inline constexpr const char* vocabularyFileName = "vocabulary.json";
inline constexpr const char* cardFileName = "README.md";

/// Adds a file of a model folder to its hash. Throws Error(notFound) naming the file.
void addModelFile(Hasher& hasher, const std::filesystem::path& file);
/// What every trained model's model.json says of it, without capabilities. Throws nlohmann's exceptions.
ModelInfo modelInfoOf(const nlohmann::json& json, const std::filesystem::path& folder);

/// A model folder without its weights.
struct PixRecFolder {
    ModelInfo info;
    PixRecSettings settings;
    std::shared_ptr<const TextTokenizer> tokenizer;
};

/// Reads model.json and the vocabulary and checks that the files are the ones that were written. Throws Error(notFound)
/// or Error(corrupt), naming the file.
PixRecFolder readPixRecFolder(const std::filesystem::path& folder);
/// Over weights, vocabulary and sizes: what identifies a model in caches and provenance.
std::string pixRecHash(const std::filesystem::path& folder, const PixRecSettings& settings);

} // namespace core
