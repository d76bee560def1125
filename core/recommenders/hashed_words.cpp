#include "core/recommenders/hashed_words.h"
#include "core/base/hash.h"
#include <algorithm>
#include <string>

namespace core {

namespace {
bool isWordByte(unsigned char byte) {
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

template <class Visit>
void forEachWord(const std::string& text, Visit visit) {
    std::string word;
    for (const char character : text + ' ') {
        const auto byte = static_cast<unsigned char>(character);
        if (isWordByte(byte)) {
            word += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : character;
        } else if (!word.empty()) {
            visit(word);
            word.clear();
        }
    }
}
} // namespace

std::vector<std::int64_t> hashedWords(const std::vector<ItemText>& items, int wordRows, int words) {
    std::vector<std::int64_t> table;
    table.reserve(items.size() * static_cast<std::size_t>(words));
    std::vector<std::int64_t> rows;
    for (const auto& item : items) {
        rows.clear();
        const auto add = [&](std::string_view field, const std::string& text) {
            forEachWord(text, [&](const std::string& word) {
                const auto row = static_cast<std::int64_t>(Hasher().add(field).add(word).value() %
                                                           static_cast<std::uint64_t>(wordRows));
                if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
            });
        };
        // A brand's name in a title is the same word; a category's words are not a title's.
        add("word", item.brand);
        add("category", item.category);
        add("word", item.title);
        rows.resize(static_cast<std::size_t>(words), -1);
        table.insert(table.end(), rows.begin(), rows.end());
    }
    return table;
}

} // namespace core
