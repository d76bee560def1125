#include "core/base/error.h"
#include "core/dataset/split.h"
#include "core/recommenders/baselines.h"
#include "core/recommenders/matrix_factors.h"
#include "core/recommenders/mix.h"
#include "core/training/train_bpr.h"
#include "core/training/train_mix.h"
#include "core/training/trainers.h"
#include "tests/engine/sequence_toys.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

using core::ErrorKind;

namespace {

/// Two kinds of shoppers who buy from two shelves, in any order.
core::Dataset shelves() {
    std::mt19937_64 random(5);
    std::vector<std::vector<int>> histories;
    for (int shopper = 0; shopper < 80; ++shopper) {
        std::vector<int> shelf(10);
        std::iota(shelf.begin(), shelf.end(), shopper % 2 * 10);
        for (std::size_t left = shelf.size(); left > 1; --left) std::swap(shelf[left - 1], shelf[random() % left]);
        shelf.resize(7);
        histories.push_back(shelf);
    }
    return test::datasetOfIds(20, histories);
}

core::TrainResult train(const core::Dataset& dataset, const core::BprTraining& training,
                        const std::filesystem::path& folder) {
    return core::trainBpr(dataset, training, folder, [](const core::TrainPoint&) {}, {});
}

std::vector<float> score(core::Recommender& model, const std::vector<int>& history) {
    std::vector<core::Event> events;
    for (const int item : history) events.push_back({{item}, 0});
    const core::HistoryView view{events, false};
    std::vector<float> scores(static_cast<std::size_t>(model.itemCount()));
    model.score({&view, 1}, scores, {});
    return scores;
}

/// Scores what `next` says best, whoever asks.
class Fixed final : public core::Recommender {
public:
    Fixed(std::string name, std::int64_t items, std::function<float(const core::HistoryView&, std::int64_t)> of)
        : items_(items), of_(std::move(of)) {
        info_.name = info_.hash = std::move(name);
        info_.recommender = "sasrec";
    }
    core::ModelInfo info() const override { return info_; }
    std::int64_t itemCount() const override { return items_; }
    void score(std::span<const core::HistoryView> histories, std::span<float> scoresBV, std::stop_token) override {
        for (std::size_t b = 0; b < histories.size(); ++b)
            for (std::int64_t item = 0; item < items_; ++item)
                scoresBV[b * static_cast<std::size_t>(items_) + static_cast<std::size_t>(item)] =
                    of_(histories[b], item);
    }
    const core::VectorTable& itemVectors(core::SimilarSpace) override {
        throw core::Error(ErrorKind::unavailable, "none");
    }

private:
    core::ModelInfo info_;
    std::int64_t items_;
    std::function<float(const core::HistoryView&, std::int64_t)> of_;
};

std::unique_ptr<Fixed> knowsTheRing(std::int64_t items) {
    return std::make_unique<Fixed>("right", items, [items](const core::HistoryView& history, std::int64_t item) {
        return (history.events.back().item.value + 1) % items == item ? 1000.0F : 0.0F;
    });
}
std::unique_ptr<Fixed> knowsNothing(std::int64_t items) {
    return std::make_unique<Fixed>("wrong", items, [](const core::HistoryView&, std::int64_t item) {
        return static_cast<float>(item * 7919 % 31);
    });
}

} // namespace

TEST_CASE(aBprStepRaisesWhatWasBoughtAboveWhatWasNot) {
    core::MatrixFactors factors;
    factors.settings = {.width = 2, .learningRate = 0.1, .regularization = 0, .foldInPasses = 1};
    factors.itemsVD = {1, 0, 0, 1, 5, 5};
    factors.biasV = {0, 0, 0};
    std::vector<float> user{0.5F, 0.5F};
    COMPARE_NEAR(factors.preference(user, 0, 1), 0, 1e-6);
    core::bprStep(factors, user, 0, 1);
    // sigma(0) = 1/2: p += .05 (q_0 - q_1); q_0 += .05 p; q_1 -= .05 p; b_0 += .05; b_1 -= .05.
    COMPARE_NEAR(user[0], 0.55, 1e-6);
    COMPARE_NEAR(user[1], 0.45, 1e-6);
    COMPARE_NEAR(factors.item(0)[0], 1.025, 1e-6);
    COMPARE_NEAR(factors.item(1)[1], 0.975, 1e-6);
    COMPARE_NEAR(factors.biasV[0], 0.05, 1e-6);
    COMPARE_NEAR(factors.biasV[1], -0.05, 1e-6);
    VERIFY(factors.preference(user, 0, 1) > 0);
    COMPARE_NEAR(factors.item(2)[0], 5, 0);
}

TEST_CASE(bprLearnsWhatGoesTogetherAndSaysSoOfNewHistories) {
    const test::TemporaryFolder folder;
    const auto dataset = shelves();
    core::BprTraining training;
    training.epochs = 60;
    training.sizes.width = 8;
    const auto result = train(dataset, training, folder / "bpr");
    const auto model = core::MatrixFactorModel::load(folder / "bpr", dataset);
    for (const int first : {0, 10}) {
        const auto scores = score(*model, {first + 1, first + 4, first + 7}); // nobody of the training
        const double own = std::accumulate(scores.begin() + first, scores.begin() + first + 10, 0.0);
        const double other = std::accumulate(scores.begin() + 10 - first, scores.begin() + 20 - first, 0.0);
        VERIFY(own > other);
    }
    VERIFY(result.model.metrics.at("recall@10") > 0.9); // seven of the ten are left; chance over both shelves is 0.6
    VERIFY(score(*model, {1, 4, 7}) == score(*model, {7, 1, 4}));
}

TEST_CASE(plantedHeldOutEventsReachNoFactor) {
    const test::TemporaryFolder folder;
    auto dataset = shelves();
    core::BprTraining training;
    training.epochs = 1;
    const auto before = train(dataset, training, folder / "before");
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user) {
        const auto end = static_cast<std::size_t>(dataset.histories.begin[static_cast<std::size_t>(user) + 1]);
        dataset.histories.events[end - 1].item = dataset.histories.events[end - 2].item = {3};
    }
    COMPARE(train(dataset, training, folder / "after").model.hash, before.model.hash);
}

TEST_CASE(aMixChoosesTheBetterPart) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    const auto items = static_cast<std::int64_t>(dataset.itemCount());
    std::vector<std::unique_ptr<core::Recommender>> parts;
    parts.push_back(knowsNothing(items));
    parts.push_back(knowsTheRing(items));
    const auto result =
        core::trainMix(dataset, {}, std::move(parts), folder / "mix", [](const core::TrainPoint&) {}, {});
    COMPARE_NEAR(result.model.metrics.at("recall@1"), 1.0, 1e-9);
    auto read = core::readMixFolder(folder / "mix");
    COMPARE(read.settings.parts[1].name, "right");
    VERIFY(read.settings.parts[1].weight > read.settings.parts[0].weight);
    COMPARE_NEAR(read.settings.parts[0].weight + read.settings.parts[1].weight, 1.0, 1e-9);

    std::vector<std::unique_ptr<core::Recommender>> again;
    again.push_back(knowsNothing(items));
    again.push_back(knowsTheRing(items));
    core::Mix mix(read, std::move(again));
    const auto scores = score(mix, {3, 4});
    COMPARE(std::max_element(scores.begin(), scores.end()) - scores.begin(), 5);

    std::vector<std::unique_ptr<core::Recommender>> swapped; // weights of other models mean nothing
    swapped.push_back(knowsTheRing(items));
    swapped.push_back(knowsNothing(items));
    THROWS_ERROR(core::Mix(read, std::move(swapped)), ErrorKind::invalidInput);
}

TEST_CASE(aMixIsBetterThanItsPartsWhereEachKnowsHalf) {
    // One part is right for even products and the other for odd ones; elsewhere they have no opinion.
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    const auto items = static_cast<std::int64_t>(dataset.itemCount());
    const auto half = [items](const std::string& name, int parity) {
        return std::make_unique<Fixed>(name, items,
                                       [items, parity](const core::HistoryView& history, std::int64_t item) {
                                           const auto last = history.events.back().item.value;
                                           return last % 2 == parity && (last + 1) % items == item ? 1.0F : 0.0F;
                                       });
    };
    std::vector<std::unique_ptr<core::Recommender>> parts;
    parts.push_back(half("even", 0));
    parts.push_back(half("odd", 1));
    const auto result =
        core::trainMix(dataset, {}, std::move(parts), folder / "mix", [](const core::TrainPoint&) {}, {});
    COMPARE_NEAR(result.model.metrics.at("recall@1"), 1.0, 1e-9);
}

TEST_CASE(plantedHeldOutEventsReachNoPartOfAMix) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    const core::HeldOut split(dataset.histories);
    const auto mixOf = [&](const core::Dataset& of, const std::string& name) {
        std::size_t checked = 0;
        const auto isShown = [&](const core::HistoryView& history) { // the training events of some shopper, no more
            const auto isOf = [&](const core::Example& example) {
                const auto training = split.training(example.user);
                return std::equal(training.begin(), training.end(), history.events.begin(), history.events.end(),
                                  [](const auto& a, const auto& b) { return a.item == b.item; });
            };
            const auto examples = split.examples(core::Split::validation);
            VERIFY(std::any_of(examples.begin(), examples.end(), isOf));
            ++checked;
        };
        const auto watched = [&](const std::string& part, int step) {
            return std::make_unique<Fixed>(part, static_cast<std::int64_t>(of.itemCount()),
                                           [&isShown, step](const core::HistoryView& history, std::int64_t item) {
                                               if (item == 0) isShown(history);
                                               return item == history.events.back().item.value + step ? 1.0F : 0.0F;
                                           });
        };
        std::vector<std::unique_ptr<core::Recommender>> parts;
        parts.push_back(watched("one", 1));
        parts.push_back(watched("two", 2));
        core::MixTraining chosen;
        chosen.validationUsers = 10;
        core::trainMix(of, chosen, std::move(parts), folder / name, [](const core::TrainPoint&) {}, {});
        VERIFY(checked > 0);
        return core::readMixFolder(folder / name).settings;
    };
    auto planted = dataset; // test events alone: those of validation choose the weights, which is what they are for
    for (std::size_t user = 1; user < planted.histories.begin.size(); ++user)
        planted.histories.events[static_cast<std::size_t>(planted.histories.begin[user]) - 1].item = {3};
    COMPARE(core::mixHash(mixOf(planted, "planted")), core::mixHash(mixOf(dataset, "mix")));
}

TEST_CASE(ofScoresAndRanksAMixTakesWhatValidationPrefers) {
    // Each part is right after half of the products, by a narrow margin, and after the others it shouts a wrong one and
    // has the right one second: no weights of standardised scores get over both shouts, those of ranks do.
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    const auto items = static_cast<std::int64_t>(dataset.itemCount());
    const auto shouting = [items](const std::string& name, int parity) {
        return std::make_unique<Fixed>(name, items, [items, parity](const auto& history, std::int64_t item) {
            const auto last = history.events.back().item.value;
            const auto behind = (item - last - 1 + items) % items; // the right one: 0
            if (last % 2 == parity) return static_cast<float>(items - behind);
            return behind == 4 ? 1000.0F : behind == 0 ? 1.0F : 0.0F;
        });
    };
    const auto partsOf = [&] {
        std::vector<std::unique_ptr<core::Recommender>> parts;
        parts.push_back(shouting("even", 0));
        parts.push_back(shouting("odd", 1));
        return parts;
    };
    const auto trained = [&](const std::string& name, std::vector<core::Fusion> fusions) {
        core::MixTraining chosen;
        chosen.fusions = std::move(fusions);
        const auto result =
            core::trainMix(dataset, chosen, partsOf(), folder / name, [](const core::TrainPoint&) {}, {});
        return result.model.metrics.at("ndcg@10");
    };
    const double scores = trained("scores", {core::Fusion::scores}), ranks = trained("ranks", {core::Fusion::ranks});
    VERIFY(ranks > scores + 0.1);
    COMPARE(trained("best", {core::Fusion::scores, core::Fusion::ranks}), ranks);
    VERIFY(core::readMixFolder(folder / "best").settings.fusion == core::Fusion::ranks);

    auto read = core::readMixFolder(folder / "ranks");
    const auto first = static_cast<float>(read.settings.parts[0].weight);
    const auto second = static_cast<float>(read.settings.parts[1].weight);
    core::Mix mix(read, partsOf());
    const auto afterFour = score(mix, {4}); // "even": 5, 6, 7, 8, 9; "odd": 9, 5
    COMPARE_NEAR(afterFour[5], first + second / 2, 1e-6);
    COMPARE_NEAR(afterFour[9], first / 5 + second, 1e-6);
}

TEST_CASE(reciprocalRanksGiveEqualScoresTheirBestRank) {
    std::vector<float> scores{3, 1, 3, 7};
    core::reciprocalRanks(scores);
    VERIFY(scores == (std::vector<float>{1 / 2.0F, 1 / 4.0F, 1 / 2.0F, 1}));
    std::vector<float> many(3000);
    std::iota(many.begin(), many.end(), 0.0F);
    core::reciprocalRanks(many);
    COMPARE(many[2999], 1.0F);
    COMPARE(many[2000], 1 / 1000.0F);
    COMPARE(many[0], many[1999]);
}

TEST_CASE(mixesFromBeforeThereWereRanksKeepTheirHashes) {
    const nlohmann::json json = nlohmann::json::parse(
        R"({"parts": [{"name": "a", "hash": "1", "weight": 0.25}, {"name": "b", "hash": "2", "weight": 0.75}]})");
    const auto settings = json.get<core::MixSettings>();
    VERIFY(settings.fusion == core::Fusion::scores);
    COMPARE(nlohmann::json(settings), json);
    auto unknown = json;
    unknown["fusion"] = "vote";
    THROWS_ERROR(unknown.get<core::MixSettings>(), ErrorKind::corrupt);
}

TEST_CASE(standardisedScoresKeepTheirOrderAndTheirTies) {
    std::vector<float> scores{3, 1, 3, 7}, flat(5, 2.5F);
    core::standardize(scores);
    VERIFY(scores[0] == scores[2] && scores[1] < scores[0] && scores[0] < scores[3]);
    COMPARE_NEAR(std::accumulate(scores.begin(), scores.end(), 0.0), 0, 1e-5);
    core::standardize(flat);
    for (const float value : flat) COMPARE(value, 0.0F);
    COMPARE(core::weightGrid(3, 4).size(), 15U);
    for (const auto& weights : core::weightGrid(3, 4))
        COMPARE_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-9);
}

TEST_CASE(aTrainingThatMakesNoSenseIsRefusedWithWhatWould) {
    core::TrainRequest request;
    request.name = "mine";
    const auto refused = [&](const std::string& mentions) {
        try {
            core::trainerFor(request);
        } catch (const core::Error& error) {
            VERIFY(error.kind() == ErrorKind::invalidInput);
            VERIFY2(std::string(error.what()).find(mentions) != std::string::npos, error.what());
            return;
        }
        VERIFY2(false, "not refused: " + mentions);
    };
    request.recommender = "oracle";
    refused("bpr-mf or mix");
    request.recommender = "popularity";
    refused("bpr-mf or mix");
    request.recommender = "sasrec";
    request.modality = "image";
    refused("none, text");
    request.modality = "none";
    COMPARE(core::trainerFor(request).recommender, "sasrec");
    request.parts = {"a", "b"};
    refused("not made of other models");
    request.recommender = "mix";
    COMPARE(core::trainerFor(request).recommender, "mix");
    request.parts = {"a"};
    refused("two other models");
    request.parts = {"a", "a"};
    refused("twice");
}

TEST_CASE(settingsOfARecommenderAreReadByName) {
    const test::TemporaryFolder folder;
    const auto dataset = shelves();
    core::TrainRequest request;
    request.name = "mine";
    request.recommender = "bpr-mf";
    request.modality = "none";
    request.epochs = 5;
    const auto run = [&] {
        const std::function<void(const core::TrainPoint&)> ignore = [](const core::TrainPoint&) {};
        const core::JobContext context;
        return core::trainerFor(request).train({request, folder / "model", dataset, {}, {}, ignore, context});
    };
    request.options = {{"width", "3"}};
    run();
    VERIFY(test::read(folder / "model" / "model.json").find("\"width\": 3") != std::string::npos);
    request.options = {{"breadth", "3"}};
    THROWS_ERROR(run(), ErrorKind::invalidInput);
    request.options = {{"width", "three"}};
    THROWS_ERROR(run(), ErrorKind::invalidInput);
}
