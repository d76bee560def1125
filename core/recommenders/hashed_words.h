#pragma once
#include "core/dataset/dataset.h"
#include <cstdint>
#include <vector>

namespace core {

/// A product's words (title, category, brand; lower case ASCII letters and digits, other bytes as they are) as rows of
/// a table of `wordRows`, by hash; at most `words`, each once, in order of appearance, padded with -1. Row-major:
/// items x words. Products of equal words are alike for whoever reads them.
std::vector<std::int64_t> hashedWords(const std::vector<ItemText>& items, int wordRows, int words);

} // namespace core
