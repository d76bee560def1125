#include "core/base/error.h"
#include "core/recommenders/hashed_words.h"
#include "core/recommenders/sequence_inference.h"
#include "core/recommenders/sequence_model.h"
#include "core/training/adamw.h"
#include "core/training/losses.h"
#include "core/training/train_pixrec.h"
#include "tests/engine/sequence_toys.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <cmath>
#include <complex>
#include <numbers>
#include <set>

using core::ErrorKind;

namespace {

core::SequenceNetwork network(const std::string& recommender, std::int64_t items = 9) {
    torch::manual_seed(3);
    auto made = core::SequenceNetwork(test::smallSequence(recommender).sizes, items);
    const torch::NoGradGuard noGrad;
    for (auto& parameter : made->parameters()) parameter.add_(torch::randn_like(parameter) * 0.2);
    made->eval();
    return made;
}

torch::Tensor scoresOf(core::SequenceNetwork& of, const std::vector<std::vector<std::int64_t>>& histories) {
    const auto items = core::sequenceItems(of, {});
    return core::sequenceScores(of, items, histories).idBV;
}

double largestDifference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

std::vector<float> score(core::Recommender& model, const std::vector<int>& history) {
    std::vector<core::Event> events;
    for (const int item : history) events.push_back({{item}, 0});
    const core::HistoryView view{events, false};
    std::vector<float> scores(static_cast<std::size_t>(model.itemCount()));
    model.score({&view, 1}, scores, {});
    return scores;
}

} // namespace

TEST_CASE(bothLearnAnOrderThatCountsCannotKnow) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    for (const std::string recommender : {"sasrec", "bsarec"}) {
        const auto result = test::train(dataset, test::smallSequence(recommender, 20), folder / recommender);
        VERIFY2(result.model.metrics.at("recall@1") > 0.9,
                recommender + ": " + std::to_string(result.model.metrics.at("recall@1")));
        VERIFY(result.curve.back().loss.value() < 0.5 * result.curve.front().loss.value());
    }
}

TEST_CASE(theFutureChangesNoEarlierState) {
    for (const std::string recommender : {"sasrec", "bsarec"}) {
        auto made = network(recommender);
        const torch::NoGradGuard noGrad;
        auto historyBTD = torch::randn({1, 6, 16});
        const auto before = made->tower->forward(historyBTD);
        historyBTD.narrow(1, 4, 2).normal_();
        const auto after = made->tower->forward(historyBTD);
        COMPARE_NEAR(largestDifference(before.narrow(1, 0, 4), after.narrow(1, 0, 4)), 0, 1e-6);
        VERIFY(largestDifference(before.narrow(1, 4, 2), after.narrow(1, 4, 2)) > 1e-3);
    }
}

TEST_CASE(statesThatAreWantedAloneAreThoseOfAll) {
    for (const std::string recommender : {"sasrec", "bsarec"}) {
        auto made = network(recommender);
        const torch::NoGradGuard noGrad;
        const auto historyBTD = torch::randn({3, 5, 16});
        const auto wantedN = torch::tensor({0, 4, 7, 13}, torch::kInt64);
        const auto all = made->tower->forward(historyBTD).flatten(0, 1);
        const auto some = made->tower->forward(historyBTD, wantedN);
        COMPARE(some.size(0), std::int64_t(4));
        COMPARE_NEAR(largestDifference(some, all.index_select(0, wantedN)), 0, 1e-6);
    }
}

TEST_CASE(historiesThatShareABatchAreScoredAsAlone) {
    for (const std::string recommender : {"sasrec", "bsarec"}) {
        auto made = network(recommender);
        const std::vector<std::vector<std::int64_t>> histories{{1, 2, 3, 4, 5, 6, 7}, {3}, {8, 0, 8}};
        const auto together = scoresOf(made, histories);
        for (std::int64_t row = 0; row < 3; ++row)
            COMPARE_NEAR(
                largestDifference(together[row], scoresOf(made, {histories[static_cast<std::size_t>(row)]})[0]), 0,
                1e-5);
    }
}

TEST_CASE(theFilterIsADiscreteFourierTransformOfTheWindow) {
    // By hand: a window of 8, the history at its end, zeros before; transform, drop frequencies from the third on,
    // transform back, look at the last place.
    constexpr int window = 8, low = 3;
    for (const int length : {1, 3, 8}) {
        std::vector<double> signal(window, 0.0);
        for (int t = 0; t < length; ++t)
            signal[static_cast<std::size_t>(window - length + t)] = std::sin(3.0 * t + 1) + t;
        std::vector<std::complex<double>> spectrum(window);
        for (int k = 0; k < window; ++k)
            for (int t = 0; t < window; ++t)
                spectrum[static_cast<std::size_t>(k)] +=
                    signal[static_cast<std::size_t>(t)] * std::polar(1.0, -2 * std::numbers::pi * k * t / window);
        std::complex<double> last = 0;
        for (int k = 0; k < window; ++k)
            if (std::min(k, window - k) < low)
                last += spectrum[static_cast<std::size_t>(k)] *
                        std::polar(1.0, 2 * std::numbers::pi * k * (window - 1) / window) / double{window};
        const auto filter = core::lowPassTT(window, low, length);
        double filtered = 0;
        for (int t = 0; t < length; ++t)
            filtered += filter[length - 1][t].item<double>() * signal[static_cast<std::size_t>(window - length + t)];
        COMPARE_NEAR(filtered, last.real(), 1e-5);
    }
    // All frequencies together leave the signal as it is; the future has no weight.
    COMPARE_NEAR(largestDifference(core::lowPassTT(window, window, 5), torch::eye(5)), 0, 1e-6);
    COMPARE_NEAR(core::lowPassTT(window, low, 5).triu(1).abs().max().item<double>(), 0, 0);
}

TEST_CASE(theBlockwiseLossIsCrossEntropyWithItsGradients) {
    torch::manual_seed(1);
    const auto offsets = torch::randn({30'000});
    const auto targets = torch::randint(30'000, {40}, torch::kInt64);
    const auto make = [](std::int64_t rows) { return torch::randn({rows, 8}); };
    const auto states = make(40), candidates = make(30'000); // more than one block
    const auto run = [&](auto loss) {
        auto statesLeaf = states.clone().requires_grad_(), candidatesLeaf = candidates.clone().requires_grad_();
        const torch::Tensor value = 3 * loss(statesLeaf, candidatesLeaf);
        value.backward();
        return std::vector<torch::Tensor>{value.detach(), statesLeaf.grad(), candidatesLeaf.grad()};
    };
    const auto fast =
        run([&](const auto& s, const auto& c) { return core::catalogSoftmaxLoss(s, c, offsets, targets); });
    const auto plain = run([&](const auto& s, const auto& c) {
        return torch::nn::functional::cross_entropy(torch::matmul(s, c.t()) + offsets, targets);
    });
    for (std::size_t i = 0; i < 3; ++i) COMPARE_NEAR(largestDifference(fast[i], plain[i]), 0, 2e-5);
}

TEST_CASE(aStepForSomeRowsIsTheStepForAllWhereOthersHaveNoGradient) {
    struct Table : torch::nn::Module {
        Table() { rows = register_parameter("rows", torch::arange(12.0).view({4, 3})); }
        torch::Tensor rows;
    };
    Table all, some;
    core::AdamW allAdam(all, 0), someAdam(some, 0);
    const auto gradient = torch::randn({2, 3});
    for (int step = 0; step < 3; ++step) {
        all.rows.mutable_grad() = torch::zeros({4, 3});
        all.rows.mutable_grad()[1] = gradient[0];
        all.rows.mutable_grad()[3] = gradient[1];
        allAdam.step(0.1);
        someAdam.step(0.1);
        someAdam.stepRows("rows", torch::tensor({1, 3}, torch::kInt64), gradient, 0.1);
    }
    COMPARE_NEAR(largestDifference(all.rows, some.rows), 0, 1e-6);
}

TEST_CASE(sampledProductsTeachTheOrderToo) {
    const test::TemporaryFolder folder;
    auto training = test::smallSequence("sasrec", 20);
    training.recipe.fullSoftmax = 0;
    training.recipe.negatives = 4;
    const auto result = test::train(test::ring(), training, folder / "sampled");
    VERIFY2(result.model.metrics.at("recall@1") > 0.8, std::to_string(result.model.metrics.at("recall@1")));
}

TEST_CASE(aLoadedModelGivesTheScoresItWasValidatedWith) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    const auto result = test::train(dataset, test::smallSequence("bsarec", 8), folder / "model");
    COMPARE(result.model.recommender, "bsarec");
    const auto model = core::SequenceModel::load(folder / "model", dataset, "cpu");
    COMPARE(model->info().hash, result.model.hash);
    // Each history of the validation split, alone, must come to the recall that the training measured.
    const core::HeldOut split(dataset.histories);
    double hits = 0;
    const auto examples = split.examples(core::Split::validation);
    for (const auto& example : examples) {
        std::vector<int> history;
        for (const auto& event : example.input) history.push_back(event.item.value);
        auto scores = score(*model, history);
        for (const int item : history) scores[static_cast<std::size_t>(item)] = -1e9F; // a ring repeats nothing
        hits += std::max_element(scores.begin(), scores.end()) - scores.begin() == example.target.item.value ? 1 : 0;
    }
    COMPARE_NEAR(hits / static_cast<double>(examples.size()), result.model.metrics.at("recall@1"), 1e-6);
    VERIFY(score(*model, {4, 5, 6}) == score(*core::SequenceModel::load(folder / "model", dataset, "cpu"), {4, 5, 6}));
}

TEST_CASE(aCatalogThatGrewKeepsItsModel) {
    const test::TemporaryFolder folder;
    auto dataset = test::ring();
    test::train(dataset, test::smallSequence("sasrec", 3), folder / "model");
    const auto before = score(*core::SequenceModel::load(folder / "model", dataset, "cpu"), {4, 5, 6});
    dataset.items.insert(dataset.items.begin(), dataset.items.back()); // everything moves by one place
    dataset.items.front().id = "new";
    const auto model = core::SequenceModel::load(folder / "model", dataset, "cpu");
    COMPARE(model->unknownItems(), 1);
    const auto after = score(*model, {5, 0, 6, 7}); // the same history, and the new product in it
    VERIFY(std::vector<float>(after.begin() + 1, after.end()) == before);
    VERIFY(after[0] < *std::min_element(before.begin(), before.end()));
    VERIFY(score(*model, {}) == score(*model, {0})); // nothing known: popularity
}

TEST_CASE(aTextTowerAddsWhatIdsCannotKnow) {
    // Two products of equal words stand everywhere for each other; one of them is never in training.
    const test::TemporaryFolder folder;
    auto dataset = test::ring();
    dataset.items.push_back(dataset.items[5]);
    dataset.items.back().id = "twin of 5";
    auto training = test::smallSequence("sasrec", 20);
    training.sizes.readsText = true;
    const auto result = test::train(dataset, training, folder / "text");
    COMPARE(result.model.modality, "text");
    const auto model = core::SequenceModel::load(folder / "text", dataset, "cpu");
    VERIFY(model->info().capabilities.readsText);
    const auto words = core::hashedWords(dataset.items, 64, 4);
    VERIFY(std::equal(words.begin() + 5 * 4, words.begin() + 6 * 4, words.end() - 4));
    VERIFY(words[0] >= 0 && words[0] < 64);
}

TEST_CASE(aResumedSequenceTrainingEndsBitForBitAsIfItHadNeverStopped) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    auto training = test::smallSequence("bsarec", 5);
    training.recipe.fullSoftmax = 0; // rows that are not touched carry their moments, too
    training.recipe.negatives = 3;
    const auto whole = test::train(dataset, training, folder / "whole");
    std::stop_source stop;
    int seen = 0;
    THROWS_ERROR(test::train(dataset, training, folder / "resumed", stop.get_token(),
                             [&](const core::TrainPoint&) {
                                 if (++seen == 2) stop.request_stop();
                             }),
                 ErrorKind::cancelled);
    training.resume = true;
    const auto resumed = test::train(dataset, training, folder / "resumed");
    COMPARE(resumed.curve.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) COMPARE(resumed.curve[i].loss.value(), whole.curve[i].loss.value());
    VERIFY(test::read(folder / "whole" / "model.safetensors") == test::read(folder / "resumed" / "model.safetensors"));
    VERIFY(!std::filesystem::exists(core::trainingFolder(folder / "resumed")));
}

TEST_CASE(plantedHeldOutEventsReachNoParameterOfASequenceModel) {
    const test::TemporaryFolder folder;
    auto dataset = test::ring();
    const auto before = test::train(dataset, test::smallSequence("sasrec", 1), folder / "before");
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user) {
        const auto end = static_cast<std::size_t>(dataset.histories.begin[static_cast<std::size_t>(user) + 1]);
        dataset.histories.events[end - 1].item = dataset.histories.events[end - 2].item = {3};
    }
    const auto after = test::train(dataset, test::smallSequence("sasrec", 1), folder / "after");
    COMPARE(before.model.hash, after.model.hash);
    VERIFY(*before.curve[0].validationNdcg10 != *after.curve[0].validationNdcg10); // they are what it is measured on
}

TEST_CASE(damagedModelFoldersAreNamed) {
    const test::TemporaryFolder folder;
    const auto dataset = test::ring();
    test::train(dataset, test::smallSequence("sasrec", 1), folder / "model");
    const auto load = [&] { return core::SequenceModel::load(folder / "model", dataset, "cpu"); };
    const auto items = test::read(folder / "model" / "items.json");
    test::write(folder / "model" / "items.json", R"(["i0"])");
    THROWS_ERROR(load(), ErrorKind::corrupt);
    test::write(folder / "model" / "items.json", items);
    VERIFY(load() != nullptr);
    std::filesystem::remove(folder / "model" / "model.safetensors");
    THROWS_ERROR(load(), ErrorKind::notFound);
    THROWS_ERROR(test::train(test::datasetOfIds(3, {{0, 1}}), test::smallSequence("sasrec", 1), folder / "none"),
                 ErrorKind::invalidInput);
}
