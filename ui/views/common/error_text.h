#pragma once
#include <QString>
#include <exception>

namespace ui {

/// A failure as a sentence of the window: core's messages go on behind a program's name and begin in lower case.
inline QString errorText(const std::exception& error) {
    QString text = QString::fromUtf8(error.what());
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

} // namespace ui
