#pragma once
#include <QList>
#include <QString>
#include <QWidget>

class QHBoxLayout;

namespace ui {

/// One exclusion, as a chip with a cross.
struct ExclusionChip {
    bool isCategory = false;
    int item = -1; ///< ItemIndex::value where it is a product
    QString text;  ///< the category, or the product's title
    QString id;    ///< of the product, in the user's data: titles may be equal
};

/// What is excluded now, each removable; hidden where nothing is.
class ExclusionBar : public QWidget {
    Q_OBJECT
public:
    explicit ExclusionBar(QWidget* parent = nullptr);
    void setChips(const QList<ExclusionChip>& chips);
    bool hasChips() const { return hasChips_; }

Q_SIGNALS:
    void removed(const ui::ExclusionChip& chip);
    void clearRequested();

private:
    QHBoxLayout* row_;
    bool hasChips_ = false;
};

} // namespace ui
