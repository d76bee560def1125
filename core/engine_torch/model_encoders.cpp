#include "core/engine_torch/model_encoders.h"
#include "core/checkpoints/backbone_card.h"
#include "core/engine_torch/encode_job.h"
#include "core/workspace/known_encoders.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace core {

namespace {

namespace fs = std::filesystem;

bool isNewer(const fs::path& folder, const fs::path& modelFolder) {
    std::error_code failed;
    const auto trained = fs::last_write_time(modelFolder / "model.json", failed);
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.last_write_time(failed) > trained) return true;
    return false;
}

std::string problemOf(const char* what, const PretrainedTower& tower, const fs::path& modelFolder, EncoderCheck check,
                      const std::stop_token& stop) {
    if (!isEncoderThere(tower.folder))
        return fmt::format("Its {} encoder is not in {} any more (hash {}).", what, tower.folder, tower.encoder);
    if (check == EncoderCheck::quick && !isNewer(tower.folder, modelFolder)) return {};
    std::string found;
    try {
        found = backboneHash(tower.folder, stop);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        return fmt::format("Its {} encoder in {} cannot be read: {}.", what, tower.folder, error.what());
    }
    if (found == tower.encoder) return {};
    return fmt::format("Its {} encoder in {} is not the one that it was trained with (hash {} instead of {}).", what,
                       tower.folder, found, tower.encoder);
}

} // namespace

EncoderFolders encoderFolders(const LoadedWorkspace& workspace) {
    EncoderFolders folders;
    for (const auto& encoder : knownEncoders(workspace.folder()))
        if (isEncoderThere(encoder.folder)) folders[encoder.hash] = encoder.folder;
    return folders;
}

std::vector<std::string> encoderProblems(const PixRecSettings& settings, const fs::path& modelFolder,
                                         EncoderCheck check, const std::stop_token& stop) {
    std::vector<std::string> problems;
    const auto look = [&](const char* what, const std::optional<PretrainedTower>& tower) {
        if (!tower) return;
        if (auto problem = problemOf(what, *tower, modelFolder, check, stop); !problem.empty())
            problems.push_back(std::move(problem));
    };
    look("text", settings.textTower);
    look("picture", settings.pictureTower);
    return problems;
}

EncodedCatalog encodedCatalog(LoadedWorkspace& workspace, const std::string& model, const PixRecSettings& settings,
                              std::int64_t& unreadable, const ProgressSink& progress, std::stop_token stop) {
    const auto problems = encoderProblems(settings, workspace.modelFolder(model), EncoderCheck::whole, stop);
    if (!problems.empty())
        throw Error(ErrorKind::unavailable,
                    fmt::format("open model {}: this catalog's products must be read anew, and they cannot be. {} Put "
                                "that checkpoint there again, or add it from where it is now. Catalogs that the model "
                                "has read before still open, as "
                                "long as their cache is kept.",
                                model, fmt::join(problems, " ")));
    EncodedCatalog encoded;
    JobContext context;
    context.progress = progress;
    context.stop = stop;
    if (settings.textTower && settings.textTower->isFrozen())
        encoded.texts = std::make_shared<EncodedTable>(encodedTexts(workspace, settings.textTower->folder, context));
    EncodedPart part;
    if (settings.pictureTower && settings.pictureTower->isFrozen())
        encoded.pictures =
            std::make_shared<EncodedTable>(encodedPictures(workspace, settings.pictureTower->folder, context, &part));
    unreadable += part.unreadable;
    return encoded;
}

} // namespace core
