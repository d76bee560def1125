#pragma once
#include "core/engine/jobs.h"

namespace core {

/// Throws Error(invalidInput) where `name` cannot name a new model: empty, hidden, longer than 64 bytes, with a slash,
/// a control character or a space at an end, or a baseline's.
void checkModelName(const std::string& name);

/// Trains a model of the workspace into models/<name>/, complete or not at all. Throws Error: invalidInput (bad or
/// taken name, unknown recommender or modality, epochs below one, data that cannot be learnt from), notFound (nothing
/// to resume), unavailable (the folder cannot be written), cancelled.
TrainResult runTraining(const TrainRequest& request, const std::function<void(const TrainPoint&)>& onPoint,
                        const JobContext& context);

} // namespace core
