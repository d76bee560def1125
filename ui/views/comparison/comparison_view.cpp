#include "ui/views/comparison/comparison_view.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/painting.h"
#include "ui/views/comparison/busy_bar.h"
#include "ui/views/comparison/card_delegate.h"
#include "ui/views/comparison/card_list.h"
#include "ui/views/comparison/column_header.h"
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QScrollBar>
#include <QStackedWidget>
#include <algorithm>

namespace ui {
namespace {

constexpr std::array slots{Slot::a, Slot::b};
constexpr CardLook usualLook{.pictureSide = 56};
constexpr CardLook presenterLook{.pictureSide = 120, .isPresenter = true};

Slot other(Slot slot) { return slot == Slot::a ? Slot::b : Slot::a; }

} // namespace

ComparisonView::ComparisonView(ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), delegate_(new CardDelegate(thumbnails, this)), sentence_(new QLabel(this)),
      gutter_(new LinkGutter([this] { return links(); }, this)), grid_(new QGridLayout(this)) {
    sentence_->setObjectName(QStringLiteral("difference"));
    sentence_->setAlignment(Qt::AlignCenter);
    sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    sentence_->setMargin(4);
    sentence_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setSpacing(0);
    grid_->addWidget(sentence_, 0, 0, 1, 3);
    for (const Slot slot : slots) {
        makeColumn(slot);
        connectColumn(slot);
        const int at = slot == Slot::a ? 0 : 2;
        grid_->addWidget(parts(slot).header, 1, at);
        grid_->addWidget(parts(slot).busy, 2, at);
        grid_->addWidget(parts(slot).stack, 3, at);
    }
    grid_->addWidget(gutter_, 3, 1);
    grid_->setRowStretch(3, 1);
    connect(thumbnails, &ThumbnailProvider::thumbnailReady, this, &ComparisonView::showPicture);
    delegate_->setLook(usualLook);
    updateFonts();
    for (const Slot slot : slots) showState(slot);
    updateModes();
}

ComparisonView::~ComparisonView() = default;

void ComparisonView::makeColumn(Slot slot) {
    Column& column = parts(slot);
    const QString letter = slot == Slot::a ? QStringLiteral("A") : QStringLiteral("B");
    column.model = new RankedListModel(this);
    column.list = new CardList(column.model);
    column.list->setItemDelegate(delegate_);
    column.list->setAccessibleName(tr("Recommendations of %1").arg(letter));
    column.header = new ColumnHeader(slot, this);
    column.panel = new StatePanel;
    column.panel->setAutoFillBackground(true);
    column.panel->setBackgroundRole(QPalette::Base);
    column.panel->installEventFilter(this);
    column.busy = new BusyBar(this);
    column.stack = new QStackedWidget(this);
    column.stack->addWidget(column.list);
    column.stack->addWidget(column.panel);
    column.stack->setMinimumSize(200, 72); // one card: the window goes down to small screens
}

void ComparisonView::connectColumn(Slot slot) {
    const Column& column = parts(slot);
    const CardList* list = column.list;
    connect(list, &CardList::selected, this, [this](core::ItemIndex item) {
        setSelected(item);
        Q_EMIT itemSelected(item);
    });
    connect(list, &CardList::hovered, this, [this](core::ItemIndex item) {
        setHighlighted(item);
        Q_EMIT itemHovered(item);
    });
    connect(list, &CardList::chosen, this, &ComparisonView::itemActivated);
    connect(list, &CardList::excludeRequested, this, &ComparisonView::excludeItemRequested);
    connect(list, &CardList::excludeCategoryRequested, this, [this, slot](core::ItemIndex item) {
        const RankedListModel* model = parts(slot).model;
        const QString category = model->rows()[static_cast<std::size_t>(model->rowOf(item))].category;
        if (!category.isEmpty()) Q_EMIT excludeCategoryRequested(category);
    });
    connect(list, &CardList::menuRequested, this, &ComparisonView::contextMenuRequested);
    connect(list, &CardList::sideStepRequested, this, [this, slot](bool toRight) {
        if (toRight == (slot == Slot::a)) stepToOtherColumn(slot);
    });
    connect(list, &CardList::paintingEnded, this, [this, slot] { notePainted(slot); });
    connect(list->verticalScrollBar(), &QScrollBar::valueChanged, this, [this, slot] { followScrolling(slot); });
    connect(column.panel, &StatePanel::actionTriggered, this, [this, slot] { Q_EMIT stepRequested(slot); });
    connect(column.busy, &BusyBar::shownChanged, this, [this, slot] { showState(slot); });
}

void ComparisonView::setColumn(Slot slot, ColumnState state) {
    Column& column = parts(slot);
    column.state = std::move(state);
    column.header->show(column.state);
    switch (column.state.kind) {
    case ColumnKind::loading:
        column.busy->start();
        break;
    case ColumnKind::ready:
        column.busy->stop();
        setRows(slot, column.state.rows, {});
        break;
    case ColumnKind::empty:
    case ColumnKind::error:
        column.busy->stop();
        setRows(slot, {}, {});
        break;
    }
    updateDifference();
    showState(slot);
}

void ComparisonView::setRows(Slot slot, std::vector<CardRow> rows, std::vector<CardMark> marks) {
    const Column& column = parts(slot);
    QScrollBar* bar = column.list->verticalScrollBar();
    const int scrolled = bar->value();
    isFollowing_ = true; // the reset moves the bar for a moment; the other column stays where it is
    column.model->setRows(std::move(rows), std::move(marks));
    column.list->doItemsLayout();
    column.list->select(selected_);
    bar->setValue(scrolled);
    isFollowing_ = false;
}

bool ComparisonView::isSettled(Slot slot) const {
    const ColumnState& state = parts(slot).state;
    return state.kind == ColumnKind::ready && !state.rows.empty();
}

void ComparisonView::updateDifference() {
    const Column& a = parts(Slot::a);
    const Column& b = parts(Slot::b);
    if (mode_ == CompareMode::both && isSettled(Slot::a) && isSettled(Slot::b)) {
        MarkedLists marked = markLists(a.state.rows, b.state.rows);
        a.model->setMarks(std::move(marked.a));
        b.model->setMarks(std::move(marked.b));
        const QString words =
            QString::fromStdString(marked.difference.sentence(a.state.trueNextRank, b.state.trueNextRank));
        difference_ = QString(words).replace(QLatin1String("->"), QString(QChar(0x2192)));
    } else {
        difference_.clear();
        for (const Slot slot : slots)
            if (mode_ != CompareMode::both || !isSettled(other(slot))) {
                // While B is on its way its old marks stay beside its old rows; a failed or hidden column takes them
                // away.
                const bool isWaiting =
                    mode_ == CompareMode::both && parts(other(slot)).state.kind == ColumnKind::loading;
                if (!isWaiting) parts(slot).model->setMarks({});
            }
    }
    showSentence();
    gutter_->update();
}

void ComparisonView::showSentence() {
    const auto kind = [this](Slot slot) { return parts(slot).state.kind; };
    const auto hasRows = [this](Slot slot) { return parts(slot).model->rowCount() > 0; };
    const bool isWaiting = kind(Slot::a) == ColumnKind::loading || kind(Slot::b) == ColumnKind::loading;
    QString words;
    if (!difference_.isEmpty()) {
        words = tr("From A to B: %1").arg(difference_);
    } else if (isWaiting && hasRows(Slot::a) && hasRows(Slot::b)) {
        return; // the old sentence stays until both have answered, so nothing flickers
    } else if (isSettled(Slot::a) != isSettled(Slot::b)) {
        const Slot missing = isSettled(Slot::a) ? Slot::b : Slot::a;
        const QString letter = missing == Slot::a ? QStringLiteral("A") : QStringLiteral("B");
        if (kind(missing) == ColumnKind::loading)
            words = tr("Waiting for %1 to compare").arg(letter);
        else
            words = tr("Nothing to compare: %1 has no list").arg(letter);
    }
    sentence_->setText(words);
    sentence_->setAccessibleName(words.isEmpty() ? tr("Difference of A and B") : words);
}

QString ComparisonView::sentence() const { return difference_; }

PanelState ComparisonView::panelState(const ColumnState& state) const {
    switch (state.kind) {
    case ColumnKind::error:
        return {QStringLiteral("error"), tr("No list"), state.error, tr("Try again")};
    case ColumnKind::ready:
        return {QStringLiteral("exclude"), tr("No product is eligible"),
                tr("Every product is excluded: remove an exclusion."), tr("Remove exclusions")};
    case ColumnKind::loading:
        return {QStringLiteral("jobs"), tr("Asking the model"), tr("The first list takes a little longer."), {}};
    case ColumnKind::empty:
        break;
    }
    return {QStringLiteral("compare"),
            tr("No list yet"),
            state.emptyText.isEmpty() ? tr("Choose a shopper and a model.") : state.emptyText,
            {}};
}

void ComparisonView::showState(Slot slot) {
    const Column& column = parts(slot);
    const bool isLate = column.state.kind == ColumnKind::loading && column.busy->isShown();
    const bool hasRows = column.model->rowCount() > 0;
    const bool isList = hasRows || (column.state.kind == ColumnKind::loading && !isLate);
    if (!isList) column.panel->show(panelState(column.state));
    column.list->setDimmed(isLate);
    column.stack->setCurrentWidget(isList ? static_cast<QWidget*>(column.list) : column.panel);
    updateModes();
}

void ComparisonView::setCompareMode(CompareMode mode) {
    mode_ = mode;
    updateDifference();
    updateModes();
}

void ComparisonView::updateModes() {
    const auto isShown = [this](Slot slot) {
        return mode_ == CompareMode::both || (mode_ == CompareMode::a) == (slot == Slot::a);
    };
    for (const Slot slot : slots) {
        Column& column = parts(slot);
        for (QWidget* widget : {static_cast<QWidget*>(column.header), static_cast<QWidget*>(column.stack),
                                static_cast<QWidget*>(column.busy)})
            widget->setVisible(isShown(slot));
        grid_->setColumnStretch(slot == Slot::a ? 0 : 2, isShown(slot) ? 1 : 0);
    }
    const bool isBoth = mode_ == CompareMode::both;
    gutter_->setVisible(isBoth);
    sentence_->setVisible(isBoth);
    // One bar for both columns, at the far right, unless A is the longer list.
    const bool isALonger = parts(Slot::a).model->rowCount() > parts(Slot::b).model->rowCount();
    parts(Slot::a).list->setVerticalScrollBarPolicy(isBoth && !isALonger ? Qt::ScrollBarAlwaysOff
                                                                         : Qt::ScrollBarAsNeeded);
}

void ComparisonView::followScrolling(Slot from) {
    gutter_->update();
    if (isFollowing_ || mode_ != CompareMode::both) return;
    isFollowing_ = true;
    parts(other(from)).list->verticalScrollBar()->setValue(parts(from).list->verticalScrollBar()->value());
    isFollowing_ = false;
}

void ComparisonView::setScoresVisible(bool visible) {
    CardLook look = delegate_->look();
    look.showsScores = visible;
    delegate_->setLook(look);
    for (const Slot slot : slots) parts(slot).list->viewport()->update();
}

void ComparisonView::setPresenter(bool isPresenting) {
    CardLook look = isPresenting ? presenterLook : usualLook;
    look.showsScores = delegate_->look().showsScores;
    delegate_->setLook(look);
    updateFonts();
}

void ComparisonView::updateFonts() {
    const bool isPresenter = delegate_->look().isPresenter;
    sentence_->setFont(bold(scaled(font(), isPresenter ? 1.5 : 1.05)));
    for (const Slot slot : slots) {
        parts(slot).header->setPresenter(isPresenter);
        parts(slot).list->verticalScrollBar()->setSingleStep(delegate_->cardHeight(font()) / 3);
        parts(slot).list->doItemsLayout();
        parts(slot).list->viewport()->update();
    }
    gutter_->update();
}

void ComparisonView::setHighlighted(core::ItemIndex item) {
    if (delegate_->highlighted() == item) return;
    delegate_->setHighlighted(item);
    lightUp();
}

void ComparisonView::setSelected(core::ItemIndex item) {
    selected_ = item;
    for (const Slot slot : slots) parts(slot).list->select(item);
    lightUp();
}

void ComparisonView::lightUp() {
    for (const Slot slot : slots) parts(slot).list->viewport()->update();
    gutter_->setLit(delegate_->highlighted(), selected_);
}

void ComparisonView::stepToOtherColumn(Slot from) {
    if (mode_ != CompareMode::both) return;
    const RankedListModel* model = parts(other(from)).model;
    CardList* list = parts(other(from)).list;
    if (model->rowCount() == 0) return;
    const int same = model->rowOf(parts(from).list->currentItem());
    const int row = same >= 0 ? same : std::clamp(parts(from).list->currentIndex().row(), 0, model->rowCount() - 1);
    list->setFocus(Qt::TabFocusReason);
    list->setCurrentIndex(model->index(row));
}

std::vector<Link> ComparisonView::links() const {
    std::vector<Link> links;
    const Column& a = parts(Slot::a);
    const Column& b = parts(Slot::b);
    if (a.stack->currentWidget() != a.list || b.stack->currentWidget() != b.list) return links;
    for (int row = 0; row < b.model->rowCount(); ++row) {
        const core::ItemIndex item = b.model->itemAt(b.model->index(row));
        const int rowInA = a.model->rowOf(item);
        if (rowInA < 0) continue;
        const auto centre = [](const Column& column, int at) {
            return QRectF(column.list->visualRect(column.model->index(at))).center().y();
        };
        links.push_back({item, b.model->markAt(row), centre(a, rowInA), centre(b, row)});
    }
    return links;
}

void ComparisonView::showPicture(const QString& file) {
    for (const Slot slot : slots)
        if (std::ranges::find(parts(slot).model->rows(), file, &CardRow::picturePath) !=
            parts(slot).model->rows().end())
            parts(slot).list->viewport()->update();
}

void ComparisonView::notePainted(Slot slot) {
    Column& column = parts(slot);
    if (column.state.kind == ColumnKind::loading || column.paintedTicket == column.state.ticket) return;
    column.paintedTicket = column.state.ticket;
    Q_EMIT painted(slot, column.paintedTicket);
}

bool ComparisonView::eventFilter(QObject* watched, QEvent* happening) {
    if (happening->type() == QEvent::Paint)
        for (const Slot slot : slots)
            if (watched == parts(slot).panel) notePainted(slot);
    return QWidget::eventFilter(watched, happening);
}

void ComparisonView::changeEvent(QEvent* change) {
    if (change->type() == QEvent::FontChange) updateFonts();
    QWidget::changeEvent(change);
}

} // namespace ui
