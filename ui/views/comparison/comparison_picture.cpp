// ComparisonView::renderToImage(): the comparison as a picture of its own, independent of scrolling and window size.
#include "ui/pictures/picture_cell.h"
#include "ui/theme/painting.h"
#include "ui/views/comparison/card_delegate.h"
#include "ui/views/comparison/card_list.h"
#include "ui/views/comparison/column_header.h"
#include "ui/views/comparison/comparison_view.h"
#include <QLabel>
#include <QPainter>
#include <algorithm>

namespace ui {
namespace {

constexpr int pictureMargin = 12;
constexpr int picturedColumnWidth = 460;

} // namespace

QImage ComparisonView::renderToImage(qreal devicePixelRatio) const {
    std::vector<Slot> shown;
    if (mode_ != CompareMode::b) shown.push_back(Slot::a);
    if (mode_ != CompareMode::a) shown.push_back(Slot::b);
    const bool isBoth = shown.size() == 2;
    const int width = delegate_->look().isPresenter ? picturedColumnWidth * 3 / 2 : picturedColumnWidth;
    const int cardHeight = delegate_->cardHeight(font());
    const QFont headerFont = parts(Slot::a).header->font();

    // First everything is measured: as tall as the longer list, the taller header.
    int rows = 1, headerHeight = 0;
    for (const Slot slot : shown) {
        rows = std::max(rows, parts(slot).model->rowCount());
        headerHeight = std::max(headerHeight, parts(slot).header->sizeHint().height());
    }
    const QString words = isBoth && !difference_.isEmpty() ? tr("From A to B: %1").arg(difference_) : QString();
    const int sentenceHeight = words.isEmpty() ? 0 : QFontMetrics(sentence_->font()).height() + pictureMargin;
    const int picturedWidth =
        2 * pictureMargin + width * static_cast<int>(shown.size()) + (isBoth ? LinkGutter::gutterWidth : 0);
    const QRect captionRoom(pictureMargin, 0, picturedWidth - 2 * pictureMargin, 1000);
    const int captionHeight =
        caption_.isEmpty()
            ? 0
            : QFontMetrics(small(font())).boundingRect(captionRoom, Qt::TextWordWrap, caption_).height() +
                  pictureMargin;
    const int gutter = isBoth ? LinkGutter::gutterWidth : 0;
    const QSize size(picturedWidth,
                     2 * pictureMargin + sentenceHeight + headerHeight + rows * cardHeight + captionHeight);

    QImage image(devicePixels(size, devicePixelRatio), QImage::Format_RGB32);
    image.setDevicePixelRatio(devicePixelRatio);
    image.fill(palette().color(QPalette::Base));
    QPainter painter(&image);
    painter.setFont(sentence_->font());
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(QRect(pictureMargin, pictureMargin, size.width() - 2 * pictureMargin, sentenceHeight),
                     Qt::AlignHCenter | Qt::AlignTop, words);

    const int listTop = pictureMargin + sentenceHeight + headerHeight;
    for (const Slot slot : shown) {
        const Column& column = parts(slot);
        const int left = pictureMargin + (slot == shown.front() ? 0 : width + gutter);
        ColumnHeader::paint(painter, QRect(left, pictureMargin + sentenceHeight, width, headerHeight), slot,
                            column.state, palette(), headerFont);
        for (int row = 0; row < column.model->rowCount(); ++row) {
            const CardRow& product = column.model->rows()[static_cast<std::size_t>(row)];
            Card card{.row = &product,
                      .mark = column.model->markAt(row),
                      .rect = QRect(left, listTop + row * cardHeight, width, cardHeight)};
            card.isSelected = product.item == selected_;
            const QSize pixels = devicePixels(delegate_->pictureRect(card.rect).size(), devicePixelRatio);
            if (!product.picturePath.isEmpty()) card.picture = readThumbnail(product.picturePath, pixels).image;
            delegate_->paintCard(painter, card, palette(), font());
        }
        if (column.model->rowCount() == 0) {
            const PanelState state = panelState(column.state);
            painter.setFont(font());
            painter.setPen(palette().color(QPalette::Text));
            painter.drawText(QRect(left + pictureMargin, listTop, width - 2 * pictureMargin, rows * cardHeight),
                             Qt::AlignCenter | Qt::TextWordWrap, state.title + QStringLiteral("\n") + state.text);
        }
    }
    painter.setFont(small(font()));
    painter.setPen(accents(palette()).muted);
    painter.drawText(captionRoom.translated(0, listTop + rows * cardHeight + pictureMargin), Qt::TextWordWrap,
                     caption_);
    if (isBoth) {
        std::vector<Link> drawn = links();
        for (Link& link : drawn) { // heights of the picture instead of those of the scrolled lists
            const auto centre = [&](Slot slot) { return (parts(slot).model->rowOf(link.item) + 0.5) * cardHeight; };
            link.left = centre(Slot::a);
            link.right = centre(Slot::b);
        }
        paintLinks(painter, QRectF(pictureMargin + width, listTop, gutter, rows * cardHeight), drawn, {}, selected_,
                   palette());
    }
    return image;
}

} // namespace ui
