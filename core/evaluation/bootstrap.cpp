#include "core/evaluation/bootstrap.h"
#include <algorithm>
#include <bit>
#include <cmath>

namespace core {

namespace {
constexpr std::size_t width = metricNames.size();
using Means = std::array<double, width>;

void check(std::span<const std::vector<MetricRow>> rowsOfModels, const BootstrapSettings& settings) {
    if (rowsOfModels.empty()) throw Error(ErrorKind::invalidInput, "bootstrap: there is no model");
    if (settings.resamples < 1) throw Error(ErrorKind::invalidInput, "bootstrap: at least one resample is needed");
    for (const auto& rows : rowsOfModels) {
        if (rows.size() != rowsOfModels.front().size())
            throw Error(ErrorKind::invalidInput, "bootstrap: the models were measured on different users");
        for (const auto& row : rows)
            if (!std::all_of(row.begin(), row.end(), [](float value) { return std::isfinite(value); }))
                throw Error(ErrorKind::invalidInput, "bootstrap: a metric is not a finite number");
    }
}

/// values[user * models + model]: the metrics of one user side by side, so that a draw touches few cache lines.
std::vector<MetricRow> interleave(std::span<const std::vector<MetricRow>> rowsOfModels) {
    const std::size_t models = rowsOfModels.size(), users = rowsOfModels.front().size();
    std::vector<MetricRow> values(models * users);
    for (std::size_t model = 0; model < models; ++model)
        for (std::size_t user = 0; user < users; ++user) values[user * models + model] = rowsOfModels[model][user];
    return values;
}

void addRows(std::span<Means> sums, const MetricRow* rows) {
    for (std::size_t model = 0; model < sums.size(); ++model)
        for (std::size_t metric = 0; metric < width; ++metric)
            sums[model][metric] += static_cast<double>(rows[model][metric]);
}

/// Linear interpolation between order statistics; `sorted` ascending, not empty.
double quantile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    if (sorted[below] == sorted[above]) return sorted[below]; // also where both are infinite
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval interval(double value, std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return {value, quantile(samples, 0.025), quantile(samples, 0.975)};
}

double ratioOf(double numerator, double denominator) {
    return denominator > 0 ? numerator / denominator : std::numeric_limits<double>::infinity();
}

bool isFinite(const Interval& interval) {
    return std::isfinite(interval.value) && std::isfinite(interval.low) && std::isfinite(interval.high);
}
} // namespace

PortableRandom::PortableRandom(std::uint64_t seed) {
    for (auto& word : state_) { // SplitMix64
        seed += 0x9e3779b97f4a7c15ULL;
        std::uint64_t mixed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
        word = mixed ^ (mixed >> 31);
    }
}

std::uint64_t PortableRandom::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

PairedIntervals pairedBootstrap(std::span<const std::vector<MetricRow>> rowsOfModels, const BootstrapSettings& settings,
                                std::stop_token stop) {
    check(rowsOfModels, settings);
    const std::size_t models = rowsOfModels.size(), users = rowsOfModels.front().size();
    const auto values = interleave(rowsOfModels);
    const double scale = users == 0 ? 0.0 : 1.0 / static_cast<double>(users);

    const auto scaled = [scale](std::vector<Means> sums) {
        for (auto& means : sums)
            for (auto& mean : means) mean *= scale;
        return sums;
    };
    std::vector<Means> total(models, Means{});
    for (std::size_t user = 0; user < users; ++user) addRows(total, &values[user * models]);
    const auto point = scaled(total);

    std::vector<std::vector<Means>> resampled;
    for (int resample = 0; resample < settings.resamples; ++resample) {
        // Seeded one by one, so that a resample does not depend on how many came before.
        PortableRandom random(settings.seed * 0x2545f4914f6cdd1dULL + static_cast<std::uint64_t>(resample));
        std::vector<Means> sums(models, Means{});
        for (std::size_t draw = 0; draw < users; ++draw) {
            if ((draw & 0xffff) == 0) throwIfStopped(stop, "bootstrap");
            addRows(sums, &values[random.below(static_cast<std::uint32_t>(users)) * models]);
        }
        resampled.push_back(scaled(std::move(sums)));
    }

    const auto over = [&resampled](auto&& statistic) {
        std::vector<double> samples;
        samples.reserve(resampled.size());
        for (const auto& means : resampled) samples.push_back(statistic(means));
        return samples;
    };
    PairedIntervals result;
    result.models.resize(models);
    result.differences.resize(models);
    result.ratios.resize(models);
    for (std::size_t metric = 0; metric < width; ++metric) {
        const std::string name(metricNames[metric]);
        for (std::size_t model = 0; model < models; ++model)
            result.models[model][name] =
                interval(point[model][metric], over([=](const auto& means) { return means[model][metric]; }));
        for (std::size_t model = 1; model < models; ++model) {
            result.differences[model][name] =
                interval(point[model][metric] - point[0][metric],
                         over([=](const auto& means) { return means[model][metric] - means[0][metric]; }));
            const auto ratio =
                interval(ratioOf(point[model][metric], point[0][metric]),
                         over([=](const auto& means) { return ratioOf(means[model][metric], means[0][metric]); }));
            if (isFinite(ratio)) result.ratios[model][name] = ratio;
        }
    }
    result.difference = result.differences.back();
    result.ratio = result.ratios.back();
    return result;
}

} // namespace core
