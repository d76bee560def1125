#pragma once
#include <QAbstractListModel>
#include <QDialog>
#include <QIcon>
#include <QList>
#include <functional>

class QAction;
class QLabel;
class QLineEdit;
class QListView;

namespace ui {

/// One line of the palette.
struct PaletteEntry {
    QString title;
    QString group; ///< "Command", "Shopper", "Product"
    QString hint;  ///< shortcut, number of events, price; may be empty
    QIcon icon;
    std::function<void()> run;
    QString whyNot;     ///< not empty: shown, but cannot be chosen
    int score = 0;      ///< of the match
    QList<int> matched; ///< letters of the title to stress
};

class PaletteModel final : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    void setEntries(QList<PaletteEntry> entries);
    const PaletteEntry& entry(int row) const { return entries_[row]; }
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    QList<PaletteEntry> entries_;
};

/// Ctrl+K: everything by name. Commands are matched fuzzily; shoppers and products come from searches that answer
/// within a few milliseconds.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    /// Called with what was typed (never empty); the best first, `run` set.
    using Search = std::function<QList<PaletteEntry>(const QString& text)>;

    explicit CommandPalette(QWidget* parent = nullptr);

    void setActions(const QList<QAction*>& actions); ///< the palette keeps no action that dies
    void addSearch(Search search);                   ///< below the commands, in the order of adding
    /// Empties the field and shows the palette near the top of its parent.
    void popUp();

    PaletteModel* model() { return model_; }
    void setText(const QString& text);
    /// What Enter does; false where nothing can be chosen. The palette closes before the command runs.
    bool runCurrent();

protected:
    bool eventFilter(QObject* watched, QEvent* happening) override;

private:
    void refresh();
    QList<PaletteEntry> matchingActions(const QString& text) const;

    QLineEdit* text_;
    QListView* list_;
    QLabel* none_;
    PaletteModel* model_;
    QList<QAction*> actions_;
    QList<Search> searches_;
};

} // namespace ui
