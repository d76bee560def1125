#include "core/text/normalizer.h"
#include "core/text/byte_letters.h"
#include "core/text/code_point_classes.h"
#include "core/text/precompiled_map.h"
#include "core/text/text_pattern.h"
#include "core/text/unicode_forms.h"
#include <functional>

namespace core {

namespace {

/// Most normalisers are one function.
class Step final : public Normalizer {
public:
    explicit Step(std::function<void(AlignedText&)> function) : function_(std::move(function)) {}
    void apply(AlignedText& text) const override { function_(text); }

private:
    std::function<void(AlignedText&)> function_;
};

template <class Function>
std::unique_ptr<Normalizer> step(Function function) {
    return std::make_unique<Step>(std::move(function));
}

class SequenceOfSteps final : public Normalizer {
public:
    explicit SequenceOfSteps(const JsonPlace& list) {
        for (std::size_t i = 0; i < list.size(); ++i) steps_.push_back(Normalizer::fromJson(list.at(i)));
    }
    void apply(AlignedText& text) const override {
        for (const auto& part : steps_) part->apply(text);
    }

private:
    std::vector<std::unique_ptr<Normalizer>> steps_;
};

/// `of(code)` in place of each character.
template <class Map>
void mapEach(AlignedText& text, Map of) {
    std::vector<ChangedCharacter> characters;
    characters.reserve(text.bytes.size());
    for (std::size_t at = 0; at < text.bytes.size();) characters.push_back({of(nextCodePoint(text.bytes, at)), 0});
    text.change(characters);
}

/// BERT's own cleaning (Devlin et al. 2018, tokenization): control characters go, white space becomes spaces, Chinese
/// characters stand alone, accents go, lower case.
class BertSteps final : public Normalizer {
public:
    explicit BertSteps(const JsonPlace& place)
        : cleansText_(place.boolOr("clean_text", true)), setsChineseApart_(place.boolOr("handle_chinese_chars", true)),
          lowers_(place.boolOr("lowercase", true)), stripsAccents_(place.boolOr("strip_accents", lowers_)) {}

    void apply(AlignedText& text) const override {
        if (cleansText_) clean(text);
        if (!isAscii(text.bytes)) {
            if (setsChineseApart_) setChineseApart(text);
            if (stripsAccents_) {
                toUnicodeForm(text, UnicodeForm::nfd);
                text.filter([](char32_t code) { return !isAccent(code); });
            }
        }
        if (lowers_) toLowerCase(text);
    }

private:
    static bool isSpaceControl(char32_t code) { return code == '\t' || code == '\n' || code == '\r'; }

    static void clean(AlignedText& text) {
        text.filter(
            [](char32_t code) { return code != replacementCharacter && (isSpaceControl(code) || !isControl(code)); });
        if (isAscii(text.bytes)) {
            for (char& c : text.bytes)
                if (isWhiteSpace(static_cast<unsigned char>(c))) c = ' ';
            return;
        }
        mapEach(text, [](char32_t code) { return isWhiteSpace(code) ? U' ' : code; });
    }

    static void setChineseApart(AlignedText& text) {
        std::vector<ChangedCharacter> characters;
        bool isChanged = false;
        for (std::size_t at = 0; at < text.bytes.size();) {
            const char32_t code = nextCodePoint(text.bytes, at);
            if (!isChineseCharacter(code)) {
                characters.push_back({code, 0});
                continue;
            }
            isChanged = true;
            // The reference counts the first space as the character and the character as added: spans agree.
            for (const auto& part : {ChangedCharacter{' ', 0}, {code, 1}, {' ', 1}}) characters.push_back(part);
        }
        if (isChanged) text.change(characters);
    }

    bool cleansText_, setsChineseApart_, lowers_, stripsAccents_;
};

bool isNmtControl(char32_t code) {
    return (code >= 0x01 && code <= 0x08) || code == 0x0B || (code >= 0x0E && code <= 0x1F) || code == 0x7F ||
           code == 0x8F || code == 0x9F;
}

bool isNmtSpace(char32_t code) {
    switch (code) {
    case 0x09:
    case 0x0A:
    case 0x0C:
    case 0x0D:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x2581:
    case 0xFEFF:
    case 0xFFFD:
        return true;
    default:
        return code >= 0x200B && code <= 0x200F;
    }
}

std::unique_ptr<Normalizer> replaceStep(const JsonPlace& place) {
    return step([pattern = TextPattern::fromJson(place.at("pattern")),
                 content = place.at("content").asString()](AlignedText& text) {
        std::vector<ByteSpan> matches;
        pattern.findAll(text.bytes, matches);
        text.replace(matches, content);
    });
}

std::unique_ptr<Normalizer> precompiledStep(const JsonPlace& place) {
    const auto table = place.find("precompiled_charsmap");
    if (!table || table->asString().empty()) return step([](AlignedText&) {});
    std::shared_ptr<const PrecompiledMap> map = PrecompiledMap::fromBase64(table->asString());
    if (!map) table->fail("not a table of SentencePiece's rules");
    return step([map](AlignedText& text) { map->apply(text); });
}

} // namespace

std::unique_ptr<Normalizer> Normalizer::fromJson(const JsonPlace& place) {
    const std::string type = place.type();
    const auto form = [](UnicodeForm wanted) {
        return step([wanted](AlignedText& text) { toUnicodeForm(text, wanted); });
    };
    if (type == "NFC") return form(UnicodeForm::nfc);
    if (type == "NFD") return form(UnicodeForm::nfd);
    if (type == "NFKC") return form(UnicodeForm::nfkc);
    if (type == "NFKD") return form(UnicodeForm::nfkd);
    if (type == "Lowercase") return step(toLowerCase);
    if (type == "StripAccents")
        return step([](AlignedText& text) {
            if (!isAscii(text.bytes)) text.filter([](char32_t code) { return !isCombiningMark(code); });
        });
    if (type == "Strip")
        return step([left = place.at("strip_left").asBool(),
                     right = place.at("strip_right").asBool()](AlignedText& text) { text.strip(left, right); });
    if (type == "Prepend")
        return step([content = place.at("prepend").asString()](AlignedText& text) { text.prepend(content); });
    if (type == "Replace") return replaceStep(place);
    if (type == "BertNormalizer") return std::make_unique<BertSteps>(place);
    if (type == "Nmt")
        return step([](AlignedText& text) {
            text.filter([](char32_t code) { return !isNmtControl(code); });
            mapEach(text, [](char32_t code) { return isNmtSpace(code) ? U' ' : code; });
        });
    if (type == "Precompiled") return precompiledStep(place);
    if (type == "ByteLevel") return step(toByteLetters);
    if (type == "Sequence") return std::make_unique<SequenceOfSteps>(place.at("normalizers"));
    place.failUnknownType("BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, "
                          "Replace, Sequence, Strip, StripAccents");
}

} // namespace core
