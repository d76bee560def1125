#pragma once
#include "core/engine/jobs.h"

namespace core {

/// Ranks the target of every example with every model, in blocks of examples, and sums up. Ranks of each model go to
/// the cache (core/evaluation/evaluation_summary.h), and a model that stands there for the same examples is not run
/// again.
EvaluateResult runEvaluation(const EvaluateRequest& request, const JobContext& context);

} // namespace core
