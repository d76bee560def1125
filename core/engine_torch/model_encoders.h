#pragma once
#include "core/dataset/encoded_table.h"
#include "core/engine_torch/loaded_workspace.h"
#include "core/recommenders/pixrec_settings.h"

namespace core {

/// How closely a model's encoders are looked at.
enum class EncoderCheck {
    quick, ///< whether the folder is there, and where something in it is newer than the model its hash, too
    whole, ///< the hash
};
/// The encoders that were added to the workspace and are still there.
EncoderFolders encoderFolders(const LoadedWorkspace& workspace);
/// What is wrong with the folders of the encoders that a model was trained with, in full sentences; empty: nothing.
/// Throws Error(cancelled).
std::vector<std::string> encoderProblems(const PixRecSettings& settings, const std::filesystem::path& modelFolder,
                                         EncoderCheck check, const std::stop_token& stop);
/// The vectors of the model's frozen encoders, from the workspace's cache where that has them. `unreadable` grows by
/// the pictures that could not be read. Throws Error(unavailable) naming folder and hash where an encoder is gone or
/// another one, and what encoding throws.
EncodedCatalog encodedCatalog(LoadedWorkspace& workspace, const std::string& model, const PixRecSettings& settings,
                              std::int64_t& unreadable, const ProgressSink& progress, std::stop_token stop);

} // namespace core
