// What the command palette finds beside commands.
#include "ui/dialogs/command_palette.h"
#include "ui/main_window/main_window.h"
#include "ui/session/model_heads.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include <algorithm>

namespace ui {

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
                    found.append({.title = title,
                                  .group = tr("Model"),
                                  .hint = {},
                                  .icon = icon(QStringLiteral("compare")),
                                  .run = [this, slot, name] { session_->setModelName(slot, name); },
                                  .whyNot = {},
                                  .matched = {}});
                }
        return found;
    });
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        for (const auto& user :
             session_->workspace()->interactions().search(text.toStdString(), core::UserSort::fileOrder, 0, 5).users)
            found.append({.title = QString::fromStdString(user.id),
                          .group = tr("Shopper"),
                          .hint = counted(user.events, tr("%1 event"), tr("%1 events")),
                          .icon = icon(QStringLiteral("shopper")),
                          .run = [this, index = user.index] { session_->showShopper(ShopperRef::ofUser(index)); },
                          .whyNot = {},
                          .matched = {}});
        return found;
    });
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        core::CatalogQuery query;
        query.text = text.toStdString();
        query.exactTotal = false;
        for (const auto index : session_->workspace()->catalog().search(query, 0, 6).items)
            found.append({.title = Session::titleOf(session_->item(index)),
                          .group = tr("Product"),
                          .hint = QString::fromStdString(session_->item(index).text.id),
                          .icon = icon(QStringLiteral("catalog")),
                          .run = [this, index] { session_->selectItem(index); },
                          .whyNot = {},
                          .matched = {}});
        return found;
    });
}

} // namespace ui
