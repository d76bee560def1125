#pragma once
#include "core/base/error.h"
#include <string>
#include <string_view>

namespace test {

/// Why `call` did not throw core::Error of the wanted kind with `part` in its message; empty: it did.
template <class Call>
std::string wrongError(Call&& call, core::ErrorKind wanted, std::string_view part = {}) {
    try {
        call();
    } catch (const core::Error& error) {
        const std::string_view message = error.what();
        if (error.kind() == wanted && message.find(part) != std::string_view::npos) return {};
        return "another error: " + std::string(message);
    }
    return "did not throw";
}

} // namespace test
