#pragma once
#include "core/dataset/dataset.h"
#include <QString>
#include <vector>

/// Edits of a history as pure functions. Times stay in order: an event that is put somewhere takes the time of the
/// event before it (of the one after it at the very beginning), as if it had been bought on the same visit.
namespace ui {

using History = std::vector<core::Event>;

/// `place` from 0 to size; anything else is the end.
History withItems(History history, const std::vector<core::ItemIndex>& items, int place);
History withoutPlaces(const History& history, const std::vector<int>& places);
/// The event at `from` stands at `to` afterwards.
History withMoved(History history, int from, int to);

bool isSameHistory(const History& one, const History& other);

} // namespace ui
