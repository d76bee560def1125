#pragma once
#include "core/checkpoints/language_model_settings.h"
#include "core/text/chat_template.h"
#include "core/text/pretrained_tokenizer.h"

namespace core {

/// Makes the token ids that a checkpoint's language network reads, from its `tokenizer.json`, chat template and sizes,
/// as Transformers' processors make them for whole pictures (tiles off). Thread-safe.
class PromptWriter {
public:
    /// Throws Error(notFound) or Error(corrupt).
    static PromptWriter load(const std::filesystem::path& folder);

    /// Each "<image>" in `text` becomes the tokens of one picture. PaliGemma: without one, `pictures` come first.
    /// Throws Error(invalidInput) where their count is not `pictures`.
    std::vector<std::int32_t> ids(const std::string& text, std::size_t pictures = 0) const;
    /// A conversation by the folder's chat template; throws Error(invalidInput) where it has none.
    std::vector<std::int32_t> ids(std::span<const ChatMessage> messages, bool asksForAnswer = true) const;
    /// What ids() hands to the tokenizer.
    std::string expanded(const std::string& text, std::size_t pictures) const;

    const PretrainedTokenizer& tokenizer() const { return *tokenizer_; }
    bool hasChatTemplate() const { return template_.has_value(); }

private:
    std::string pictureText() const;

    LanguageModelSettings settings_;
    std::shared_ptr<const PretrainedTokenizer> tokenizer_;
    std::optional<ChatTemplate> template_;
    std::string beginToken_, pictureToken_; ///< as texts
};

} // namespace core
