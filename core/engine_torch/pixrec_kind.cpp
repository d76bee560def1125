#include "core/base/grouped.h"
#include "core/engine_torch/model_encoders.h"
#include "core/engine_torch/model_kinds.h"
#include "core/engine_torch/number_bits.h"
#include "core/recommenders/pixrec.h"
#include "core/tensors/device.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace core {

namespace {
std::string vectorsKey(const LoadedWorkspace& workspace, const ModelInfo& info, const Computing& computing,
                       std::string_view part) {
    return fmt::format("item vectors 1|{}|{}|{}|{}", info.hash, workspace.dataset().catalogHash, part,
                       precisionName(computing.precision));
}

struct NamedTable {
    const char* name;
    VectorTable ItemVectors::*table;
};
constexpr std::array<NamedTable, 4> tables{{{"input", &ItemVectors::input},
                                            {"score", &ItemVectors::score},
                                            {"text", &ItemVectors::text},
                                            {"picture", &ItemVectors::picture}}};

std::optional<ItemVectors> cachedVectors(LoadedWorkspace& workspace, const ModelInfo& info,
                                         const Computing& computing) {
    ItemVectors vectors;
    const auto rows = workspace.cache().matrix(vectorsKey(workspace, info, computing, "rows"));
    if (!rows || rows->rows() != workspace.itemCount() || rows->width() != 1) return {};
    vectors.rowOfItem = fromBits(rows->values());
    for (const auto& [name, table] : tables) {
        const auto matrix = workspace.cache().matrix(vectorsKey(workspace, info, computing, name));
        if (!matrix) return {};
        const auto values = matrix->values();
        vectors.*table = {matrix->rows(), matrix->width(), {values.begin(), values.end()}};
    }
    for (const auto row : vectors.rowOfItem)
        if (row < 0 || row >= vectors.input.rows) return {};
    return vectors;
}

void storeVectors(LoadedWorkspace& workspace, const ModelInfo& info, const Computing& computing,
                  const ItemVectors& vectors) {
    auto& cache = workspace.cache();
    for (const auto& [name, table] : tables) {
        const auto& values = vectors.*table;
        cache.putMatrix(vectorsKey(workspace, info, computing, name), values.rows, values.width, values.values);
    }
    cache.putMatrix(vectorsKey(workspace, info, computing, "rows"), vectors.itemCount(), 1,
                    asBits(vectors.rowOfItem)); // last: complete from here on
}

std::vector<bool> whichHavePicture(const ItemVectors& vectors) {
    std::vector<bool> has;
    has.reserve(vectors.rowOfItem.size());
    for (const auto row : vectors.rowOfItem) {
        const auto vector = vectors.picture.row(row);
        has.push_back(std::any_of(vector.begin(), vector.end(), [](float value) { return value != 0.0F; }));
    }
    return has;
}

std::string missingPicturesNotice(const ModelInfo& info, std::int64_t missing, std::int64_t items) {
    const auto without = missing == items
                             ? std::string("No product has a picture")
                             : fmt::format("{} of {} products have no picture", grouped(missing), grouped(items));
    return fmt::format("{}: {} {}.", without, info.name,
                       info.capabilities.readsText ? "reads their text only" : "knows nothing of them");
}

void encodeItems(LoadedWorkspace& workspace, PixRec& model, LoadedModel& loaded, const Computing& computing,
                 const ProgressSink& progress, std::stop_token stop) {
    LoadedWorkspace::WithPictures read{workspace.dataset(), 0};
    if (model.pictureSide() > 0) read = workspace.readPictures(model.pictureSide(), progress, stop);
    EncodedCatalog encoded;
    if (model.settings().textTower || model.settings().pictureTower)
        encoded = encodedCatalog(workspace, loaded.info.name, model.settings(), read.unreadable, progress, stop);
    model.prepareItems(read.dataset, progress, stop, encoded);
    const auto unreadable = read.unreadable;
    loaded.opening.itemsEncoded = workspace.itemCount();
    // With pictures missing that may come back, the vectors are right for now only.
    if (unreadable == 0)
        storeVectors(workspace, loaded.info, computing, model.items());
    else
        loaded.notices.push_back(unreadableNotice(unreadable));
}

void loadPixRec(LoadedWorkspace& workspace, LoadedModel& loaded, const Computing& computing,
                const ProgressSink& progress, std::stop_token stop) {
    auto model = PixRec::load(workspace.modelFolder(loaded.info.name), computing, encoderFolders(workspace));
    throwIfStopped(stop, "load a model");
    if (auto vectors = cachedVectors(workspace, loaded.info, computing)) {
        model->useItems(std::move(*vectors));
        loaded.opening.isWarm = true;
    } else {
        encodeItems(workspace, *model, loaded, computing, progress, stop);
    }
    if (loaded.opening.isWarm)
        for (const auto& problem :
             encoderProblems(model->settings(), workspace.modelFolder(loaded.info.name), EncoderCheck::quick, stop))
            loaded.notices.push_back(problem +
                                     " Its products' vectors come from the cache; new products cannot be read.");
    if (loaded.info.capabilities.readsPicture) {
        loaded.hasPicture = whichHavePicture(model->items());
        const auto missing = std::count(loaded.hasPicture.begin(), loaded.hasPicture.end(), false);
        if (missing > 0) loaded.notices.push_back(missingPicturesNotice(loaded.info, missing, workspace.itemCount()));
    }
    loaded.recommender = std::move(model);
}

ModelInfo describePixRec(const ModelFolder& model) {
    ModelInfo info;
    info.problem = weightsProblem(model);
    info.capabilities = {.newHistory = true,
                         .readsText = model.modality != "image",
                         .readsPicture = model.modality != "text",
                         .itemVectors = true,
                         .trainable = true};
    return info;
}
} // namespace

const ModelKind pixRecKind{"pixrec", describePixRec, loadPixRec};

} // namespace core
