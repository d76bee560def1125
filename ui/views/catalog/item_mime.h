#pragma once
#include "core/base/index.h"
#include <QStringList>
#include <vector>

class QMimeData;

namespace ui {

/// Products under the mouse: between catalog, lists and history, inside one window and its open workspace.
inline constexpr char itemMimeType[] = "application/x-pixrec-items";

/// A new object: indices for our own views, and the ids as text, one a line, for everything else.
QMimeData* makeItemMime(const std::vector<core::ItemIndex>& items, const QStringList& ids);

/// In the order they were dragged; empty where `data` holds no products.
std::vector<core::ItemIndex> itemsOfMime(const QMimeData* data);

} // namespace ui
