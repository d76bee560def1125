#include "core/text/byte_letters.h"
#include "core/text/token_model.h"
#include "core/text/utf8.h"
#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>
#include <queue>

namespace core {

namespace {

struct Merge {
    std::uint32_t rank;
    std::int32_t joined;
};

/// What two neighbouring tokens become: open addressing, one probe for most pairs that are not there.
class MergeTable {
public:
    explicit MergeTable(std::size_t count) : slots_(std::bit_ceil(count * 2 + 2)) {}

    /// A later merge of the same pair wins.
    void put(std::int32_t left, std::int32_t right, Merge merge) {
        Slot& slot = slots_[find(keyOf(left, right))];
        slot.key = keyOf(left, right);
        slot.merge = merge;
    }
    const Merge* get(std::int32_t left, std::int32_t right) const {
        const Slot& slot = slots_[find(keyOf(left, right))];
        return slot.key == noKey ? nullptr : &slot.merge;
    }

private:
    static constexpr std::uint64_t noKey = UINT64_MAX;
    struct Slot {
        std::uint64_t key = noKey;
        Merge merge{};
    };
    static std::uint64_t keyOf(std::int32_t left, std::int32_t right) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
    }
    std::size_t find(std::uint64_t key) const {
        const std::size_t mask = slots_.size() - 1;
        std::size_t at = static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> 20) & mask;
        while (slots_[at].key != key && slots_[at].key != noKey) at = (at + 1) & mask;
        return at;
    }

    std::vector<Slot> slots_;
};

struct Symbol {
    std::int32_t id;
    std::uint32_t length; ///< bytes of the piece; 0 once joined to the one before
    std::int32_t previous, next;
};

/// Joins the pair of the lowest rank, the leftmost of equals, until none is left.
void mergeAll(std::vector<Symbol>& symbols, const MergeTable& merges) {
    constexpr std::size_t fewSymbols = 24; // looking at all of them beats a queue
    if (symbols.size() <= fewSymbols) {
        std::array<const Merge*, fewSymbols> found{}; // of symbol i and the one after
        std::size_t count = symbols.size();
        for (std::size_t i = 0; i + 1 < count; ++i) found[i] = merges.get(symbols[i].id, symbols[i + 1].id);
        while (true) {
            std::size_t best = count;
            for (std::size_t i = 0; i + 1 < count; ++i)
                if (found[i] && (best == count || found[i]->rank < found[best]->rank)) best = i;
            if (best == count) break;
            symbols[best].id = found[best]->joined;
            symbols[best].length += symbols[best + 1].length;
            for (std::size_t i = best + 1; i + 1 < count; ++i) {
                symbols[i] = symbols[i + 1];
                found[i] = found[i + 1];
            }
            --count;
            found[count - 1] = nullptr;
            if (best + 1 < count) found[best] = merges.get(symbols[best].id, symbols[best + 1].id);
            if (best > 0) found[best - 1] = merges.get(symbols[best - 1].id, symbols[best].id);
        }
        symbols.resize(count);
        return;
    }
    struct Candidate {
        std::uint32_t rank, at;
        bool operator>(const Candidate& other) const { return rank != other.rank ? rank > other.rank : at > other.at; }
    };
    std::vector<Candidate> room;
    room.reserve(symbols.size());
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue(std::greater<>{}, std::move(room));
    const auto consider = [&](std::int32_t at) {
        const std::int32_t next = symbols[static_cast<std::size_t>(at)].next;
        if (next < 0) return;
        if (const Merge* merge =
                merges.get(symbols[static_cast<std::size_t>(at)].id, symbols[static_cast<std::size_t>(next)].id))
            queue.push({merge->rank, static_cast<std::uint32_t>(at)});
    };
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        symbols[i].previous = static_cast<std::int32_t>(i) - 1;
        symbols[i].next = i + 1 < symbols.size() ? static_cast<std::int32_t>(i) + 1 : -1;
    }
    for (std::size_t i = 0; i < symbols.size(); ++i) consider(static_cast<std::int32_t>(i));
    while (!queue.empty()) {
        const Candidate top = queue.top();
        queue.pop();
        Symbol& left = symbols[top.at];
        if (left.length == 0 || left.next < 0) continue;
        Symbol& right = symbols[static_cast<std::size_t>(left.next)];
        const Merge* merge = merges.get(left.id, right.id);
        if (!merge || merge->rank != top.rank) continue; // the pair is another by now
        left.id = merge->joined;
        left.length += right.length;
        right.length = 0;
        left.next = right.next;
        if (left.next >= 0) symbols[static_cast<std::size_t>(left.next)].previous = static_cast<std::int32_t>(top.at);
        if (left.previous >= 0) consider(left.previous);
        consider(static_cast<std::int32_t>(top.at));
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.length == 0; });
}

/// Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909), with what checkpoints add to it: prefixes inside and
/// suffixes at the end of words, bytes in place of characters that are not known.
class BytePairModel final : public TokenModel {
public:
    BytePairModel(const JsonPlace& place, bool mapsBytes)
        : table_(TokenTable::fromObject(place.at("vocab"))), prefix_(place.stringOr("continuing_subword_prefix", "")),
          suffix_(place.stringOr("end_of_word_suffix", "")), fusesUnknown_(place.boolOr("fuse_unk", false)),
          prefersWhole_(place.boolOr("ignore_merges", false)), merges_(readMerges(place)) {
        if (place.numberOr("dropout", 0) != 0)
            place.at("dropout").fail("random merges are for training only; 0 or null was due");
        if (const auto unknown = place.find("unk_token"))
            unknown_ = table_.idOf(unknown->asString()); // a name outside the vocabulary counts once it is needed
        hasUnknown_ = place.find("unk_token").has_value();
        if (place.boolOr("byte_fallback", false)) findFallbackBytes();
        takesPlainBytes_ = mapsBytes && prefix_.empty() && findByteLetters();
    }

    void tokenize(std::string_view piece, std::vector<PieceToken>& tokens) const override {
        if (prefersWhole_) {
            const auto whole = table_.idOf(takesPlainBytes_ ? written(piece) : std::string(piece));
            if (whole) return tokens.push_back({*whole, 0, static_cast<std::uint32_t>(piece.size())});
        }
        std::vector<Symbol> symbols;
        symbols.reserve(piece.size());
        if (takesPlainBytes_) {
            for (const char c : piece) symbols.push_back({idOfByte_[static_cast<unsigned char>(c)], 1, 0, 0});
            symbols.back().id = idOfLastByte_[static_cast<unsigned char>(piece.back())];
        } else {
            readCharacters(piece, symbols);
        }
        mergeAll(symbols, merges_);
        std::uint32_t at = 0;
        for (const auto& symbol : symbols) {
            tokens.push_back({symbol.id, at, at + symbol.length});
            at += symbol.length;
        }
    }
    const TokenTable& table() const override { return table_; }
    std::string name() const override { return "BPE"; }
    bool takesPlainBytes() const override { return takesPlainBytes_; }

private:
    MergeTable readMerges(const JsonPlace& place) const {
        const JsonPlace list = place.at("merges");
        if (!list.isArray()) list.fail("a list was due");
        MergeTable merges(list.size());
        std::uint32_t rank = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto& entry = list.value()[i];
            std::string left, right;
            if (entry.is_string()) {
                const std::string& text = entry.get_ref<const std::string&>();
                if (text.starts_with("#version")) continue;
                const auto space = text.find(' ');
                if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
                    list.at(i).fail(fmt::format("\"{}\" is not two tokens", text));
                left = text.substr(0, space);
                right = text.substr(space + 1);
            } else if (entry.is_array() && entry.size() == 2 && entry[0].is_string() && entry[1].is_string()) {
                left = entry[0].get<std::string>();
                right = entry[1].get<std::string>();
            } else {
                list.at(i).fail("two tokens were due");
            }
            const auto leftId = table_.idOf(left), rightId = table_.idOf(right);
            if (!leftId || !rightId)
                list.at(i).fail(fmt::format("\"{}\" is not in the vocabulary", leftId ? right : left));
            if (right.size() < prefix_.size()) list.at(i).fail(fmt::format("\"{}\" is shorter than the prefix", right));
            const std::string joined = left + right.substr(prefix_.size());
            const auto joinedId = table_.idOf(joined);
            if (!joinedId) list.at(i).fail(fmt::format("\"{}\" is not in the vocabulary", joined));
            merges.put(*leftId, *rightId, {rank++, *joinedId});
        }
        return merges;
    }

    void findFallbackBytes() {
        for (int byte = 0; byte < 256; ++byte)
            fallback_[static_cast<std::size_t>(byte)] = table_.idOf(fmt::format("<0x{:02X}>", byte)).value_or(-1);
        hasFallback_ = true;
    }

    /// False where a byte has no token of its own.
    bool findByteLetters() {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const auto inner = table_.idOf(byteLetters()[byte]), last = table_.idOf(byteLetters()[byte] + suffix_);
            if (!inner || !last) return false;
            idOfByte_[byte] = *inner;
            idOfLastByte_[byte] = *last;
        }
        return true;
    }

    static std::string written(std::string_view bytes) {
        std::string letters;
        for (const char c : bytes) letters += byteLetters()[static_cast<unsigned char>(c)];
        return letters;
    }

    void readCharacters(std::string_view piece, std::vector<Symbol>& symbols) const {
        std::uint32_t unknownLength = 0; // of the unknown characters that are not written yet
        const auto flush = [&] {
            if (unknownLength > 0) symbols.push_back({*unknown_, unknownLength, 0, 0});
            unknownLength = 0;
        };
        std::string affixed;
        for (std::size_t at = 0; at < piece.size();) {
            const std::size_t begin = at;
            nextCodePoint(piece, at);
            std::string_view text = piece.substr(begin, at - begin);
            const auto length = static_cast<std::uint32_t>(text.size());
            if ((begin > 0 && !prefix_.empty()) || (at == piece.size() && !suffix_.empty())) {
                affixed = (begin > 0 ? prefix_ : "") + std::string(text) + (at == piece.size() ? suffix_ : "");
                text = affixed;
            }
            if (const auto id = table_.idOf(text)) {
                flush();
                symbols.push_back({*id, length, 0, 0});
                continue;
            }
            // As in the reference: bytes are written before unknown characters that wait.
            if (hasFallback_ && std::all_of(text.begin(), text.end(),
                                            [&](char c) { return fallback_[static_cast<unsigned char>(c)] >= 0; })) {
                for (const char c : text) symbols.push_back({fallback_[static_cast<unsigned char>(c)], 1, 0, 0});
                continue;
            }
            if (!hasUnknown_) continue; // dropped
            if (!unknown_)
                throw Error(ErrorKind::invalidInput, "cut a text into tokens: a character is not in the vocabulary, "
                                                     "and neither is its token for the unknown");
            if (!fusesUnknown_) flush();
            unknownLength += length;
        }
        flush();
    }

    TokenTable table_;
    std::string prefix_, suffix_;
    bool fusesUnknown_, prefersWhole_;
    MergeTable merges_;
    std::optional<std::int32_t> unknown_;
    bool hasUnknown_ = false, hasFallback_ = false, takesPlainBytes_ = false;
    std::array<std::int32_t, 256> fallback_{}, idOfByte_{}, idOfLastByte_{};
};

} // namespace

std::unique_ptr<TokenModel> makeBytePairModel(const JsonPlace& place, bool mapsBytes) {
    return std::make_unique<BytePairModel>(place, mapsBytes);
}

} // namespace core
