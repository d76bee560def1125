#include "ui/views/inspector/similar_row.h"
#include "ui/pictures/picture_cell.h"
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ui {

namespace {
constexpr int similarSide = 68; ///< of a picture, logical pixels
constexpr int mostColumns = 4, most = 8, between = 4;
} // namespace

SimilarRow::SimilarRow(const QString& heading, ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), thumbnails_(thumbnails), message_(new QLabel(this)) {
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* const title = new QLabel(heading, this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    title->setWordWrap(true);
    column->addWidget(title);
    message_->setWordWrap(true);
    column->addWidget(message_);
    grid_ = new QGridLayout;
    grid_->setSpacing(between);
    for (int place = 0; place < most; ++place) {
        auto* const button = new QToolButton(this);
        button->setAutoRaise(true);
        button->setIconSize({similarSide, similarSide});
        button->setFocusPolicy(Qt::StrongFocus);
        button->installEventFilter(this);
        button->hide();
        connect(button, &QToolButton::clicked, this,
                [this, place] { Q_EMIT itemSelected(entries_[static_cast<std::size_t>(place)].item); });
        buttons_.push_back(button);
    }
    grid_->setColumnStretch(mostColumns, 1);
    fillGrid(mostColumns);
    column->addLayout(grid_);
    setAccessibleName(heading);
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, [this](const QString& path) {
        for (const auto& entry : entries_)
            if (entry.picturePath == path) return paintPictures();
    });
}

void SimilarRow::fillGrid(int columns) {
    columns_ = columns;
    for (int place = 0; place < most; ++place)
        grid_->addWidget(buttons_[static_cast<std::size_t>(place)], place / columns, place % columns);
}

void SimilarRow::fitInto(int width) {
    const int columns =
        std::clamp((width + between) / (buttons_.front()->sizeHint().width() + between), 1, mostColumns);
    if (columns != columns_) fillGrid(columns);
}

void SimilarRow::setEntries(std::vector<Entry> entries) {
    if (entries.size() > most) entries.resize(most);
    entries_ = std::move(entries);
    message_->setVisible(entries_.empty());
    if (entries_.empty()) message_->setText(tr("No product is near this one."));
    for (std::size_t place = 0; place < buttons_.size(); ++place) {
        buttons_[place]->setVisible(place < entries_.size());
        if (place >= entries_.size()) continue;
        const auto& entry = entries_[place];
        const QString text = tr("%1, cosine %2").arg(entry.title).arg(static_cast<double>(entry.similarity), 0, 'f', 2);
        buttons_[place]->setToolTip(text);
        buttons_[place]->setAccessibleName(text);
    }
    paintPictures();
}

void SimilarRow::setMessage(const QString& text) {
    entries_.clear();
    for (auto* const button : buttons_) button->hide();
    message_->setText(text);
    message_->show();
}

void SimilarRow::paintPictures() {
    for (std::size_t place = 0; place < entries_.size(); ++place) {
        const QSize size = devicePixels({similarSide, similarSide}, devicePixelRatioF());
        QPixmap pixmap(size);
        pixmap.setDevicePixelRatio(devicePixelRatioF());
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        PictureCell cell;
        cell.rect = {0, 0, similarSide, similarSide};
        cell.thumbnail = thumbnails_->thumbnail(entries_[place].picturePath, size);
        paintPictureCell(painter, cell, palette());
        painter.end();
        buttons_[place]->setIcon(pixmap);
    }
}

bool SimilarRow::eventFilter(QObject* watched, QEvent* happening) {
    const bool isEnter = happening->type() == QEvent::Enter, isLeave = happening->type() == QEvent::Leave;
    if (isEnter || isLeave)
        for (std::size_t place = 0; place < entries_.size(); ++place)
            if (buttons_[place] == watched) Q_EMIT itemHovered(isEnter ? entries_[place].item : core::ItemIndex{});
    return QWidget::eventFilter(watched, happening);
}

void SimilarRow::changeEvent(QEvent* change) {
    if (change->type() == QEvent::PaletteChange) paintPictures();
    QWidget::changeEvent(change);
}

} // namespace ui
