#include "core/base/hash.h"
#include <fmt/format.h>

namespace core {

Hasher& Hasher::addRaw(const void* bytes, std::size_t count) {
    const auto* byte = static_cast<const unsigned char*>(bytes);
    for (std::size_t i = 0; i < count; ++i) state_ = (state_ ^ byte[i]) * 0x100000001b3ULL;
    return *this;
}

Hasher& Hasher::add(std::int64_t number) {
    unsigned char bytes[8]; // little endian, whatever the machine
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * i));
    return addRaw(bytes, sizeof bytes);
}

Hasher& Hasher::add(std::string_view bytes) {
    add(static_cast<std::int64_t>(bytes.size()));
    return addRaw(bytes.data(), bytes.size());
}

std::string Hasher::hex() const { return fmt::format("{:016x}", state_); }

} // namespace core
