#pragma once
#include <stop_token>
#include <thread>

namespace app {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request; a second signal ends the program at once with exit code 130.
/// Make it in main before any other thread, which then inherits the blocked signals.
class Interrupt {
public:
    Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    std::stop_token token() const { return source_.get_token(); }

private:
    std::stop_source source_;
    std::jthread watcher_;
};

} // namespace app
