// Session: what a user changes, step by step on one undo stack.
#include "ui/session/session.h"
#include "ui/session/storage_writer.h"
#include <QUndoCommand>
#include <algorithm>
#include <set>

namespace ui {

/// One edit: the history before and after. Histories are short, so whole copies are the simplest thing that cannot go
/// wrong.
class HistoryCommand : public QUndoCommand {
public:
    HistoryCommand(Session* session, const QString& text, History after)
        : QUndoCommand(text), session_(session), shopper_(session->shopper()), before_(session->history()),
          after_(std::move(after)) {}
    void undo() override { session_->setHistory(shopper_, before_); }
    void redo() override { session_->setHistory(shopper_, after_); }

private:
    Session* session_;
    ShopperRef shopper_;
    History before_, after_;
};

class RulesCommand : public QUndoCommand {
public:
    RulesCommand(Session* session, const QString& text, core::Eligibility after)
        : QUndoCommand(text), session_(session), before_(session->rules()), after_(std::move(after)) {}
    void undo() override { session_->setRules(before_); }
    void redo() override { session_->setRules(after_); }

private:
    Session* session_;
    core::Eligibility before_, after_;
};

/// A scratch shopper made, renamed or removed: its row before and after, nothing where it is not there.
class ScratchCommand : public QUndoCommand {
public:
    ScratchCommand(Session* session, const QString& text, int number, std::optional<ScratchRow> after)
        : QUndoCommand(text), session_(session), number_(number), after_(std::move(after)) {
        const auto& rows = session->scratchShoppers();
        while (place_ < rows.size() && rows[place_].number != number) ++place_;
        if (place_ < rows.size()) before_ = rows[place_];
    }
    void undo() override { session_->setScratch(number_, before_, place_); }
    void redo() override { session_->setScratch(number_, after_, place_); }

private:
    Session* session_;
    int number_;
    std::size_t place_ = 0; ///< in the list of scratch shoppers
    std::optional<ScratchRow> before_, after_;
};

// ---- scratch shoppers

const ScratchRow* Session::scratchShopper(int number) const { return const_cast<Session*>(this)->scratchRow(number); }

int Session::newScratchShopper(const std::vector<core::ItemIndex>& items, const QString& name) {
    if (!workspace_) return 0;
    QString given = name;
    for (int count = static_cast<int>(scratch_.size()) + 1; given.isEmpty(); ++count) {
        const QString candidate = tr("Scratch shopper %1").arg(count);
        const bool isTaken = std::any_of(scratch_.begin(), scratch_.end(),
                                         [&candidate](const ScratchRow& row) { return row.name == candidate; });
        if (!isTaken) given = candidate;
    }
    const int number = nextScratch_++;
    changeScratch(tr("new scratch shopper"), number, ScratchRow{number, given, items});
    return number;
}

int Session::keepAsScratchShopper() {
    if (shopper_.isNone()) return 0;
    std::vector<core::ItemIndex> items;
    for (const auto& event : history_) items.push_back(event.item);
    return newScratchShopper(items, tr("Copy of %1").arg(shopperName()));
}

void Session::renameScratchShopper(int number, const QString& name) {
    const auto* const row = scratchRow(number);
    if (!row || name.trimmed().isEmpty() || name.trimmed() == row->name) return;
    auto renamed = *row;
    renamed.name = name.trimmed();
    changeScratch(tr("rename %1").arg(row->name), number, std::move(renamed));
}

void Session::removeScratchShopper(int number) {
    if (const auto* const row = scratchRow(number)) changeScratch(tr("remove %1").arg(row->name), number, {});
}

void Session::changeScratch(const QString& text, int number, std::optional<ScratchRow> after) {
    undoStack_.push(new ScratchCommand(this, text, number, std::move(after)));
}

void Session::setScratch(int number, const std::optional<ScratchRow>& row, std::size_t place) {
    const auto shopper = ShopperRef::ofScratch(number);
    auto* const known = scratchRow(number);
    if (known && row)
        *known = *row;
    else if (known)
        std::erase_if(scratch_, [number](const ScratchRow& one) { return one.number == number; });
    else
        scratch_.insert(scratch_.begin() + static_cast<std::ptrdiff_t>(std::min(place, scratch_.size())), *row);
    if (row)
        saveScratch(*row);
    else
        writer_->remove(number, scratchIds_.contains(number) ? scratchIds_[number] : 0);
    Q_EMIT scratchShoppersChanged();
    if (!row)
        forget(shopper);
    else if (shopper == shopper_)
        Q_EMIT shopperChanged();
    else
        showShopper(shopper);
}

/// Takes a shopper that is gone out of the walk; another one is shown in its place.
void Session::forget(const ShopperRef& gone) {
    const auto shown = visited_.begin() + place_ + 1;
    place_ -= static_cast<int>(std::count(visited_.begin(), shown, gone));
    std::erase(visited_, gone);
    if (place_ < 0 && !visited_.empty()) place_ = 0;
    if (shopper_ == gone) {
        if (place_ >= 0)
            show(visited_[static_cast<std::size_t>(place_)]);
        else if (!scratch_.empty())
            showShopper(ShopperRef::ofScratch(scratch_.front().number));
        else
            show({});
    }
    Q_EMIT visitedChanged();
}

void Session::saveScratch(const ScratchRow& row) {
    const std::int64_t id = scratchIds_.contains(row.number) ? scratchIds_[row.number] : 0;
    writer_->save(row.number, {id, row.name.toStdString(), row.items});
}

// ---- history

std::vector<bool> Session::isStored() const {
    std::multiset<std::pair<std::int64_t, std::int32_t>> stored;
    for (const auto& event : original_) stored.emplace(event.time, event.item.value);
    std::vector<bool> result;
    for (const auto& event : history_) {
        const auto found = stored.find({event.time, event.item.value});
        result.push_back(found != stored.end());
        if (found != stored.end()) stored.erase(found);
    }
    return result;
}

bool Session::historyHasTimes() const { return shopper_.isUser() && summary_.hasTimes; }

void Session::addItems(const std::vector<core::ItemIndex>& items, int place) {
    if (!workspace_ || items.empty()) return;
    if (shopper_.isNone()) {
        newScratchShopper(items);
        return;
    }
    const QString text = items.size() == 1 ? tr("add %1").arg(titleOf(item(items.front())))
                                           : tr("add %n products", nullptr, static_cast<int>(items.size()));
    edit(text, withItems(history_, items, place));
}

void Session::removePlaces(const std::vector<int>& places) {
    if (places.empty()) return;
    const auto first = static_cast<std::size_t>(places.front());
    const QString text = places.size() == 1 && first < history_.size()
                             ? tr("remove %1").arg(titleOf(item(history_[first].item)))
                             : tr("remove %n products", nullptr, static_cast<int>(places.size()));
    edit(text, withoutPlaces(history_, places));
}

void Session::moveItem(int from, int to) { edit(tr("move"), withMoved(history_, from, to)); }

void Session::resetHistory() { edit(tr("reset history"), original_); }

void Session::edit(const QString& text, History history) {
    if (shopper_.isNone() || isSameHistory(history, history_)) return;
    undoStack_.push(new HistoryCommand(this, text, std::move(history)));
}

void Session::setHistory(const ShopperRef& shopper, History history) {
    if (shopper != shopper_) showShopper(shopper); // a step back of another shopper is seen where it happens
    history_ = std::move(history);
    if (auto* const row = shopper.isScratch() ? scratchRow(shopper.number) : nullptr) {
        row->items.clear();
        for (const auto& event : history_) row->items.push_back(event.item);
        original_ = history_; // every edit of a scratch shopper is kept at once
        saveScratch(*row);
        Q_EMIT scratchShoppersChanged();
    } else {
        edited_[shopper] = history_;
    }
    Q_EMIT historyChanged();
    Q_EMIT requestChanged();
}

// ---- rules

void Session::changeRules(const QString& text, core::Eligibility rules) {
    if (rules.hash() != rules_.hash()) undoStack_.push(new RulesCommand(this, text, std::move(rules)));
}

void Session::setRules(const core::Eligibility& rules) {
    rules_ = rules;
    Q_EMIT rulesChanged();
    Q_EMIT requestChanged();
}

void Session::setHistoryItems(core::HistoryItems historyItems) {
    auto rules = rules_;
    rules.historyItems = historyItems;
    changeRules(tr("choice about history products"), std::move(rules));
}

void Session::excludeItems(const std::vector<core::ItemIndex>& items) {
    auto rules = rules_;
    auto& all = rules.excludedItems;
    for (const auto excluded : items)
        if (std::find(all.begin(), all.end(), excluded) == all.end()) all.push_back(excluded);
    changeRules(items.size() == 1 ? tr("exclude %1").arg(titleOf(item(items.front())))
                                  : tr("exclude %n products", nullptr, static_cast<int>(items.size())),
                std::move(rules));
}

void Session::excludeCategory(const std::string& category) {
    auto rules = rules_;
    auto& all = rules.excludedCategories;
    if (!category.empty() && std::find(all.begin(), all.end(), category) == all.end()) all.push_back(category);
    changeRules(tr("exclude category %1").arg(QString::fromStdString(category)), std::move(rules));
}

void Session::allowItem(core::ItemIndex allowed) {
    auto rules = rules_;
    std::erase(rules.excludedItems, allowed);
    changeRules(tr("allow %1").arg(titleOf(item(allowed))), std::move(rules));
}

void Session::allowCategory(const std::string& category) {
    auto rules = rules_;
    std::erase(rules.excludedCategories, category);
    changeRules(tr("allow category %1").arg(QString::fromStdString(category)), std::move(rules));
}

void Session::clearExclusions() {
    auto rules = rules_;
    rules.excludedItems.clear();
    rules.excludedCategories.clear();
    changeRules(tr("allow all products"), std::move(rules));
}

bool Session::isExcluded(const core::CatalogItem& item) const {
    const auto& items = rules_.excludedItems;
    if (std::find(items.begin(), items.end(), item.index) != items.end()) return true;
    return std::any_of(rules_.excludedCategories.begin(), rules_.excludedCategories.end(),
                       [&item](const auto& category) {
                           return item.text.category == category || item.text.category.starts_with(category + " > ");
                       });
}

} // namespace ui
