#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "core/recommenders/pixrec.h"
#include "core/recommenders/pixrec_inference.h"
#include "core/text/byte_pair_vocabulary.h"
#include "core/training/adamw.h"
#include "core/training/batches.h"
#include "core/training/losses.h"
#include "core/training/train_step.h"
#include "tests/engine/small_training.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <chrono>
#include <cmath>
#include <set>
#include <thread>

using core::ErrorKind;
using core::LeaveOneOut;
using core::TrainPoint;

namespace {

std::string weightsOf(const std::filesystem::path& folder) { return test::read(folder / "model.safetensors"); }

/// Trains until `epochs` points have come, then asks for a stop.
void trainAndStop(const core::Dataset& dataset, const core::TrainSettings& settings,
                  const std::filesystem::path& folder, int epochs) {
    std::stop_source stop;
    core::JobContext context;
    context.threads = 1;
    context.stop = stop.get_token();
    int seen = 0;
    const auto onPoint = [&](const TrainPoint&) {
        if (++seen == epochs) stop.request_stop();
    };
    THROWS_ERROR(core::trainPixRec(dataset, settings, folder, onPoint, context), ErrorKind::cancelled);
}

} // namespace

TEST_CASE(infoNceMasksDuplicates) {
    // Temperature 1/2 doubles the products. Rows 0 and 1 are the same item, so neither is the other's negative:
    //   row 0: 2 against 0            -> ln(1 + e^-2)   = 0.126928
    //   row 1: 1.2 against 1.6        -> ln(1 + e^0.4)  = 0.913015
    //   row 2: 2 against 0 and 0      -> ln(1 + 2 e^-2) = 0.239545
    const auto anchors = torch::tensor({1.0, 0.0, 0.6, 0.8, 0.0, 1.0}).view({3, 2});
    const auto candidates = torch::tensor({1.0, 0.0, 1.0, 0.0, 0.0, 1.0}).view({3, 2});
    const auto half = torch::tensor(0.5);
    COMPARE_NEAR(core::infoNce(anchors, candidates, torch::tensor({7, 7, 9}), half).item<double>(), 0.426496, 1e-5);
    // Told apart, they do count: row 0 gets one more equal candidate.
    VERIFY(core::infoNce(anchors, candidates, torch::tensor({7, 8, 9}), half).item<double>() > 0.5);
}

TEST_CASE(nextItemLossWeighsRowsAndLeavesOutExcludedOnes) {
    // Scores at temperature 1/2, the second row standing for two items (+ ln 2), row 0 excluded from the second
    // prediction:
    //   [2, ln 2, 1.2], target 0      -> 0.542324
    //   [-, 2 + ln 2, 1.6], target 2  -> 1.382198
    core::NextItem next;
    next.usersNP = torch::tensor({1.0, 0.0, 0.0, 1.0}).view({2, 2});
    next.itemsCP = torch::tensor({1.0, 0.0, 0.0, 1.0, 0.6, 0.8}).view({3, 2});
    next.targetN = torch::tensor({0, 2}, torch::kInt64);
    next.logWeightC = torch::tensor({0.0, std::log(2.0), 0.0});
    next.excludedRowK = torch::tensor({1}, torch::kInt64);
    next.excludedColumnK = torch::tensor({0}, torch::kInt64);
    next.excludedByK = torch::tensor({-1e9});
    COMPARE_NEAR(core::nextItemLoss(next, torch::tensor(0.5)).item<double>(), (0.542324 + 1.382198) / 2, 1e-5);
}

TEST_CASE(adamWTakesTheStepOfThePaper) {
    // The first step moves by the learning rate against the gradient's sign, after decaying matrices by rate x decay.
    torch::nn::Linear layer(1, 1);
    const torch::NoGradGuard noGrad;
    layer->weight.fill_(1.0);
    layer->bias.fill_(1.0);
    core::AdamW optimizer(*layer, /*weightDecay=*/0.01);
    layer->weight.mutable_grad() = torch::full({1, 1}, 0.5);
    layer->bias.mutable_grad() = torch::full({1}, -3.0);
    optimizer.step(0.1);
    COMPARE_NEAR(layer->weight.item<double>(), 1.0 * (1 - 0.1 * 0.01) - 0.1, 1e-6);
    COMPARE_NEAR(layer->bias.item<double>(), 1.1, 1e-6);
    VERIFY(!layer->weight.grad().defined());
}

TEST_CASE(everyTrainingEventIsInOneSegmentAndNoOtherIs) {
    core::Histories histories;
    for (const int length : {0, 1, 2, 3, 9, 40, 41}) {
        std::vector<core::Event> events;
        for (int i = 0; i < length; ++i) events.push_back({{i}, i});
        histories.append(events);
    }
    const LeaveOneOut split(histories);
    std::mt19937_64 random(3);
    for (int epoch = 0; epoch < 5; ++epoch) {
        std::multiset<std::pair<int, std::int64_t>> covered;
        for (const auto& batch : core::epochBatches(split, 7, /*window=*/8, /*batchSize=*/4, random)) {
            VERIFY(!batch.empty() && batch.size() <= 4);
            for (const auto& segment : batch) {
                VERIFY(segment.count >= 1 && segment.count <= 8);
                for (std::int64_t i = 0; i < segment.count; ++i) covered.emplace(segment.user.value, segment.from + i);
            }
        }
        std::multiset<std::pair<int, std::int64_t>> wanted;
        for (int user = 0; user < 7; ++user)
            for (std::size_t i = 0; i < split.training({user}).size(); ++i)
                wanted.emplace(user, static_cast<std::int64_t>(i));
        VERIFY(covered == wanted);
    }
}

static std::pair<core::PixRecSettings, core::BytePairVocabulary> sizesFor(const core::Dataset& dataset,
                                                                          const std::string& modality) {
    auto settings = test::smallTraining(modality, 1).sizes;
    settings.modality = modality;
    std::vector<std::string> texts;
    for (const auto& item : dataset.items) texts.push_back(item.modelText());
    auto vocabulary = core::BytePairVocabulary::train(texts, settings.vocabulary);
    settings.vocabulary = vocabulary.size();
    return {std::move(settings), std::move(vocabulary)};
}

TEST_CASE(oneSmallBatchIsLearntByHeart) {
    // Nothing tells eight shoppers apart before their first purchase, so its loss cannot fall below ln 8; with ten
    // training events each the whole loss has a floor of about .2. Chance is ln 72 = 4.3.
    const auto dataset = test::toyDataset({.types = 12, .colours = 6, .shoppers = 8, .events = 12});
    const LeaveOneOut split(dataset.histories);
    const auto [settings, vocabulary] = sizesFor(dataset, "both");
    const auto inputs = core::itemInputs(dataset, settings, vocabulary);
    torch::manual_seed(1);
    core::PixRecNetwork network(settings);
    core::TrainRecipe recipe;
    core::AdamW optimizer(*network, recipe.weightDecay);
    core::TrainStep step(network, dataset, split, inputs, recipe, /*excludesHistory=*/true);
    step.setPictures(core::encodeItems(network, inputs, [](const core::Progress&) {}, {}).pictureQW);
    network->train();
    std::mt19937_64 random(1);
    std::vector<core::Segment> batch;
    for (std::int32_t user = 0; user < 8; ++user) batch.push_back({{user}, 0, 10});
    double first = 0, last = 0;
    for (int i = 0; i < 150; ++i) {
        const auto loss = step.loss(batch, random, {});
        loss.backward();
        optimizer.step(3e-3);
        last = loss.item<double>();
        if (i == 0) first = last;
    }
    VERIFY2(first > 3.0 && last < 1.0, std::to_string(first) + " -> " + std::to_string(last));
}

TEST_CASE(aProductThatNobodyBoughtIsNoWrongAnswer) {
    auto dataset = test::toyDataset({.types = 12, .colours = 6, .shoppers = 8, .events = 12});
    const auto sizes = sizesFor(dataset, "text");
    const auto firstLoss = [&] {
        const LeaveOneOut split(dataset.histories);
        const auto inputs = core::itemInputs(dataset, sizes.first, sizes.second);
        torch::manual_seed(1);
        core::PixRecNetwork network(sizes.first);
        const core::TrainRecipe recipe;
        core::TrainStep step(network, dataset, split, inputs, recipe, /*excludesHistory=*/true);
        network->train();
        std::mt19937_64 random(1);
        return step.loss(std::vector<core::Segment>{{{0}, 0, 10}, {{1}, 0, 10}}, random, {}).item<double>();
    };
    const double before = firstLoss();
    dataset.items.push_back({.id = "launched later",
                             .title = "Something new",
                             .category = {},
                             .brand = {},
                             .description = {},
                             .price = {}});
    dataset.pictures.rowOfItem.push_back(-1);
    COMPARE_NEAR(firstLoss(), before, 1e-6);
    dataset.histories.events.front().item = core::ItemIndex{static_cast<std::int32_t>(dataset.items.size()) - 1};
    VERIFY(std::abs(firstLoss() - before) > 1e-4); // once it is bought, it is one
}

TEST_CASE(picturesTellTextTwinsApart) {
    const test::TemporaryFolder folder;
    const auto dataset = test::toyDataset();
    const auto ndcg = [&](const std::string& modality) {
        const auto result = test::train(dataset, test::smallTraining(modality, 12), folder / modality);
        return result.model.metrics.at("ndcg@10");
    };
    const double text = ndcg("text"), both = ndcg("both");
    VERIFY2(both > 1.2 * text, std::to_string(both) + " beside " + std::to_string(text));
}

TEST_CASE(featuresAreCentredAndScaledOverTheItemsThatHaveThem) {
    core::FeatureNorm norm(2);
    const auto features = torch::tensor({1.0, 10.0, 3.0, 30.0, 900.0, 900.0}).view({3, 2});
    const auto has = torch::tensor({1.0, 1.0, 0.0}).view({3, 1});
    const auto out = norm->forward(features, has); // of the first two: mean 2 and 20, variance 1 and 100
    const double one = 1 / std::sqrt((1 + 100) / 2.0);
    const auto expected = torch::tensor({-one, -10 * one, one, 10 * one}).view({2, 2});
    COMPARE_NEAR((out.narrow(0, 0, 2) - expected).abs().max().item<double>(), 0.0, 1e-4);
    for (int i = 0; i < 100; ++i) norm->forward(features, has);
    norm->eval();
    COMPARE_NEAR((norm->forward(features, has) - out).abs().max().item<double>(), 0.0, 1e-2);
}

TEST_CASE(thePictureEncoderStandsStillAfterItsShareOfTheEpochs) {
    const test::TemporaryFolder folder;
    const auto dataset = test::smallToy();
    const auto encoderAfter = [&](double share, int epochs) {
        auto settings = test::smallTraining("both", epochs);
        settings.recipe.pictureLearning = share;
        const auto path = folder / std::to_string(share) / std::to_string(epochs);
        test::train(dataset, settings, path);
        std::vector<decltype(core::StoredTensor::bytes)> weights;
        for (const auto& [name, tensor] : core::readTensorFile(path / "model.safetensors").tensors)
            if (name.starts_with("picture_encoder.")) weights.push_back(tensor.bytes);
        return weights;
    };
    const auto untrained = encoderAfter(0.0, 1);
    VERIFY(!untrained.empty());
    VERIFY(untrained == encoderAfter(0.0, 2));
    VERIFY(untrained != encoderAfter(1.0, 1));
}

TEST_CASE(theSameSeedGivesTheSameModelAndAnotherDoesNot) {
    const test::TemporaryFolder folder;
    const auto dataset = test::smallToy();
    auto settings = test::smallTraining("both", 2);
    const auto first = test::train(dataset, settings, folder / "first");
    const auto second = test::train(dataset, settings, folder / "second");
    COMPARE(first.model.hash, second.model.hash);
    for (std::size_t i = 0; i < first.curve.size(); ++i)
        COMPARE(first.curve[i].loss.value(), second.curve[i].loss.value());
    settings.seed = 2;
    VERIFY(test::train(dataset, settings, folder / "third").model.hash != first.model.hash);
}

TEST_CASE(aResumedTrainingEndsAsIfItHadNeverStopped) {
    const test::TemporaryFolder folder;
    const auto dataset = test::smallToy();
    auto settings = test::smallTraining("both", 4);
    const auto whole = test::train(dataset, settings, folder / "whole");

    trainAndStop(dataset, settings, folder / "resumed", 2);
    VERIFY(!std::filesystem::exists(folder / "resumed"));
    VERIFY(std::filesystem::exists(core::trainingFolder(folder / "resumed")));
    settings.resume = true;
    const auto resumed = test::train(dataset, settings, folder / "resumed");
    VERIFY(weightsOf(folder / "whole") == weightsOf(folder / "resumed"));
    COMPARE(resumed.curve.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        COMPARE(resumed.curve[i].loss.value(), whole.curve[i].loss.value());
        COMPARE(*resumed.curve[i].validationNdcg10, *whole.curve[i].validationNdcg10);
    }
    VERIFY(!std::filesystem::exists(core::trainingFolder(folder / "resumed")));
}

TEST_CASE(aStopIsHeardWithinMomentsAndLeavesAnOlderModelInPlace) {
    const test::TemporaryFolder folder;
    const auto dataset = test::smallToy();
    test::train(dataset, test::smallTraining("text", 1), folder / "model");
    const auto before = weightsOf(folder / "model");

    std::stop_source stop;
    std::chrono::steady_clock::time_point asked;
    std::jthread asker([&] {
        std::this_thread::sleep_for(
            std::chrono::milliseconds(300)); // some training first; the test holds without it too
        asked = std::chrono::steady_clock::now();
        stop.request_stop();
    });
    THROWS_ERROR(test::train(dataset, test::smallTraining("both", 100'000), folder / "model", stop.get_token()),
                 ErrorKind::cancelled);
    const std::chrono::duration<double> heard = std::chrono::steady_clock::now() - asked;
    VERIFY2(heard.count() < 2.0, std::to_string(heard.count()) + " s"); // 0.1 s where the machine is idle
    VERIFY(weightsOf(folder / "model") == before);
}

TEST_CASE(resumeRefusesOtherDataOtherSettingsAndNothing) {
    const test::TemporaryFolder folder;
    const auto dataset = test::smallToy();
    auto settings = test::smallTraining("text", 3);
    settings.resume = true;
    THROWS_ERROR(test::train(dataset, settings, folder / "model"), ErrorKind::notFound);
    settings.resume = false;
    trainAndStop(dataset, settings, folder / "model", 1);

    settings.resume = true;
    THROWS_ERROR(test::train(test::smallToy(2), settings, folder / "model"), ErrorKind::invalidInput);
    settings.seed = 9;
    THROWS_ERROR(test::train(dataset, settings, folder / "model"), ErrorKind::invalidInput);
    settings.seed = 1;
    const auto checkpoint = core::trainingFolder(folder / "model") / "checkpoint.safetensors";
    std::filesystem::resize_file(checkpoint, std::filesystem::file_size(checkpoint) / 2);
    THROWS_ERROR(test::train(dataset, settings, folder / "model"), ErrorKind::corrupt);
}

TEST_CASE(heldOutEventsReachNoParameter) {
    const test::TemporaryFolder folder;
    auto dataset = test::smallToy();
    const auto settings = test::smallTraining("both", 1);
    const auto before = test::train(dataset, settings, folder / "before");
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user) {
        const auto end = static_cast<std::size_t>(dataset.histories.begin[static_cast<std::size_t>(user) + 1]);
        dataset.histories.events[end - 1].item = {17};
        dataset.histories.events[end - 2].item = {17};
    }
    const auto after = test::train(dataset, settings, folder / "after");
    COMPARE(before.curve[0].loss.value(), after.curve[0].loss.value());
    COMPARE(before.model.hash, after.model.hash);
    VERIFY(*before.curve[0].validationNdcg10 != *after.curve[0].validationNdcg10); // they are what it is measured on
}

TEST_CASE(catalogsTooLargeToScoreWholeAreSampled) {
    const test::TemporaryFolder folder;
    auto settings = test::smallTraining("text", 12);
    settings.recipe.fullSoftmax = 2;
    settings.recipe.negatives = 3;
    settings.recipe.learningRate = 5e-3;
    const auto sampled = test::train(test::smallToy(), settings, folder / "sampled");
    VERIFY(sampled.curve.back().loss < sampled.curve.front().loss);
}

TEST_CASE(dataThatTeachNothingAreRefused) {
    const test::TemporaryFolder folder;
    auto dataset = test::smallToy();
    const auto refused = [&](const std::string& modality) {
        THROWS_ERROR(test::train(dataset, test::smallTraining(modality, 1), folder / "model"), ErrorKind::invalidInput);
    };
    refused("sound");
    dataset.pictures = {};
    refused("both");
    refused("image");
    dataset.histories = {};
    refused("text");
    dataset.items.clear();
    refused("text");
    auto none = test::smallTraining("text", 0);
    THROWS_ERROR(test::train(test::smallToy(), none, folder / "model"), ErrorKind::invalidInput);
    VERIFY(std::filesystem::is_empty(folder.path()));
}

TEST_CASE(someProductsWithoutPicturesAreTrainedOn) {
    const test::TemporaryFolder folder;
    auto dataset = test::smallToy();
    for (std::size_t item = 0; item < dataset.itemCount(); item += 2) dataset.pictures.rowOfItem[item] = -1;
    for (const std::string modality : {"image", "both"})
        VERIFY(std::isfinite(
            test::train(dataset, test::smallTraining(modality, 1), folder / modality).curve[0].loss.value()));
}

TEST_CASE(theModelFolderSaysWhereItComesFrom) {
    const test::TemporaryFolder folder;
    const auto result = test::train(test::smallToy(), test::smallTraining("text", 1), folder / "model");
    const auto json = test::read(folder / "model" / "model.json"), card = test::read(folder / "model" / "README.md");
    for (const auto* text : {&json, &card}) {
        VERIFY(text->find(result.model.hash) != std::string::npos);
        VERIFY(text->find("pixrec train somewhere") != std::string::npos);
        VERIFY(text->find("toy-1") != std::string::npos);
        VERIFY(text->find("ndcg@10") != std::string::npos);
    }
}
