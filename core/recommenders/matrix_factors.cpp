#include "core/recommenders/matrix_factors.h"
#include "core/base/error.h"
#include "core/base/json_problem.h"
#include "core/evaluation/bootstrap.h"
#include "core/recommenders/pixrec_folder.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>

namespace core {

namespace {
StoredTensor storedFloats(std::span<const float> values, std::vector<std::int64_t> shape) {
    StoredTensor tensor{
        .dtype = "F32", .shape = std::move(shape), .bytes = std::vector<std::byte>(values.size_bytes())};
    if (!values.empty()) std::memcpy(tensor.bytes.data(), values.data(), values.size_bytes());
    return tensor;
}

std::vector<float> floatsOf(const TensorFile& file, const char* name, const std::vector<std::int64_t>& shape) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.dtype != "F32" || found->second.shape != shape)
        throw Error(ErrorKind::corrupt, fmt::format("open model: \"{}\" is missing or of another shape", name));
    std::vector<float> values(found->second.bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), found->second.bytes.data(), found->second.bytes.size());
    return values;
}

float dot(std::span<const float> a, std::span<const float> b) {
    // Four sums at once, which a compiler may keep in one register; one alone must be added up in order.
    float sums[4] = {0, 0, 0, 0};
    std::size_t d = 0;
    for (; d + 4 <= a.size(); d += 4)
        for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[d + lane] * b[d + lane];
    for (; d < a.size(); ++d) sums[0] += a[d] * b[d];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}
} // namespace

void to_json(nlohmann::json& json, const MatrixFactorSettings& settings) {
    json = {{"width", settings.width},
            {"learning_rate", settings.learningRate},
            {"regularization", settings.regularization},
            {"fold_in_passes", settings.foldInPasses}};
}

void from_json(const nlohmann::json& json, MatrixFactorSettings& settings) {
    try {
        settings.width = json.at("width").get<int>();
        settings.learningRate = json.at("learning_rate").get<double>();
        settings.regularization = json.at("regularization").get<double>();
        settings.foldInPasses = json.at("fold_in_passes").get<int>();
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("model settings: {}", jsonProblem(error)));
    }
    if (settings.width < 1 || settings.width > 4096 || settings.foldInPasses < 0 || settings.foldInPasses > 10'000)
        throw Error(ErrorKind::corrupt, "model settings: \"width\" or \"fold_in_passes\" makes no sense");
}

float MatrixFactors::preference(std::span<const float> userD, std::int64_t i, std::int64_t j) const {
    return dot(userD, item(i)) - dot(userD, item(j)) + biasV[static_cast<std::size_t>(i)] -
           biasV[static_cast<std::size_t>(j)];
}

std::vector<float> MatrixFactors::foldIn(std::span<const std::int64_t> rows) const {
    std::vector<float> userD(static_cast<std::size_t>(settings.width), 0.0F);
    if (rows.empty() || rows.size() >= itemCount()) return userD;
    std::vector<std::int64_t> bought(rows.begin(), rows.end());
    std::sort(bought.begin(), bought.end());
    bought.erase(std::unique(bought.begin(), bought.end()), bought.end()); // nor does the order of the history matter
    if (bought.size() >= itemCount()) return userD;
    PortableRandom random(static_cast<std::uint64_t>(bought.size()));
    const auto rate = static_cast<float>(settings.learningRate), decay = static_cast<float>(settings.regularization);
    for (int pass = 0; pass < settings.foldInPasses; ++pass)
        for (const auto i : bought) {
            std::int64_t j = i;
            while (std::binary_search(bought.begin(), bought.end(), j))
                j = random.below(static_cast<std::uint32_t>(itemCount()));
            const float doubt = 1.0F / (1.0F + std::exp(preference(userD, i, j)));
            const auto better = item(i), worse = item(j);
            for (std::size_t d = 0; d < userD.size(); ++d)
                userD[d] += rate * (doubt * (better[d] - worse[d]) - decay * userD[d]);
        }
    return userD;
}

void MatrixFactors::score(std::span<const float> userD, std::span<float> scoresV) const {
    for (std::size_t row = 0; row < scoresV.size(); ++row)
        scoresV[row] = dot(userD, item(static_cast<std::int64_t>(row))) + biasV[row];
}

TensorFile MatrixFactors::stored() const {
    TensorFile file;
    const auto items = static_cast<std::int64_t>(itemCount());
    file.tensors["items"] = storedFloats(itemsVD, {items, settings.width});
    file.tensors["biases"] = storedFloats(biasV, {items});
    return file;
}

MatrixFactors MatrixFactors::from(const TensorFile& file, const MatrixFactorSettings& settings, std::int64_t items) {
    return {settings, floatsOf(file, "items", {items, settings.width}), floatsOf(file, "biases", {items})};
}

std::unique_ptr<MatrixFactorModel> MatrixFactorModel::load(const std::filesystem::path& folder,
                                                           const Dataset& dataset) {
    auto read = readIdModelFolder(folder);
    CatalogRows rows(read.itemIds, dataset.items);
    const auto settings = nlohmann::json::parse(read.settings).get<MatrixFactorSettings>();
    auto factors = MatrixFactors::from(readTensorFile(folder / weightsFileName), settings, std::ssize(read.itemIds));
    return std::unique_ptr<MatrixFactorModel>(
        new MatrixFactorModel(std::move(read), std::move(rows), std::move(factors)));
}

void MatrixFactorModel::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto width = static_cast<std::size_t>(itemCount());
    std::vector<float> scoresR(factors_.itemCount());
    for (std::size_t b = 0; b < histories.size(); ++b) {
        throwIfStopped(stop, "score products");
        const auto rows = rows_.rowsOf(histories[b].events, std::numeric_limits<int>::max());
        factors_.score(factors_.foldIn(rows), scoresR);
        rows_.spread(scoresR, scoresBV.subspan(b * width, width));
    }
}

const VectorTable& MatrixFactorModel::itemVectors(SimilarSpace /*space*/) {
    throw Error(ErrorKind::unavailable,
                fmt::format("find similar products: {} knows products by id, not by content", folder_.info.name));
}

} // namespace core
