#pragma once
#include "core/catalog/catalog.h"
#include <QWidget>
#include <functional>
#include <vector>

class QCompleter;
class QLabel;
class QLineEdit;
class QStandardItemModel;
class QTimer;
class QToolButton;

namespace ui {

/// "Where is ...?": the user types a product, wherever it stands; the answer is its rank under both models.
class WhereField : public QWidget {
    Q_OBJECT
public:
    /// Products that match what was typed, best first, at most twelve; on the GUI thread, under 5 ms.
    using Find = std::function<std::vector<core::CatalogItem>(const QString& text)>;
    explicit WhereField(Find find, QWidget* parent = nullptr);

    void setAnswer(const QString& text); ///< "A rank 3 · B model rank 214, excluded (in the history)"
    QString answer() const;
    void focusField();
    void setText(const QString& text); ///< as typed; suggestions follow
    void choose(core::ItemIndex item, const QString& title);
    void reset(); ///< another workspace

Q_SIGNALS:
    void itemSought(core::ItemIndex item); ///< invalid: the field was cleared

protected:
    void resizeEvent(QResizeEvent* resize) override;

private:
    void suggest();
    void completeWide();
    void fitAnswer();

    Find find_;
    QLineEdit* edit_;
    QLabel* answer_;
    QStandardItemModel* suggestions_;
    QCompleter* completer_;
    QTimer* typing_;
};

} // namespace ui
