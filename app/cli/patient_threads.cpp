#include "app/cli/patient_threads.h"
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace app {

void startWithPatientThreads(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
    std::error_code failed;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
    // Started through the loader, /proc/self/exe is that.
    if (failed || program.filename() != std::filesystem::path(argv[0]).filename()) return;
    if (::setenv("OMP_WAIT_POLICY", "passive", /*overwrite=*/0) != 0) return;
    ::execv(program.c_str(), argv); // comes back only where it fails
}

} // namespace app
