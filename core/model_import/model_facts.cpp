#include "core/model_import/model_facts.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include <algorithm>
#include <fstream>
#include <iterator>

namespace core {

namespace {

std::string readText(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void addArrays(const std::filesystem::path& file, std::vector<ArrayFact>& arrays) {
    try {
        for (const auto& [name, tensor] : readTensorHeader(file).tensors)
            arrays.push_back({name, tensor.dtype, tensor.shape});
    } catch (const Error&) { // damaged: see modelFacts()
    }
}

} // namespace

std::int64_t ModelFacts::bytes() const {
    std::int64_t sum = 0;
    for (const auto& file : files) sum += file.bytes;
    return sum;
}

ModelFacts modelFacts(const std::filesystem::path& folder) {
    ModelFacts facts;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        std::error_code notAFile;
        const auto bytes = entry->file_size(notAFile);
        if (notAFile) continue;
        facts.files.push_back({entry->path().filename().string(), static_cast<std::int64_t>(bytes)});
        if (entry->path().extension() == ".safetensors") addArrays(entry->path(), facts.arrays);
    }
    std::sort(facts.files.begin(), facts.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    facts.json = readText(folder / "model.json");
    facts.readme = readText(folder / "README.md");
    return facts;
}

} // namespace core
