#include "core/text/pretrained_tokenizer.h"
#include <cstring>
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

// bench_tokenize TOKENIZER.json TEXTS ROUNDS: one thread; TEXTS as in tests/data/hf/tokenizers/texts.gz, unpacked.
// compare_tokenizers.py runs it beside the reference.
int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "bench_tokenize TOKENIZER.json TEXTS ROUNDS\n";
        return 2;
    }
    const auto tokenizer = core::PretrainedTokenizer::load(argv[1]);
    std::ifstream stream(argv[2], std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    std::vector<std::string> texts;
    std::size_t textBytes = 0;
    for (std::size_t at = 0; at + 4 <= bytes.size();) {
        std::uint32_t length = 0;
        std::memcpy(&length, bytes.data() + at, 4);
        texts.push_back(bytes.substr(at + 4, length));
        textBytes += length;
        at += 4 + length;
    }
    nlohmann::json result{{"texts", texts.size()}, {"bytes", textBytes}, {"model", tokenizer->modelName()}};
    for (const bool wantsSpans : {true, false}) {
        std::size_t tokens = 0;
        double best = 1e9;
        for (int round = 0; round < std::stoi(argv[3]); ++round) {
            const auto start = std::clock();
            tokens = 0;
            for (const auto& text : texts) tokens += tokenizer->encode(text, {.wantsSpans = wantsSpans}).ids.size();
            best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
        }
        result[wantsSpans ? "spans" : "ids"] = {
            {"tokens", tokens}, {"cpuSeconds", best}, {"tokensPerCpuSecond", static_cast<double>(tokens) / best}};
    }
    std::cout << result.dump() << '\n';
}
