#include "core/backbones/item_encoders.h"
#include "core/backbones/pretrained_decoder.h"
#include "core/checkpoints/backbone_card.h"
#include "core/tensors/device.h"
#include <chrono>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

// bench_backbones generate FOLDER PROMPT NEW: prompt and generation tokens per second of a language network.
// bench_backbones encode FOLDER TEXTS: texts per second of a text encoder; TEXTS has one a line.
// One thread; the best of three rounds; peak memory of the process. compare_transformers.py runs it beside the
// reference.
namespace {

struct Timing {
    double wall = 1e9, cpu = 1e9;
};

template <class Work>
Timing bestOfThree(Work work) {
    Timing best;
    for (int round = 0; round < 3; ++round) {
        const auto wall = std::chrono::steady_clock::now();
        const auto cpu = std::clock();
        work();
        best.cpu = std::min(best.cpu, static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
        best.wall = std::min(best.wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count());
    }
    return best;
}

std::int64_t peakBytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss * std::int64_t{1024};
}

nlohmann::json rate(double count, const Timing& timing) {
    return {{"per_second", count / timing.wall}, {"per_cpu_second", count / timing.cpu}};
}

} // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    if (!(what == "generate" && argc == 5) && !(what == "encode" && argc == 4)) {
        std::cerr << "bench_backbones generate FOLDER PROMPT NEW | encode FOLDER TEXTS\n";
        return 2;
    }
    core::setComputeThreads(1);
    const auto card = core::readBackboneCard(argv[2]);
    nlohmann::json result{{"weights_bytes", card.computeBytes}, {"before_bytes", peakBytes()}};
    if (what == "generate") {
        const auto network = core::PretrainedDecoder::load(argv[2]);
        std::vector<std::int32_t> prompt;
        for (int i = 0; i < std::stoi(argv[3]); ++i)
            prompt.push_back(static_cast<std::int32_t>(3 + i * 7919 % (network->vocabularySize() - 3)));
        const int count = std::stoi(argv[4]);
        const auto first = bestOfThree([&] { network->generate(prompt, {.mostTokens = 1}); });
        std::size_t written = 0;
        const auto all = bestOfThree([&] { written = network->generate(prompt, {.mostTokens = count}).ids.size(); });
        result["prompt"] = rate(static_cast<double>(prompt.size()), first);
        result["generation"] = rate(static_cast<double>(written - 1), {all.wall - first.wall, all.cpu - first.cpu});
        result["written"] = written;
    } else {
        const auto encoder = core::ItemTextEncoder::load(argv[2]);
        std::ifstream stream(argv[3]);
        std::vector<std::string> texts;
        for (std::string line; std::getline(stream, line);) texts.push_back(line);
        result["texts"] = rate(static_cast<double>(texts.size()), bestOfThree([&] { encoder.encode(texts); }));
    }
    result["peak_bytes"] = peakBytes();
    result["peak_over_weights"] = static_cast<double>(peakBytes() - result["before_bytes"].get<std::int64_t>()) /
                                  static_cast<double>(card.computeBytes);
    std::cout << result.dump() << '\n';
}
