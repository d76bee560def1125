#pragma once
#include <QPalette>

class QAbstractAxis;
class QChart;

namespace ui {

/// The look of every chart: grounds, texts and grid of the palette, no legend, no shadow, small margins. Call again
/// when the palette has changed.
void styleChart(QChart* chart, const QPalette& palette);
void styleAxis(QAbstractAxis* axis, const QPalette& palette);

} // namespace ui
