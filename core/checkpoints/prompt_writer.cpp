#include "core/checkpoints/prompt_writer.h"
#include <fmt/format.h>

namespace core {

namespace {

std::string repeated(const std::string& text, std::int64_t times) {
    std::string result;
    for (std::int64_t i = 0; i < times; ++i) result += text;
    return result;
}

} // namespace

PromptWriter PromptWriter::load(const std::filesystem::path& folder) {
    PromptWriter writer;
    writer.settings_ = LanguageModelSettings::read(folder);
    writer.tokenizer_ = PretrainedTokenizer::load(folder);
    writer.template_ = ChatTemplate::load(folder);
    writer.beginToken_ = writer.settings_.hasOpenPrefix() ? "<bos>" : "";
    if (std::filesystem::exists(folder / "tokenizer_config.json")) {
        const auto config = JsonPlace::read(folder / "tokenizer_config.json", 100'000'000);
        if (const auto token = config.find("bos_token"))
            writer.beginToken_ = token->isString() ? token->asString() : token->at("content").asString();
    }
    if (writer.settings_.readsPictures())
        writer.pictureToken_ = writer.tokenizer_->tokenOf(writer.settings_.pictureToken).value_or("<image>");
    return writer;
}

std::string PromptWriter::pictureText() const {
    std::string tokens = repeated(pictureToken_, settings_.tokensPerPicture());
    if (settings_.kind == LanguageModelSettings::Kind::paligemma) return tokens;
    return "<fake_token_around_image><global-img>" + tokens + "<fake_token_around_image>";
}

std::string PromptWriter::expanded(const std::string& text, std::size_t pictures) const {
    const bool isPaliGemma = settings_.kind == LanguageModelSettings::Kind::paligemma;
    std::string result;
    std::size_t found = 0, begin = 0, afterLast = 0;
    if (settings_.readsPictures())
        for (std::size_t at = 0; (at = text.find(pictureToken_, begin)) != std::string::npos; ++found) {
            result += text.substr(begin, at - begin) + pictureText();
            begin = at + pictureToken_.size();
            afterLast = result.size();
        }
    result += text.substr(begin);
    if (isPaliGemma && found == 0) {
        for (; found < pictures; ++found) result.insert(0, pictureText());
        afterLast = pictures * pictureText().size();
    }
    if (found != pictures)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("write a prompt: {} places for pictures, {} pictures", found, pictures));
    if (isPaliGemma) result = result.substr(0, afterLast) + beginToken_ + result.substr(afterLast) + "\n";
    return result;
}

std::vector<std::int32_t> PromptWriter::ids(const std::string& text, std::size_t pictures) const {
    const bool addsSpecial =
        settings_.kind != LanguageModelSettings::Kind::paligemma; // its own beginning is in the text
    return tokenizer_->encode(expanded(text, pictures), {.addsSpecial = addsSpecial, .wantsSpans = false}).ids;
}

std::vector<std::int32_t> PromptWriter::ids(std::span<const ChatMessage> messages, bool asksForAnswer) const {
    if (!template_) throw Error(ErrorKind::invalidInput, "write a conversation: the folder has no chat template");
    const std::string text = template_->apply(messages, asksForAnswer);
    std::size_t pictures = 0;
    for (const auto& message : messages)
        for (const auto& piece : message.content) pictures += piece.isPicture;
    // Transformers' processors add the tokenizer's special tokens unless the template began with them; its tokenizers
    // never do.
    const bool addsSpecial = settings_.readsPictures() && (beginToken_.empty() || !text.starts_with(beginToken_));
    return tokenizer_->encode(expanded(text, pictures), {.addsSpecial = addsSpecial, .wantsSpans = false}).ids;
}

} // namespace core
