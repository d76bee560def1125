#include "core/training/train_bpr.h"
#include "core/base/error.h"
#include "core/dataset/split.h"
#include "core/evaluation/rank_examples.h"
#include "core/training/batches.h"
#include "core/training/id_model_writer.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {
/// Sum of twelve uniform draws: near enough to normal for starting values, the same on every machine.
float nearlyNormal(std::mt19937_64& random) {
    double sum = -6;
    for (int draw = 0; draw < 12; ++draw) sum += static_cast<double>(random() >> 11) * 0x1p-53;
    return static_cast<float>(sum);
}

struct Purchase {
    std::int32_t user, item;
};

class BprRun {
public:
    BprRun(const Dataset& dataset, const BprTraining& chosen)
        : dataset_(dataset), chosen_(chosen), random_(chosen.seed) {
        const HeldOut split(dataset.histories);
        const auto users = static_cast<std::int32_t>(dataset.histories.userCount());
        for (std::int32_t user = 0; user < users; ++user) {
            auto& items = boughtByUser_.emplace_back();
            for (const auto& event : split.training({user})) items.push_back(event.item.value);
            std::sort(items.begin(), items.end());
            items.erase(std::unique(items.begin(), items.end()), items.end());
            if (items.size() < dataset.itemCount()) // else there is nothing that the user did not buy
                for (const auto item : items) purchases_.push_back({user, item});
        }
        validation_ = evenlySpread(split.examples(Split::validation), static_cast<std::size_t>(chosen.validationUsers));
        if (validation_.empty() || purchases_.empty())
            throw Error(ErrorKind::invalidInput,
                        "train: no shopper has three events, so there is nothing to learn from and to check on");
        excludesHistory_ = !repeatsOccur(split, dataset.histories);
        factors_.settings = chosen.sizes;
        factors_.biasV.assign(dataset.itemCount(), 0.0F);
        const auto width = static_cast<std::size_t>(chosen.sizes.width);
        const auto fill = [&](std::vector<float>& values, std::size_t rows) {
            values.resize(rows * width);
            for (auto& value : values) value = 0.1F * nearlyNormal(random_);
        };
        fill(factors_.itemsVD, dataset.itemCount());
        fill(usersUD_, boughtByUser_.size());
    }

    TrainResult run(const std::filesystem::path& folder, const std::function<void(const TrainPoint&)>& onPoint,
                    const JobContext& context) {
        using Clock = std::chrono::steady_clock;
        const auto start = Clock::now();
        const auto seconds = [&start] { return std::chrono::duration<double>(Clock::now() - start).count(); };
        TrainResult result;
        MatrixFactors best;
        int bestEpoch = 0, epoch = 0;
        std::map<std::string, double> bestMetrics;
        while (epoch < chosen_.epochs && !result.stoppedEarly) {
            const double before = seconds();
            TrainPoint point{.epoch = ++epoch,
                             .epochs = chosen_.epochs,
                             .loss = {},
                             .validationNdcg10 = {},
                             .eventsPerSecond = 0,
                             .secondsLeft = 0};
            point.loss = trainEpoch(epoch, context);
            point.eventsPerSecond = static_cast<double>(purchases_.size()) / std::max(1e-9, seconds() - before);
            if (epoch % chosen_.epochsAMeasurement == 0 || epoch == chosen_.epochs) {
                auto metrics = validate(context.stop);
                point.validationNdcg10 = metrics.at("ndcg@10");
                if (bestEpoch == 0 || *point.validationNdcg10 > bestMetrics.at("ndcg@10")) {
                    best = factors_;
                    bestEpoch = epoch;
                    bestMetrics = std::move(metrics);
                }
                result.stoppedEarly =
                    epoch < chosen_.epochs && epoch - bestEpoch >= chosen_.patience * chosen_.epochsAMeasurement;
            }
            point.secondsLeft = seconds() / epoch * (chosen_.epochs - epoch);
            result.curve.push_back(point);
            onPoint(point);
        }
        result.seconds = seconds();
        writeIdModelFolder(folder,
                           {.name = chosen_.name,
                            .recommender = "bpr-mf",
                            .modality = "none",
                            .settings = nlohmann::json(chosen_.sizes).dump(),
                            .recipe = nlohmann::json{{"epochs", chosen_.epochs},
                                                     {"patience", chosen_.patience},
                                                     {"epochs_a_measurement", chosen_.epochsAMeasurement},
                                                     {"validation_users", chosen_.validationUsers}}
                                          .dump(),
                            .weights = best.stored(),
                            .metrics = bestMetrics,
                            .seed = chosen_.seed,
                            .bestEpoch = bestEpoch,
                            .epochsRun = epoch,
                            .seconds = result.seconds,
                            .device = "cpu",
                            .command = chosen_.command,
                            .about =
                                "BPR-MF (arXiv 1205.2618) over product ids: matrix factors that rank what a shopper "
                                "bought above what the shopper did not, whatever the order. A history's vector is "
                                "fitted when it is asked about."},
                           dataset_);
        result.model = readIdModelFolder(folder).info;
        return result;
    }

private:
    /// Returns the mean loss.
    double trainEpoch(int epoch, const JobContext& context) {
        double loss = 0;
        const auto width = static_cast<std::size_t>(chosen_.sizes.width);
        for (std::size_t step = 0; step < purchases_.size(); ++step) {
            if (step % 8192 == 0) {
                throwIfStopped(context.stop, "train");
                context.progress({fmt::format("training, epoch {} of {}", epoch, chosen_.epochs),
                                  static_cast<std::int64_t>(step), std::ssize(purchases_), "events"});
            }
            const auto& purchase = purchases_[drawBelow(purchases_.size(), random_)];
            const auto& bought = boughtByUser_[static_cast<std::size_t>(purchase.user)];
            std::int32_t other = purchase.item;
            while (std::binary_search(bought.begin(), bought.end(), other))
                other = static_cast<std::int32_t>(drawBelow(dataset_.itemCount(), random_));
            const std::span<float> user(usersUD_.data() + static_cast<std::size_t>(purchase.user) * width, width);
            loss += std::log1p(std::exp(-static_cast<double>(factors_.preference(user, purchase.item, other))));
            bprStep(factors_, user, purchase.item, other);
        }
        if (!std::isfinite(loss))
            throw Error(ErrorKind::internal, "train: the loss is not finite; lower learning-rate");
        return loss / static_cast<double>(purchases_.size());
    }

    std::map<std::string, double> validate(const std::stop_token& stop) const {
        const auto width = dataset_.itemCount();
        std::vector<std::int64_t> rows;
        const auto score = [&](std::span<const Example> examples, std::span<float> scoresBV) {
            for (std::size_t b = 0; b < examples.size(); ++b) {
                rows.clear();
                for (const auto& event : examples[b].input) rows.push_back(event.item.value);
                factors_.score(factors_.foldIn(rows), scoresBV.subspan(b * width, width));
            }
        };
        return meanMetrics(rankExamples(validation_, static_cast<std::int64_t>(width), excludesHistory_, score,
                                        [&](std::int64_t) { throwIfStopped(stop, "train"); }),
                           static_cast<std::int64_t>(width));
    }

    const Dataset& dataset_;
    const BprTraining& chosen_;
    std::mt19937_64 random_;
    std::vector<std::vector<std::int32_t>> boughtByUser_; ///< sorted, distinct
    std::vector<Purchase> purchases_;
    std::vector<Example> validation_;
    bool excludesHistory_ = false;
    MatrixFactors factors_;
    std::vector<float> usersUD_;
};
} // namespace

void bprStep(MatrixFactors& factors, std::span<float> userD, std::int64_t i, std::int64_t j) {
    const auto rate = static_cast<float>(factors.settings.learningRate);
    const auto decay = static_cast<float>(factors.settings.regularization);
    const float doubt = 1.0F / (1.0F + std::exp(factors.preference(userD, i, j)));
    const auto better = factors.item(i), worse = factors.item(j);
    for (std::size_t d = 0; d < userD.size(); ++d) {
        const float user = userD[d], up = better[d], down = worse[d];
        userD[d] += rate * (doubt * (up - down) - decay * user);
        better[d] += rate * (doubt * user - decay * up);
        worse[d] += rate * (-doubt * user - decay * down);
    }
    float &biasI = factors.biasV[static_cast<std::size_t>(i)], &biasJ = factors.biasV[static_cast<std::size_t>(j)];
    biasI += rate * (doubt - decay * biasI);
    biasJ += rate * (-doubt - decay * biasJ);
}

TrainResult trainBpr(const Dataset& dataset, const BprTraining& chosen, const std::filesystem::path& modelFolder,
                     const std::function<void(const TrainPoint&)>& onPoint, const JobContext& context) {
    return BprRun(dataset, chosen).run(modelFolder, onPoint, context);
}

} // namespace core
