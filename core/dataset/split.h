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

/// Leave-one-out (methods.md 4): the last event of a user is the test target, the last but one the validation target,
/// what is before is for training. At test time the validation event is part of the input, never of training. Users
/// with fewer than three events are for training only, whole.
class LeaveOneOut {
public:
    explicit LeaveOneOut(const Histories& histories) : histories_(histories) {}
    /// Events that parameters, counts, popularity and mixing weights may see.
    std::span<const Event> training(UserIndex user) const;
    /// One example for each user that has one, in order of users.
    std::vector<Example> examples(Split split) const;

private:
    const Histories& histories_;
};

/// True where some user's training part holds an item twice: then history items stay candidates (`--history-items
/// auto`).
bool repeatsOccur(const LeaveOneOut& split, const Histories& histories);

} // namespace core
