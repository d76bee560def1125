#include "core/backbones/pretrained_decoder.h"
#include "core/base/error.h"
#include "core/recommenders/vlm_folder.h"
#include "core/training/train_pixrec.h"
#include "tests/engine/vlm_toys.h"
#include "tests/support/cases.h"
#include <cmath>
#include <numeric>
#include <set>

using namespace core;
using test::Bench, test::gradientsOf, test::largestDifference, test::oneThread, test::picturesIn, test::settingsFor,
    test::smallTraining, test::toy, test::toySizes, test::train, test::wordsOf;

TEST_CASE(thePromptIsThePublishedOneWithOneSwitchForTheModality) {
    const auto said = [](const std::string& modality) {
        const Bench bench(settingsFor(modality));
        return bench.prompt->decode(bench.prompt->history(bench.catalog, std::vector<std::int32_t>{0, 1}).ids);
    };
    const std::string first = "this is the summary of a user's purchase history. the first item bought is as follows.",
                      next = "\nthe next item bought is as follows.", last = next + "\n";
    const auto dataset = toy();
    VERIFY2(said("text").starts_with(first + " title: thing of type a. category: category 0."), said("text"));
    VERIFY2(said("text").ends_with(last), said("text"));
    COMPARE(said("image"), first + " image: " + next + " image: " + last);
    VERIFY2(said("both").find(" image: " + next + " title: ") != std::string::npos, said("both"));
}

TEST_CASE(picturesTakeTheirPlacesAndProductsWithoutOneAreUnknown) {
    Bench bench(settingsFor("both"));
    const auto text = bench.prompt->history(bench.catalog, std::vector<std::int32_t>{2, 0, 2});
    COMPARE(text.pictures.size(), std::size_t(3));
    COMPARE(text.pictures[0], text.pictures[2]);
    COMPARE(picturesIn(text), 3 * (4 + 3)); // 4 tokens and what stands around them
    bench.dataset.pictures.rowOfItem[0] = -1;
    const auto catalog = bench.prompt->catalog(bench.dataset);
    const auto without = bench.prompt->target(catalog, catalog.rowOf({0}));
    COMPARE(picturesIn(without), 0);
    VERIFY(bench.prompt->decode(without.ids).ends_with("image: unknown."));
}

TEST_CASE(onlyTheNewestProductsAreRead) {
    const Bench bench(settingsFor("text"));
    std::vector<std::int32_t> seven{0, 1, 2, 3, 4, 0, 1};
    const auto whole = bench.prompt->history(bench.catalog, seven);
    VERIFY(whole.ids == bench.prompt->history(bench.catalog, std::span(seven).last(5)).ids);
    VERIFY(whole.ids != bench.prompt->history(bench.catalog, std::span(seven).last(4)).ids);
}

TEST_CASE(windowsAreDrawnUniformlyAndTheTargetFollowsThem) {
    std::mt19937_64 random(1);
    std::map<std::int64_t, int> lengths;
    std::set<std::pair<std::int64_t, std::int64_t>> seen;
    for (int i = 0; i < 6000; ++i) {
        const auto window = drawWindow({0}, /*events=*/5, /*largest=*/3, random);
        VERIFY(window.count >= 1 && window.count <= 3 && window.from >= 0 && window.from + window.count <= 4);
        ++lengths[window.count];
        seen.insert({window.from, window.count});
    }
    for (const auto& [length, count] : lengths) VERIFY(count > 1850 && count < 2150); // 2000 each, 5 deviations
    COMPARE(seen.size(), std::size_t(4 + 3 + 2));
}

TEST_CASE(paddingChangesNothing) {
    for (const char* modality : {"text", "both"}) {
        const Bench bench(settingsFor(modality));
        auto network = bench.network();
        const std::vector<std::vector<std::int32_t>> histories{{0}, {1, 2, 3}, {}, {2, 1, 3, 4, 0}};
        const auto together = encodeHistories(network, *bench.prompt, bench.catalog, {}, histories, {});
        for (std::size_t i = 0; i < histories.size(); ++i) {
            const auto alone =
                encodeHistories(network, *bench.prompt, bench.catalog, {}, std::span(histories).subspan(i, 1), {});
            VERIFY(largestDifference(together[static_cast<std::int64_t>(i)], alone[0]) < 1e-5);
        }
    }
}

TEST_CASE(theNextTokenLossIsWhatTheDecoderSaysOfTheTarget) {
    // The decoder's own path: one text at a time, log P of each target token given all before it.
    const Bench bench(settingsFor("text"));
    auto network = bench.network();
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    const auto windows = bench.windows(6);
    VlmStep step(network, *bench.prompt, bench.catalog, split, recipe, bench.users());
    const auto losses = step.addGradients(windows, 1, 1, {});
    const auto decoder = PretrainedDecoder::load(bench.checkpoint);
    double sum = 0;
    std::size_t count = 0;
    for (const auto& window : windows) {
        std::vector<std::int32_t> rows;
        const auto events = split.training(window.user).subspan(static_cast<std::size_t>(window.from));
        for (std::int64_t i = 0; i < window.count; ++i)
            rows.push_back(bench.catalog.rowOf(events[static_cast<std::size_t>(i)].item));
        const auto target = bench.prompt->target(
            bench.catalog, bench.catalog.rowOf(events[static_cast<std::size_t>(window.count)].item));
        for (const double one : decoder->logProbabilities(bench.prompt->history(bench.catalog, rows).ids, target.ids)) {
            sum -= one;
            ++count;
        }
    }
    COMPARE_NEAR(losses.nextToken, sum / static_cast<double>(count), 1e-4);
    COMPARE_NEAR(losses.total, 0.85 * losses.nextToken + 0.125 * losses.itemItem + 0.025 * losses.userItem, 1e-9);
}

TEST_CASE(copyingTheInputDoesNotWin) {
    // Hidden states that point at their own token's row of the vocabulary (tied head: such a network repeats what it
    // reads) against ones that point at the next token's.
    const Bench bench(settingsFor("text"));
    auto network = bench.network();
    const auto text = bench.prompt->target(bench.catalog, 0);
    std::vector<std::int64_t> ids(text.ids.begin(), text.ids.end()), next(ids.begin() + 1, ids.end()), places;
    next.push_back(0);
    for (std::int64_t t = 1; t < text.size(); ++t) places.push_back(t);
    const std::vector<std::int64_t> tokens(ids.begin() + 1, ids.end());
    const auto lossOf = [&](const std::vector<std::int64_t>& pointed) {
        const auto rowsTD = network->model().network().embed(torch::tensor(pointed, torch::kInt64)).detach();
        const auto unitTD = rowsTD / rowsTD.pow(2).sum(1, true) * 20; // 20 for the row itself, near 0 for others
        return nextTokenLossSum(*network, unitTD.unsqueeze(0), places, tokens).item<double>() /
               static_cast<double>(places.size());
    };
    const double copying = lossOf(ids), predicting = lossOf(next);
    VERIFY2(predicting < 0.1, std::to_string(predicting));
    VERIFY2(copying > std::log(300.0), std::to_string(copying)); // worse than knowing nothing
}

TEST_CASE(directionsAreRowsColumnsAndTheirMean) {
    const auto anchors = torch::tensor({1.0, 0.0, 0.6, 0.8}).view({2, 2});
    const auto candidates = torch::tensor({1.0, 0.0, 0.0, 1.0}).view({2, 2});
    const auto rows = torch::tensor({1, 2}), one = torch::tensor(1.0);
    // Scores [[1, 0], [0.6, 0.8]]: by rows ln(1 + e^-1), ln(1 + e^-0.2); by columns ln(1 + e^-0.4), ln(1 + e^-0.8).
    const double byRow = (std::log1p(std::exp(-1)) + std::log1p(std::exp(-0.2))) / 2,
                 byColumn = (std::log1p(std::exp(-0.4)) + std::log1p(std::exp(-0.8))) / 2;
    const auto loss = [&](LossDirection direction) {
        return inBatchLoss(anchors, candidates, rows, one, direction).item<double>();
    };
    COMPARE_NEAR(loss(LossDirection::row), byRow, 1e-6);
    COMPARE_NEAR(loss(LossDirection::column), byColumn, 1e-6);
    COMPARE_NEAR(loss(LossDirection::symmetric), (byRow + byColumn) / 2, 1e-6);
}

TEST_CASE(cachedProjectionsGiveTheSameGradients) {
    for (const char* modality : {"text", "both"}) {
        auto settings = settingsFor(modality);
        settings.learnsTemperature = true;
        const Bench bench(settings);
        auto network = bench.network();
        network->train();
        const HeldOut split(bench.dataset.histories);
        const auto windows = bench.windows(10);
        const auto gradients = [&](int part) {
            VlmRecipe recipe;
            recipe.microBatch = part;
            recipe.userItem = 0.3; // so that each loss weighs something
            recipe.itemItem = 0.3;
            recipe.direction = LossDirection::symmetric;
            VlmStep(network, *bench.prompt, bench.catalog, split, recipe, bench.users())
                .addGradients(windows, 0.5, 1, {});
            return gradientsOf(network);
        };
        const auto whole = gradients(10), parts = gradients(3);
        COMPARE(whole.size(), parts.size());
        VERIFY(whole.contains("log_temperature") && whole.size() > 20);
        double largest = 0;
        for (const auto& [name, gradient] : whole) {
            VERIFY2(largestDifference(gradient, parts.at(name)) < 2e-6, name);
            largest = std::max(largest, gradient.abs().max().item<double>());
        }
        VERIFY(largest > 1e-3);
    }
}

TEST_CASE(lowRankChangesBeginAsNothingAndMergeIntoTheirLayers) {
    auto settings = settingsFor("text");
    settings.rank = 3;
    settings.targets = {"q_proj", "down_proj"};
    const Bench bench(settings);
    auto network = bench.network();
    COMPARE(network->parameters().size(),
            std::size_t(4 + 2 * 2 * 2)); // projections; two blocks, two layers, two halves
    const std::vector<std::vector<std::int32_t>> histories{{0, 1, 2}};
    const auto users = [&](VlmNetwork& of) {
        return encodeHistories(of, *bench.prompt, bench.catalog, {}, histories, {});
    };
    const auto before = users(network);
    {
        const torch::NoGradGuard noGradient;
        for (const auto& entry : network->named_parameters())
            if (entry.key().ends_with("_up")) entry.value().fill_(0.05);
    }
    const auto changed = users(network);
    VERIFY(largestDifference(before, changed) > 1e-3);
    auto plain = settings;
    plain.rank = 0;
    VlmNetwork merged(bench.checkpoint, plain, VlmNetworkImpl::Backbone::trained);
    {
        const torch::NoGradGuard noGradient;
        for (const auto& [name, tensor] : network->merged()) {
            auto own = merged->model().weights().at(name);
            own.copy_(tensor);
        }
        merged->userProjection->weight.copy_(network->userProjection->weight);
        merged->userProjection->bias.copy_(network->userProjection->bias);
    }
    VERIFY(largestDifference(users(merged), changed) < 1e-5);
}

TEST_CASE(trainingLearnsAndWhatItWritesScoresAsItDid) {
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    for (const char* modality : {"text", "image", "both"}) {
        const auto chosen = smallTraining(modality, 3);
        const auto result = train(dataset, chosen, folder / modality);
        COMPARE(result.model.recommender, std::string("pixrec-vlm"));
        COMPARE(result.model.modality, std::string(modality));
        VERIFY2(result.curve.back().loss < result.curve.front().loss, modality);
        const auto model = VlmModel::load(folder / modality, {});
        model->prepare(dataset);
        model->encodeItems([](const Progress&) {}, {});
        COMPARE(model->historyWindow(), 5);
        std::vector<float> scores(2 * dataset.itemCount());
        const std::vector<HistoryView> histories{{dataset.histories.of({0}), true}, {{}, true}};
        model->score(histories, scores, {});
        for (const float score : scores) VERIFY(std::isfinite(score) && std::abs(score) <= 1.0001F);
        // Colours share a text: twins under a text model, told apart by one that sees.
        COMPARE(scores[0] == scores[1], std::string(modality) == "text");
        const auto vectors = model->scoringVectors();
        const auto shopper = model->shopperVectors(std::span(histories).first(1), {});
        const auto product = vectors->row(3), user = shopper.row(0);
        COMPARE_NEAR(std::inner_product(product.begin(), product.end(), user.begin(), 0.0), double(scores[3]), 1e-5);
        // A second model with kept product vectors is the same model.
        const auto again = VlmModel::load(folder / modality, {});
        again->prepare(dataset);
        again->useItems(model->rows());
        const auto tokens = model->pictureTokens([](const Progress&) {}, {});
        COMPARE(tokens.rows > 0, std::string(modality) != "text");
        if (tokens.rows > 0) {
            again->usePictureTokens(tokens);
            auto cut = tokens;
            --cut.rows;
            THROWS_ERROR(again->usePictureTokens(cut), ErrorKind::corrupt);
        }
        std::vector<float> others(scores.size());
        again->score(histories, others, {});
        VERIFY(others == scores);
        if (tokens.rows == 0) continue;
        auto black = tokens; // the kept tokens are what is read, also where the same history was read before
        std::fill(black.values.begin(), black.values.end(), 0.0F);
        std::vector<float> seeing(dataset.itemCount()), blind(dataset.itemCount());
        again->score(std::span(histories).first(1), seeing, {});
        again->usePictureTokens(black);
        again->score(std::span(histories).first(1), blind, {});
        VERIFY(blind != seeing);
    }
}

TEST_CASE(aResumedTrainingEndsWithTheSameBits) {
    const test::TemporaryFolder folder;
    const auto dataset = toy();
    auto chosen = smallTraining("both", 2);
    chosen.settings.rank = 2;
    chosen.settings.dropout = 0.2;
    chosen.recipe.microBatch = 5;
    const auto whole = train(dataset, chosen, folder / "whole");
    std::stop_source stop;
    THROWS_ERROR(trainVlm(
                     dataset, chosen, folder / "cut", [&](const TrainPoint&) { stop.request_stop(); },
                     oneThread(stop.get_token())),
                 ErrorKind::cancelled);
    VERIFY(!std::filesystem::exists(folder / "cut"));
    chosen.resume = true;
    const auto resumed = train(dataset, chosen, folder / "cut");
    COMPARE(resumed.model.hash, whole.model.hash);
    COMPARE(resumed.curve.back().loss.value(), whole.curve.back().loss.value());
    VERIFY(!std::filesystem::exists(trainingFolder(folder / "cut")));
    chosen.recipe.learningRate *= 2;
    THROWS_ERROR(train(dataset, chosen, folder / "none"), ErrorKind::notFound);
}

TEST_CASE(changesAreKeptApartOrMergedAndScoreAlike) {
    const test::TemporaryFolder folder;
    const auto dataset = toy();
    writeTinyBackbone(folder / "checkpoint", toySizes(), wordsOf(dataset), 4);
    auto chosen = smallTraining("text", 1);
    chosen.settings.backbone = (folder / "checkpoint").string();
    chosen.settings.rank = 4;
    train(dataset, chosen, folder / "apart");
    chosen.merges = true;
    train(dataset, chosen, folder / "merged");
    VERIFY(!std::filesystem::exists(folder / "apart" / "backbone"));
    VERIFY(std::filesystem::exists(folder / "merged" / "backbone" / "model.safetensors"));
    std::vector<std::vector<float>> scores;
    for (const char* name : {"apart", "merged"}) {
        const auto model = VlmModel::load(folder / name, {});
        model->prepare(dataset);
        model->encodeItems([](const Progress&) {}, {});
        auto& one = scores.emplace_back(dataset.itemCount());
        model->score(std::vector<HistoryView>{{dataset.histories.of({1}), true}}, one, {});
    }
    for (std::size_t i = 0; i < scores[0].size(); ++i) COMPARE_NEAR(scores[0][i], scores[1][i], 1e-4);
    std::filesystem::rename(folder / "checkpoint", folder / "elsewhere");
    THROWS_ERROR(VlmModel::load(folder / "apart", {}), ErrorKind::notFound);
    VlmModel::load(folder / "merged", {});
}

TEST_CASE(theGenerativeHeadWritesWhatTheDecoderWritesAndStopsAtOnce) {
    const test::TemporaryFolder folder;
    const auto dataset = toy();
    train(dataset, smallTraining("text", 2), folder / "model");
    const auto model = VlmModel::load(folder / "model", {});
    model->prepare(dataset);
    const HistoryView history{dataset.histories.of({0}), true};
    const WritingOptions options{.texts = 4, .mostTokens = 8};
    std::vector<std::string> last;
    int steps = 0;
    const auto written = model->write(history, options,
                                      [&](const std::vector<std::string>& texts, std::int64_t most) {
                                          COMPARE(most, std::int64_t(8));
                                          ++steps;
                                          last = texts;
                                      },
                                      {});
    COMPARE(written.size(), std::size_t(4));
    VERIFY(steps >= 1 && steps <= 8 && last.size() == 4);
    // The decoder of the folder's own checkpoint, asked the same.
    const auto read = readVlmFolder(folder / "model");
    const VlmPrompt prompt(read.backbone, read.settings);
    const auto catalog = prompt.catalog(dataset);
    std::vector<std::int32_t> rows;
    for (const auto& event : history.events) rows.push_back(catalog.rowOf(event.item));
    GenerateOptions same;
    same.mostTokens = 8;
    same.samples = true;
    same.temperature = 0.5;
    same.repetitionPenalty = 1.2;
    same.penalisesRead = false;
    same.beams = 4;
    same.seed = 1;
    const auto due = PretrainedDecoder::load(read.backbone)->generateBeams(prompt.history(catalog, rows).ids, same);
    for (std::size_t i = 0; i < due.size(); ++i) COMPARE(written[i].text, prompt.decode(due[i].ids));
    const auto scores = model->generativeScores(written);
    COMPARE(scores.size(), dataset.itemCount());
    for (const float score : scores) VERIFY(score >= 0 && score <= 1);
    std::stop_source stop;
    THROWS_ERROR(model->write(
                     history, options, [&](const auto&, std::int64_t) { stop.request_stop(); }, stop.get_token()),
                 ErrorKind::cancelled);
}

TEST_CASE(aHistoryIsReadOnFromWhereItPartsFromTheOneBefore) {
    const test::TemporaryFolder folder;
    const auto dataset = toy();
    train(dataset, smallTraining("both", 1), folder / "model");
    const auto model = VlmModel::load(folder / "model", {});
    model->prepare(dataset);
    model->encodeItems([](const Progress&) {}, {});
    const auto count = dataset.itemCount();
    const auto expectAlike = [&](const std::vector<std::int32_t>& items) {
        std::vector<Event> events;
        for (const auto item : items) events.push_back({{item}, std::ssize(events)});
        const HistoryView history{events, true};
        std::vector<float> one(count), two(2 * count);
        model->score(std::vector{history}, one, {});
        model->score(std::vector{history, history}, two, {}); // several at once are read from their beginnings
        for (std::size_t i = 0; i < count; ++i) VERIFY(std::abs(one[i] - two[i]) < 1e-5F);
    };
    // Longer, its end changed, shorter, its beginning changed, the same again, beyond the window of five.
    for (const auto& items : std::vector<std::vector<std::int32_t>>{
             {3, 1}, {3, 1, 4}, {3, 1, 5}, {3, 1, 5, 9, 2}, {3, 1}, {4, 1}, {4, 1}, {}, {4, 1, 5, 9, 2, 6}})
        expectAlike(items);
    std::stop_source stop;
    stop.request_stop();
    std::vector<Event> events{{{4}, 0}, {{1}, 1}, {{7}, 2}};
    std::vector<float> scores(count);
    THROWS_ERROR(model->score(std::vector{HistoryView{events, true}}, scores, stop.get_token()), ErrorKind::cancelled);
    expectAlike({4, 1, 7});
}

TEST_CASE(whatMakesNoSenseIsRefused) {
    const test::TemporaryFolder folder;
    const auto dataset = toy();
    auto chosen = smallTraining("text", 1);
    chosen.settings.prompt = "chat"; // tiny has no chat template
    THROWS_ERROR(train(dataset, chosen, folder / "model"), ErrorKind::invalidInput);
    chosen = smallTraining("text", 1);
    chosen.settings.rank = 2;
    chosen.settings.targets = {"lm_head"};
    THROWS_ERROR(train(dataset, chosen, folder / "model"), ErrorKind::invalidInput);
    auto blind = dataset;
    blind.pictures = {};
    THROWS_ERROR(train(blind, smallTraining("both", 1), folder / "model"), ErrorKind::invalidInput);
    THROWS_ERROR(train(test::toyDataset({.types = 2, .colours = 2, .shoppers = 3, .events = 2}),
                       smallTraining("text", 1), folder / "model"),
                 ErrorKind::invalidInput);
    VERIFY(!std::filesystem::exists(folder / "model"));
}
