#include "core/importers/catalog_format.h"
#include "tests/fuzz/fuzz_input.h"

/// Recognising a format reads whatever a file holds; the first byte chooses what it is called.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count == 0) return 0;
    const char* const names[] = {"a.csv", "u.item", "movies.dat", "a.txt", "microlens_pairs.csv", "a.jsonl", "a.inter"};
    core::FormatInput input;
    input.samples.push_back(core::sampleOfText(fuzz::textOf(bytes + 1, count - 1), names[bytes[0] % std::size(names)]));
    for (const auto propose :
         {core::proposeUniform, core::proposeAmazon2018, core::proposeAmazon2023, core::proposeRecBole,
          core::proposeMovieLens100K, core::proposeMovieLens1M, core::proposeMovieLensCsv, core::proposeHm,
          core::proposeMicroLens, core::proposeOpenECommerce, core::proposeSequences, core::proposePairs,
          core::proposeTable})
        if (const auto plan = propose(input)) fuzz::require(plan->score > 0 && !plan->files.empty());
    return 0;
}
