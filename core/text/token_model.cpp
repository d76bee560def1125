#include "core/text/token_model.h"
#include "core/text/utf8.h"
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

namespace core {

namespace {

constexpr std::int64_t largestId = 16'000'000;

/// The reference reads a decimal number by one division, which can miss the nearest double by one step; scores that are
/// equal for us are then not for it. Its files hold the shortest digits of each number, so they can be had from the
/// nearest double.
double asTheReferenceReads(double score) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, std::abs(score), std::chars_format::scientific).ptr;
    std::uint64_t significand = 0;
    int exponent = 0, fraction = 0;
    bool isFraction = false;
    for (const char* at = digits; at != end; ++at) {
        if (*at == 'e') {
            std::from_chars(at + (at[1] == '+' ? 2 : 1), end, exponent);
            break;
        }
        if (*at == '.') {
            isFraction = true;
            continue;
        }
        significand = significand * 10 + static_cast<std::uint64_t>(*at - '0');
        fraction += isFraction;
    }
    exponent -= fraction;
    if (significand == 0 || !std::isfinite(score) || std::abs(exponent) > 300) return score;
    const double power = std::strtod(("1e" + std::to_string(std::abs(exponent))).c_str(), nullptr);
    const double value = static_cast<double>(significand);
    return std::copysign(exponent < 0 ? value / power : value * power, score);
}

class WordLevelModel final : public TokenModel {
public:
    explicit WordLevelModel(const JsonPlace& place)
        : table_(TokenTable::fromObject(place.at("vocab"))), unknown_(table_.idOf(place.at("unk_token").asString())) {}

    void tokenize(std::string_view piece, std::vector<PieceToken>& tokens) const override {
        const auto id = table_.idOf(piece);
        if (!id && !unknown_)
            throw Error(ErrorKind::invalidInput,
                        "cut a text into tokens: a word is not in the vocabulary, which has no token for the unknown");
        tokens.push_back({id ? *id : *unknown_, 0, static_cast<std::uint32_t>(piece.size())});
    }
    const TokenTable& table() const override { return table_; }
    std::string name() const override { return "WordLevel"; }

private:
    TokenTable table_;
    std::optional<std::int32_t> unknown_;
};

} // namespace

void TokenTable::add(const std::string& text, std::int32_t id) {
    const auto [entry, isNew] = idOfText_.insert_or_assign(text, id);
    const auto at = static_cast<std::size_t>(id);
    if (at >= textOfId_.size()) textOfId_.resize(at + 1);
    textOfId_[at] = &entry->first; // nodes of the map never move
}

TokenTable TokenTable::fromObject(const JsonPlace& vocabulary) {
    if (!vocabulary.isObject()) vocabulary.fail("an object of tokens and their ids was due");
    TokenTable table;
    const std::int64_t most =
        std::min<std::int64_t>(largestId, static_cast<std::int64_t>(vocabulary.size()) * 4 + 100'000);
    table.idOfText_.reserve(vocabulary.size());
    for (const auto& [text, id] : vocabulary.value().items()) {
        const bool isId = id.is_number_integer() &&
                          !(id.is_number_unsigned() && id.get<std::uint64_t>() > static_cast<std::uint64_t>(most));
        if (!isId || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > most)
            vocabulary.fail(fmt::format("the id of \"{}\" must be a whole number from 0 to {}", text, most));
        table.add(text, static_cast<std::int32_t>(id.get<std::int64_t>()));
    }
    return table;
}

TokenTable TokenTable::fromList(const JsonPlace& vocabulary, std::vector<double>& scores) {
    TokenTable table;
    if (!vocabulary.isArray()) vocabulary.fail("a list of tokens and their scores was due");
    const std::size_t count = vocabulary.size();
    if (count > static_cast<std::size_t>(largestId)) vocabulary.fail(fmt::format("{} tokens are too many", count));
    table.textOfId_.reserve(count);
    scores.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& entry = vocabulary.value()[i];
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number())
            vocabulary.at(i).fail("a token and its score were due");
        table.add(entry[0].get_ref<const std::string&>(), static_cast<std::int32_t>(i));
        scores.push_back(asTheReferenceReads(entry[1].get<double>()));
    }
    return table;
}

std::optional<std::int32_t> TokenTable::idOf(std::string_view text) const {
    const auto found = idOfText_.find(text);
    return found == idOfText_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* TokenTable::textOf(std::int32_t id) const {
    return id >= 0 && static_cast<std::size_t>(id) < textOfId_.size() ? textOfId_[static_cast<std::size_t>(id)]
                                                                      : nullptr;
}

std::unique_ptr<TokenModel> makeWordLevelModel(const JsonPlace& place) {
    return std::make_unique<WordLevelModel>(place);
}

std::unique_ptr<TokenModel> TokenModel::fromJson(const JsonPlace& place, bool mapsBytes) {
    // Older files do not say which it is.
    const auto stated = place.find("type");
    const std::string type = stated                 ? stated->asString()
                             : place.find("merges") ? "BPE"
                             : place.find("unk_id") ? "Unigram"
                                                    : "WordPiece";
    if (type == "BPE") return makeBytePairModel(place, mapsBytes);
    if (type == "Unigram") return makeUnigramModel(place);
    if (type == "WordPiece") return makeWordPieceModel(place);
    if (type == "WordLevel") return makeWordLevelModel(place);
    place.failUnknownType("BPE, Unigram, WordLevel, WordPiece");
}

} // namespace core
