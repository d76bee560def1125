#pragma once
#include "core/engine/jobs.h"

namespace core {

AddModelResult runAddModel(const AddModelRequest& request, const JobContext& context);
ExportModelResult runExportModel(const ExportModelRequest& request, const JobContext& context);

} // namespace core
