#include "core/text/token_trie.h"
#include <algorithm>

namespace core {

TokenTrie::TokenTrie(std::vector<Entry> entries) {
    std::erase_if(entries, [](const Entry& entry) { return entry.first.empty(); });
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.first < b.first; });
    // Level by level: a node is a range of sorted entries that share `depth` bytes.
    struct Open {
        std::uint32_t node;
        std::size_t begin, end, depth;
    };
    nodes_.emplace_back();
    std::vector<Open> open{{0, 0, entries.size(), 0}};
    for (std::size_t next = 0; next < open.size(); ++next) {
        auto [node, begin, end, depth] = open[next];
        if (begin < end && entries[begin].first.size() == depth) {
            nodes_[node].value = entries[begin].second;
            while (begin < end && entries[begin].first.size() == depth) ++begin;
        }
        nodes_[node].firstChild = static_cast<std::uint32_t>(nodes_.size());
        while (begin < end) {
            const char label = entries[begin].first[depth];
            std::size_t last = begin;
            while (last < end && entries[last].first[depth] == label) ++last;
            const auto added = static_cast<std::uint32_t>(nodes_.size());
            nodes_.push_back({.label = static_cast<unsigned char>(label)});
            ++nodes_[node].childCount;
            open.push_back({added, begin, last, depth + 1});
            begin = last;
        }
    }
    rootChildren_.assign(256, 0);
    for (std::uint32_t i = 0; i < nodes_[0].childCount; ++i) {
        const std::uint32_t at = nodes_[0].firstChild + i;
        rootChildren_[nodes_[at].label] = at;
    }
}

} // namespace core
