#pragma once
#include "core/base/error.h"
#include <QTest>

/// `expression` must throw core::Error of the given kind, with `part` in its message.
#define VERIFY_ERROR(expression, wantedKind, part)                                                                     \
    do {                                                                                                               \
        bool threw = false;                                                                                            \
        try {                                                                                                          \
            static_cast<void>(expression);                                                                             \
        } catch (const core::Error& error) {                                                                           \
            threw = true;                                                                                              \
            QVERIFY2(error.kind() == (wantedKind), error.what());                                                      \
            QVERIFY2(std::string_view(error.what()).find(part) != std::string_view::npos, error.what());               \
        }                                                                                                              \
        QVERIFY2(threw, #expression " did not throw");                                                                 \
    } while (false)
