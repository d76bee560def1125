#include "core/model_import/vector_files.h"
#include "core/array_files/float_rows.h"
#include "core/array_files/npy.h"
#include "core/base/error.h"
#include "core/importers/import_report.h"
#include "core/model_import/id_mapping.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

namespace fs = std::filesystem;

/// What one file holds: arrays of numbers by name, lists of ids by name.
struct Contents {
    std::map<std::string, StoredTensor> arrays;
    std::map<std::string, std::vector<std::string>> ids;
};

Contents readNumPy(const fs::path& file) {
    auto arrays = file.extension() == ".npz" ? readNpzFile(file) : std::map<std::string, NpyArray>{};
    if (file.extension() == ".npy") arrays.emplace("", readNpyFile(file));
    Contents contents;
    for (auto& [name, array] : arrays)
        if (name.ends_with("_ids") || array.isText())
            contents.ids.emplace(name, idsOf(file, array));
        else
            contents.arrays.emplace(name, std::move(array.numbers));
    return contents;
}

Contents readSafetensors(const fs::path& file) {
    auto read = readTensorFile(file);
    Contents contents{std::move(read.tensors), {}};
    for (const auto& [key, text] : read.metadata) {
        if (!key.ends_with("_ids")) continue;
        const auto list = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
        const bool isList =
            list.is_array() && std::all_of(list.begin(), list.end(), [](const auto& id) { return id.is_string(); });
        if (!isList)
            throw Error(ErrorKind::invalidInput, fmt::format("read {}: metadata \"{}\" is not a JSON list of texts; "
                                                             "write json.dumps([str(id) for id in ids])",
                                                             file.string(), key));
        contents.ids.emplace(key, list.get<std::vector<std::string>>());
    }
    return contents;
}

Contents readContents(const fs::path& file) {
    if (file.extension() == ".safetensors") return readSafetensors(file);
    return readNumPy(file);
}

/// The array called `wanted`, or the only one with two sides.
std::string chooseArray(const fs::path& file, const Contents& contents, const std::string& wanted) {
    if (contents.arrays.contains(wanted)) return wanted;
    std::vector<std::string> names;
    for (const auto& [name, array] : contents.arrays)
        if (array.shape.size() == 2) names.push_back(name);
    if (names.size() == 1) return names[0];
    std::vector<std::string> all;
    for (const auto& [name, array] : contents.arrays) all.push_back(inQuotes(name));
    throw Error(
        ErrorKind::invalidInput,
        fmt::format("read {}: {}; name the one to be used \"{}\" (there is: {})", file.string(),
                    names.empty() ? "it has no array of rows and columns" : "several arrays could be the vectors",
                    wanted, all.empty() ? "nothing" : fmt::format("{}", fmt::join(all, ", "))));
}

VectorTable tableOf(const fs::path& file, const Contents& contents, const std::string& name,
                    std::vector<ArrayFact>& arrays) {
    const auto& tensor = contents.arrays.at(name);
    arrays.push_back({name.empty() ? file.filename().string() : name, tensor.dtype, tensor.shape});
    if (tensor.shape.size() != 2)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("read {}: vectors are an array of rows and columns; this one has the shape ({})",
                                file.string(), fmt::join(tensor.shape, ", ")));
    constexpr std::int64_t widest = 65536;
    if (tensor.shape[0] < 1 || tensor.shape[1] < 1 || tensor.shape[1] > widest)
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: {} vectors of {} numbers cannot be used",
                                                         file.string(), tensor.shape[0], tensor.shape[1]));
    return {tensor.shape[0], static_cast<int>(tensor.shape[1]), toFloats(file.string(), tensor)};
}

/// As asked for, else in the file of the vectors, else beside it as an export writes it.
std::vector<std::string> findIds(const fs::path& asked, const fs::path& file, const Contents& contents,
                                 const std::string& key, const char* besideSuffix) {
    if (!asked.empty()) return readIdFile(asked);
    if (const auto found = contents.ids.find(key); found != contents.ids.end()) return found->second;
    auto beside = file;
    beside.replace_extension(besideSuffix);
    return fs::exists(beside) ? readIds(beside) : std::vector<std::string>{};
}

void checkRows(const std::string& file, const VectorTable& table, const std::vector<std::string>& ids,
               const char* whose, ModelFindings& findings) {
    if (!ids.empty() && table.rows != static_cast<std::int64_t>(ids.size()))
        findings.error({.file = file,
                        .what = fmt::format("{} {} vectors, but {} ids: each row needs one id, in the same "
                                            "order",
                                            table.rows, whose, ids.size())});
    std::int64_t bad = 0, firstBad = -1, zeros = 0;
    for (std::int64_t row = 0; row < table.rows; ++row) {
        const auto vector = table.row(row);
        if (!std::all_of(vector.begin(), vector.end(), [](float value) { return std::isfinite(value); })) {
            if (bad++ == 0) firstBad = row;
        } else if (std::all_of(vector.begin(), vector.end(), [](float value) { return value == 0; })) {
            ++zeros;
        }
    }
    const auto name = [&ids](std::int64_t row) {
        const auto slot = static_cast<std::size_t>(row);
        return slot < ids.size() ? fmt::format(" ({})", inQuotes(ids[slot])) : std::string();
    };
    if (bad > 0)
        findings.error({.file = file,
                        .what = fmt::format("{} of {} {} vectors hold NaN or infinite numbers, the first in "
                                            "row {}{}; mend or leave out those rows",
                                            bad, table.rows, whose, firstBad + 1, name(firstBad))});
    if (zeros > 0)
        findings.warning({.file = file,
                          .what = fmt::format("{} of {} {} vectors are all zeros: they score 0 for "
                                              "everything",
                                              zeros, table.rows, whose)});
}

} // namespace

BroughtVectors readVectorFiles(const AddModelRequest& request, ModelFindings& findings,
                               std::vector<ArrayFact>& arrays) {
    BroughtVectors vectors;
    const auto contents = readContents(request.file);
    vectors.items = tableOf(request.file, contents, chooseArray(request.file, contents, "item_vectors"), arrays);
    vectors.itemIds = findIds(request.itemIds, request.file, contents, "item_ids", ".items.json");
    const bool hasOwnUsers = !request.userVectors.empty();
    if (!hasOwnUsers && !contents.arrays.contains("user_vectors")) {
        if (!request.userIds.empty())
            findings.error({.file = request.userIds.string(),
                            .what = "there are ids of shoppers, but no vectors for them: give a file of user vectors"});
        return vectors;
    }
    const auto& file = hasOwnUsers ? request.userVectors : request.file;
    const auto own = hasOwnUsers ? readContents(file) : Contents{};
    const auto& users = hasOwnUsers ? own : contents;
    vectors.users = tableOf(file, users, chooseArray(file, users, "user_vectors"), arrays);
    vectors.userIds = findIds(request.userIds, file, users, "user_ids", ".users.json");
    if (vectors.userIds.empty())
        findings.error({.file = file.string(),
                        .what = "it is not known whose the user vectors are: give a list of shopper ids, one a row"});
    return vectors;
}

void checkVectors(const AddModelRequest& request, const BroughtVectors& vectors, ModelFindings& findings) {
    const auto file = request.file.string();
    checkRows(file, vectors.items, vectors.itemIds, "item", findings);
    if (vectors.users.rows == 0) return;
    const auto userFile = request.userVectors.empty() ? file : request.userVectors.string();
    checkRows(userFile, vectors.users, vectors.userIds, "user", findings);
    if (vectors.users.width != vectors.items.width)
        findings.error({.file = userFile,
                        .what = fmt::format("item vectors have {} numbers, user vectors {}: they must be "
                                            "of one space",
                                            vectors.items.width, vectors.users.width)});
}

} // namespace core
