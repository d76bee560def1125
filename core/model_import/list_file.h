#pragma once
#include "core/model_import/findings.h"
#include "core/recommenders/brought_folder.h"
#include <stop_token>

namespace core {

/// Score lists from a CSV file, perhaps gzipped, with a header: user (or user_id), item (or item_id), and rank (1 is
/// best) or score (higher is better). Rows may come in any order. Bad rows go to the findings, with line and column.
/// Throws Error(notFound) or Error(cancelled).
BroughtLists readListFile(const std::filesystem::path& file, ModelFindings& findings, const std::stop_token& stop);

} // namespace core
