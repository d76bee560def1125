#pragma once
#include "ui/views/catalog/catalog_reader.h"
#include <QTimer>
#include <QWidget>
#include <functional>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QStackedWidget;

namespace ui {

class CatalogGrid;
class CategoryBox;
class StatePanel;
class ThumbnailProvider;

/// All products: search as you type, category, price, order; a grid to drag from.
class CatalogPanel : public QWidget {
    Q_OBJECT
public:
    /// `thumbnails` outlives the panel.
    explicit CatalogPanel(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    /// An empty function: no catalog is open.
    void open(const OpenCatalog& openCatalog);
    /// Puts the cursor into the search field: Ctrl+F.
    void focusSearch();
    void setSearchText(const QString& text);
    void setPictureSide(int side);
    /// Dims these and says "excluded".
    void setExcluded(std::function<bool(const core::CatalogItem&)> isExcluded);

    CatalogReader* reader() { return &reader_; }
    CatalogGrid* grid() { return grid_; }
    core::CatalogQuery query() const;
    QString countText() const; ///< "2,000 products", "37 of 2,000"

Q_SIGNALS:
    /// To the end of the history, in this order.
    void addRequested(const std::vector<core::ItemIndex>& items);
    void itemSelected(core::ItemIndex item); ///< for the inspector
    void excludeItemsRequested(const std::vector<core::ItemIndex>& items);
    void excludeCategoryRequested(const QString& category);
    void openWorkspaceRequested(); ///< from the state "no catalog"

private:
    QWidget* makeFilters();
    void startQuery();
    void showState();
    void resetFilters();
    void showMenu(const QPoint& globalPosition);
    std::vector<core::ItemIndex> selection() const;

    CatalogReader reader_;
    CatalogGrid* grid_;
    StatePanel* statePanel_;
    QStackedWidget* stack_;
    QLineEdit *search_ = nullptr, *priceFrom_ = nullptr, *priceTo_ = nullptr;
    CategoryBox* category_ = nullptr;
    QComboBox* sort_ = nullptr;
    QLabel* count_ = nullptr;
    QTimer typing_; ///< waits for a pause, so that a word is one query
};

} // namespace ui
