#pragma once
#include "core/importers/import.h"
#include "core/importers/import_report.h"
#include "core/workspace/workspace_builder.h"

namespace core {

/// All good rows of interactions.csv into `builder`, whose items are complete, and what its times mean; the rest into
/// the report. Counts rows in `result`.
void importEvents(const std::filesystem::path& file, WorkspaceBuilder& builder, ImportReport& report,
                  ImportResult& result, const ProgressSink& progress, const std::stop_token& stop);

} // namespace core
