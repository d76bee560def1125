#include "core/text/precompiled_map.h"
#include "core/base/error.h"
#include "core/text/worker_pool.h"
#include <cstring>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

namespace core {

namespace {

constexpr std::size_t longestGrapheme = 5; // bytes; longer ones are replaced part by part

std::optional<std::string> decodeBase64(std::string_view text) {
    const auto valueOf = [](char c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (c >= '0' && c <= '9') return c - '0' + 52;
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    };
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = valueOf(c);
        if (value < 0) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(bits >> count & 0xFF)));
    }
    return bytes;
}

struct CloseBreaker {
    void operator()(UBreakIterator* breaker) const { ubrk_close(breaker); }
};
struct Breaker {
    std::unique_ptr<UBreakIterator, CloseBreaker> graphemes;
};

// One unit of the double array (darts-clone, "double-array unit"): label, has a leaf, offset to the children.
std::uint32_t labelOf(std::uint32_t unit) { return unit & (1U << 31 | 0xFF); }
bool hasLeaf(std::uint32_t unit) { return (unit >> 8 & 1) != 0; }
std::size_t offsetOf(std::uint32_t unit) { return static_cast<std::size_t>(unit >> 10) << ((unit & 1U << 9) >> 6); }
std::uint32_t valueOf(std::uint32_t unit) { return unit & ~(1U << 31); }

} // namespace

struct PrecompiledMap::Breakers {
    WorkerPool<Breaker> pool;
};

PrecompiledMap::PrecompiledMap() : breakers_(std::make_unique<Breakers>()) {}
PrecompiledMap::~PrecompiledMap() = default;

std::unique_ptr<PrecompiledMap> PrecompiledMap::fromBase64(std::string_view base64) {
    const auto bytes = decodeBase64(base64);
    if (!bytes || bytes->size() < sizeof(std::uint32_t)) return nullptr;
    std::uint32_t trieBytes = 0;
    std::memcpy(&trieBytes, bytes->data(), sizeof trieBytes);
    if (trieBytes % sizeof(std::uint32_t) != 0 || trieBytes > bytes->size() - sizeof trieBytes) return nullptr;
    std::unique_ptr<PrecompiledMap> map(new PrecompiledMap);
    map->units_.resize(trieBytes / sizeof(std::uint32_t));
    if (trieBytes > 0) std::memcpy(map->units_.data(), bytes->data() + sizeof trieBytes, trieBytes);
    map->replacements_ = bytes->substr(sizeof trieBytes + trieBytes);
    if (validUtf8Prefix(map->replacements_) != map->replacements_.size()) return nullptr;
    return map;
}

std::optional<std::string_view> PrecompiledMap::replacement(std::string_view text) const {
    if (units_.empty()) return std::nullopt;
    std::size_t node = offsetOf(units_[0]);
    for (const char c : text) {
        const auto label = static_cast<unsigned char>(c);
        if (label == 0) return std::nullopt;
        node ^= label;
        if (node >= units_.size() || labelOf(units_[node]) != label) return std::nullopt;
        const std::uint32_t unit = units_[node];
        node ^= offsetOf(unit);
        if (!hasLeaf(unit)) continue;
        const std::size_t begin = node < units_.size() ? valueOf(units_[node]) : SIZE_MAX;
        if (begin > replacements_.size()) return std::nullopt; // a table that lies
        const std::string_view rest = std::string_view(replacements_).substr(begin);
        if (!rest.empty() && (static_cast<unsigned char>(rest[0]) & 0xC0) == 0x80) return std::nullopt;
        return rest.substr(0, rest.find('\0'));
    }
    return std::nullopt;
}

template <class Visit>
void PrecompiledMap::forEachGrapheme(std::string_view text, Visit visit) const {
    if (isAscii(text)) {
        for (std::size_t at = 0, length = 0; at < text.size(); at += length) {
            length = text.substr(at, 2) == "\r\n" ? 2 : 1;
            visit(text.substr(at, length));
        }
        return;
    }
    const auto breaker = breakers_->pool.take([] {
        UErrorCode status = U_ZERO_ERROR;
        auto made = std::make_unique<Breaker>();
        made->graphemes.reset(ubrk_open(UBRK_CHARACTER, "en", nullptr, 0, &status));
        if (U_FAILURE(status)) throw Error(ErrorKind::unavailable, "normalise a text: ICU has no data");
        return made;
    });
    UErrorCode status = U_ZERO_ERROR;
    UText utf8 = UTEXT_INITIALIZER;
    utext_openUTF8(&utf8, text.data(), static_cast<std::int64_t>(text.size()), &status);
    ubrk_setUText(breaker->graphemes.get(), &utf8, &status);
    if (U_FAILURE(status)) throw Error(ErrorKind::internal, "normalise a text: ICU cannot read it");
    std::int32_t begin = ubrk_first(breaker->graphemes.get());
    for (std::int32_t end = ubrk_next(breaker->graphemes.get()); end != UBRK_DONE;
         end = ubrk_next(breaker->graphemes.get())) {
        visit(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        begin = end;
    }
    utext_close(&utf8);
}

void PrecompiledMap::apply(AlignedText& text) const {
    std::vector<ChangedCharacter> characters;
    characters.reserve(text.bytes.size());
    bool isChanged = false;
    // As many characters as were replaced stand for them; more belong to the last one, fewer drop the rest.
    const auto put = [&](std::string_view old, std::string_view with) {
        isChanged = true;
        std::size_t added = 0;
        for (std::size_t at = 0; at < with.size(); ++added) characters.push_back({nextCodePoint(with, at), 0});
        const std::size_t replaced = codePointCount(old);
        for (std::size_t i = replaced; i < added; ++i) characters[characters.size() - 1 - (i - replaced)].change = 1;
        if (added < replaced && !characters.empty()) characters.back().change -= static_cast<int>(replaced - added);
    };
    forEachGrapheme(text.bytes, [&](std::string_view grapheme) {
        if (grapheme.size() <= longestGrapheme)
            if (const auto whole = replacement(grapheme)) return put(grapheme, *whole);
        for (std::size_t at = 0; at < grapheme.size();) {
            const std::size_t begin = at;
            const char32_t code = nextCodePoint(grapheme, at);
            const auto part = grapheme.substr(begin, at - begin);
            if (const auto with = replacement(part))
                put(part, *with);
            else
                characters.push_back({code, 0});
        }
    });
    if (isChanged) text.change(characters);
}

} // namespace core
