#include "core/recommenders/picture_squares.h"
#include "core/tensors/weights.h"
#include "core/training/losses.h"
#include "core/training/train_pixrec.h"
#include "tests/engine/vlm_toys.h"
#include "tests/support/cases.h"
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

using namespace core;
using test::Bench, test::gradientsOf, test::largestDifference, test::oneThread, test::settingsFor, test::smallTraining,
    test::toy, test::train;

namespace {

const std::filesystem::path checkpoints = std::filesystem::path(PIXREC_SOURCE_DIR) / "tests/data/hf/decoders";

VlmSettings evenSettings(const std::string& modality) {
    auto settings = settingsFor(modality);
    settings.prompt = "even";
    settings.learnsTemperature = true;
    return settings;
}

std::vector<VlmWindow> stretches(int count) {
    std::mt19937_64 random(3);
    std::vector<VlmWindow> drawn;
    for (int user = 0; user < count; ++user) drawn.push_back(drawStretch({user}, 4, 5, random));
    return drawn;
}

/// How the loss moves along each parameter's gradient, against what the gradient says.
void expectGradients(VlmNetwork& network, VlmStep& step, std::span<const VlmWindow> windows, std::uint64_t seed) {
    step.addGradients(windows, 1, seed, {});
    const auto gradients = gradientsOf(network);
    VERIFY(gradients.size() > 10);
    for (auto& entry : network->named_parameters()) {
        const auto found = gradients.find(entry.key());
        if (found == gradients.end()) continue;
        const auto length = found->second.norm().item<double>();
        if (length < 0.01) continue; // below what float differences tell
        const auto along = found->second / length;
        const auto lossAt = [&](double distance) {
            const torch::NoGradGuard noGradient;
            auto value = entry.value();
            const auto kept = value.clone();
            value.add_(along * distance);
            double loss = 0;
            {
                const torch::AutoGradMode gradient(true);
                loss = step.addGradients(windows, 1, seed, {}).total;
            }
            value.copy_(kept);
            return loss;
        };
        // Of a step this long the third derivative makes less than 0.2 % (checked by halving it), and rounding 2e-4.
        const double distance = 0.001, slope = (lossAt(distance) - lossAt(-distance)) / (2 * distance);
        network->zero_grad();
        VERIFY2(std::abs(slope - length) < 0.01 * length + 5e-4,
                entry.key() + ": " + std::to_string(slope) + " instead of " + std::to_string(length));
    }
}

/// A language network by the formulas alone, float64: its gradients are autograd's.
class PlainNetwork {
public:
    PlainNetwork(const LanguageModel& model, const DecoderSettings& settings) : settings_(settings) {
        for (const auto& [name, tensor] : model.weights())
            weights.emplace(name, tensor.detach().to(torch::kFloat64).requires_grad_());
    }
    torch::Tensor run(torch::Tensor hiddenBTD, const torch::Tensor& maskTT) const {
        for (std::int64_t i = 0; i < settings_.layers; ++i) {
            const auto at = "layers." + std::to_string(i) + ".";
            auto inputBTD = norm(hiddenBTD, at + "input_layernorm.weight");
            const auto keys = repeated(turned(heads(linear(inputBTD, at + "self_attn.k_proj"))));
            const auto values = repeated(heads(linear(inputBTD, at + "self_attn.v_proj")));
            const auto queries = turned(heads(linear(inputBTD, at + "self_attn.q_proj")));
            const auto scores = torch::matmul(queries, keys.transpose(2, 3)) * settings_.queryScale + maskTT;
            const auto readBHTE = torch::matmul(torch::softmax(scores, -1), values);
            hiddenBTD = hiddenBTD + linear(readBHTE.transpose(1, 2).flatten(2), at + "self_attn.o_proj");
            inputBTD = norm(hiddenBTD, at + "post_attention_layernorm.weight");
            hiddenBTD = hiddenBTD + linear(torch::silu(linear(inputBTD, at + "mlp.gate_proj")) *
                                               linear(inputBTD, at + "mlp.up_proj"),
                                           at + "mlp.down_proj");
        }
        return norm(hiddenBTD, "norm.weight");
    }
    std::map<std::string, torch::Tensor> weights;

private:
    torch::Tensor weight(const std::string& name) const {
        for (const auto& [whole, tensor] : weights)
            if (whole.ends_with("." + name) && whole.find("vision") == std::string::npos) return tensor;
        return {};
    }
    torch::Tensor linear(const torch::Tensor& input, const std::string& name) const {
        return torch::linear(input, weight(name + ".weight"), weight(name + ".bias"));
    }
    torch::Tensor norm(const torch::Tensor& input, const std::string& name) const {
        return input * torch::rsqrt(input.square().mean(-1, /*keepdim=*/true) + settings_.epsilon) * weight(name);
    }
    torch::Tensor heads(const torch::Tensor& inputBTD) const {
        return inputBTD.unflatten(2, {-1, settings_.headWidth}).transpose(1, 2);
    }
    torch::Tensor turned(const torch::Tensor& inputBHTE) const {
        const auto half = settings_.headWidth / 2;
        const auto powers = torch::arange(half, torch::kFloat64) * (-1.0 / static_cast<double>(half));
        const auto anglesTF =
            torch::outer(torch::arange(inputBHTE.size(2), torch::kFloat64), torch::pow(settings_.ropeTheta, powers));
        const auto first = inputBHTE.narrow(3, 0, half), second = inputBHTE.narrow(3, half, half);
        const auto cosines = anglesTF.cos(), sines = anglesTF.sin();
        return torch::cat({first * cosines - second * sines, second * cosines + first * sines}, -1);
    }
    torch::Tensor repeated(const torch::Tensor& keysBKTE) const {
        return keysBKTE.repeat_interleave(settings_.heads / settings_.keyHeads, 1);
    }
    DecoderSettings settings_;
};

} // namespace

TEST_CASE(gradientsAreThoseOfThePlainFormulas) {
    // More tokens than a block of queries has; key heads that serve two and four heads; with and without an open part;
    // by own code and by LibTorch's operations.
    for (const char* name : {"smolvlm", "llama"})
        for (const auto& [open, hasOwnKernels] :
             {std::pair<std::int64_t, bool>{0, true}, {70, true}, {0, false}, {70, false}}) {
            LanguageModel model(checkpoints / name, LanguageModel::Weights::own);
            model.network().hasOwnKernels = hasOwnKernels;
            const auto& settings = model.network().settings();
            const PlainNetwork plain(model, settings);
            for (auto [key, tensor] : model.weights()) tensor.requires_grad_();
            torch::manual_seed(5);
            constexpr std::int64_t texts = 2, tokens = 100;
            const auto input = torch::randn({texts, tokens, settings.width}).mul_(0.3).requires_grad_();
            const auto above = torch::randn({texts, tokens, settings.width});
            const auto inputDouble = input.detach().to(torch::kFloat64).requires_grad_();
            const auto placesT = torch::arange(tokens);
            const auto hiddenTT =
                (placesT.unsqueeze(0) > placesT.unsqueeze(1)).logical_and(placesT.unsqueeze(0) >= open);
            const auto maskTT = torch::zeros({tokens, tokens}, torch::kFloat64)
                                    .masked_fill(hiddenTT, -std::numeric_limits<double>::infinity());
            const auto own = model.network().run(input, {.openPrefix = open, .hasWindows = true}, nullptr);
            const auto due = plain.run(inputDouble, maskTT);
            const std::string at =
                std::string(name) + ", " + std::to_string(open) + " open, own " + std::to_string(hasOwnKernels) + ": ";
            const auto expectAlike = [&](const std::string& what, const torch::Tensor& found,
                                         const torch::Tensor& wanted) {
                const auto size = wanted.abs().max().item<double>();
                VERIFY2(size > 1e-3 && largestDifference(found.to(torch::kFloat64), wanted) < 1e-5 * (1 + size),
                        at + what + " differs by " +
                            std::to_string(largestDifference(found.to(torch::kFloat64), wanted)) + " of " +
                            std::to_string(size));
            };
            expectAlike("hidden states", own, due);
            (own * above).sum().backward();
            (due * above).sum().backward();
            expectAlike("the input's gradient", input.grad(), inputDouble.grad());
            int compared = 0;
            for (const auto& [key, tensor] : plain.weights) {
                if (!tensor.grad().defined()) continue;
                expectAlike(key, model.weights().at(key).grad(), tensor.grad());
                ++compared;
            }
            COMPARE(compared, static_cast<int>(1 + settings.layers * (settings.hasAttentionBias ? 13 : 9)));
        }
}

TEST_CASE(everyNetworkReadsAlikeByOwnCodeByLibTorchAndInBfloat16) {
    const torch::NoGradGuard noGradient;
    for (const char* name : {"llama", "smolvlm", "gemma2", "paligemma2"}) {
        LanguageModel exact(checkpoints / name),
            rounded(checkpoints / name, LanguageModel::Weights::mapped, {"cpu", Precision::bf16});
        VERIFY(rounded.network().blocks.front().query.weight.scalar_type() == torch::kBFloat16);
        torch::manual_seed(5);
        constexpr std::int64_t texts = 2, tokens = 80, first = 70; // more than Gemma's window
        const auto inputBTD = torch::randn({texts, tokens, exact.network().settings().width}).mul_(0.3);
        const auto read = [&](LanguageModel& model, bool hasOwnKernels, std::int64_t open, bool isCached) {
            auto& network = model.network();
            network.hasOwnKernels = hasOwnKernels;
            const auto mask = LanguageNetwork::Mask{.openPrefix = open, .hasWindows = open == 0};
            if (!isCached) return network.run(inputBTD, mask, nullptr);
            auto cache = network.makeCache(texts, tokens);
            const auto before = network.run(inputBTD.narrow(1, 0, first), mask, &cache);
            const auto after = network.run(inputBTD.narrow(1, first, tokens - first - 1), mask, &cache);
            return torch::cat({before, after, network.run(inputBTD.narrow(1, tokens - 1, 1), mask, &cache)}, 1);
        };
        for (const std::int64_t open : {0, 20}) {
            const auto due = read(exact, /*hasOwnKernels=*/true, open, /*isCached=*/false);
            const auto dueScores = exact.network().logits(due);
            for (const bool hasOwnKernels : {true, false})
                for (const bool isCached : {false, true}) {
                    const auto at = std::string(name) + ", open " + std::to_string(open) + ", own " +
                                    std::to_string(hasOwnKernels) + ", cached " + std::to_string(isCached);
                    VERIFY2(largestDifference(read(exact, hasOwnKernels, open, isCached), due) < 1e-4, at);
                    const auto found = read(rounded, hasOwnKernels, open, isCached);
                    VERIFY(found.scalar_type() == torch::kFloat32);
                    const auto off = (found - due).norm().item<double>() / due.norm().item<double>();
                    VERIFY2(off > 1e-5 && off < 0.02, at + ": bf16 is off by " + std::to_string(off));
                    const auto scores = rounded.network().logits(found);
                    VERIFY(scores.scalar_type() == torch::kFloat32);
                    VERIFY((scores - dueScores).norm().item<double>() < 0.03 * dueScores.norm().item<double>());
                }
        }
    }
}

TEST_CASE(gradientsOfBfloat16PointWhereThoseOfFloat32Do) {
    for (const int rank : {0, 4}) {
        auto settings = evenSettings("both");
        settings.rank = rank;
        const Bench bench(settings);
        const HeldOut split(bench.dataset.histories);
        std::vector<std::map<std::string, torch::Tensor>> gradients;
        std::vector<VlmLosses> losses;
        for (const auto precision : {Precision::fp32, Precision::bf16}) {
            auto network = bench.network({"cpu", precision});
            {
                const torch::NoGradGuard noGradient; // changes that begin as nothing have half of their gradients 0
                torch::manual_seed(9);
                for (const auto& entry : network->named_parameters())
                    if (entry.key().ends_with("_up")) entry.value().normal_(0, 0.05);
            }
            network->train();
            network->setRecomputing(true);
            VlmRecipe recipe;
            recipe.itemItem = recipe.userItem = 0.3;
            recipe.microBatch = 2; // cached projections and recomputed blocks in one
            VlmStep step(network, *bench.prompt, bench.catalog, split, recipe, bench.users());
            losses.push_back(step.addGradients(stretches(5), 1, 1, {}));
            gradients.push_back(gradientsOf(network));
        }
        COMPARE_NEAR(losses[0].total, losses[1].total, 0.02);
        VERIFY(losses[0].total != losses[1].total);
        VERIFY(gradients[0].size() == gradients[1].size() && gradients[0].size() > 10);
        double along = 0, first = 0, second = 0;
        for (const auto& [name, exact] : gradients[0]) {
            const auto& rounded = gradients[1].at(name);
            along += (exact * rounded).sum().item<double>();
            first += exact.square().sum().item<double>();
            second += rounded.square().sum().item<double>();
        }
        VERIFY2(along / std::sqrt(first * second) > 0.99, std::to_string(along / std::sqrt(first * second)));
    }
}

TEST_CASE(whatIsTrainedInBfloat16IsReadInEither) {
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    auto chosen = smallTraining("both", 3);
    chosen.recipe.precision = Precision::bf16;
    const auto result = train(dataset, chosen, folder / "model");
    VERIFY(result.curve.back().loss.value() < result.curve.front().loss.value());
    std::ifstream stream(folder / "model" / "model.json");
    COMPARE(nlohmann::json::parse(stream).at("recipe").at("precision"), nlohmann::json("bf16"));
    const auto scoresIn = [&](Precision precision) {
        const auto model = VlmModel::load(folder / "model", {"cpu", precision});
        model->prepare(dataset);
        model->encodeItems([](const Progress&) {}, {});
        std::vector<float> scores(dataset.itemCount());
        const std::vector<HistoryView> history{{dataset.histories.of({1}), true}};
        model->score(history, scores, {});
        auto text = dataset.histories.of({1});
        model->write({text, true}, {.texts = 4, .mostTokens = 5}, [](const auto&, std::int64_t) {}, {});
        return scores;
    };
    const auto exact = scoresIn(Precision::fp32), rounded = scoresIn(Precision::bf16);
    VERIFY(exact != rounded);
    for (std::size_t item = 0; item < exact.size(); ++item) COMPARE_NEAR(exact[item], rounded[item], 0.03);
    THROWS_ERROR(VlmModel::load(folder / "model", {"cpu", Precision::fp16}), ErrorKind::invalidInput);
}

TEST_CASE(aStretchIsEveryHistoryBeforeItsTarget) {
    for (const char* modality : {"text", "image", "both"}) {
        const Bench bench(evenSettings(modality));
        const std::vector<std::int32_t> rows{3, 1, 4, 2};
        std::vector<VlmSpan> items;
        const auto stretch = bench.prompt->stretch(bench.catalog, rows, items);
        COMPARE(items.size(), rows.size());
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const auto history = bench.prompt->history(bench.catalog, std::span(rows).first(i));
            const auto target = bench.prompt->target(bench.catalog, rows[i]);
            const auto at = stretch.ids.begin();
            VERIFY(std::vector(at, at + items[i].from) == history.ids);
            VERIFY(std::vector(at + items[i].from, at + items[i].to) == target.ids);
        }
    }
}

TEST_CASE(oneReadingOfAStretchGivesEachPrefixItsVector) {
    const Bench bench(evenSettings("both"));
    auto network = bench.network();
    network->train();
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    const auto windows = stretches(3);
    const auto losses =
        VlmStep(network, *bench.prompt, bench.catalog, split, recipe, bench.users()).addGradients(windows, 1, 1, {});
    std::vector<std::vector<std::int32_t>> histories;
    std::vector<std::int64_t> targets;
    for (const auto& window : windows) {
        std::vector<std::int32_t> rows;
        for (const auto& event : split.training(window.user)) rows.push_back(bench.catalog.rowOf(event.item));
        for (std::int64_t i = 1; i <= window.count; ++i) {
            histories.emplace_back(rows.begin() + window.from, rows.begin() + window.from + i);
            targets.push_back(rows[static_cast<std::size_t>(window.from + i)]);
        }
    }
    const torch::NoGradGuard noGradient;
    const auto usersNP = encodeHistories(network, *bench.prompt, bench.catalog, {}, histories, {});
    const auto rowN = torch::tensor(targets, torch::kInt64);
    const auto itemsNP =
        encodeRows(network, *bench.prompt, bench.catalog, {}, [](const Progress&) {}, {}).index_select(0, rowN);
    COMPARE_NEAR(losses.userItem,
                 inBatchLoss(usersNP, itemsNP, rowN, network->temperature(), LossDirection::row).item<double>(), 1e-4);
}

TEST_CASE(debiasedLossesWeighEachProductByItsChanceAndLeaveTheWindowOut) {
    const Bench bench(evenSettings("text"));
    auto network = bench.network();
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    recipe.isDebiased = true;
    const auto windows = stretches(4);
    const auto losses =
        VlmStep(network, *bench.prompt, bench.catalog, split, recipe, bench.users()).addGradients(windows, 1, 1, {});
    // The same by hand: -log of the target's share, candidates the distinct targets of the batch.
    std::vector<double> share(static_cast<std::size_t>(bench.catalog.rowCount()), 0);
    double events = 0;
    for (std::int32_t user = 0; user < bench.users(); ++user)
        for (const auto& event : split.training({user})) {
            ++share[static_cast<std::size_t>(bench.catalog.rowOf(event.item))];
            ++events;
        }
    struct Case {
        std::vector<std::int32_t> history, window;
        std::int32_t target;
    };
    std::vector<Case> cases;
    std::set<std::int32_t> candidates;
    for (const auto& window : windows) {
        std::vector<std::int32_t> rows;
        for (std::int64_t i = 0; i <= window.count; ++i)
            rows.push_back(
                bench.catalog.rowOf(split.training(window.user)[static_cast<std::size_t>(window.from + i)].item));
        for (std::size_t i = 1; i < rows.size(); ++i) {
            cases.push_back({{rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(i)}, rows, rows[i]});
            candidates.insert(rows[i]);
        }
    }
    const torch::NoGradGuard noGradient;
    const auto itemsRP = encodeRows(network, *bench.prompt, bench.catalog, {}, [](const Progress&) {}, {});
    double sum = 0;
    for (const auto& one : cases) {
        const auto userP = encodeHistories(network, *bench.prompt, bench.catalog, {},
                                           std::vector<std::vector<std::int32_t>>{one.history}, {})[0];
        double all = 0, own = 0;
        for (const auto row : candidates) {
            if (row != one.target && std::count(one.window.begin(), one.window.end(), row) > 0) continue;
            const double q = share[static_cast<std::size_t>(row)] / events;
            const double chance = 1 - std::exp(-static_cast<double>(cases.size()) * q);
            const double score = userP.dot(itemsRP[row]).item<double>() / 0.5;
            const double weight =
                std::exp(score) * bench.catalog.inputs.itemsOfRow[static_cast<std::size_t>(row)] / chance;
            all += weight;
            if (row == one.target) own = weight;
        }
        sum -= std::log(own / all);
    }
    COMPARE_NEAR(losses.userItem, sum / static_cast<double>(cases.size()), 2e-4);
}

TEST_CASE(gradientsAreTheSlopesOfTheLoss) {
    for (const bool isDebiased : {false, true}) {
        const Bench bench(evenSettings("both"));
        auto network = bench.network();
        network->train();
        const HeldOut split(bench.dataset.histories);
        VlmRecipe recipe;
        recipe.itemItem = recipe.userItem = 0.3;
        recipe.isDebiased = isDebiased;
        VlmStep step(network, *bench.prompt, bench.catalog, split, recipe, bench.users());
        expectGradients(network, step, stretches(4), 1);
    }
}

TEST_CASE(cachedProjectionsDropOutTheSameTwice) {
    auto settings = evenSettings("text");
    settings.rank = 4;
    settings.dropout = 0.3;
    const Bench bench(settings);
    auto network = bench.network();
    network->train();
    {
        const torch::NoGradGuard noGradient; // changes that begin as nothing drop nothing out
        for (const auto& entry : network->named_parameters())
            if (entry.key().ends_with("_up")) entry.value().normal_(0, 0.05);
    }
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    recipe.microBatch = 2;
    recipe.itemItem = recipe.userItem = 0.3;
    VlmStep step(network, *bench.prompt, bench.catalog, split, recipe, bench.users());
    const auto windows = stretches(5);
    const auto first = step.addGradients(windows, 1, 5, {}).total;
    network->zero_grad();
    VERIFY(std::abs(step.addGradients(windows, 1, 900, {}).total - first) > 1e-6); // other seeds drop out others
    network->zero_grad();
    expectGradients(network, step, windows, 5);
}

TEST_CASE(checkpointingKeepsNoBlocksInsides) {
    for (const bool recomputes : {false, true}) {
        LanguageModel model(checkpoints / "llama", LanguageModel::Weights::own);
        auto& network = model.network();
        network.recomputes = recomputes;
        for (auto [key, tensor] : model.weights()) tensor.requires_grad_();
        const auto hidden = network.run(torch::ones({1, 4, network.settings().width}), {}, nullptr);
        {
            const torch::NoGradGuard noGradient;
            auto weight = network.blocks.front().up.weight;
            weight.mul_(2); // autograd refuses where the old weight is needed
        }
        bool isRefused = false;
        try {
            hidden.sum().backward();
        } catch (const c10::Error&) {
            isRefused = true;
        }
        COMPARE(isRefused, !recomputes);
    }
}

TEST_CASE(checkpointingChangesNoGradient) {
    for (const int rank : {0, 4})
        for (const int microBatch : {8, 2}) {
            auto settings = evenSettings("both");
            settings.rank = rank;
            settings.dropout = rank > 0 ? 0.3 : 0;
            const Bench bench(settings);
            const HeldOut split(bench.dataset.histories);
            VlmRecipe recipe;
            recipe.microBatch = microBatch;
            recipe.itemItem = recipe.userItem = 0.3;
            const auto windows = stretches(5);
            const auto gradients = [&](bool recomputes) {
                auto network = bench.network();
                network->train();
                network->setRecomputing(recomputes);
                COMPARE(network->model().network().recomputes, recomputes);
                VlmStep(network, *bench.prompt, bench.catalog, split, recipe, bench.users())
                    .addGradients(windows, 1, 5, {});
                return gradientsOf(network);
            };
            const auto plain = gradients(false), again = gradients(true);
            VERIFY(plain.size() > 10);
            COMPARE(plain.size(), again.size());
            for (const auto& [name, due] : plain)
                VERIFY2(largestDifference(due, again.at(name)) <= 1e-6 * (1 + due.abs().max().item<double>()), name);
        }
}

TEST_CASE(accumulatedBatchesAreTheMeanOfTheirGradients) {
    const Bench bench(evenSettings("text"));
    auto network = bench.network();
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    VlmStep step(network, *bench.prompt, bench.catalog, split, recipe, bench.users());
    const auto windows = stretches(6);
    const auto first = std::span(windows).first(3), second = std::span(windows).last(3);
    const auto gradient = [&](std::span<const VlmWindow> batch) {
        step.addGradients(batch, 1, 1, {});
        return gradientsOf(network);
    };
    const auto one = gradient(first), other = gradient(second);
    step.addGradients(first, 0.5, 1, {});
    step.addGradients(second, 0.5, 1, {});
    for (const auto& [name, both] : gradientsOf(network))
        VERIFY2(largestDifference(both, (one.at(name) + other.at(name)) / 2) < 2e-6, name);
}

TEST_CASE(aSquareOfAPictureIsReadLikeAPicture) {
    torch::manual_seed(2);
    const auto encoder = makeSmallPictureEncoder({});
    const torch::NoGradGuard noGradient;
    const auto pixels = torch::randint(0, 256, {2, 64, 64, 3}, torch::kInt64).to(torch::kUInt8);
    VERIFY(largestDifference(encodeSquares(*encoder, pixels, 1).squeeze(1), encoder->encode(pixels)) == 0);
    const auto squares = encodeSquares(*encoder, pixels, 2);
    COMPARE(squares.size(1), std::int64_t(4));
    // Colours of the square at the top right are those of that part alone.
    const auto part = encoder->encode(pixels.slice(1, 0, 32).slice(2, 32, 64).contiguous());
    constexpr int colours = 125;
    VERIFY(largestDifference(squares.select(1, 1).slice(1, 0, colours), part.slice(1, 0, colours)) < 1e-5);
    VERIFY(largestDifference(squares.select(1, 0).slice(1, 0, colours), part.slice(1, 0, colours)) > 1e-2);
}

TEST_CASE(anItemTowerStandsStillAndComesBackWithTheModel) {
    const test::TemporaryFolder folder;
    const auto dataset = toy(60);
    TrainSettings item;
    item.name = "item";
    item.modality = "both";
    item.epochs = 1;
    item.device = "cpu";
    trainPixRec(
        dataset, item, folder / "item", [](const TrainPoint&) {}, oneThread());
    auto chosen = smallTraining("both", 2);
    chosen.settings = evenSettings("both");
    chosen.settings.pictureTower = "item-level";
    chosen.itemTower = folder / "item";
    chosen.tiny.shuffle = 2; // 2 x 2 tokens of a picture
    const auto result = train(dataset, chosen, folder / "model");
    VERIFY(result.curve.back().loss < result.curve.front().loss);
    const auto before = readTensorFile(folder / "item" / "model.safetensors");
    const auto after = readTensorFile(folder / "model" / "model.safetensors");
    int compared = 0;
    for (const auto& [name, tensor] : after.tensors)
        if (name.starts_with("picture_encoder.")) {
            VERIFY2(tensor.bytes == before.tensors.at(name).bytes, name);
            ++compared;
        }
    VERIFY(compared > 8);
    const auto model = VlmModel::load(folder / "model", {});
    model->prepare(dataset);
    model->encodeItems([](const Progress&) {}, {});
    std::vector<float> scores(dataset.itemCount());
    model->score(std::vector<HistoryView>{{dataset.histories.of({0}), true}}, scores, {});
    VERIFY(scores[0] != scores[1]); // one text in two colours: pictures tell them apart
}

TEST_CASE(aChatPromptPutsTheHistoryIntoTheUsersTurn) {
    Bench bench(settingsFor("text"));
    std::ofstream(bench.checkpoint / "chat_template.jinja")
        << "{% for message in messages %}<{{ message['role'] }}>{% for piece in message['content'] %}{% if "
           "piece['type'] == 'text' %}{{ piece['text'] }}{% endif %}{% endfor %}</{{ message['role'] }}>{% endfor %}"
           "{% if add_generation_prompt %}<assistant>{% endif %}";
    auto settings = bench.settings;
    settings.prompt = "chat";
    const VlmPrompt prompt(bench.checkpoint, settings);
    const auto catalog = prompt.catalog(bench.dataset);
    const auto text = prompt.decode(prompt.history(catalog, std::vector<std::int32_t>{0, 1}).ids);
    VERIFY2(text.starts_with("<user>this is the summary"), text);
    VERIFY2(text.ends_with("as follows.\n</user><assistant>"), text);
    auto network = bench.network();
    const HeldOut split(bench.dataset.histories);
    VlmRecipe recipe;
    const auto losses =
        VlmStep(network, prompt, catalog, split, recipe, bench.users()).addGradients(bench.windows(3), 1, 1, {});
    VERIFY(std::isfinite(losses.total) && losses.nextToken > 0);
}

TEST_CASE(networksWithAnOpenPrefixLearnByLowRankChanges) {
    // Gemma 2 with a SigLIP tower: everything before the target sees everything; sizes reduced, weights random.
    // The fixture has no tokenizer of its own and knows 150 tokens; its rows stand three times for more.
    const auto dataset = toy();
    const test::TemporaryFolder temporary;
    const auto folder = temporary / "paligemma2";
    std::filesystem::create_directories(folder);
    auto config = nlohmann::json::parse(std::ifstream(checkpoints / "paligemma2" / "config.json"));
    config["text_config"]["vocab_size"] = 450;
    config["text_config"]["max_position_embeddings"] = 1024;
    std::ofstream(folder / "config.json") << config.dump();
    auto weights = readTensorFile(checkpoints / "paligemma2" / "model.safetensors");
    for (auto& [name, tensor] : weights.tensors) {
        if (!name.ends_with("embed_tokens.weight")) continue;
        const auto rows = tensor.bytes;
        for (int more = 0; more < 2; ++more) tensor.bytes.insert(tensor.bytes.end(), rows.begin(), rows.end());
        tensor.shape[0] *= 3;
    }
    writeTensorFile(folder / "model.safetensors", weights);
    auto sizes = test::toySizes();
    sizes.vocabulary = 400;
    sizes.patch = 4;
    sizes.pictureSide = static_cast<int>(LanguageModelSettings::read(folder).tower->side);
    writeTinyBackbone(temporary / "tiny", sizes, test::wordsOf(dataset), 1);
    for (const char* file : {"tokenizer.json", "preprocessor_config.json"})
        std::filesystem::copy(temporary / "tiny" / file, folder / file);
    for (const char* modality : {"text", "both"}) {
        auto settings = settingsFor(modality);
        settings.rank = 2;
        settings.textTokens = 12;
        const VlmPrompt prompt(folder, settings);
        const auto catalog = prompt.catalog(dataset);
        torch::manual_seed(7);
        VlmNetwork network(folder, settings, VlmNetworkImpl::Backbone::trained);
        network->train();
        {
            const torch::NoGradGuard noGradient;
            for (const auto& entry : network->named_parameters())
                if (entry.key().ends_with("_up")) entry.value().normal_(0, 0.05);
        }
        network->keepPictures(catalog.inputs, std::int64_t{1} << 30, {});
        const HeldOut split(dataset.histories);
        VlmRecipe recipe;
        recipe.itemItem = recipe.userItem = 0.3;
        VlmStep step(network, prompt, catalog, split, recipe, static_cast<std::int64_t>(dataset.histories.userCount()));
        std::mt19937_64 random(3);
        const std::vector windows{drawWindow({0}, 4, 5, random), drawWindow({1}, 4, 5, random)};
        expectGradients(network, step, windows, 1);
        settings.prompt = "even"; // which needs that no token sees a later one
        VlmNetwork even(folder, settings, VlmNetworkImpl::Backbone::trained);
        THROWS_ERROR(VlmStep(even, prompt, catalog, split, recipe, 1), ErrorKind::invalidInput);
    }
}
