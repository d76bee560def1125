#pragma once
#include "core/engine/jobs.h"
#include "core/sample_shop/parameters.h"

namespace core {

/// Draws the sample shop: pictures, texts, simulated shoppers, and their truth beside them in truth/ (core/sample_shop/
/// truth.h). Deterministic from the parameters. `shippedModels`: a folder of trained checkpoints, copied in where
/// they were trained on exactly this shop (their catalog hash). Throws Error: invalidInput (fewer than 20 products, a
/// negative number of shoppers), unavailable (the folder exists, no space), cancelled; what was begun is removed.
void makeSampleShop(const SampleShopRequest& request, const JobContext& context);

/// The same with every generator parameter in the caller's hand, for tests and experiments.
void makeSampleShop(const SampleShopParameters& parameters, const SampleShopRequest& request,
                    const JobContext& context);

} // namespace core
