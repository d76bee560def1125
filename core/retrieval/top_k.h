#pragma once
#include "core/dataset/encoded_table.h"
#include "core/retrieval/eligibility_filter.h"

namespace core {

/// The k best eligible products, exact, best first; fewer where fewer are eligible. Equal scores stand in catalog
/// order, so that the same scores always give the same list. Throws Error(corrupt) where a score is not finite.
std::vector<Recommendation> topK(std::span<const float> scoresV, const EligibilityFilter& filter, int k);

/// Where a product stands: among eligible products as topK() would list it, and among all products.
ProbedRank probeRank(std::span<const float> scoresV, const EligibilityFilter& filter, ItemIndex item);

/// The k rows of `vectors` nearest to row `item` by inner product (cosine for unit rows), itself left out; equal ones
/// in order. `isCandidate` may be empty (all are), else it says for each row whether it counts.
std::vector<SimilarItem> nearestRows(std::span<const float> vectors, int width, ItemIndex item,
                                     const std::vector<bool>& isCandidate, int k, std::stop_token stop);

/// The k items whose rows of `table` are nearest to `wanted` (table.width numbers) by inner product, best first; equal
/// ones in catalog order. Items without a row are left out.
std::vector<SimilarItem> nearestTo(std::span<const float> wanted, const EncodedTable& table, int k,
                                   std::stop_token stop);

} // namespace core
