#include "ui/actions/action_registry.h"
#include "ui/theme/icons.h"
#include <QWidget>

namespace ui {

namespace {
QString withKeys(const QString& text, const QAction* action) {
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    return keys.isEmpty() ? text : text + QStringLiteral(" (") + keys + QLatin1Char(')');
}
} // namespace

ActionRegistry::ActionRegistry(QWidget* window) : QObject(window), window_(window) {}

QAction* ActionRegistry::add(const Command& command, std::function<void(bool)> run) {
    Q_ASSERT(!actions_.contains(command.id));
    auto* const action = new QAction(command.text, this);
    action->setObjectName(command.id);
    action->setCheckable(command.isCheckable);
    action->setShortcuts(command.keys);
    action->setShortcutContext(Qt::WindowShortcut);
    if (!command.iconName.isEmpty()) action->setIcon(icon(command.iconName));
    action->setStatusTip(command.tip);
    action->setToolTip(withKeys(QString(command.text).remove(QLatin1Char('&')), action));
    connect(action, &QAction::triggered, this, [run = std::move(run)](bool isChecked) { run(isChecked); });
    window_->addAction(action);
    actions_.insert(command.id, action);
    ordered_.append(action);
    return action;
}

QAction* ActionRegistry::action(const QString& id) const {
    QAction* const found = actions_.value(id);
    if (!found) qFatal("no command \"%s\"", qPrintable(id));
    return found;
}

void ActionRegistry::setUnavailable(const QString& id, const QString& reason) {
    QAction* const found = action(id);
    found->setEnabled(reason.isEmpty());
    QString tip = withKeys(QString(found->text()).remove(QLatin1Char('&')), found);
    found->setProperty(whyNotProperty, reason);
    if (!reason.isEmpty()) tip += QStringLiteral(": ") + reason;
    found->setToolTip(tip);
}

} // namespace ui
