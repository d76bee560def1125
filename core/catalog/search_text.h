#pragma once
#include <string>
#include <string_view>

namespace core {

/// Without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);

/// What a user typed as a query of FTS5 that cannot fail: every word quoted, so that no operator is left, and a prefix.
/// At most the first 64 words. Empty where no word holds a letter or a digit.
std::string fullTextQuery(std::string_view typed);

} // namespace core
