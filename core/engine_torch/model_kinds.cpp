#include "core/engine_torch/model_kinds.h"
#include "core/array_files/safetensors.h"
#include "core/base/grouped.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/pixrec_folder.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace core {

const ModelKind* findModelKind(std::string_view recommender) {
    static constexpr std::array kinds{&pixRecKind, &vlmKind,     &sasRecKind, &bsaRecKind, &bprKind,
                                      &mixKind,    &vectorsKind, &listsKind,  &scriptKind};
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [recommender](const ModelKind* kind) { return kind->recommender == recommender; });
    return found == kinds.end() ? nullptr : *found;
}

ModelInfo describeModel(const ModelFolder& folder) {
    const auto* const kind = findModelKind(folder.recommender);
    ModelInfo info = kind ? kind->describe(folder) : ModelInfo{};
    info.name = folder.name;
    info.recommender = folder.recommender;
    info.modality = folder.modality;
    info.hash = folder.hash;
    info.metrics = folder.metrics;
    if (folder.hash.empty())
        info.problem = folder.card;
    else if (isBaseline(folder.name))
        info.problem = "its name is that of a baseline; rename the folder";
    else if (!kind)
        info.problem = "this program does not know the recommender \"" + folder.recommender + "\"";
    if (!info.problem.empty()) info.capabilities = {};
    return info;
}

std::string weightsProblem(const ModelFolder& folder) {
    if (!std::filesystem::exists(folder.path / weightsFileName)) return fmt::format("{} is missing", weightsFileName);
    try {
        readTensorHeader(folder.path / weightsFileName);
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

std::string unreadableNotice(std::int64_t unreadable) {
    return fmt::format("{} pictures could not be read; their products count as having none.", grouped(unreadable));
}

} // namespace core
