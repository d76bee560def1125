#include "core/text/added_tokens.h"
#include "core/text/code_point_classes.h"
#include <fmt/format.h>

namespace core {

namespace {

AddedToken readToken(const JsonPlace& place) {
    AddedToken token;
    token.text = place.at("content").asString();
    token.isSpecial = place.boolOr("special", false);
    token.isNormalized = place.boolOr("normalized", true);
    token.isSingleWord = place.boolOr("single_word", false);
    token.takesSpaceBefore = place.boolOr("lstrip", false);
    token.takesSpaceAfter = place.boolOr("rstrip", false);
    token.id = static_cast<std::int32_t>(place.at("id").asInteger(0, 16'000'000));
    return token;
}

bool endsInWord(std::string_view text) {
    std::size_t at = text.size();
    return at > 0 && isWordCharacter(previousCodePoint(text, at));
}

bool startsWithWord(std::string_view text) {
    std::size_t at = 0;
    return !text.empty() && isWordCharacter(nextCodePoint(text, at));
}

std::size_t spaceBefore(std::string_view text, std::size_t end) {
    for (std::size_t at = end; at > 0 && isWhiteSpace(previousCodePoint(text, at));) end = at;
    return end;
}

std::size_t spaceAfter(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin; at < text.size() && isWhiteSpace(nextCodePoint(text, at));) begin = at;
    return begin;
}

} // namespace

AddedTokens::AddedTokens(const JsonPlace& root, const TokenTable& table, const Normalizer* normalizer) {
    const auto list = root.find("added_tokens");
    if (!list) return;
    if (!list->isArray()) list->fail("a list was due");
    std::vector<const AddedToken*> special, others;
    std::vector<AddedToken> tokens;
    tokens.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
        AddedToken token = readToken(list->at(i));
        if (token.text.empty() || idOfText_.contains(token.text)) continue;
        // The vocabulary's id goes before the stated one, as in the reference.
        token.id = table.idOf(token.text).value_or(token.id);
        idOfText_.emplace(token.text, token.id);
        if (token.isSpecial) special_.emplace(token.text, true);
        tokens.push_back(std::move(token));
        (tokens.back().isSpecial ? special : others).push_back(&tokens.back());
    }
    special.insert(special.end(), others.begin(), others.end());
    std::vector<std::pair<std::size_t, std::int32_t>> plain, normalized;
    patterns_.reserve(special.size());
    for (const AddedToken* token : special) {
        AlignedText pattern;
        pattern.bytes = token->text;
        if (token->isNormalized && normalizer) normalizer->apply(pattern);
        (token->isNormalized ? normalized : plain).emplace_back(patterns_.size(), token->id);
        patterns_.push_back(std::move(pattern.bytes));
    }
    const auto trieOf = [&](const std::vector<std::pair<std::size_t, std::int32_t>>& of) {
        std::vector<TokenTrie::Entry> entries;
        for (const auto& [pattern, id] : of) entries.emplace_back(patterns_[pattern], id);
        return TokenTrie(std::move(entries));
    };
    plainTrie_ = trieOf(plain);
    normalizedTrie_ = trieOf(normalized);
    for (auto& token : tokens) {
        const std::int32_t id = token.id;
        byId_.insert_or_assign(id, std::move(token));
    }
}

const AddedToken* AddedTokens::find(std::int32_t id) const {
    const auto found = byId_.find(id);
    return found == byId_.end() ? nullptr : &found->second;
}

std::optional<std::int32_t> AddedTokens::idOf(std::string_view text) const {
    const auto found = idOfText_.find(text);
    return found == idOfText_.end() ? std::nullopt : std::optional(found->second);
}

void AddedTokens::findIn(std::string_view text, const TokenTrie& trie, std::vector<Found>& found) const {
    found.clear();
    std::size_t done = 0;
    const auto span = [](std::size_t begin, std::size_t end) {
        return ByteSpan{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    };
    for (std::size_t at = 0; at < text.size() && !trie.isEmpty();) {
        const auto [length, id] = trie.longestPrefix(text.substr(at));
        if (length == 0) {
            ++at;
            continue;
        }
        std::size_t begin = at, end = at + length;
        at = end;
        const AddedToken& token = byId_.at(id);
        if (token.isSingleWord && (endsInWord(text.substr(0, begin)) || startsWithWord(text.substr(end)))) continue;
        if (token.takesSpaceBefore) begin = std::max(spaceBefore(text, begin), done);
        if (token.takesSpaceAfter) end = spaceAfter(text, end);
        if (done < begin) found.push_back({span(done, begin), -1});
        found.push_back({span(begin, end), id});
        done = end;
    }
    if (done < text.size()) found.push_back({span(done, text.size()), -1});
}

void AddedTokens::cut(std::string_view text, const Normalizer* normalizer, TextPieces& pieces) const {
    std::vector<Found> plain, normalized;
    findIn(text, plainTrie_, plain);
    AlignedText part;
    for (const auto& [span, id] : plain) {
        part.assign(text.substr(span.begin, span.end - span.begin), span.begin, pieces.text.isTracked);
        const ByteSpan whole{0, span.end - span.begin};
        if (id >= 0) {
            pieces.append(part, whole, span.begin, id);
            continue;
        }
        if (normalizer) normalizer->apply(part);
        findIn(part.bytes, normalizedTrie_, normalized);
        for (const auto& inner : normalized) {
            if (inner.span.begin == inner.span.end) continue;
            const std::uint32_t sourceBegin =
                part.isTracked ? part.origin[inner.span.begin].begin : span.begin + inner.span.begin;
            pieces.append(part, inner.span, sourceBegin, inner.id);
        }
    }
}

} // namespace core
