#pragma once
#include "tests/support/wrong_error.h"
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A test runner of QtTest's shape for machines without Qt (the gpu preset), so that tests of LibTorch folders read
/// like all others. Write `TEST_CASE(theFutureCannotChangeThePast) { VERIFY(..); COMPARE(actual, expected); }` in a
/// file of their own; main() is in this library. Arguments: names of cases to run; none runs all. Exit code: failed
/// cases.
namespace test {

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Case {
    const char* name;
    void (*run)();
};

std::vector<Case>& cases();

struct Registration {
    Registration(const char* name, void (*run)()) { cases().push_back({name, run}); }
};

[[noreturn]] void fail(const char* file, int line, const std::string& message);

template <class A, class B>
void compare(const A& actual, const B& expected, const char* text, const char* file, int line) {
    if (actual == expected) return;
    std::ostringstream message;
    message << text << ": actual " << actual << ", expected " << expected;
    fail(file, line, message.str());
}

void compareNear(double actual, double expected, double tolerance, const char* text, const char* file, int line);

} // namespace test

#define TEST_CASE(name)                                                                                                \
    static void name();                                                                                                \
    static const test::Registration name##Registration(#name, name);                                                   \
    static void name()
#define VERIFY(condition) ((condition) ? void() : test::fail(__FILE__, __LINE__, #condition))
#define VERIFY2(condition, message) ((condition) ? void() : test::fail(__FILE__, __LINE__, message))
#define COMPARE(actual, expected) test::compare(actual, expected, #actual, __FILE__, __LINE__)
#define COMPARE_NEAR(actual, expected, tolerance)                                                                      \
    test::compareNear(static_cast<double>(actual), static_cast<double>(expected), tolerance, #actual, __FILE__,        \
                      __LINE__)
/// `expression` must throw core::Error of the given kind, for example THROWS_ERROR(load(path),
/// core::ErrorKind::corrupt).
#define THROWS_ERROR(expression, wantedKind)                                                                           \
    do {                                                                                                               \
        const std::string wrong = test::wrongError([&] { static_cast<void>(expression); }, wantedKind);                \
        VERIFY2(wrong.empty(), #expression ": " + wrong);                                                              \
    } while (false)
