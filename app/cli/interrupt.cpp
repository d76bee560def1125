#include "app/cli/interrupt.h"
#include "app/cli/failure.h"
#include <csignal>
#include <ctime>
#include <unistd.h>

namespace app {

Interrupt::Interrupt() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    watcher_ = std::jthread([signals, source = source_](const std::stop_token& programEnds) mutable {
        // Looks up twice a tenth of a second whether the program ends: sigtimedwait cannot be woken by a stop token.
        const timespec pause{0, 50'000'000};
        while (!programEnds.stop_requested()) {
            if (sigtimedwait(&signals, nullptr, &pause) < 0) continue;
            if (!source.request_stop()) _exit(static_cast<int>(ExitCode::cancelled));
        }
    });
}

} // namespace app
