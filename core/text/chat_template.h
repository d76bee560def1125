#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace core {

/// One turn of a conversation: texts and pictures in their order.
struct ChatMessage {
    struct Piece {
        bool isPicture = false;
        std::string text;
    };
    std::string role; ///< "user", "assistant", "system"
    std::vector<Piece> content;
};

/// How a checkpoint wants conversations written: the Jinja text in its folder. Known of Jinja: texts, `for` over lists,
/// `if`, `set`, whitespace control, expressions with strings, numbers, `+ ~ == != < > in and or not is`, subscripts,
/// slices, the filters and methods that such templates use. What is not known is refused with its place, never guessed.
/// Thread-safe.
class ChatTemplate {
public:
    /// From `chat_template.jinja`, else `chat_template.json`, else `tokenizer_config.json`; nothing where none has one.
    /// Throws Error(corrupt) naming file and line.
    static std::optional<ChatTemplate> load(const std::filesystem::path& folder);
    /// `tokens`: values of names like bos_token.
    static ChatTemplate parse(std::string_view text, const std::string& name,
                              std::vector<std::pair<std::string, std::string>> tokens = {});

    /// The conversation as text, pictures as the template writes them ("<image>"). `asksForAnswer`: the answer's
    /// beginning comes last. Throws Error(invalidInput) where the template refuses the conversation.
    std::string apply(std::span<const ChatMessage> messages, bool asksForAnswer) const;

    struct Program; ///< in chat_template.cpp

private:
    std::shared_ptr<const Program> program_;
};

} // namespace core
