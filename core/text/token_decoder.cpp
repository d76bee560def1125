#include "core/text/token_decoder.h"
#include "core/text/byte_letters.h"
#include "core/text/text_pattern.h"
#include "core/text/utf8.h"
#include <functional>

namespace core {

namespace {

using Tokens = std::vector<std::string>;

class Step final : public TokenDecoder {
public:
    explicit Step(std::function<void(Tokens&)> function) : function_(std::move(function)) {}
    void apply(Tokens& tokens) const override { function_(tokens); }

private:
    std::function<void(Tokens&)> function_;
};

template <class Function>
std::unique_ptr<TokenDecoder> step(Function function) {
    return std::make_unique<Step>(std::move(function));
}

const std::string& replacementText() {
    static const std::string text = "\xEF\xBF\xBD";
    return text;
}

/// Each longest beginning of a character that cannot be completed becomes one U+FFFD (Unicode, 3.9, "maximal subpart").
std::string validText(std::string_view bytes) {
    std::string text;
    while (true) {
        const std::size_t valid = validUtf8Prefix(bytes);
        text.append(bytes.substr(0, valid));
        bytes.remove_prefix(valid);
        if (bytes.empty()) return text;
        text += replacementText();
        bytes.remove_prefix(brokenUtf8Length(bytes));
    }
}

std::unique_ptr<TokenDecoder> byteLevelStep() {
    return step([](Tokens& tokens) {
        std::string bytes;
        for (const auto& token : tokens) {
            std::string read;
            bool isWritten = true;
            for (std::size_t at = 0; at < token.size() && isWritten;) {
                const int byte = byteOfLetter(nextCodePoint(token, at));
                isWritten = byte >= 0;
                read.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
            }
            bytes += isWritten ? read : token;
        }
        tokens = {validText(bytes)};
    });
}

std::unique_ptr<TokenDecoder> byteFallbackStep() {
    return step([](Tokens& tokens) {
        Tokens result;
        std::string bytes;
        const auto flush = [&] {
            if (bytes.empty()) return;
            if (validUtf8Prefix(bytes) == bytes.size())
                result.push_back(bytes);
            else
                result.insert(result.end(), bytes.size(), replacementText());
            bytes.clear();
        };
        const auto digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                          : -1;
        };
        for (auto& token : tokens) {
            const bool isByte = token.size() == 6 && token.starts_with("<0x") && token.back() == '>' &&
                                digit(token[3]) >= 0 && digit(token[4]) >= 0;
            if (isByte) {
                bytes.push_back(static_cast<char>(static_cast<unsigned char>(digit(token[3]) * 16 + digit(token[4]))));
                continue;
            }
            flush();
            result.push_back(std::move(token));
        }
        flush();
        tokens = std::move(result);
    });
}

std::unique_ptr<TokenDecoder> metaspaceStep(const JsonPlace& place) {
    const std::string mark = place.at("replacement").asString();
    if (mark.empty()) place.at("replacement").fail("one character was due");
    const bool addsNone =
        place.stringOr("prepend_scheme", "always") == "never" || !place.boolOr("add_prefix_space", true);
    return step([mark, addsNone](Tokens& tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const std::string with = i == 0 && !addsNone ? "" : " ";
            for (std::size_t at = tokens[i].find(mark); at != std::string::npos;
                 at = tokens[i].find(mark, at + with.size()))
                tokens[i].replace(at, mark.size(), with);
        }
    });
}

void replaceAll(std::string& text, const std::string& what, const std::string& with) {
    if (what.empty()) return;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

std::unique_ptr<TokenDecoder> wordPieceStep(const JsonPlace& place) {
    return step([prefix = place.at("prefix").asString(), cleans = place.at("cleanup").asBool()](Tokens& tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            auto& token = tokens[i];
            if (i > 0) token = token.starts_with(prefix) ? token.substr(prefix.size()) : " " + token;
            if (!cleans) continue;
            using Pair = std::pair<const char*, const char*>;
            for (const auto& [what, with] : {Pair{" .", "."},
                                             {" ?", "?"},
                                             {" !", "!"},
                                             {" ,", ","},
                                             {" ' ", "'"},
                                             {" n't", "n't"},
                                             {" 'm", "'m"},
                                             {" do not", " don't"},
                                             {" 's", "'s"},
                                             {" 've", "'ve"},
                                             {" 're", "'re"}})
                replaceAll(token, what, with);
        }
    });
}

std::unique_ptr<TokenDecoder> stripStep(const JsonPlace& place) {
    const std::string content = place.at("content").asString();
    if (!isOneCodePoint(content)) place.at("content").fail("one character was due");
    const auto start = place.at("start").asInteger(0, 1'000'000), stop = place.at("stop").asInteger(0, 1'000'000);
    return step([content, start, stop](Tokens& tokens) {
        for (auto& token : tokens) {
            std::string_view rest = token;
            for (std::int64_t i = 0; i < start && rest.starts_with(content); ++i) rest.remove_prefix(content.size());
            for (std::int64_t i = 0; i < stop && rest.ends_with(content); ++i) rest.remove_suffix(content.size());
            token = std::string(rest);
        }
    });
}

std::unique_ptr<TokenDecoder> replaceStep(const JsonPlace& place) {
    return step([pattern = TextPattern::fromJson(place.at("pattern")),
                 content = place.at("content").asString()](Tokens& tokens) {
        AlignedText text;
        std::vector<ByteSpan> matches;
        for (auto& token : tokens) {
            pattern.findAll(token, matches);
            text.bytes = std::move(token);
            text.replace(matches, content);
            token = std::move(text.bytes);
        }
    });
}

class SequenceOfSteps final : public TokenDecoder {
public:
    explicit SequenceOfSteps(const JsonPlace& list) {
        for (std::size_t i = 0; i < list.size(); ++i) steps_.push_back(TokenDecoder::fromJson(list.at(i)));
    }
    void apply(Tokens& tokens) const override {
        for (const auto& part : steps_) part->apply(tokens);
    }

private:
    std::vector<std::unique_ptr<TokenDecoder>> steps_;
};

} // namespace

std::unique_ptr<TokenDecoder> TokenDecoder::fromJson(const JsonPlace& place) {
    const std::string type = place.type();
    if (type == "ByteLevel") return byteLevelStep();
    if (type == "ByteFallback") return byteFallbackStep();
    if (type == "Metaspace") return metaspaceStep(place);
    if (type == "WordPiece") return wordPieceStep(place);
    if (type == "Strip") return stripStep(place);
    if (type == "Replace") return replaceStep(place);
    if (type == "Fuse")
        return step([](Tokens& tokens) {
            std::string text;
            for (const auto& token : tokens) text += token;
            tokens = {text};
        });
    if (type == "BPEDecoder")
        return step([suffix = place.at("suffix").asString()](Tokens& tokens) {
            for (std::size_t i = 0; i < tokens.size(); ++i)
                replaceAll(tokens[i], suffix, i + 1 < tokens.size() ? " " : "");
        });
    if (type == "Sequence") return std::make_unique<SequenceOfSteps>(place.at("decoders"));
    place.failUnknownType("BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece");
}

} // namespace core
