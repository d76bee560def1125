#include "core/engine_torch/training_job.h"
#include "core/engine_torch/encode_job.h"
#include "core/engine_torch/model_loader.h"
#include "core/recommenders/baselines.h"
#include "core/training/trainers.h"
#include "core/workspace/folder_lock.h"
#include "core/workspace/layout.h"
#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace core {

namespace {
void checkFolder(const TrainRequest& request, const std::filesystem::path& folder) {
    if (!request.resume && std::filesystem::exists(folder))
        throw Error(
            ErrorKind::invalidInput,
            fmt::format("train {}: the workspace already has a model of this name; choose another name, or remove {}",
                        request.name, folder.string()));
    std::error_code failed;
    std::filesystem::create_directories(folder.parent_path(), failed);
    if (failed || access(folder.parent_path().c_str(), W_OK) != 0)
        throw Error(ErrorKind::unavailable,
                    fmt::format("train {}: {} cannot be written", request.name, folder.parent_path().string()));
}

/// The right to make a model of one name: two trainings would share a checkpoint, and the slower one would replace what
/// the other has finished.
class NameLock {
public:
    NameLock(const std::string& name, const std::filesystem::path& folder)
        : file_(folder.parent_path() / layout::trainingLock(name)) {
        std::string reason;
        lock_ = FolderLock::tryLockFile(file_, reason);
        if (!lock_.isHeld())
            throw Error(ErrorKind::unavailable,
                        fmt::format("train {}: a training of this name is running already ({})", name, reason));
    }
    ~NameLock() {
        std::error_code ignored;
        std::filesystem::remove(file_, ignored);
    }
    NameLock(const NameLock&) = delete;
    NameLock& operator=(const NameLock&) = delete;

private:
    std::filesystem::path file_;
    FolderLock lock_;
};

std::int64_t peakMemoryBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * std::int64_t{1024};
}
} // namespace

void checkModelName(const std::string& name) {
    const auto refuse = [&name](const char* why) {
        throw Error(ErrorKind::invalidInput, fmt::format("name a model \"{}\": {}", name, why));
    };
    if (name.empty()) refuse("a model needs a name");
    if (name.size() > 64) refuse("a name is at most 64 bytes long");
    if (name.front() == '.') refuse("a name must not begin with a dot");
    if (name.front() == ' ' || name.back() == ' ') refuse("a name must not begin or end with a space");
    const auto isBad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/' || c == '\\'; };
    if (std::any_of(name.begin(), name.end(), isBad)) refuse("slashes and control characters are not allowed");
    if (isBaseline(name)) refuse("that is a baseline");
}

TrainResult runTraining(const TrainRequest& request, const std::function<void(const TrainPoint&)>& onPoint,
                        const JobContext& context) {
    checkModelName(request.name);
    const auto& trainer = trainerFor(request);
    LoadedWorkspace workspace(request.workspace, request.holdOut);
    const auto folder = workspace.modelFolder(request.name);
    checkFolder(request, folder);
    const NameLock lock(request.name, folder);
    checkFolder(request, folder); // another one may have ended in between

    const auto loadPart = [&](const std::string& name) {
        const auto wanted = holdOutText(workspace.dataset().histories.holdOut), trained = workspace.holdOutOf(name);
        if (!isBaseline(name) && trained != wanted)
            throw Error(ErrorKind::invalidInput, fmt::format("train {}: {} was trained with --hold-out {}, not {}",
                                                             request.name, name, trained, wanted));
        const auto info = workspace.model(name);
        if (info.problem.empty() && !info.capabilities.newHistory)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("train {}: {} knows listed shoppers only; mix models that score any history",
                                    request.name, name));
        return loadModel(workspace, info, {pickDevice(request.device), Precision::fp32}, context.progress, context.stop)
            .recommender;
    };
    const int side = trainer.pictureSide(request);
    Dataset dataset =
        side == 0 ? workspace.dataset() : workspace.readPictures(side, context.progress, context.stop).dataset;
    EncodedCatalog encoded;
    const auto encoders = trainer.encoders(request);
    if (!encoders.text.empty())
        encoded.texts = std::make_shared<EncodedTable>(encodedTexts(workspace, encoders.text, context));
    if (!encoders.picture.empty())
        encoded.pictures = std::make_shared<EncodedTable>(encodedPictures(workspace, encoders.picture, context));
    auto result = trainer.train({request, folder, dataset, encoded, loadPart, onPoint, context});
    result.peakMemoryBytes = std::max(result.peakMemoryBytes, peakMemoryBytes());
    return result;
}

} // namespace core
