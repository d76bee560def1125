#include "core/model_import/list_file.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/importers/csv_reader.h"
#include "core/importers/import_report.h"
#include "core/workspace/id_rules.h"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace core {

namespace {

/// Numbers ids in order of first appearance.
class IdNumbers {
public:
    std::int64_t of(std::string_view id) {
        const auto [entry, isNew] = numbers_.try_emplace(std::string(id), static_cast<std::int64_t>(ids.size()));
        if (isNew) ids.emplace_back(id);
        return entry->second;
    }
    std::vector<std::string> ids;

private:
    std::unordered_map<std::string, std::int64_t> numbers_;
};

struct Entry {
    std::int64_t user = 0, item = 0;
    float score = 0;
};

struct Columns {
    std::size_t user = 0, item = 0, value = 0, count = 0;
    bool isRank = false;
};

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

class ListReader {
public:
    ListReader(const std::filesystem::path& file, ModelFindings& findings)
        : file_(file.string()), findings_(findings), lines_(file), csv_(lines_) {}

    BroughtLists read(const std::stop_token& stop) {
        if (lines_.isUtf16()) {
            findings_.error({.file = file_, .what = "it is UTF-16; save it as UTF-8"});
            return {};
        }
        const auto columns = readHeader();
        if (!columns) return {};
        std::int64_t rows = 0;
        for (auto read = csv_.next(); read != CsvReader::Read::end; read = csv_.next()) {
            if (++rows % 4096 == 0) throwIfStopped(stop, "read score lists");
            if (read == CsvReader::Read::bad) {
                fail(csv_.problem().column, csv_.problem().why);
                if (csv_.problem().endsFile) break;
            } else {
                readRow(*columns);
            }
        }
        if (!lines_.damage().empty())
            findings_.error({.file = file_, .line = lines_.lineNumber(), .what = lines_.damage()});
        if (entries_.empty() && !findings_.hasErrors())
            findings_.error({.file = file_, .what = "there is no row below the header"});
        return lists();
    }

private:
    void fail(std::int64_t column, const std::string& what) {
        findings_.error({.file = file_, .line = csv_.lineNumber(), .column = column, .what = what});
    }

    std::optional<Columns> readHeader() {
        if (csv_.next() != CsvReader::Read::row) {
            findings_.error({.file = file_,
                             .line = 1,
                             .what = "there is no header: the first line is user,item,rank or "
                                     "user,item,score"});
            return {};
        }
        const auto fields = csv_.fields();
        const auto find = [&](std::initializer_list<std::string_view> names) {
            for (const auto name : names)
                for (std::size_t at = 0; at < fields.size(); ++at)
                    if (lowerCase(fields[at]) == name) return at;
            return fields.size();
        };
        Columns columns{find({"user", "user_id"}), find({"item", "item_id"}), find({"rank"}), fields.size(), true};
        if (columns.value == fields.size()) {
            columns.value = find({"score"});
            columns.isRank = false;
        }
        const std::pair<std::size_t, const char*> needed[] = {
            {columns.user, "user (or user_id)"}, {columns.item, "item (or item_id)"}, {columns.value, "rank or score"}};
        for (const auto& [place, name] : needed)
            if (place == fields.size())
                findings_.error({.file = file_,
                                 .line = csv_.lineNumber(),
                                 .what = fmt::format("the header has no column {}", name)});
        if (findings_.hasErrors()) return {};
        return columns;
    }

    void readRow(const Columns& columns) {
        const auto fields = csv_.fields();
        if (fields.size() != columns.count)
            return fail(0, fmt::format("{} fields where the header has {}", fields.size(), columns.count));
        for (const auto place : {columns.user, columns.item})
            if (fields[place].empty() || !isValidUtf8(fields[place]))
                return fail(static_cast<std::int64_t>(place) + 1,
                            fields[place].empty() ? "the id is empty" : "the id is not UTF-8");
        const auto score = readScore(fields[columns.value], columns);
        if (!score) return;
        entries_.push_back({users_.of(fields[columns.user]), items_.of(fields[columns.item]), *score});
    }

    std::optional<float> readScore(std::string_view text, const Columns& columns) {
        const auto column = static_cast<std::int64_t>(columns.value) + 1;
        const char* const end = text.data() + text.size();
        if (columns.isRank) {
            std::int64_t rank = 0;
            const auto [stop, error] = std::from_chars(text.data(), end, rank);
            if (error == std::errc() && stop == end && rank >= 1) return 1.0F / static_cast<float>(rank);
            fail(column, fmt::format("{} is no rank; ranks are whole numbers from 1", inQuotes(text)));
            return {};
        }
        double score = 0;
        const auto [stop, error] = std::from_chars(text.data(), end, score);
        if (error == std::errc() && stop == end && std::isfinite(static_cast<float>(score)))
            return static_cast<float>(score);
        fail(column, fmt::format("{} is no finite score; write it like 0.25", inQuotes(text)));
        return {};
    }

    /// By user in order of first appearance, best first; equal scores as in the file.
    BroughtLists lists() {
        std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
            return a.user != b.user ? a.user < b.user : a.score > b.score;
        });
        BroughtLists lists;
        lists.itemIds = items_.ids;
        lists.userIds = users_.ids;
        std::unordered_set<std::int64_t> listed;
        std::int64_t twice = 0;
        for (std::size_t at = 0; at < entries_.size(); ++at) {
            const auto& entry = entries_[at];
            if (!listed.insert(entry.item).second && twice++ == 0)
                findings_.error({.file = file_,
                                 .what = fmt::format("shopper {} has product {} twice; each may stand in a list once",
                                                     inQuotes(users_.ids[static_cast<std::size_t>(entry.user)]),
                                                     inQuotes(items_.ids[static_cast<std::size_t>(entry.item)]))});
            lists.items.push_back(entry.item);
            lists.scores.push_back(entry.score);
            if (at + 1 == entries_.size() || entries_[at + 1].user != entry.user) {
                lists.begin.push_back(static_cast<std::int64_t>(lists.items.size()));
                listed.clear();
            }
        }
        if (twice > 1) findings_.error({.file = file_, .what = fmt::format("{} such pairs in all", twice)});
        return lists;
    }

    std::string file_;
    ModelFindings& findings_;
    LineReader lines_;
    CsvReader csv_;
    IdNumbers users_, items_;
    std::vector<Entry> entries_;
};

} // namespace

BroughtLists readListFile(const std::filesystem::path& file, ModelFindings& findings, const std::stop_token& stop) {
    return ListReader(file, findings).read(stop);
}

} // namespace core
