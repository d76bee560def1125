#include "core/text/piece_cache.h"

namespace core {

namespace {

constexpr std::size_t slotCount = 1 << 15; // at most half are used
constexpr std::size_t longestKey = 256;
constexpr std::size_t mostKeyBytes = 1 << 20;

} // namespace

void PieceCache::clear() {
    slots_.assign(slotCount, {});
    used_ = 0;
    keys_.clear();
    tokens_.clear();
}

std::span<const PieceToken> PieceCache::tokensOf(std::string_view piece, const TokenModel& model) {
    if (piece.size() > longestKey) {
        uncached_.clear();
        model.tokenize(piece, uncached_);
        return uncached_;
    }
    if (slots_.empty() || used_ >= slotCount / 2 || keys_.size() > mostKeyBytes) clear();
    const std::uint64_t hash = std::hash<std::string_view>{}(piece);
    std::size_t at = hash & (slotCount - 1);
    for (; slots_[at].keyLength > 0; at = (at + 1) & (slotCount - 1)) {
        const Slot& slot = slots_[at];
        if (slot.hash == hash && std::string_view(keys_).substr(slot.keyBegin, slot.keyLength) == piece)
            return std::span(tokens_).subspan(slot.tokenBegin, slot.tokenCount);
    }
    const auto tokenBegin = static_cast<std::uint32_t>(tokens_.size());
    model.tokenize(piece, tokens_); // may throw: nothing is registered before
    slots_[at] = {hash, static_cast<std::uint32_t>(keys_.size()), static_cast<std::uint32_t>(piece.size()), tokenBegin,
                  static_cast<std::uint32_t>(tokens_.size()) - tokenBegin};
    keys_.append(piece);
    ++used_;
    return std::span(tokens_).subspan(tokenBegin);
}

} // namespace core
