#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace core {

/// Texts by their beginnings, for finding all that stand at a place of another text.
class TokenTrie {
public:
    using Entry = std::pair<std::string_view, std::int32_t>; ///< a text and its value, 0 or more

    TokenTrie() = default;
    /// Of equal texts the first wins. Empty ones are left out.
    explicit TokenTrie(std::vector<Entry> entries);

    /// Calls `visit(length, value)` for each entry that `text` begins with, shortest first.
    template <class Visit>
    void forEachPrefix(std::string_view text, Visit visit) const {
        std::uint32_t node = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            node = child(node, static_cast<unsigned char>(text[i]));
            if (node == 0) return;
            if (nodes_[node].value >= 0) visit(i + 1, nodes_[node].value);
        }
    }
    /// Length and value of the longest; length 0 where there is none.
    std::pair<std::size_t, std::int32_t> longestPrefix(std::string_view text) const {
        std::pair<std::size_t, std::int32_t> longest{0, -1};
        forEachPrefix(text, [&](std::size_t length, std::int32_t value) { longest = {length, value}; });
        return longest;
    }
    bool isEmpty() const { return nodes_.size() <= 1; }

private:
    struct Node {
        std::uint32_t firstChild = 0; ///< children stand together, ascending by label
        std::uint16_t childCount = 0;
        unsigned char label = 0;
        std::int32_t value = -1;
    };
    /// 0, the root, stands for none.
    std::uint32_t child(std::uint32_t node, unsigned char label) const {
        if (node == 0) return rootChildren_.empty() ? 0 : rootChildren_[label];
        const Node& parent = nodes_[node];
        std::uint32_t low = parent.firstChild, count = parent.childCount;
        while (count > 4) {
            const std::uint32_t half = count / 2;
            if (nodes_[low + half].label <= label) {
                low += half;
                count -= half;
            } else {
                count = half;
            }
        }
        for (std::uint32_t i = low; i < low + count; ++i)
            if (nodes_[i].label == label) return i;
        return 0;
    }

    std::vector<Node> nodes_;
    std::vector<std::uint32_t> rootChildren_; ///< 256, by label
};

} // namespace core
