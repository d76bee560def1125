#include "core/text/pre_tokenizer.h"
#include "core/text/byte_letters.h"
#include "core/text/code_point_classes.h"
#include "core/text/text_pattern.h"
#include <fmt/format.h>
#include <functional>

namespace core {

namespace {

class Step final : public PreTokenizer {
public:
    explicit Step(std::function<void(TextPieces&)> function) : function_(std::move(function)) {}
    void apply(TextPieces& pieces) const override { function_(pieces); }

private:
    std::function<void(TextPieces&)> function_;
};

template <class Function>
std::unique_ptr<PreTokenizer> step(Function function) {
    return std::make_unique<Step>(std::move(function));
}

SplitBehavior behaviorOf(const JsonPlace& place) {
    const std::string& name = place.asString();
    if (name == "Removed") return SplitBehavior::removed;
    if (name == "Isolated") return SplitBehavior::isolated;
    if (name == "MergedWithPrevious") return SplitBehavior::mergedWithPrevious;
    if (name == "MergedWithNext") return SplitBehavior::mergedWithNext;
    if (name == "Contiguous") return SplitBehavior::contiguous;
    place.fail(fmt::format(
        "\"{}\" is not known; Removed, Isolated, MergedWithPrevious, MergedWithNext and Contiguous are", name));
}

/// Every character for which `is(code)` is a match of its own.
template <class Is>
auto eachThat(Is is) {
    return [is](std::string_view text, std::vector<ByteSpan>& matches) {
        for (std::size_t at = 0; at < text.size();) {
            const auto begin = static_cast<std::uint32_t>(at);
            if (is(nextCodePoint(text, at))) matches.push_back({begin, static_cast<std::uint32_t>(at)});
        }
    };
}

template <class Is>
std::unique_ptr<PreTokenizer> splitAtEach(Is is, SplitBehavior behavior) {
    return step([find = eachThat(is), behavior](TextPieces& pieces) { pieces.split(behavior, false, find); });
}

/// Runs of word characters, and runs of what is neither such nor white space.
void findWordsAndSymbols(std::string_view text, std::vector<ByteSpan>& matches) {
    enum class Kind { space, word, symbol } last = Kind::space;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = static_cast<std::uint32_t>(at);
        const char32_t code = nextCodePoint(text, at);
        const Kind kind = isWordCharacter(code) ? Kind::word : isWhiteSpace(code) ? Kind::space : Kind::symbol;
        if (kind != Kind::space) {
            if (kind == last)
                matches.back().end = static_cast<std::uint32_t>(at);
            else
                matches.push_back({begin, static_cast<std::uint32_t>(at)});
        }
        last = kind;
    }
}

std::unique_ptr<PreTokenizer> byteLevelStep(const JsonPlace& place, bool writesLetters) {
    const bool addsSpace = place.at("add_prefix_space").asBool();
    const bool cutsWords = place.boolOr("use_regex", true);
    return step([addsSpace, cutsWords, writesLetters](TextPieces& pieces) {
        if (addsSpace)
            pieces.changeEach([](AlignedText& text, const TextPiece&) {
                if (!text.bytes.starts_with(' ')) text.prepend(" ");
            });
        if (cutsWords) pieces.split(SplitBehavior::isolated, false, findGpt2Words);
        if (writesLetters) pieces.changeEach([](AlignedText& text, const TextPiece&) { toByteLetters(text); });
    });
}

std::unique_ptr<PreTokenizer> metaspaceStep(const JsonPlace& place) {
    enum class Prepend { always, first, never };
    const std::string& mark = place.at("replacement").asString();
    if (!isOneCodePoint(mark)) place.at("replacement").fail("one character was due");
    const std::string scheme = place.stringOr("prepend_scheme", "always");
    auto prepend = scheme == "always" ? Prepend::always : scheme == "first" ? Prepend::first : Prepend::never;
    if (prepend == Prepend::never && scheme != "never")
        place.at("prepend_scheme").fail(fmt::format("\"{}\" is not known; always, first and never are", scheme));
    if (!place.boolOr("add_prefix_space", true)) prepend = Prepend::never; // as older files say it
    return step([mark, prepend, cuts = place.boolOr("split", true), spaces = TextPattern::literal(" "),
                 marks = TextPattern::literal(mark)](TextPieces& pieces) {
        std::vector<ByteSpan> found;
        pieces.changeEach([&](AlignedText& text, const TextPiece& piece) {
            spaces.findAll(text.bytes, found);
            text.replace(found, mark);
            const bool isDue = prepend == Prepend::always || (prepend == Prepend::first && piece.sourceBegin == 0);
            if (isDue && !text.bytes.starts_with(mark)) text.prepend(mark);
        });
        if (cuts)
            pieces.split(SplitBehavior::mergedWithNext, false,
                         [&](std::string_view text, std::vector<ByteSpan>& matches) { marks.findAll(text, matches); });
    });
}

std::unique_ptr<PreTokenizer> splitStep(const JsonPlace& place) {
    return step([pattern = TextPattern::fromJson(place.at("pattern")), behavior = behaviorOf(place.at("behavior")),
                 isInverted = place.boolOr("invert", false)](TextPieces& pieces) {
        pieces.split(behavior, isInverted,
                     [&](std::string_view text, std::vector<ByteSpan>& matches) { pattern.findAll(text, matches); });
    });
}

std::unique_ptr<PreTokenizer> delimiterStep(const JsonPlace& place) {
    const std::string& delimiter = place.at("delimiter").asString();
    if (!isOneCodePoint(delimiter)) place.at("delimiter").fail("one character was due");
    return step([pattern = TextPattern::literal(delimiter)](TextPieces& pieces) {
        pieces.split(SplitBehavior::removed, false,
                     [&](std::string_view text, std::vector<ByteSpan>& matches) { pattern.findAll(text, matches); });
    });
}

std::unique_ptr<PreTokenizer> fixedLengthStep(const JsonPlace& place) {
    const auto length = place.integerOr("length", 5, 1, 1'000'000'000);
    return step([length](TextPieces& pieces) {
        pieces.split(SplitBehavior::isolated, false, [&](std::string_view text, std::vector<ByteSpan>& matches) {
            for (std::size_t at = 0; at < text.size();) {
                const auto begin = static_cast<std::uint32_t>(at);
                for (std::int64_t i = 0; i < length && at < text.size(); ++i) nextCodePoint(text, at);
                matches.push_back({begin, static_cast<std::uint32_t>(at)});
            }
        });
    });
}

std::unique_ptr<PreTokenizer> make(const JsonPlace& place, bool writesLastLetters);

class SequenceOfSteps final : public PreTokenizer {
public:
    SequenceOfSteps(const JsonPlace& list, bool writesLastLetters) {
        for (std::size_t i = 0; i < list.size(); ++i)
            steps_.push_back(make(list.at(i), writesLastLetters || i + 1 < list.size()));
    }
    void apply(TextPieces& pieces) const override {
        for (const auto& part : steps_) part->apply(pieces);
    }

private:
    std::vector<std::unique_ptr<PreTokenizer>> steps_;
};

std::unique_ptr<PreTokenizer> make(const JsonPlace& place, bool writesLastLetters) {
    const std::string type = place.type();
    if (type == "ByteLevel") return byteLevelStep(place, writesLastLetters);
    if (type == "Sequence") return std::make_unique<SequenceOfSteps>(place.at("pretokenizers"), writesLastLetters);
    if (type == "Metaspace") return metaspaceStep(place);
    if (type == "Split") return splitStep(place);
    if (type == "Digits")
        return splitAtEach(isNumber, place.at("individual_digits").asBool() ? SplitBehavior::isolated
                                                                            : SplitBehavior::contiguous);
    if (type == "Punctuation") {
        const auto behavior = place.find("behavior");
        return splitAtEach(isPunctuation, behavior ? behaviorOf(*behavior) : SplitBehavior::isolated);
    }
    if (type == "WhitespaceSplit") return splitAtEach(isWhiteSpace, SplitBehavior::removed);
    if (type == "Whitespace")
        return step([](TextPieces& pieces) { pieces.split(SplitBehavior::removed, true, findWordsAndSymbols); });
    if (type == "BertPreTokenizer")
        return step([](TextPieces& pieces) {
            pieces.split(SplitBehavior::removed, false, eachThat(isWhiteSpace));
            pieces.split(SplitBehavior::isolated, false, eachThat(isPunctuation));
        });
    if (type == "CharDelimiterSplit" || type == "Delimiter") return delimiterStep(place);
    if (type == "FixedLength") return fixedLengthStep(place);
    place.failUnknownType(
        "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, "
        "Sequence, Split, Whitespace, WhitespaceSplit");
}

} // namespace

std::unique_ptr<PreTokenizer> PreTokenizer::fromJson(const JsonPlace& place) { return make(place, true); }

std::unique_ptr<PreTokenizer> preTokenizerWithoutByteLetters(const JsonPlace& place) { return make(place, false); }

PreTokenizerTraits traitsOf(const JsonPlace& place) {
    const std::string type = place.type();
    if (type == "ByteLevel") return {.endsWithByteLetters = true};
    if (type == "Metaspace") return {.asksForFirst = place.stringOr("prepend_scheme", "always") == "first"};
    PreTokenizerTraits traits;
    if (type != "Sequence") return traits;
    const JsonPlace list = place.at("pretokenizers");
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto part = traitsOf(list.at(i));
        traits.endsWithByteLetters = part.endsWithByteLetters;
        traits.asksForFirst = traits.asksForFirst || part.asksForFirst;
    }
    return traits;
}

} // namespace core
