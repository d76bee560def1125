#pragma once
#include "core/importers/finding_sink.h"
#include <cstddef>
#include <cstdint>
#include <string>

/// What the fuzz targets share. A target fails by a sanitizer or by abort().
namespace fuzz {

inline std::string textOf(const std::uint8_t* bytes, std::size_t count) {
    return {reinterpret_cast<const char*>(bytes), count};
}

inline void require(bool condition) {
    if (!condition) __builtin_trap();
}

/// Findings must be fit for a report: their JSON never throws.
class Findings : public core::FindingSink {
public:
    void add(const core::ImportFinding& finding) override { require(!finding.json().empty()); }
    void addBlocking(const core::ImportFinding& finding) override { require(!finding.json().empty()); }
};

} // namespace fuzz
