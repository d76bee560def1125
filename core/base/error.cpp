#include "core/base/error.h"

namespace core {

std::string_view kindName(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::invalidInput:
        return "invalid-input";
    case ErrorKind::notFound:
        return "not-found";
    case ErrorKind::corrupt:
        return "corrupt";
    case ErrorKind::unavailable:
        return "unavailable";
    case ErrorKind::outOfMemory:
        return "out-of-memory";
    case ErrorKind::cancelled:
        return "cancelled";
    case ErrorKind::internal:
        return "internal";
    }
    return "internal";
}

} // namespace core
