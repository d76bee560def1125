#include "tests/support/cases.h"
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace test {

std::vector<Case>& cases() {
    static std::vector<Case> all;
    return all;
}

void fail(const char* file, int line, const std::string& message) {
    throw Failure(std::string(file) + ":" + std::to_string(line) + ": " + message);
}

void compareNear(double actual, double expected, double tolerance, const char* text, const char* file, int line) {
    if (std::abs(actual - expected) <= tolerance) return; // false for NaN
    std::ostringstream message;
    message << text << ": actual " << actual << ", expected " << expected << " +- " << tolerance;
    fail(file, line, message.str());
}

} // namespace test

int main(int argc, char** argv) {
    int passed = 0, failed = 0;
    for (const auto& one : test::cases()) {
        bool wanted = argc < 2;
        for (int i = 1; i < argc; ++i) wanted = wanted || std::strcmp(argv[i], one.name) == 0;
        if (!wanted) continue;
        const auto start = std::chrono::steady_clock::now();
        std::string reason;
        try {
            one.run();
        } catch (const std::exception& error) {
            reason = error.what();
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        std::printf("%s : %s (%.2f s)\n", reason.empty() ? "PASS  " : "FAIL! ", one.name, took.count());
        if (!reason.empty()) std::printf("   %s\n", reason.c_str());
        std::fflush(stdout);
        ++(reason.empty() ? passed : failed);
    }
    std::printf("Totals: %d passed, %d failed\n", passed, failed);
    if (passed + failed == 0) std::printf("no case ran\n");
    return passed + failed == 0 ? 1 : failed;
}
