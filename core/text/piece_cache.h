#pragma once
#include "core/text/token_model.h"

namespace core {

/// The tokens of pieces seen before: texts repeat their words. Forgets everything once it is full. One user at a time.
class PieceCache {
public:
    /// What `model` makes of `piece`; valid until the next call.
    std::span<const PieceToken> tokensOf(std::string_view piece, const TokenModel& model);

private:
    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t keyBegin = 0, keyLength = 0, tokenBegin = 0, tokenCount = 0;
    };
    void clear();

    std::vector<Slot> slots_;
    std::size_t used_ = 0;
    std::string keys_;
    std::vector<PieceToken> tokens_, uncached_;
};

} // namespace core
