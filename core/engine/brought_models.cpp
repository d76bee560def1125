#include "core/engine/brought_models.h"
#include <fmt/format.h>

namespace core {

std::string ModelFinding::text() const {
    std::string where = file;
    if (line > 0) where += fmt::format(", line {}", line);
    if (column > 0) where += fmt::format(", column {}", column);
    return where.empty() ? what : fmt::format("{}: {}", where, what);
}

} // namespace core
