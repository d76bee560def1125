#pragma once
#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <functional>

class QWidget;

namespace ui {

/// One command of the program. Menus, toolbars, context menus and the palette are made from these alone.
struct Command {
    QString id;            ///< "history.remove": group, dot, name; never shown, stable for tests and settings
    QString text;          ///< "Remove from history", with an & before its letter in menus
    QString iconName = {}; ///< of ui::icon(); empty: none
    QList<QKeySequence> keys = {};
    QString tip = {}; ///< one sentence for the status bar and the palette
    bool isCheckable = false;
};

/// The property of an action that says why it cannot be used now.
inline constexpr char whyNotProperty[] = "whyNot";

/// All commands of a window, in the order of adding. GUI thread.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    /// Shortcuts work wherever the focus is inside `window`.
    explicit ActionRegistry(QWidget* window);

    /// Adds a command; `run` is called on every trigger, with the checked state. Ids are unique.
    QAction* add(const Command& command, std::function<void(bool isChecked)> run);
    /// Never null: an unknown id is a programming error and stops the program.
    QAction* action(const QString& id) const;
    bool contains(const QString& id) const { return actions_.contains(id); }
    /// Everything, for the palette. Ids are in QAction::objectName().
    const QList<QAction*>& all() const { return ordered_; }

    /// A command that cannot be used says why in its tool tip; an empty reason enables it.
    void setUnavailable(const QString& id, const QString& reason);
    void setEnabled(const QString& id, bool isEnabled, const QString& whyNot = {}) {
        setUnavailable(id, isEnabled ? QString() : whyNot.isEmpty() ? tr("not available now") : whyNot);
    }

private:
    QWidget* window_;
    QHash<QString, QAction*> actions_;
    QList<QAction*> ordered_;
};

} // namespace ui
