#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/theme/icons.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/shoppers/shopper_delegate.h"
#include <QComboBox>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <cmath>

namespace ui {
namespace {
constexpr int searchPauseMs = 60;
}

ShoppersPanel::ShoppersPanel(ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), model_(new ShopperListModel(this)), delegate_(new ShopperDelegate(thumbnails, this)),
      search_(new QLineEdit(this)), sortBox_(new QComboBox(this)),
      newScratch_(new QPushButton(icon(QStringLiteral("add")), tr("New scratch shopper"), this)),
      count_(new QLabel(this)), hint_(new QLabel(this)), list_(new QListView), panel_(new StatePanel),
      stack_(new QStackedWidget(this)), typing_(new QTimer(this)) {
    search_->setPlaceholderText(tr("Search shoppers by id"));
    search_->setAccessibleName(tr("Search shoppers"));
    search_->setClearButtonEnabled(true);
    search_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->installEventFilter(this);
    sortBox_->setAccessibleName(tr("Order of shoppers"));
    sortBox_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    sortBox_->setMinimumContentsLength(9);
    fillSortBox();
    newScratch_->setToolTip(tr("Starts an empty history of your own"));
    count_->setForegroundRole(QPalette::PlaceholderText);
    count_->setObjectName(QStringLiteral("count"));
    hint_->setWordWrap(true);
    hint_->setMargin(6);
    hint_->setForegroundRole(QPalette::PlaceholderText);

    list_->setModel(model_);
    list_->setItemDelegate(delegate_);
    list_->setUniformItemSizes(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setMouseTracking(true);
    list_->viewport()->setAttribute(Qt::WA_Hover);
    list_->setAccessibleName(tr("Shoppers"));
    list_->installEventFilter(this);
    list_->viewport()->installEventFilter(this);
    stack_->addWidget(list_);
    stack_->addWidget(panel_);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(6);
    layout->addWidget(search_);
    layout->addWidget(sortBox_);
    layout->addWidget(count_);
    layout->addWidget(stack_, 1);
    layout->addWidget(hint_);
    layout->addWidget(newScratch_);
    setMinimumWidth(200);

    typing_->setSingleShot(true);
    typing_->setInterval(searchPauseMs);
    connect(search_, &QLineEdit::textChanged, typing_, qOverload<>(&QTimer::start));
    connect(typing_, &QTimer::timeout, this, &ShoppersPanel::search);
    connect(sortBox_, &QComboBox::activated, this, &ShoppersPanel::search);
    connect(newScratch_, &QPushButton::clicked, this, &ShoppersPanel::newScratchRequested);
    connect(panel_, &StatePanel::actionTriggered, this, &ShoppersPanel::takeStep);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ShoppersPanel::selectRow);
    connect(thumbnails, &ThumbnailProvider::thumbnailReady, list_->viewport(), qOverload<>(&QWidget::update));
    showPage();
}

void ShoppersPanel::setState(ShoppersState state) {
    state_ = std::move(state);
    typing_->stop();
    const QSignalBlocker quiet(search_);
    search_->clear();
    const bool isReady = state_.kind == ShoppersKind::ready;
    changeRows([&] { model_->setSource(isReady ? state_.source : ShopperSource{}, isReady ? state_.total : 0); });
    setDifferences(nullptr);
    showPage();
}

void ShoppersPanel::setScratchShoppers(std::vector<ScratchShopperRow> rows) {
    changeRows([&] { model_->setScratchShoppers(std::move(rows)); });
    showPage();
}

void ShoppersPanel::setDifferences(std::shared_ptr<const ShopperDifferences> differences) {
    float largest = 0;
    if (differences)
        for (const auto& [user, figures] : *differences) largest = std::max(largest, std::abs(figures.difference));
    delegate_->setBarScale(largest);
    changeRows([&] { model_->setDifferences(std::move(differences)); });
    delegate_->setShowsBars(model_->hasDifferences());
    const ShopperSort before = sort();
    fillSortBox();
    if (sort() != before) search();
}

void ShoppersPanel::fillSortBox() {
    const ShopperSort chosen = sort();
    sortBox_->clear();
    const auto add = [this](const QString& words, ShopperSort sort) {
        sortBox_->addItem(words, static_cast<int>(sort));
    };
    add(tr("File order"), ShopperSort::fileOrder);
    add(tr("Most events"), ShopperSort::mostEvents);
    add(tr("Fewest events"), ShopperSort::fewestEvents);
    add(tr("Most recent"), ShopperSort::mostRecent);
    if (model_->hasDifferences()) {
        add(tr("B minus A"), ShopperSort::difference);
        add(tr("Rank of the true next in B"), ShopperSort::trueRank);
    }
    sortBox_->setCurrentIndex(std::max(0, sortBox_->findData(static_cast<int>(chosen))));
}

ShopperSort ShoppersPanel::sort() const {
    return sortBox_->count() == 0 ? ShopperSort::fileOrder : static_cast<ShopperSort>(sortBox_->currentData().toInt());
}

void ShoppersPanel::setSort(ShopperSort sort) {
    const int at = sortBox_->findData(static_cast<int>(sort));
    if (at < 0) return;
    sortBox_->setCurrentIndex(at);
    search();
}

void ShoppersPanel::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

QString ShoppersPanel::searchText() const { return search_->text(); }
void ShoppersPanel::setSearchText(const QString& text) { search_->setText(text); }

void ShoppersPanel::search() {
    typing_->stop();
    changeRows([this] { model_->setQuery(search_->text().trimmed(), sort()); });
    list_->scrollToTop();
    showPage();
}

void ShoppersPanel::changeRows(const std::function<void()>& change) {
    isMarking_ = true; // a reset is no choice of the user
    change();
    isMarking_ = false;
    markCurrent();
}

void ShoppersPanel::showPage() {
    const bool isReady = state_.kind == ShoppersKind::ready;
    const bool hasUsers = isReady && model_->total() > 0;
    search_->setEnabled(hasUsers);
    sortBox_->setEnabled(hasUsers);
    newScratch_->setVisible(isReady && model_->rowCount() > 0); // else the panel offers the same
    showCount();
    const QString noHistories = tr("This catalog has no shopper histories. Start a scratch shopper.");
    const bool hasNoMatch = hasUsers && model_->found() == 0;
    hint_->setText(hasNoMatch ? tr("No shopper matches “%1”.").arg(search_->text().trimmed()) : noHistories);
    hint_->setVisible(isReady && model_->scratchCount() > 0 && (!hasUsers || hasNoMatch));
    if (!isReady || model_->rowCount() == 0) {
        switch (state_.kind) {
        case ShoppersKind::nothingOpen:
            panel_->show(
                {QStringLiteral("open"), tr("No workspace is open"), tr("Open one to see its shoppers."), tr("Open…")});
            break;
        case ShoppersKind::loading:
            panel_->show({QStringLiteral("shopper"), tr("Reading shoppers"), {}, {}});
            break;
        case ShoppersKind::error:
            panel_->show({QStringLiteral("error"), tr("No shoppers"), state_.message, tr("Open another…")});
            break;
        case ShoppersKind::ready:
            if (hasNoMatch)
                panel_->show({QStringLiteral("search"), tr("No match"), hint_->text(), tr("Clear the search")});
            else
                panel_->show(
                    {QStringLiteral("shopper"), tr("No shoppers yet"), noHistories, tr("New scratch shopper")});
            break;
        }
        stack_->setCurrentWidget(panel_);
    } else {
        stack_->setCurrentWidget(list_);
    }
}

void ShoppersPanel::showCount() {
    const QLocale locale;
    const QString total = locale.toString(model_->total());
    if (state_.kind != ShoppersKind::ready)
        count_->clear();
    else if (model_->found() == model_->total())
        count_->setText(model_->total() == 1 ? tr("1 shopper")
                        : state_.isSimulated ? tr("%1 simulated shoppers").arg(total)
                                             : tr("%1 shoppers").arg(total));
    else if (state_.isSimulated)
        count_->setText(tr("%1 of %2, simulated").arg(locale.toString(model_->found()), total));
    else
        count_->setText(tr("%1 of %2").arg(locale.toString(model_->found()), total));
    count_->setToolTip(state_.isSimulated ? tr("A program drew these shoppers; no real person is behind them.")
                                          : QString());
}

void ShoppersPanel::takeStep() {
    if (state_.kind != ShoppersKind::ready)
        Q_EMIT stepRequested();
    else if (model_->total() > 0)
        search_->clear();
    else
        Q_EMIT newScratchRequested();
}

void ShoppersPanel::selectRow(const QModelIndex& index) {
    if (isMarking_ || !index.isValid()) return;
    const ShopperRow row = model_->rowAt(index.row());
    currentUser_ = row.user;
    currentScratch_ = row.scratch;
    if (row.scratch != 0)
        Q_EMIT scratchSelected(row.scratch);
    else if (row.user.isValid())
        Q_EMIT userSelected(row.user);
}

void ShoppersPanel::setCurrentUser(core::UserIndex user) {
    currentUser_ = user;
    currentScratch_ = 0;
    markCurrent();
}

void ShoppersPanel::setCurrentScratch(int number) {
    currentUser_ = {};
    currentScratch_ = number;
    markCurrent();
}

void ShoppersPanel::clearCurrent() { setCurrentUser({}); }

void ShoppersPanel::markCurrent() {
    const int row = currentScratch_ != 0 ? model_->rowOfScratch(currentScratch_) : model_->knownRowOf(currentUser_);
    if (row == list_->currentIndex().row()) return;
    isMarking_ = true;
    if (row < 0) list_->clearSelection();
    list_->setCurrentIndex(row < 0 ? QModelIndex() : model_->index(row));
    isMarking_ = false;
}

bool ShoppersPanel::eventFilter(QObject* watched, QEvent* happening) {
    const ShopperRow row = model_->rowAt(list_->currentIndex().row());
    if (happening->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(happening)->key();
        if (watched == search_ && key == Qt::Key_Down && model_->rowCount() > 0) {
            list_->setFocus(Qt::TabFocusReason);
            if (!list_->currentIndex().isValid()) list_->setCurrentIndex(model_->index(0));
            return true;
        }
        if (watched == search_ && key == Qt::Key_Escape && !search_->text().isEmpty()) {
            search_->clear();
            return true;
        }
        if (watched == list_ && key == Qt::Key_Delete && row.scratch != 0) {
            Q_EMIT removeScratchRequested(row.scratch);
            return true;
        }
    }
    if (watched == list_->viewport() && happening->type() == QEvent::ContextMenu) {
        const auto* menu = static_cast<QContextMenuEvent*>(happening);
        const bool isMouse = menu->reason() == QContextMenuEvent::Mouse;
        const QModelIndex index = isMouse ? list_->indexAt(menu->pos()) : list_->currentIndex();
        if (!index.isValid()) return true;
        const ShopperRow at = model_->rowAt(index.row());
        Q_EMIT contextMenuRequested(at.user, at.scratch,
                                    isMouse ? menu->globalPos()
                                            : list_->viewport()->mapToGlobal(list_->visualRect(index).center()));
        return true;
    }
    return QWidget::eventFilter(watched, happening);
}

} // namespace ui
