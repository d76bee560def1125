#include "core/tensors/resident_rows.h"
#include "core/tensors/autocast.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

/// Scores of one block: half a gigabyte of halves on a GPU, which wants much work at once, 8 MB of floats on a CPU.
std::int64_t scoresOfABlock(const torch::Device& device) {
    return device.is_cuda() ? std::int64_t{1} << 28 : std::int64_t{1} << 21;
}

} // namespace

struct ResidentRows::Impl {
    torch::Tensor rowsRD;
};

ResidentRows::ResidentRows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ResidentRows::~ResidentRows() = default;
ResidentRows::ResidentRows(ResidentRows&&) noexcept = default;

ResidentRows::ResidentRows(std::span<const float> values, int width, const std::string& device, Precision precision)
    : impl_(std::make_unique<Impl>()) {
    if (width < 1 || values.size() % static_cast<std::size_t>(width) != 0)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("keep rows: {} numbers are no rows of {}", values.size(), width));
    const auto rows = std::ssize(values) / width;
    try {
        probeDevice();
        auto hostRD = torch::empty({rows, width});
        std::copy(values.begin(), values.end(), hostRD.data_ptr<float>());
        impl_->rowsRD = hostRD.to(torch::Device(device), dtypeOf(precision));
    } catch (...) {
        rethrowDeviceFailure("keep rows");
    }
}

ResidentRows ResidentRows::random(std::int64_t rows, int width, const std::string& device, Precision precision,
                                  std::uint64_t seed) {
    try {
        probeDevice();
        torch::manual_seed(seed);
        auto made = std::make_unique<Impl>();
        made->rowsRD = torch::empty({rows, width}, torch::dtype(dtypeOf(precision)).device(torch::Device(device)));
        made->rowsRD.normal_();
        return ResidentRows(std::move(made));
    } catch (...) {
        rethrowDeviceFailure("draw rows");
    }
}

std::vector<std::vector<ResidentRows::Found>> ResidentRows::best(std::span<const float> queries, int k) const {
    if (k < 1 || queries.size() % static_cast<std::size_t>(width()) != 0)
        throw Error(ErrorKind::invalidInput, fmt::format("search rows: {} numbers are no queries of width {}, or k {} "
                                                         "is below 1",
                                                         queries.size(), width(), k));
    const auto count = std::ssize(queries) / width();
    std::vector<std::vector<Found>> found(static_cast<std::size_t>(count));
    if (count == 0 || rowCount() == 0) return found;
    try {
        probeDevice();
        const torch::NoGradGuard noGradients;
        const auto& rowsRD = impl_->rowsRD;
        auto hostQD = torch::empty({count, width()});
        std::copy(queries.begin(), queries.end(), hostQD.data_ptr<float>());
        const auto queriesQD = hostQD.to(rowsRD.device(), rowsRD.scalar_type());
        const auto aBlock = std::max<std::int64_t>(std::max(k, 1024),
                                                   scoresOfABlock(rowsRD.device()) / std::max<std::int64_t>(1, count));
        std::vector<torch::Tensor> scores, places; // the best of each block
        for (std::int64_t from = 0; from < rowCount(); from += aBlock) {
            const auto rows = std::min(aBlock, rowCount() - from);
            const auto scoresQB = torch::matmul(queriesQD, rowsRD.narrow(0, from, rows).t());
            auto [bestQK, placeQK] = scoresQB.topk(std::min<std::int64_t>(k, rows));
            scores.push_back(bestQK);
            places.push_back(placeQK + from);
        }
        auto scoresQK = scores.front(), placesQK = places.front();
        if (scores.size() > 1) {
            const auto allQK = torch::cat(scores, /*dim=*/1), allPlacesQK = torch::cat(places, /*dim=*/1);
            const auto [bestQK, atQK] = allQK.topk(std::min<std::int64_t>(k, allQK.size(1)));
            scoresQK = bestQK;
            placesQK = allPlacesQK.gather(1, atQK);
        }
        scoresQK = scoresQK.to(torch::kCPU, torch::kFloat).contiguous();
        placesQK = placesQK.to(torch::kCPU).contiguous();
        const auto each = scoresQK.size(1);
        const float* score = scoresQK.data_ptr<float>();
        const std::int64_t* place = placesQK.data_ptr<std::int64_t>();
        for (auto& list : found)
            for (std::int64_t i = 0; i < each; ++i) list.push_back({*place++, *score++});
    } catch (...) {
        rethrowDeviceFailure("search rows");
    }
    return found;
}

std::int64_t ResidentRows::rowCount() const { return impl_->rowsRD.size(0); }
int ResidentRows::width() const { return static_cast<int>(impl_->rowsRD.size(1)); }
std::int64_t ResidentRows::bytes() const { return static_cast<std::int64_t>(impl_->rowsRD.nbytes()); }

} // namespace core
