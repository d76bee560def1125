#pragma once
#include "core/catalog/catalog.h"
#include <QWidget>
#include <vector>

class QGridLayout;
class QLabel;
class QToolButton;

namespace ui {

class ThumbnailProvider;

/// Products near another one, as buttons of pictures under a heading; or why there are none.
class SimilarRow : public QWidget {
    Q_OBJECT
public:
    struct Entry {
        core::ItemIndex item;
        QString title, picturePath;
        float similarity = 0;
    };
    SimilarRow(const QString& heading, ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    void setEntries(std::vector<Entry> entries);
    void setMessage(const QString& text); ///< loading, or why there are none
    void fitInto(int width);              ///< logical pixels: as many side by side as fit, four at most

Q_SIGNALS:
    void itemSelected(core::ItemIndex item);
    void itemHovered(core::ItemIndex item);

protected:
    bool eventFilter(QObject* watched, QEvent* happening) override;
    void changeEvent(QEvent* change) override;

private:
    void fillGrid(int columns);
    void paintPictures();

    ThumbnailProvider* thumbnails_;
    QLabel* message_;
    QGridLayout* grid_ = nullptr;
    int columns_ = 0;
    std::vector<Entry> entries_;
    std::vector<QToolButton*> buttons_;
};

} // namespace ui
