#pragma once
#include "core/importers/import.h"
#include "core/importers/import_report.h"
#include "core/importers/picture_folder.h"
#include "core/workspace/workspace_builder.h"

namespace core {

struct ItemSource {
    std::filesystem::path file;
    const PictureFolder* pictures;
    bool copyPictures = false;
};

/// All good rows of the items file into `builder`, the rest into the report. Counts rows in `result`.
void importItems(const ItemSource& source, WorkspaceBuilder& builder, ImportReport& report, ImportResult& result,
                 const ProgressSink& progress, const std::stop_token& stop);

} // namespace core
