// What the command palette finds beside commands.
#include "ui/dialogs/command_palette.h"
#include "ui/main_window/main_window.h"
#include "ui/session/model_heads.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include <algorithm>
#include <utility>

namespace ui {

namespace {
PaletteEntry entryOf(const QString& title, const QString& group, const QString& hint, const char* iconName,
                     std::function<void()> run) {
    PaletteEntry entry;
    entry.title = title;
    entry.group = group;
    entry.hint = hint;
    entry.icon = icon(QLatin1String(iconName));
    entry.run = std::move(run);
    return entry;
}
} // namespace

/// Models, shoppers and products in the palette.
void MainWindow::makeSearches() {
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        for (const auto& model : session_->models())
            for (const QString& name : headNames(model))
                for (const Slot slot : {Slot::a, Slot::b}) {
                    const QString title = (slot == Slot::a ? tr("%1 in column A") : tr("%1 in column B")).arg(name);
                    if (!std::all_of(words.begin(), words.end(), [&title](const QString& word) {
                            return title.contains(word, Qt::CaseInsensitive);
                        }))
                        continue;
                    found.append(entryOf(title, tr("Model"), QString(), "compare",
                                         [this, slot, name] { session_->setModelName(slot, name); }));
                }
        return found;
    });
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        for (const auto& user :
             session_->workspace()->interactions().search(text.toStdString(), core::UserSort::fileOrder, 0, 5).users)
            found.append(entryOf(QString::fromStdString(user.id), tr("Shopper"),
                                 counted(user.events, tr("%1 event"), tr("%1 events")), "shopper",
                                 [this, index = user.index] { session_->showShopper(ShopperRef::ofUser(index)); }));
        return found;
    });
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        core::CatalogQuery query;
        query.text = text.toStdString();
        query.exactTotal = false;
        for (const auto index : session_->workspace()->catalog().search(query, 0, 6).items)
            found.append(entryOf(Session::titleOf(session_->item(index)), tr("Product"),
                                 QString::fromStdString(session_->item(index).text.id), "catalog",
                                 [this, index] { session_->selectItem(index); }));
        return found;
    });
}

} // namespace ui
