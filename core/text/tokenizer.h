#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace core {

/// Words to numbers, for a text encoder. Equal text gives equal ids, on every machine. Thread-safe after construction.
class TextTokenizer {
public:
    virtual ~TextTokenizer() = default;
    /// Never 0, which means padding. Any bytes are accepted; empty text gives no ids.
    virtual std::vector<std::int32_t> encode(std::string_view text) const = 0;
    /// Ids are smaller than this.
    virtual std::int32_t size() const = 0;
};

} // namespace core
