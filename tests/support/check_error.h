#pragma once
#include "tests/support/wrong_error.h"
#include <QTest>

/// `expression` must throw core::Error of the given kind, with `part` in its message.
#define VERIFY_ERROR(expression, wantedKind, part)                                                                     \
    do {                                                                                                               \
        const std::string wrong = test::wrongError([&] { static_cast<void>(expression); }, wantedKind, part);          \
        QVERIFY2(wrong.empty(), (#expression ": " + wrong).c_str());                                                   \
    } while (false)
