#pragma once
#include <QLocale>
#include <string_view>

namespace ui {

inline QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

/// "1,234" as it is written here.
inline QString localized(qint64 value) { return QLocale().toString(value); }

/// "1 product" or "1,234 products": the number stands for %1. English plurals need no translation file this way.
inline QString counted(qint64 count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(localized(count));
}

} // namespace ui
