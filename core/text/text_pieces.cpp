#include "core/text/text_pieces.h"
#include <algorithm>

namespace core {

void TextPieces::clear(bool track) {
    text.bytes.clear();
    text.origin.clear();
    text.isTracked = track;
    pieces.clear();
}

void TextPieces::append(const AlignedText& part, ByteSpan range, std::uint32_t sourceBegin, std::int32_t token) {
    if (range.begin == range.end) return;
    const auto begin = static_cast<std::uint32_t>(text.bytes.size());
    text.bytes.append(part.bytes, range.begin, range.end - range.begin);
    if (text.isTracked)
        text.origin.insert(text.origin.end(), part.origin.begin() + range.begin, part.origin.begin() + range.end);
    pieces.push_back({begin, static_cast<std::uint32_t>(text.bytes.size()), sourceBegin, token});
}

void TextPieces::push(const TextPiece& parent, ByteSpan span, std::vector<TextPiece>& out) const {
    if (span.begin == span.end) return;
    const std::uint32_t begin = parent.begin + span.begin;
    const std::uint32_t sourceBegin = text.isTracked    ? text.origin[begin].begin
                                      : span.begin == 0 ? parent.sourceBegin
                                                        : 1;
    out.push_back({begin, parent.begin + span.end, sourceBegin, -1});
}

void TextPieces::cutPiece(const TextPiece& piece, SplitBehavior behavior, bool isInverted,
                          std::vector<TextPiece>& out) {
    // Matches and what lies between them, in order.
    cuts_.clear();
    std::uint32_t done = 0;
    const std::uint32_t size = piece.end - piece.begin;
    for (const auto& match : matches_) {
        if (match.begin != done) cuts_.push_back({{done, match.begin}, isInverted});
        cuts_.push_back({match, !isInverted});
        done = match.end;
    }
    if (done != size) cuts_.push_back({{done, size}, isInverted});

    switch (behavior) {
    case SplitBehavior::isolated:
        for (const auto& cut : cuts_) push(piece, cut.span, out);
        return;
    case SplitBehavior::removed:
        for (const auto& cut : cuts_)
            if (!cut.isMatch) push(piece, cut.span, out);
        return;
    case SplitBehavior::contiguous:
        // Neighbours of one kind stay together.
        for (std::size_t i = 0; i < cuts_.size();) {
            std::size_t last = i;
            while (last + 1 < cuts_.size() && cuts_[last + 1].isMatch == cuts_[i].isMatch) ++last;
            push(piece, {cuts_[i].span.begin, cuts_[last].span.end}, out);
            i = last + 1;
        }
        return;
    case SplitBehavior::mergedWithPrevious:
        // A match joins what comes before, but not another match.
        for (std::size_t i = 0; i < cuts_.size();) {
            const bool takesNext = !cuts_[i].isMatch && i + 1 < cuts_.size() && cuts_[i + 1].isMatch;
            push(piece, {cuts_[i].span.begin, cuts_[i + takesNext].span.end}, out);
            i += takesNext ? 2 : 1;
        }
        return;
    case SplitBehavior::mergedWithNext:
        for (std::size_t i = 0; i < cuts_.size();) {
            const bool takesNext = cuts_[i].isMatch && i + 1 < cuts_.size() && !cuts_[i + 1].isMatch;
            push(piece, {cuts_[i].span.begin, cuts_[i + takesNext].span.end}, out);
            i += takesNext ? 2 : 1;
        }
        return;
    }
}

} // namespace core
