#include "core/array_files/float_rows.h"
#include "core/base/error.h"
#include <bit>
#include <cstring>
#include <fmt/format.h>

namespace core {

namespace {

/// IEEE 754 binary16.
float fromHalf(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
    const std::uint32_t exponent = bits >> 10 & 0x1fU, fraction = bits & 0x3ffU;
    if (exponent == 0) { // zero and subnormal: fraction * 2^-24
        const float value = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -value : value;
    }
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000U | fraction << 13);
    return std::bit_cast<float>(sign | (exponent + 112U) << 23 | fraction << 13);
}

float fromBrain(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

template <class Stored, class Convert>
std::vector<float> convertAll(const StoredTensor& tensor, Convert convert) {
    std::vector<float> floats(tensor.bytes.size() / sizeof(Stored));
    const auto* bytes = tensor.bytes.data();
    for (auto& value : floats) {
        Stored stored;
        std::memcpy(&stored, bytes, sizeof stored);
        value = convert(stored);
        bytes += sizeof stored;
    }
    return floats;
}

} // namespace

std::vector<float> toFloats(const std::string& name, const StoredTensor& tensor) {
    if (tensor.dtype == "F32") return convertAll<float>(tensor, [](float value) { return value; });
    if (tensor.dtype == "F64")
        return convertAll<double>(tensor, [](double value) { return static_cast<float>(value); });
    if (tensor.dtype == "F16") return convertAll<std::uint16_t>(tensor, fromHalf);
    if (tensor.dtype == "BF16") return convertAll<std::uint16_t>(tensor, fromBrain);
    if (tensor.dtype == "I8")
        return convertAll<std::int8_t>(tensor, [](std::int8_t value) { return static_cast<float>(value); });
    throw Error(ErrorKind::invalidInput,
                fmt::format("read {}: vectors of {} are not read; save them as float32 (float16, bfloat16, float64 and "
                            "int8 are read too)",
                            name, tensor.dtype));
}

} // namespace core
