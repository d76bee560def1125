#pragma once
#include <string>
#include <string_view>

namespace core {

/// What a reader sees of text taken from a web page: entities ("&amp;", "&#39;", "&eacute;") become characters, tags
/// become spaces, runs of white space one space. Entities that HTML 4 does not know stay as they are. Plain text with a
/// bare "<" or "&" stays as it is.
std::string plainTextOfHtml(std::string_view html);

} // namespace core
