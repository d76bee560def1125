#include "core/model_import/id_mapping.h"
#include "core/array_files/npy.h"
#include "core/base/error.h"
#include "core/importers/csv_reader.h"
#include "core/importers/import_report.h"
#include "core/recommenders/brought_folder.h"
#include "core/workspace/id_rules.h"
#include "core/workspace/workspace.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <unordered_set>

namespace core {

namespace {

constexpr std::size_t examples = 10;

void requireWhole(const LineReader& lines, const std::filesystem::path& file) {
    if (!lines.damage().empty())
        throw Error(ErrorKind::corrupt, fmt::format("read {}: line {}: {}; copy, download or pack the file again",
                                                    file.string(), lines.lineNumber(), lines.damage()));
}

std::vector<std::string> textLines(const std::filesystem::path& file) {
    LineReader lines(file);
    if (lines.isUtf16())
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: it is UTF-16; save it as UTF-8", file.string()));
    std::vector<std::string> ids;
    for (auto read = lines.next(); read != LineReader::Read::end; read = lines.next()) {
        auto line = lines.line();
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (read == LineReader::Read::tooLong || !isValidUtf8(line))
            throw Error(ErrorKind::invalidInput,
                        fmt::format("read {}: line {} is {}", file.string(), lines.lineNumber(),
                                    read == LineReader::Read::tooLong ? "too long for an id" : "not UTF-8"));
        ids.emplace_back(line);
    }
    requireWhole(lines, file);
    return ids;
}

std::vector<std::string> csvColumn(const std::filesystem::path& file) {
    LineReader lines(file);
    CsvReader csv(lines);
    const auto fail = [&](const std::string& why) {
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: line {}: {}", file.string(), csv.lineNumber(), why));
    };
    if (csv.next() != CsvReader::Read::row) fail("there is no header");
    const auto header = csv.fields();
    std::size_t column = header.size();
    for (std::size_t at = 0; at < header.size(); ++at)
        if (header[at] == "item_id" || header[at] == "user_id" || header[at] == "id") column = at;
    if (header.size() == 1) column = 0;
    if (column == header.size()) fail("there is no column item_id, user_id or id");
    const auto width = header.size();
    std::vector<std::string> ids;
    for (auto read = csv.next(); read != CsvReader::Read::end; read = csv.next()) {
        if (read == CsvReader::Read::bad) fail(csv.problem().why);
        if (csv.fields().size() != width) fail(fmt::format("{} fields where {} are due", csv.fields().size(), width));
        if (!isValidUtf8(csv.fields()[column])) fail("the id is not UTF-8");
        ids.emplace_back(csv.fields()[column]);
    }
    requireWhole(lines, file);
    return ids;
}

std::vector<std::string> numbersAsTexts(const std::filesystem::path& file, const NpyArray& array) {
    const auto& bytes = array.numbers.bytes;
    std::vector<std::string> ids;
    const auto add = [&]<class Number>(Number) {
        for (std::size_t at = 0; at < bytes.size(); at += sizeof(Number)) {
            Number number;
            std::memcpy(&number, bytes.data() + at, sizeof number);
            ids.push_back(std::to_string(number));
        }
    };
    if (array.numbers.dtype == "I64")
        add(std::int64_t{});
    else if (array.numbers.dtype == "I32")
        add(std::int32_t{});
    else if (array.numbers.dtype == "U64")
        add(std::uint64_t{});
    else if (array.numbers.dtype == "U32")
        add(std::uint32_t{});
    else
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: ids of {} are not read; save array.astype('str')",
                                                         file.string(), array.numbers.dtype));
    return ids;
}

} // namespace

std::vector<std::string> idsOf(const std::filesystem::path& file, const NpyArray& array) {
    if (array.numbers.shape.size() != 1)
        throw Error(ErrorKind::invalidInput, fmt::format("read {}: ids are a plain list, not an array of {} sides",
                                                         file.string(), array.numbers.shape.size()));
    auto ids = array.isText() ? array.texts : numbersAsTexts(file, array);
    for (std::size_t at = 0; at < ids.size(); ++at)
        if (!isValidUtf8(ids[at]))
            throw Error(ErrorKind::invalidInput, fmt::format("read {}: id {} is not UTF-8", file.string(), at + 1));
    return ids;
}

std::vector<std::string> readIdFile(const std::filesystem::path& file) {
    const auto kind = file.extension();
    if (kind == ".json") return readIds(file);
    if (kind == ".npy") return idsOf(file, readNpyFile(file));
    if (kind == ".csv") return csvColumn(file);
    if (kind == ".txt") return textLines(file);
    throw Error(ErrorKind::invalidInput,
                fmt::format("read ids {}: a list of ids is a .txt, .json, .npy or .csv file", file.string()));
}

KnownIds knownItems(Workspace& workspace) {
    auto& catalog = workspace.catalog();
    const auto textOf = [&catalog](std::int32_t item) { return catalog.item({item}).text; };
    return {catalog.itemCount(),
            [&catalog](std::string_view id) -> std::optional<std::int32_t> {
                const auto found = catalog.find(id);
                return found ? std::optional(found->value) : std::nullopt;
            },
            [textOf](std::int32_t item) { return textOf(item).title; },
            [textOf](std::int32_t item) { return textOf(item).id; }};
}

KnownIds knownUsers(Workspace& workspace) {
    auto& users = workspace.interactions();
    return {users.userCount(),
            [&users](std::string_view id) -> std::optional<std::int32_t> {
                const auto found = users.find(id);
                return found ? std::optional(found->value) : std::nullopt;
            },
            [](std::int32_t) { return std::string(); }, [&users](std::int32_t user) { return users.user({user}).id; }};
}

IdMapping mapIds(std::span<const std::string> ids, const KnownIds& known) {
    IdMapping mapping;
    mapping.rows = static_cast<std::int64_t>(ids.size());
    mapping.inWorkspace = known.count;
    std::vector<bool> isMatched(static_cast<std::size_t>(known.count));
    std::unordered_set<std::string_view> seen;
    seen.reserve(ids.size());
    const auto keep = [](std::vector<std::string>& into, const std::string& id) {
        if (into.size() < examples) into.push_back(id);
    };
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const auto& id = ids[row];
        const auto place = known.find(id);
        if (!seen.insert(id).second) {
            ++mapping.duplicates;
            keep(mapping.duplicateExamples, id);
        } else if (place) {
            ++mapping.matched;
            isMatched[static_cast<std::size_t>(*place)] = true;
        } else {
            ++mapping.unknown;
            keep(mapping.unknownExamples, id);
        }
        const bool isFirst = row < examples;
        if (isFirst || row + examples >= ids.size())
            (isFirst ? mapping.first : mapping.last)
                .push_back({static_cast<std::int64_t>(row), id, place.has_value(),
                            place ? known.title(*place) : std::string()});
    }
    mapping.missing = mapping.inWorkspace - mapping.matched;
    for (std::size_t at = 0; at < isMatched.size() && mapping.missingExamples.size() < examples; ++at)
        if (!isMatched[at]) mapping.missingExamples.push_back(known.id(static_cast<std::int32_t>(at)));
    return mapping;
}

} // namespace core
