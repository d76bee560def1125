#pragma once
#include "core/workspace/workspace.h"

namespace core {

/// The table `meta`: what is known of the workspace as a whole, written once when it is made.
void writeSummary(Database& database, const WorkspaceSummary& summary);
/// Throws Error(corrupt) where it is not complete.
WorkspaceSummary readSummary(Database& database);

void writeMeta(Database& database, std::string_view key, std::string_view value);

} // namespace core
