#pragma once
#include "ui/session/shopper.h"
#include "ui/views/comparison/column_state.h"
#include <QWidget>

class QLabel;

namespace ui {

/// "text", "image", "both", "none" in the words of the window: "text only", "pictures only", "text and pictures", "no
/// product data".
QString modalityText(const QString& modality);
/// "6 ms", "6 ms, from the cache".
QString elapsedText(const ColumnState& state);

/// Over one column: letter of the slot, model, what it reads, how long it took, and notices in a line of their own.
class ColumnHeader : public QWidget {
    Q_OBJECT
public:
    explicit ColumnHeader(Slot slot, QWidget* parent = nullptr);

    void show(const ColumnState& state);
    using QWidget::show;
    void setPresenter(bool isPresenter);
    /// Paints the same header into any rectangle, for the picture of the comparison; returns the height taken.
    static int paint(QPainter& painter, const QRect& place, Slot slot, const ColumnState& state,
                     const QPalette& palette, const QFont& font);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* paint) override;
    bool event(QEvent* happening) override;

private:
    Slot slot_;
    ColumnState state_; ///< without its rows
    bool isPresenter_ = false;
};

} // namespace ui
