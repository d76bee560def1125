#pragma once
#include "core/checkpoints/decoder_settings.h"
#include "core/checkpoints/tower_settings.h"
#include <filesystem>
#include <optional>

namespace core {

/// A folder's language network, with the picture tower before it where it has one.
struct LanguageModelSettings {
    /// Idefics3 (SmolVLM too) puts squares of neighbouring patches into one token (pixel shuffle) and is causal.
    /// PaliGemma keeps every patch, counts positions from 1, and lets all tokens of the prompt see each other.
    enum class Kind { text, idefics3, paligemma };
    Kind kind = Kind::text;
    DecoderSettings decoder;
    std::optional<TowerSettings> tower;
    std::int64_t shuffle = 1;      ///< patches along each side of a token's square
    std::int32_t pictureToken = 0; ///< the id in whose places rows of pictures stand

    bool readsPictures() const { return tower.has_value(); }
    bool hasOpenPrefix() const { return kind == Kind::paligemma; }
    std::int64_t tokensPerPicture() const { return tower ? tower->patches() / (shuffle * shuffle) : 0; }

    /// From `config.json` and, for end tokens, `generation_config.json`. Throws Error(notFound) or Error(corrupt).
    static LanguageModelSettings read(const std::filesystem::path& folder);
};

} // namespace core
