#pragma once
#include "core/dataset/dataset.h"

namespace core {

enum class Split { validation, test };

/// One thing to predict: the events a model may read, and the next item.
struct Example {
    UserIndex user;
    std::span<const Event> input; ///< borrowed from the dataset's histories
    Event target;
};

/// Which events of a user are for training, and what is predicted: as Histories::holdOut says (methods.md 4).
/// - leaveOneOut: the last event is the test target, the last but one the validation target.
/// - lastBasket: events of one time are a basket. The last basket is for test, the one before for validation; each of
///   its products is one target, read with what was bought before the basket.
/// - globalTime: events before `validationFrom` are for training. The first event from then on and before `testFrom` is
///   the validation target, the first from `testFrom` on the test target; users without an earlier event have none.
/// What is held out for validation is part of the input at test time, never of training. Users with fewer than three
/// events (baskets) are for training only, whole, but for a global time.
class HeldOut {
public:
    explicit HeldOut(const Histories& histories) : histories_(histories) {}
    /// Events that parameters, counts, popularity and mixing weights may see.
    std::span<const Event> training(UserIndex user) const;
    /// In order of users; a user's examples stand together. Leave-one-out and global time: one a user at most.
    std::vector<Example> examples(Split split) const;

private:
    void addBasket(std::vector<Example>& examples, UserIndex user, Split split) const;

    const Histories& histories_;
};

/// The name from when leaving one out was all there was; it follows Histories::holdOut likewise.
using LeaveOneOut = HeldOut;

/// True where some user's training part holds an item twice: then history items stay candidates (`--history-items
/// auto`).
bool repeatsOccur(const HeldOut& split, const Histories& histories);

/// Reads "leave-one-out", "last-basket", "global-time", "global-time:0.8,0.9" (shares of the events, in order of time)
/// or "global-time:2014-01-01,2014-03-01" (midnight UTC) for these histories. Throws Error(invalidInput): other words,
/// shares or dates not ascending, or a rule by time where `hasTimes` is false.
HoldOut parseHoldOut(std::string_view text, const Histories& histories, bool hasTimes);
/// The rule in words that parseHoldOut() reads; times as milliseconds since 1970: "global-time:1388534400000,...".
std::string holdOutText(const HoldOut& rule);

} // namespace core
