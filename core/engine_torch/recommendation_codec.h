#pragma once
#include "core/engine/engine.h"

namespace core {

/// How an answer stands in the list cache. The provenance is its key, elapsedMs and fromCache belong to the call:
/// neither is kept.
std::string encodeRecommendation(const RecommendResult& result);
/// Nothing where the text is damaged or names products outside the catalog.
std::optional<RecommendResult> decodeRecommendation(std::string_view text, std::int64_t itemCount);

/// Of the probes asked for: part of a list's cache key.
std::string probesHash(const std::vector<ItemIndex>& probes);

} // namespace core
