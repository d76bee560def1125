#pragma once
#include <QLocale>

namespace ui {

/// "1 product" or "1,234 products": the number stands for %1. English plurals need no translation file this way.
inline QString counted(qint64 count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(QLocale().toString(count));
}

} // namespace ui
