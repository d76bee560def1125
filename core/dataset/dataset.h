#pragma once
#include "core/base/index.h"
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a recommender reads: one immutable snapshot of catalog and histories, plain memory, no SQLite, no tensors.
/// core/workspace makes it from a workspace; tests and the gpu preset make it by hand.
namespace core {

/// A product's words. Empty means missing.
struct ItemText {
    std::string id; ///< the user's own id, valid UTF-8, compared bytewise
    std::string title, category, brand, description;
    std::optional<double> price;

    /// The text that a model reads, as in PixRec (methods.md 1): "Title: .. Category: .. Brand: .. Price: .. ", with
    /// "Unknown" for what is missing. Two items with equal model text are text twins.
    std::string modelText() const;
};

/// Pictures decoded for models: `side` x `side` RGB, 8 bit, row-major, one block a picture. An item without a readable
/// picture has row -1. Items that share a picture file share a row. Without pixels, rows tell which items show the same
/// picture and nothing more.
struct PictureTable {
    int side = 0;
    std::vector<std::uint8_t> pixels; ///< rows * side * side * 3
    std::vector<std::int32_t> rowOfItem;

    std::size_t rowCount() const {
        return side == 0 ? 0 : pixels.size() / (static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3);
    }
    bool has(ItemIndex item) const { return item.slot() < rowOfItem.size() && rowOfItem[item.slot()] >= 0; }
};

/// One purchase, click or rating, in a history.
struct Event {
    ItemIndex item;
    std::int64_t time = 0; ///< milliseconds since 1970 UTC; a bare order where Dataset::hasTimes is false
};

/// What is held out of training, and from when on; core/dataset/split.h says what each means.
struct HoldOut {
    enum class Rule { leaveOneOut, lastBasket, globalTime };
    Rule rule = Rule::leaveOneOut;
    std::int64_t validationFrom = 0, testFrom = 0; ///< globalTime alone: milliseconds since 1970 UTC

    bool operator==(const HoldOut&) const = default;
};

/// Histories of all users, oldest first, stable on equal times (file order); compressed rows.
struct Histories {
    std::vector<std::int64_t> begin{0}; ///< users + 1 offsets into `events`
    std::vector<Event> events;
    HoldOut holdOut;

    std::size_t userCount() const { return begin.size() - 1; }
    std::span<const Event> of(UserIndex user) const {
        const auto from = static_cast<std::size_t>(begin[user.slot()]);
        const auto to = static_cast<std::size_t>(begin[user.slot() + 1]);
        return {events.data() + from, to - from};
    }
    void append(std::span<const Event> history);
};

struct Dataset {
    std::vector<ItemText> items;
    PictureTable pictures;
    Histories histories;
    bool hasTimes = false;   ///< false: times mean order only (or there are none); no gaps, no dates
    std::string catalogHash; ///< over items, picture identities and events

    std::size_t itemCount() const { return items.size(); }
};

/// For each item the number of its text-twin group: items of equal modelText() share one. Numbers are dense, in order
/// of first appearance.
std::vector<std::int32_t> textTwinGroups(std::span<const ItemText> items);

} // namespace core
