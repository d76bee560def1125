#pragma once
#include "core/base/index.h"
#include "ui/views/comparison/ranked_list_model.h"
#include <QWidget>
#include <functional>

namespace ui {

/// A product that stands in both columns: heights of its two cards' centres.
struct Link {
    core::ItemIndex item;
    CardMark mark; ///< in B
    qreal left = 0, right = 0;
};

/// Curves from A at the left edge to B at the right edge of `place`; the lit product's is thick and on top.
void paintLinks(QPainter& painter, const QRectF& place, const std::vector<Link>& links, core::ItemIndex highlighted,
                core::ItemIndex selected, const QPalette& palette);

/// Between the columns. Asks for the links whenever it paints, so it is always where the lists are.
class LinkGutter : public QWidget {
    Q_OBJECT
public:
    static constexpr int gutterWidth = 52;

    explicit LinkGutter(std::function<std::vector<Link>()> links, QWidget* parent = nullptr);
    void setLit(core::ItemIndex highlighted, core::ItemIndex selected);

protected:
    void paintEvent(QPaintEvent* paint) override;

private:
    std::function<std::vector<Link>()> links_;
    core::ItemIndex highlighted_, selected_;
};

} // namespace ui
