#include "ui/views/catalog/catalog_panel.h"
#include "ui/theme/icons.h"
#include "ui/views/catalog/catalog_grid.h"
#include "ui/views/catalog/category_box.h"
#include "ui/views/common/state_panel.h"
#include <QClipboard>
#include <QComboBox>
#include <QDoubleValidator>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QStackedWidget>

namespace ui {
namespace {

constexpr int typingPauseMs = 80;

std::optional<double> price(const QLineEdit* field) {
    bool isNumber = false;
    const double value = QLocale().toDouble(field->text().trimmed(), &isNumber);
    return isNumber ? std::optional(value) : std::nullopt;
}

} // namespace

CatalogPanel::CatalogPanel(ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), grid_(new CatalogGrid(&reader_, thumbnails, this)), statePanel_(new StatePanel(this)),
      stack_(new QStackedWidget(this)) {
    stack_->addWidget(statePanel_);
    stack_->addWidget(grid_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(6);
    layout->addWidget(makeFilters());
    layout->addWidget(stack_, 1);

    typing_.setSingleShot(true);
    typing_.setInterval(typingPauseMs);
    connect(&typing_, &QTimer::timeout, this, &CatalogPanel::startQuery);
    connect(&reader_, &CatalogReader::opened, this, [this] { category_->setCategories(reader_.categories()); });
    connect(&reader_, &CatalogReader::stateChanged, this, &CatalogPanel::showState);
    connect(grid_, &CatalogGrid::activated, this, [this] { Q_EMIT addRequested(selection()); });
    connect(grid_, &CatalogGrid::menuRequested, this, &CatalogPanel::showMenu);
    connect(grid_, &CatalogGrid::currentChanged, this, [this] {
        if (const core::CatalogItem* item = reader_.known(grid_->currentRow())) Q_EMIT itemSelected(item->index);
    });
    connect(statePanel_, &StatePanel::actionTriggered, this, [this] {
        if (reader_.state() == CatalogReader::State::ready)
            resetFilters();
        else
            Q_EMIT openWorkspaceRequested();
    });
    showState();
}

QWidget* CatalogPanel::makeFilters() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(2, 0, 2, 0);

    search_ = new QLineEdit(bar);
    search_->setPlaceholderText(tr("Search products"));
    search_->setAccessibleName(tr("Search products"));
    search_->setClearButtonEnabled(true);
    search_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->setMinimumWidth(70);
    category_ = new CategoryBox(bar);
    const auto makePrice = [&](const QString& hint, const QString& name) {
        auto* field = new QLineEdit(bar);
        field->setPlaceholderText(hint);
        field->setAccessibleName(name);
        field->setFixedWidth(60);
        auto* numbers = new QDoubleValidator(0, 1e12, 2, field);
        numbers->setNotation(QDoubleValidator::StandardNotation);
        field->setValidator(numbers);
        connect(field, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
        return field;
    };
    priceFrom_ = makePrice(tr("from"), tr("Price from"));
    priceTo_ = makePrice(tr("to"), tr("Price to"));
    sort_ = new QComboBox(bar);
    sort_->setAccessibleName(tr("Order"));
    for (const auto& [label, order] : {std::pair{tr("Best match"), core::CatalogSort::relevance},
                                       std::pair{tr("Catalog order"), core::CatalogSort::catalogOrder},
                                       std::pair{tr("Title"), core::CatalogSort::title},
                                       std::pair{tr("Price, low first"), core::CatalogSort::priceAscending},
                                       std::pair{tr("Price, high first"), core::CatalogSort::priceDescending},
                                       std::pair{tr("Popularity"), core::CatalogSort::popularity}})
        sort_->addItem(label, static_cast<int>(order));
    // Less than its longest entry, where the window is narrow; what it shows at first is not cut.
    sort_->setMinimumWidth(fontMetrics().horizontalAdvance(sort_->itemText(0)) + 26);
    count_ = new QLabel(bar);
    count_->setForegroundRole(QPalette::PlaceholderText);

    layout->addWidget(search_, 3);
    layout->addWidget(category_, 2);
    auto* priceLabel = new QLabel(tr("&Price"), bar);
    priceLabel->setBuddy(priceFrom_);
    layout->addWidget(priceLabel);
    layout->addWidget(priceFrom_);
    layout->addWidget(new QLabel(QStringLiteral("–"), bar));
    layout->addWidget(priceTo_);
    layout->addWidget(sort_);
    layout->addWidget(count_);

    connect(search_, &QLineEdit::textChanged, &typing_, qOverload<>(&QTimer::start));
    connect(search_, &QLineEdit::returnPressed, grid_, qOverload<>(&QWidget::setFocus));
    connect(category_, &CategoryBox::categoryChanged, this, &CatalogPanel::startQuery);
    connect(sort_, &QComboBox::currentIndexChanged, this, &CatalogPanel::startQuery);
    return bar;
}

void CatalogPanel::open(const OpenCatalog& openCatalog) {
    grid_->reset();
    reader_.open(openCatalog);
}

void CatalogPanel::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

void CatalogPanel::setSearchText(const QString& text) { search_->setText(text); }

void CatalogPanel::setPictureSide(int side) { grid_->setPictureSide(side); }

void CatalogPanel::setExcluded(std::function<bool(const core::CatalogItem&)> isExcluded) {
    grid_->setExcluded(std::move(isExcluded));
}

core::CatalogQuery CatalogPanel::query() const {
    return {.text = search_->text().trimmed().toStdString(),
            .category = category_->category(),
            .priceFrom = price(priceFrom_),
            .priceTo = price(priceTo_),
            .sort = static_cast<core::CatalogSort>(sort_->currentData().toInt())};
}

QString CatalogPanel::countText() const {
    const QLocale locale;
    const qint64 matches = reader_.rowCount(), all = reader_.catalogSize();
    if (matches == all) return all == 1 ? tr("1 product") : tr("%1 products").arg(locale.toString(all));
    return tr("%1 of %2").arg(locale.toString(matches), locale.toString(all));
}

void CatalogPanel::startQuery() {
    typing_.stop();
    grid_->reset();
    reader_.setQuery(query());
}

void CatalogPanel::resetFilters() {
    const QSignalBlocker quietCategory(category_), quietSort(sort_);
    for (QLineEdit* field : {search_, priceFrom_, priceTo_}) field->clear();
    category_->setCategory(std::nullopt);
    startQuery();
}

void CatalogPanel::showState() {
    count_->clear();
    const bool isOpen = reader_.state() == CatalogReader::State::ready;
    for (QWidget* filter : std::initializer_list<QWidget*>{search_, category_, priceFrom_, priceTo_, sort_})
        filter->setEnabled(isOpen || reader_.state() == CatalogReader::State::loading);
    QWidget* shown = statePanel_;
    switch (reader_.state()) {
    case CatalogReader::State::closed:
        statePanel_->show({"catalog", tr("No catalog is open"),
                           tr("Open a workspace, import your products, or make a sample shop."),
                           tr("Open a workspace…")});
        break;
    case CatalogReader::State::loading:
        statePanel_->show({"catalog", tr("Reading the catalog…"), {}, {}});
        break;
    case CatalogReader::State::failed:
        statePanel_->show({"error", tr("The catalog cannot be read"), reader_.problem(), tr("Open a workspace…")});
        break;
    case CatalogReader::State::ready:
        count_->setText(countText());
        if (reader_.catalogSize() == 0)
            statePanel_->show({"catalog", tr("This catalog holds no products"), tr("Import products to fill it."), {}});
        else if (reader_.rowCount() == 0)
            statePanel_->show({"search", tr("No product matches"),
                               tr("None of %1 products has these words, category and price.")
                                   .arg(QLocale().toString(reader_.catalogSize())),
                               tr("Show all products")});
        else
            shown = grid_;
    }
    stack_->setCurrentWidget(shown);
}

std::vector<core::ItemIndex> CatalogPanel::selection() const {
    std::vector<core::ItemIndex> items;
    for (const core::CatalogItem& item : grid_->selectedItems()) items.push_back(item.index);
    return items;
}

void CatalogPanel::showMenu(const QPoint& globalPosition) {
    const std::vector<core::CatalogItem> chosen = grid_->selectedItems();
    if (chosen.empty()) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const bool isOne = chosen.size() == 1;
    const auto number = static_cast<int>(chosen.size());
    menu->addAction(icon("add"), isOne ? tr("Add to history") : tr("Add %1 products to history").arg(number), this,
                    [this, items = selection()] { Q_EMIT addRequested(items); });
    menu->addSeparator();
    menu->addAction(icon("exclude"), isOne ? tr("Exclude product") : tr("Exclude %1 products").arg(number), this,
                    [this, items = selection()] { Q_EMIT excludeItemsRequested(items); });
    if (isOne) {
        for (const std::string& category : categoryAndParents(chosen.front().text.category)) {
            const QString name = QString::fromStdString(category);
            menu->addAction(icon("category"), tr("Exclude category “%1”").arg(name), this,
                            [this, name] { Q_EMIT excludeCategoryRequested(name); });
        }
    }
    menu->addSeparator();
    QStringList ids;
    for (const core::CatalogItem& item : chosen) ids += QString::fromStdString(item.text.id);
    menu->addAction(icon("copy"), isOne ? tr("Copy id") : tr("Copy %1 ids").arg(number), this,
                    [ids] { QGuiApplication::clipboard()->setText(ids.join(QLatin1Char('\n'))); });
    menu->popup(globalPosition);
}

} // namespace ui
