#include "core/catalog/search_text.h"
#include <algorithm>

namespace core {

namespace {

constexpr int maximumWords = 64;

// NUL counts as white space: FTS5 would stop reading there.
bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

// Every byte of a character beyond ASCII may be part of a letter; FTS5 drops by itself what is not.
bool mayBeLetter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

void appendQuoted(std::string& query, std::string_view word) {
    if (!query.empty()) query += ' ';
    query += '"';
    for (const char c : word) query.append(c == '"' ? 2 : 1, c);
    query += "\"*";
}

} // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

std::string fullTextQuery(std::string_view typed) {
    std::string query;
    for (int words = 0; words < maximumWords;) {
        typed = trimmed(typed);
        if (typed.empty()) break;
        const auto end = std::find_if(typed.begin(), typed.end(), isSpace);
        const std::string_view word = typed.substr(0, static_cast<std::size_t>(end - typed.begin()));
        typed.remove_prefix(word.size());
        if (std::none_of(word.begin(), word.end(), mayBeLetter)) continue;
        appendQuoted(query, word);
        ++words;
    }
    return query;
}

} // namespace core
