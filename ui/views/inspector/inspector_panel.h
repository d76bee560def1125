#pragma once
#include "core/catalog/catalog.h"
#include "ui/views/inspector/similar_row.h"
#include <QScrollArea>
#include <optional>

class QFormLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace ui {

class PictureView;
class StatePanel;

/// What the inspector shows of one product; lists are set on their own as they arrive.
struct InspectorState {
    core::CatalogItem item;
    bool isExcluded = false; ///< by a product rule
    bool isTrueNext = false; ///< the held-out product, and it is shown
    QString excludedBy;      ///< the category rule that takes it out; empty: none
};

/// One product in full: picture, words, where both models rank it, what is near it.
class InspectorPanel : public QWidget {
    Q_OBJECT
public:
    explicit InspectorPanel(ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    void setState(const std::optional<InspectorState>& state); ///< nothing: no product is chosen
    const std::optional<InspectorState>& state() const { return state_; }
    void setRank(int slot, const QString& modelName, const QString& text); ///< slot 0 is A; an empty name hides the row
    SimilarRow* lookAlikes() { return lookAlikes_; }
    SimilarRow* readAlikes() { return readAlikes_; }
    QString rankText(int slot) const;

Q_SIGNALS:
    void addRequested(core::ItemIndex item);
    void excludeItemRequested(core::ItemIndex item);
    void allowItemRequested(core::ItemIndex item);
    void excludeCategoryRequested(const QString& category);
    void itemSelected(core::ItemIndex item);
    void itemHovered(core::ItemIndex item);

protected:
    void resizeEvent(QResizeEvent* resize) override;

private:
    QWidget* makeBody(ThumbnailProvider* thumbnails);
    QWidget* makeButtons();
    void showAttributes();
    void showCategoryButton();

    std::optional<InspectorState> state_;
    QStackedWidget* stack_;
    PictureView* picture_ = nullptr;
    QLabel *title_ = nullptr, *badges_ = nullptr, *description_ = nullptr;
    QFormLayout* attributes_ = nullptr;
    QLabel *rankNames_[2] = {}, *ranks_[2] = {};
    SimilarRow *lookAlikes_ = nullptr, *readAlikes_ = nullptr;
    QPushButton *add_ = nullptr, *exclude_ = nullptr, *excludeCategory_ = nullptr;
};

} // namespace ui
