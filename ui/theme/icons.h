#pragma once
#include <QIcon>
#include <QString>

namespace ui {

/// The drawing `resources/icons/<name>.svg` in the colour of the text around it: tinted when painted, so that an icon
/// made once follows every change of theme. An unknown name gives a null icon.
QIcon icon(const QString& name);

/// The program's own icon, in its own colours.
QIcon applicationIcon();

} // namespace ui
