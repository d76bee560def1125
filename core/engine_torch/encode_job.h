#pragma once
#include "core/dataset/encoded_table.h"
#include "core/engine/jobs.h"
#include "core/engine_torch/loaded_workspace.h"

namespace core {

/// Vectors of every distinct text by the encoder in `folder`. Blocks that an earlier call
/// has encoded come from the cache, so a call that was stopped goes on where it was. Throws Error, also cancelled.
EncodedTable encodedTexts(LoadedWorkspace& workspace, const std::filesystem::path& folder, const JobContext& context,
                          EncodedPart* part = nullptr);
/// Likewise of every distinct picture file.
EncodedTable encodedPictures(LoadedWorkspace& workspace, const std::filesystem::path& folder, const JobContext& context,
                             EncodedPart* part = nullptr);

EncodeResult runEncode(const EncodeRequest& request, const JobContext& context);

} // namespace core
