#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace core {

/// Gives all products that a model does not know one score, below every product that it knows.
inline void putBelow(std::span<float> scoresV, const std::vector<bool>& isKnown) {
    float least = 0;
    bool hasOne = false;
    for (std::size_t item = 0; item < scoresV.size(); ++item)
        if (isKnown[item]) {
            least = hasOne ? std::min(least, scoresV[item]) : scoresV[item];
            hasOne = true;
        }
    constexpr float lowest = std::numeric_limits<float>::lowest();
    const float below = std::max(lowest, std::min(least - 1, std::nextafter(least, lowest)));
    for (std::size_t item = 0; item < scoresV.size(); ++item)
        if (!isKnown[item]) scoresV[item] = below;
}

} // namespace core
