#include "core/text/aligned_text.h"
#include "core/text/code_point_classes.h"

namespace core {

void AlignedText::assign(std::string_view source, std::uint32_t offset, bool track) {
    bytes.assign(source);
    isTracked = track;
    origin.clear();
    if (!track) return;
    origin.reserve(source.size());
    for (std::size_t at = 0; at < source.size();) {
        const std::size_t begin = at;
        nextCodePoint(source, at);
        const ByteSpan span{offset + static_cast<std::uint32_t>(begin), offset + static_cast<std::uint32_t>(at)};
        origin.insert(origin.end(), at - begin, span);
    }
}

void AlignedText::change(std::span<const ChangedCharacter> characters, std::size_t droppedFirst) {
    std::string changed;
    changed.reserve(bytes.size());
    std::vector<ByteSpan> changedOrigin;
    if (isTracked) changedOrigin.reserve(bytes.size());
    std::size_t at = 0; // in the old text
    const auto skip = [&] {
        if (at < bytes.size()) nextCodePoint(bytes, at);
    };
    if (isTracked)
        for (; droppedFirst > 0; --droppedFirst) skip();
    for (const auto& [code, change] : characters) {
        const std::size_t before = changed.size();
        appendUtf8(changed, code);
        if (!isTracked) continue;
        const std::size_t from = change > 0 ? at - 1 : at; // wraps to an absurd index at the very start
        changedOrigin.insert(changedOrigin.end(), changed.size() - before,
                             from < origin.size() ? origin[from] : ByteSpan{});
        for (int dropped = change; dropped <= 0; ++dropped) skip();
    }
    bytes = std::move(changed);
    origin = std::move(changedOrigin);
}

void AlignedText::replace(std::span<const ByteSpan> matches, std::string_view content) {
    if (matches.empty()) return;
    std::string changed;
    std::vector<ByteSpan> changedOrigin;
    changed.reserve(bytes.size() + matches.size() * content.size());
    if (isTracked) changedOrigin.reserve(bytes.size() + matches.size() * content.size());
    std::size_t done = 0;
    const auto copyUpTo = [&](std::size_t end) {
        changed.append(bytes, done, end - done);
        if (isTracked)
            changedOrigin.insert(changedOrigin.end(), origin.begin() + static_cast<std::ptrdiff_t>(done),
                                 origin.begin() + static_cast<std::ptrdiff_t>(end));
    };
    for (const auto& match : matches) {
        copyUpTo(match.begin);
        changed.append(content);
        if (isTracked)
            changedOrigin.insert(changedOrigin.end(), content.size(),
                                 match.end > 0 ? origin[match.end - 1] : ByteSpan{});
        done = match.end;
    }
    copyUpTo(bytes.size());
    bytes = std::move(changed);
    origin = std::move(changedOrigin);
}

void AlignedText::prepend(std::string_view content) {
    if (bytes.empty()) return;
    if (isTracked) origin.insert(origin.begin(), content.size(), ByteSpan(origin.front()));
    bytes.insert(0, content);
}

void AlignedText::strip(bool left, bool right) {
    std::size_t begin = 0, end = bytes.size();
    for (std::size_t at = 0; left && at < bytes.size() && isWhiteSpace(nextCodePoint(bytes, at));) begin = at;
    for (std::size_t at = end; right && at > begin && isWhiteSpace(previousCodePoint(bytes, at));) end = at;
    bytes = bytes.substr(begin, end - begin);
    if (isTracked)
        origin = std::vector<ByteSpan>(origin.begin() + static_cast<std::ptrdiff_t>(begin),
                                       origin.begin() + static_cast<std::ptrdiff_t>(end));
}

} // namespace core
