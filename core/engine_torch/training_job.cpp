#include "core/engine_torch/training_job.h"
#include "core/engine_torch/loaded_workspace.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/training/train_pixrec.h"
#include <algorithm>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace core {

namespace {
void check(const TrainRequest& request) {
    const auto refuse = [&request](const std::string& why) {
        throw Error(ErrorKind::invalidInput, fmt::format("train {}: {}", request.name, why));
    };
    if (request.recommender != "pixrec")
        refuse(fmt::format("\"{}\" is not a recommender that can be trained; pixrec is", request.recommender));
    if (request.modality != "text" && request.modality != "image" && request.modality != "both")
        refuse(fmt::format("modality \"{}\" is not text, image or both", request.modality));
    if (request.epochs && *request.epochs < 1) refuse("at least one epoch is needed");
}

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
    check(request);
    LoadedWorkspace workspace(request.workspace);
    const auto folder = workspace.modelFolder(request.name);
    checkFolder(request, folder);

    TrainSettings settings;
    settings.name = request.name;
    settings.modality = request.modality;
    settings.epochs = request.epochs;
    settings.seed = request.seed;
    settings.device = request.device;
    settings.resume = request.resume;
    settings.command = request.command;
    auto result = [&] {
        if (request.modality == "text") return trainPixRec(workspace.dataset(), settings, folder, onPoint, context);
        const auto read = workspace.readPictures(PixRecSettings{}.pictureSide, context.progress, context.stop);
        return trainPixRec(read.dataset, settings, folder, onPoint, context);
    }();
    result.peakMemoryBytes = std::max(result.peakMemoryBytes, peakMemoryBytes());
    return result;
}

} // namespace core
