#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace core {

/// Sizes of a vision-language network small enough to be trained on a CPU in minutes: SmolVLM's kind (methods.md 1,
/// "tiny").
struct TinyBackbone {
    int width = 128, layers = 4, heads = 4, innerWidth = 344;
    int vocabulary = 2048; ///< at most
    int positions = 512;   ///< longest text, in tokens
    int pictureSide = 64, patch = 8, pictureWidth = 96, pictureLayers = 2, pictureHeads = 4, pictureInnerWidth = 192;
    int shuffle = 2; ///< patches along each side of a token's square: 64 px, 8 px, 2 give 16 tokens a picture
};

/// Writes a folder as Hugging Face has them (config.json, model.safetensors, tokenizer.json, preprocessor_config.json):
/// Idefics3 with random weights, and a byte-level vocabulary trained on `texts`. From there on it is a checkpoint like
/// any other. The same seed and texts give the same bytes. Throws Error(unavailable) where the disk refuses.
void writeTinyBackbone(const std::filesystem::path& folder, const TinyBackbone& sizes,
                       std::span<const std::string> texts, std::uint64_t seed);

} // namespace core
