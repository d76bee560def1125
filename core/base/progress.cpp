#include "core/base/progress.h"
#include "core/base/error.h"

namespace core {

void throwIfStopped(const std::stop_token& stop, const char* what) {
    if (stop.stop_requested()) throw Error(ErrorKind::cancelled, std::string(what) + ": cancelled");
}

} // namespace core
