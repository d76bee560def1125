// State, geometry and words of the strip; history_painting.cpp paints, history_input.cpp follows mouse and keyboard.
#include "ui/views/history/history_strip.h"
#include "ui/pictures/thumbnail_provider.h"
#include <QDateTime>
#include <QHelpEvent>
#include <QLocale>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>

namespace ui {

HistoryStrip::HistoryStrip(ThumbnailProvider* thumbnails, QWidget* parent)
    : QAbstractScrollArea(parent), thumbnails_(thumbnails) {
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAcceptDrops(true);
    viewport()->setAcceptDrops(true);
    viewport()->setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("History"));
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, [this](const QString& file) {
        if (shownPictures_.contains(file)) viewport()->update();
    });
    updateLayout();
}

void HistoryStrip::setState(HistoryState state) {
    const HistoryState before = std::exchange(state_, std::move(state));
    const auto isSameProduct = [](const HistoryTile& one, const HistoryTile& other) { return one.item == other.item; };
    const bool isSameOrder =
        before.shopper == state_.shopper && std::ranges::equal(before.tiles, state_.tiles, isSameProduct);
    if (!isSameOrder) { // numbers may arrive while the hand still moves a tile
        endDrag();
        pressed_ = hovered_ = -1;
    }
    restoreCurrent(before);
    updateLayout();
    if (before.shopper != state_.shopper)
        horizontalScrollBar()->setValue(horizontalScrollBar()->maximum()); // the newest are what the models read
    else if (current_ != -1 && before.tiles.size() != state_.tiles.size())
        scrollToCurrent();
    viewport()->update();
    updateAccessibleText();
}

void HistoryStrip::restoreCurrent(const HistoryState& before) {
    const int wanted = std::exchange(wanted_, -1);
    if (before.shopper != state_.shopper) {
        current_ = -1;
        return;
    }
    if (wanted >= 0) {
        current_ = std::min(wanted, tileCount() - 1);
        return;
    }
    const int count = static_cast<int>(before.tiles.size());
    if (current_ >= count) { // the place to drop or the true next: the same place of the new state
        current_ = current_ - count + tileCount();
        if (current_ > lastPosition()) current_ = -1;
        return;
    }
    if (current_ < 0) return;
    // The same product, as near as there is one; a history may hold it more than once.
    const core::ItemIndex item = before.tiles[static_cast<std::size_t>(current_)].item;
    int nearest = -1;
    for (int place = 0; place < tileCount(); ++place)
        if (state_.tiles[static_cast<std::size_t>(place)].item == item &&
            (nearest < 0 || std::abs(place - current_) < std::abs(nearest - current_)))
            nearest = place;
    current_ = nearest >= 0 ? nearest : std::min(current_, tileCount() - 1);
}

void HistoryStrip::setTileSize(int side) {
    HistoryLayout::Input input{.side = std::clamp(side, 48, 320), .viewport = {}, .metrics = fontMetrics()};
    auto* const bar = horizontalScrollBar();
    const bool wasAtEnd = bar->value() == bar->maximum();
    layout_.update(input);
    updateLayout();
    updateGeometry();
    if (wasAtEnd)
        bar->setValue(bar->maximum()); // the newest events stay in sight
    else
        scrollToCurrent();
    viewport()->update();
}

void HistoryStrip::setHighlighted(core::ItemIndex item) {
    if (highlighted_ == item) return;
    highlighted_ = item;
    viewport()->update();
}

int HistoryStrip::lastPosition() const {
    if (state_.kind != HistoryKind::ready) return -1;
    return tileCount() + (state_.trueNext ? 1 : 0);
}

void HistoryStrip::setCurrent(int position) {
    current_ = position > lastPosition() ? -1 : std::max(position, -1);
    scrollToCurrent();
    viewport()->update();
    updateAccessibleText();
    if (const core::ItemIndex item = currentItem(); item.isValid()) Q_EMIT itemSelected(item);
}

core::ItemIndex HistoryStrip::currentItem() const {
    if (isTile(current_)) return state_.tiles[static_cast<std::size_t>(current_)].item;
    if (current_ == tileCount() + 1 && state_.trueNext && !state_.trueNextHidden) return state_.trueNext->item;
    return {};
}

bool HistoryStrip::hasInfluences() const {
    return std::ranges::any_of(state_.tiles, [](const HistoryTile& tile) { return tile.influence.has_value(); });
}

void HistoryStrip::updateLayout() {
    HistoryLayout::Input input{.side = layout_.side(), .viewport = viewport()->size(), .metrics = fontMetrics()};
    input.tiles = tileCount();
    input.hasTimes = state_.hasTimes;
    input.hasInfluences = hasInfluences();
    input.hasTrueNext = state_.kind == HistoryKind::ready && state_.trueNext.has_value();
    input.hasAddTile = state_.isEditable;
    const int height = layout_.contentHeight();
    layout_.update(input);
    const int visible = layout_.scrolled().width();
    horizontalScrollBar()->setRange(0, state_.kind == HistoryKind::ready ? std::max(0, layout_.contentWidth() - visible)
                                                                         : 0);
    horizontalScrollBar()->setPageStep(visible);
    horizontalScrollBar()->setSingleStep(layout_.step() / 2);
    input.scroll = horizontalScrollBar()->value();
    layout_.update(input);
    if (layout_.contentHeight() != height) updateGeometry();
}

void HistoryStrip::scrollToCurrent() {
    if (current_ < 0 || current_ > tileCount()) return; // the true next stands still
    const QRect tile = layout_.tile(current_);
    const QRect seen = layout_.scrolled();
    constexpr int air = 10;
    if (tile.left() < seen.left() + air)
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + tile.left() - seen.left() - air);
    else if (tile.right() > seen.right() - air)
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() + tile.right() - seen.right() + air);
}

void HistoryStrip::forgetScrolledAway() {
    if (shownPictures_.size() < 100) return;
    QSet<QString> visible;
    for (int place = 0; place < tileCount(); ++place)
        if (layout_.tile(place).intersects(layout_.scrolled()))
            visible.insert(state_.tiles[static_cast<std::size_t>(place)].picturePath);
    if (state_.trueNext) visible.insert(state_.trueNext->picturePath);
    thumbnails_->cancelExcept(shownPictures_, visible);
    shownPictures_ = visible;
}

QRect HistoryStrip::tileRect(int position) const {
    if (position < 0 || position > lastPosition()) return {};
    if (position == tileCount() && !state_.isEditable) return {};
    return position == tileCount() + 1 ? layout_.trueNext() : layout_.tile(position);
}

int HistoryStrip::positionAt(const QPoint& position) const {
    if (layout_.trueNext().contains(position) && lastPosition() > tileCount()) return tileCount() + 1;
    if (!layout_.scrolled().contains(position)) return -1;
    for (int place = 0; place <= std::min(tileCount(), lastPosition()); ++place)
        if (tileRect(place).contains(position)) return place;
    return -1;
}

int HistoryStrip::insertionAt(const QPoint& position) const {
    int place = 0;
    while (place < tileCount() && layout_.tile(place).center().x() < position.x()) ++place;
    return place;
}

QStringList HistoryStrip::factsOf(int position) const {
    if (position == tileCount() && lastPosition() >= position) return {tr("Add a product")};
    if (position == tileCount() + 1 && state_.trueNext)
        return {state_.trueNextHidden ? tr("True next product: hidden, press Space to reveal it")
                                      : tr("True next product: %1").arg(state_.trueNext->title)};
    if (!isTile(position)) return {};
    const HistoryTile& tile = state_.tiles[static_cast<std::size_t>(position)];
    QStringList parts{tr("%1 of %2: %3").arg(position + 1).arg(tileCount()).arg(tile.title)};
    if (state_.hasTimes && tile.time)
        parts += QLocale().toString(QDateTime::fromMSecsSinceEpoch(*tile.time, Qt::UTC).date(), QLocale::LongFormat);
    if (tile.picturePath.isEmpty()) parts += tr("no picture");
    if (isOutsideWindow(position)) parts += tr("older than the %1 events that the models read").arg(state_.window);
    if (tile.influence) parts += tr("influence %1").arg(*tile.influence, 0, 'f', 2);
    return parts;
}

QString HistoryStrip::accessibleTextOf(int position) const { return factsOf(position).join(QStringLiteral(", ")); }

bool HistoryStrip::isOutsideWindow(int position) const {
    return state_.window > 0 && position < tileCount() - state_.window;
}

void HistoryStrip::updateAccessibleText() {
    setAccessibleDescription(current_ >= 0         ? accessibleTextOf(current_)
                             : message().isEmpty() ? tr("%1 products, oldest first").arg(tileCount())
                                                   : message());
}

QString HistoryStrip::message() const {
    switch (state_.kind) {
    case HistoryKind::nothingOpen:
        return state_.message.isEmpty() ? tr("No shopper is open. Choose one at the left, or start a scratch shopper.")
                                        : state_.message;
    case HistoryKind::loading:
        return tr("Reading the history");
    case HistoryKind::error:
        return state_.message;
    case HistoryKind::ready:
        break;
    }
    if (!state_.tiles.empty()) return {};
    return state_.isEditable ? tr("This history is empty. Drop products here from the catalog, or press + to search.")
                             : tr("This history is empty.");
}

QSize HistoryStrip::sizeHint() const {
    return {640, layout_.contentHeight() + horizontalScrollBar()->sizeHint().height()};
}

QSize HistoryStrip::minimumSizeHint() const { return {240, sizeHint().height()}; }

void HistoryStrip::resizeEvent(QResizeEvent*) {
    const bool wasAtEnd = horizontalScrollBar()->value() == horizontalScrollBar()->maximum();
    updateLayout();
    if (wasAtEnd) horizontalScrollBar()->setValue(horizontalScrollBar()->maximum());
}

void HistoryStrip::scrollContentsBy(int, int) {
    updateLayout();
    forgetScrolledAway();
    viewport()->update();
}

void HistoryStrip::changeEvent(QEvent* change) {
    if (change->type() == QEvent::FontChange) {
        updateLayout();
        updateGeometry();
    }
    QAbstractScrollArea::changeEvent(change);
}

bool HistoryStrip::viewportEvent(QEvent* happening) {
    if (happening->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(happening);
        const int position = positionAt(help->pos());
        QToolTip::showText(help->globalPos(), factsOf(position).join(QLatin1Char('\n')), viewport());
        return true;
    }
    if (happening->type() == QEvent::Leave) setHovered(-1);
    return QAbstractScrollArea::viewportEvent(happening);
}

} // namespace ui
