#include "core/base/error.h"
#include "core/model_import/model_import.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace core {

namespace {

namespace fs = std::filesystem;

void writeText(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    if (!stream.flush())
        throw Error(ErrorKind::unavailable, fmt::format("write {}: failed; is the disk full?", file.string()));
}

nlohmann::ordered_json mappingJson(const IdMapping& mapping) {
    return {{"rows", mapping.rows},
            {"matched", mapping.matched},
            {"unknown", mapping.unknown},
            {"in_workspace", mapping.inWorkspace},
            {"missing", mapping.missing}};
}

nlohmann::ordered_json modelJson(const PreparedModel& model, const AddModelRequest& request,
                                 const std::string& catalogHash, const std::string& hash) {
    nlohmann::ordered_json json{
        {"format", 1},        {"name", request.name}, {"recommender", model.settings.recommender},
        {"modality", "none"}, {"hash", hash},         {"metrics", nlohmann::ordered_json::object()}};
    if (model.vectors) {
        json["shopper_vectors"] = word(model.settings.shopperVectors);
        json["similarity"] = word(model.settings.similarity);
    }
    json["files"] = nlohmann::ordered_json::array();
    for (const auto& file : model.found.files) json["files"].push_back({{"name", file.name}, {"bytes", file.bytes}});
    json["mapping"] = {{"catalog_hash", catalogHash}, {"items", mappingJson(model.found.items)}};
    if (model.found.users) json["mapping"]["users"] = mappingJson(*model.found.users);
    json["limits"] = model.found.limits;
    json["version"] = PIXREC_VERSION;
    return json;
}

std::string howItScores(const PreparedModel& model) {
    if (model.lists) return "It shows each listed shopper the list that was made beforehand.";
    if (!model.vectors)
        return "A TorchScript program scores all products for a history. It runs with all rights of whoever uses it.";
    const auto* const product = model.settings.similarity == Similarity::dot ? "inner product" : "cosine";
    const char* whose = "the mean of the vectors of the history's products";
    if (model.settings.shopperVectors == ShopperVectors::given) whose = "the shopper's own vector, from the files";
    if (model.settings.shopperVectors == ShopperVectors::recent)
        whose = "the mean of the vectors of the history's products, each older one weighing 0.8 of the next newer one";
    return fmt::format("The score of a product is the {} of its vector and {}.", product, whose);
}

std::string card(const PreparedModel& model, const AddModelRequest& request, const std::string& catalogHash,
                 const std::string& hash) {
    std::string files, arrays, limits;
    for (const auto& file : model.found.files) files += fmt::format("| file | {}, {} bytes |\n", file.name, file.bytes);
    for (const auto& array : model.found.arrays)
        arrays += fmt::format("| array | {}: {}, {} |\n", array.name, fmt::join(array.shape, " x "), array.dtype);
    for (const auto& limit : model.found.limits) limits += fmt::format("- {}\n", limit);
    const auto& items = model.found.items;
    return fmt::format("# {}\n\nA model that was made elsewhere and brought to this workspace. {}\n\n"
                       "| | |\n| --- | --- |\n| hash | {} |\n{}{}| products | {} ids, {} of them in the catalog of {} "
                       "(hash {}) |\n| written by | pixrec {} |\n\nLimits:\n{}",
                       request.name, howItScores(model), hash, files, arrays, items.rows, items.matched,
                       items.inWorkspace, catalogHash, PIXREC_VERSION, limits);
}

} // namespace

std::string writeModel(const PreparedModel& model, const AddModelRequest& request, const std::string& catalogHash,
                       const fs::path& folder) {
    try {
        fs::create_directories(folder);
        if (!model.native.empty()) {
            for (const auto& file : model.found.files) fs::copy_file(model.native / file.name, folder / file.name);
            return model.found.hash;
        }
        if (model.vectors) writeBroughtVectors(folder, *model.vectors);
        if (model.lists) writeBroughtLists(folder, *model.lists);
        if (!model.script.empty()) {
            fs::copy_file(model.script, folder / brought::scriptFile);
            writeIds(folder / brought::itemsFile, model.scriptIds);
        }
    } catch (const fs::filesystem_error& error) {
        throw Error(ErrorKind::unavailable, fmt::format("write model {}: {}", folder.string(), error.code().message()));
    }
    auto hash = broughtHash(folder, model.settings);
    writeText(folder / brought::modelFile, modelJson(model, request, catalogHash, hash).dump(2) + "\n");
    writeText(folder / "README.md", card(model, request, catalogHash, hash));
    return hash;
}

} // namespace core
