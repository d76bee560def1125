#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace core {

/// How a vision-language model ranks is part of the name that asks for it: "NAME" or "NAME:dense", "NAME:generative",
/// "NAME:mix" (methods.md 1). So heads stand beside each other in comparisons, evaluations and mixes as models do.
struct HeadedName {
    std::string model;
    std::string head; ///< empty where the name says nothing
};

inline HeadedName splitHead(const std::string& name) {
    constexpr std::array<std::string_view, 3> heads{"dense", "generative", "mix"};
    const auto colon = name.rfind(':');
    if (colon == std::string::npos || colon == 0) return {name, {}};
    const auto head = name.substr(colon + 1);
    if (std::find(heads.begin(), heads.end(), head) == heads.end()) return {name, {}};
    return {name.substr(0, colon), head};
}

} // namespace core
