#include "core/importers/event_import.h"
#include "core/importers/event_batches.h"
#include "core/importers/row_progress.h"
#include "core/workspace/id_rules.h"
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace core {

bool EventImport::error(std::int64_t column, std::string kind, std::string why) {
    report_.add({Severity::error, std::move(kind), name_, line_, column, std::move(why)});
    return false;
}

void EventImport::note(Severity severity, std::string kind, std::string why, std::int64_t column) {
    report_.add({severity, std::move(kind), name_, line_, column, std::move(why)});
}

bool EventImport::isRatedEnough(const EventRow& row, std::int64_t column) {
    double rating = 0;
    const char* const end = row.rating.data() + row.rating.size();
    const auto [stop, failure] = std::from_chars(row.rating.data(), end, rating);
    if (failure != std::errc{} || stop != end)
        return error(column, "bad-rating", fmt::format("{} is not a rating", inQuotes(row.rating)));
    if (rating >= *options_.minimumRating) return true;
    ++result_.eventsFiltered;
    return false;
}

/// The price of a product is that of its last row.
void EventImport::notePrice(ItemIndex item, std::string_view text) {
    double price = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, price);
    if (failure != std::errc{} || stop != end || !std::isfinite(price) || price < 0) return;
    if (prices_.size() <= item.slot()) prices_.resize(item.slot() + 1);
    prices_[item.slot()] = price;
}

/// Adds the item where the plan allows it.
std::optional<ItemIndex> EventImport::itemOf(std::string_view id, std::int64_t column, const PlanRules& rules) {
    if (const auto item = builder_.findItem(id)) return item;
    if (const char* problem = problemOfId(id)) {
        error(column, "bad-id", fmt::format("item {}", problem));
        return std::nullopt;
    }
    if (!rules.addsUnknownItems) {
        error(column, "unknown-item", fmt::format("item {} is not in the catalog", inQuotes(id)));
        return std::nullopt;
    }
    ++itemsAdded_;
    if (options_.hasItemsFile)
        note(Severity::warning, "item-without-row",
             fmt::format("item {} is in no file of products; it is taken without text", inQuotes(id)), column);
    NewItem item;
    item.text.id = id;
    return builder_.addItem(item);
}

/// False: the row was left out; a filter counts for itself.
bool EventImport::add(const EventRow& row, const EventColumns& columns, const PlanRules& rules) {
    line_ = row.line;
    if (row.item.empty() && rules.leavesOutRowsWithoutItem) {
        note(Severity::warning, "no-item", "the row names no product; it is left out", columns.item);
        return false;
    }
    bool isGood = true;
    const auto known = builder_.findUser(row.user);
    if (const char* problem = known ? nullptr : problemOfId(row.user))
        isGood = error(columns.user, "bad-id", fmt::format("user {}", problem));
    const auto item = itemOf(row.item, columns.item, rules);
    std::int64_t time = 0;
    if (!isOrderOnly_)
        if (std::string problem = times_.add(row.time, time); !problem.empty())
            isGood = error(columns.time, "bad-time", std::move(problem));
    if (!isGood || !item) return false;
    if (options_.minimumRating && !isRatedEnough(row, columns.rating)) return false;
    const UserIndex user = known ? *known : builder_.addUser(row.user);
    builder_.addEvent(user, *item, isOrderOnly_ ? builder_.eventCountOf(user) : time);
    if (rules.takesPricesFromEvents) notePrice(*item, row.price);
    return true;
}

void EventImport::addFile(const PlannedFile& file, const ProgressSink& progress, const std::stop_token& stop) {
    name_ = file.file.name();
    isOrderOnly_ = isOrderOnly_ || file.rules.isOrderOnly;
    EventBatches batches(file);
    if (batches.isUtf16())
        return report_.addBlocking(
            {Severity::error, "bad-encoding", name_, 1, 0, "the file is UTF-16; only UTF-8 is read"});
    RowProgress rowProgress("reading " + std::filesystem::path(name_).filename().string(), progress, stop);
    EventBatch batch;
    while (batches.next(batch)) {
        std::size_t finding = 0;
        const auto reportUpTo = [&](std::size_t row) {
            for (; finding < batch.findings.size() && batch.findings[finding].row <= row; ++finding)
                if (batch.findings[finding].isBlocking)
                    report_.addBlocking(batch.findings[finding].finding);
                else
                    report_.add(batch.findings[finding].finding);
        };
        for (std::size_t i = 0; i < batch.rows.size(); ++i) {
            reportUpTo(i);
            const EventRow row = batch.row(i);
            ++result_.eventsRead;
            const std::int64_t filtered = result_.eventsFiltered;
            const bool isTaken = row.isGood && add(row, batch.columns, file.rules);
            result_.eventsLeftOut += !isTaken && filtered == result_.eventsFiltered;
            rowProgress.row(batch.estimatedLines);
        }
        reportUpTo(batch.rows.size());
    }
    reportDamage(batches.lines(), name_, report_);
}

void EventImport::finish() {
    line_ = 0;
    if (!prices_.empty()) builder_.fillPrices(prices_);
    if (itemsAdded_ > 0 && !options_.hasItemsFile)
        note(Severity::note, "items-from-events",
             fmt::format("there is no file of products: the {} products are those that events name, without text",
                         itemsAdded_));
    if (isOrderOnly_) {
        builder_.setHasTimes(false);
        return note(Severity::note, "order-only", "the events have an order and no times");
    }
    if (times_.isEmpty()) return note(Severity::warning, "no-events", "there is no event in it");
    const bool isOrder = !times_.isDate() && times_.unit() == TimeUnit::order;
    hasTimes_ = !isOrder;
    builder_.setHasTimes(hasTimes_);
    if (isOrder) return note(Severity::note, "order-only", "all times are below 1000000: they mean order only");
    if (times_.isDate()) return;
    if (times_.looksLikeDays())
        note(Severity::warning, "odd-times",
             "the times look like days written YYYYMMDD, but were read as seconds since 1970; write YYYY-MM-DD");
    if (times_.unit() == TimeUnit::seconds) return builder_.setTimeScale(1000);
    if (times_.likeSeconds() > 0)
        note(
            Severity::warning, "odd-times",
            fmt::format("the times were read as milliseconds, but {} of them look like seconds", times_.likeSeconds()));
}

} // namespace core
