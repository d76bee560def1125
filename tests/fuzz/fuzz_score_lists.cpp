#include "core/base/error.h"
#include "core/model_import/list_file.h"
#include "tests/fuzz/fuzz_file.h"
#include <algorithm>

/// Lists that are accepted fit together: each product once in a list, best first.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    core::ModelFindings findings;
    try {
        const auto lists = core::readListFile(fuzz::fileOf(bytes, count, ".csv"), findings, {});
        if (findings.hasErrors()) return 0;
        const auto entries = static_cast<std::int64_t>(lists.items.size());
        if (lists.begin.size() != lists.userIds.size() + 1 || lists.begin.back() != entries ||
            lists.scores.size() != lists.items.size())
            __builtin_trap();
        for (std::size_t user = 0; user < lists.userIds.size(); ++user)
            if (!std::is_sorted(lists.scores.begin() + lists.begin[user], lists.scores.begin() + lists.begin[user + 1],
                                std::greater<>()))
                __builtin_trap();
    } catch (const core::Error&) {
    }
    return 0;
}
