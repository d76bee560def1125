#pragma once
#include "core/text/aligned_text.h"

namespace core {

/// A part of a text that is cut into tokens by itself.
struct TextPiece {
    std::uint32_t begin = 0, end = 0; ///< in the changed text
    std::uint32_t sourceBegin = 0;    ///< in the user's text; exact where spans are tracked, else 0 or not 0
    std::int32_t token = -1;          ///< an added token that stands here; such pieces are never cut further
};

enum class SplitBehavior { removed, isolated, mergedWithPrevious, mergedWithNext, contiguous };

/// A text on its way to tokens: the changed text of all pieces, and where each begins.
class TextPieces {
public:
    AlignedText text;
    std::vector<TextPiece> pieces;

    void clear(bool track);
    /// Appends `part` (or some of it) as one piece; nothing where it is empty.
    void append(const AlignedText& part, ByteSpan range, std::uint32_t sourceBegin, std::int32_t token = -1);

    /// Cuts each open piece at what `find(piece's text, matches)` finds. Matches are ascending and apart.
    template <class Find>
    void split(SplitBehavior behavior, bool isInverted, Find find);
    /// Changes each open piece by itself: `change(AlignedText&, const TextPiece&)`.
    template <class Change>
    void changeEach(Change change);

    std::string_view textOf(const TextPiece& piece) const {
        return std::string_view(text.bytes).substr(piece.begin, piece.end - piece.begin);
    }

private:
    struct Cut {
        ByteSpan span;
        bool isMatch;
    };
    void cutPiece(const TextPiece& piece, SplitBehavior behavior, bool isInverted, std::vector<TextPiece>& out);
    void push(const TextPiece& parent, ByteSpan span, std::vector<TextPiece>& out) const;

    std::vector<ByteSpan> matches_;
    std::vector<Cut> cuts_;
    std::vector<TextPiece> cutPieces_;
};

template <class Find>
void TextPieces::split(SplitBehavior behavior, bool isInverted, Find find) {
    cutPieces_.clear();
    for (const auto& piece : pieces) {
        if (piece.token >= 0) {
            cutPieces_.push_back(piece);
            continue;
        }
        matches_.clear();
        find(textOf(piece), matches_);
        cutPiece(piece, behavior, isInverted, cutPieces_);
    }
    pieces.swap(cutPieces_);
}

template <class Change>
void TextPieces::changeEach(Change change) {
    AlignedText all, one;
    all.isTracked = one.isTracked = text.isTracked;
    for (auto& piece : pieces) {
        one.bytes.assign(text.bytes, piece.begin, piece.end - piece.begin);
        if (text.isTracked) one.origin.assign(text.origin.begin() + piece.begin, text.origin.begin() + piece.end);
        if (piece.token < 0) change(one, piece);
        piece.begin = static_cast<std::uint32_t>(all.bytes.size());
        all.bytes += one.bytes;
        all.origin.insert(all.origin.end(), one.origin.begin(), one.origin.end());
        piece.end = static_cast<std::uint32_t>(all.bytes.size());
    }
    std::swap(text, all);
}

} // namespace core
