#pragma once
#include "core/base/error.h"
#include <algorithm>
#include <cstdint>
#include <string>

namespace core {

/// Calls `run(from, count)` for consecutive blocks of 0 .. total, `block` at most at once. A block that throws
/// Error(outOfMemory) is tried again with half as many, and so are those after it; when one alone is too many, Error
/// says so. `run` therefore keeps nothing of a call that throws. Other errors pass through.
template <class Run>
void inHalvingBlocks(std::int64_t total, std::int64_t block, Run run) {
    const auto largest = block;
    for (std::int64_t from = 0; from < total;) {
        const auto count = std::min(block, total - from);
        try {
            run(from, count);
            from += count;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::outOfMemory) throw;
            if (count == 1)
                throw Error(ErrorKind::outOfMemory, std::string(error.what()) +
                                                        " (even one at a time; blocks began at " +
                                                        std::to_string(largest) + ")");
            block = count / 2;
        }
    }
}

} // namespace core
