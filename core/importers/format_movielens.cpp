#include "core/importers/catalog_format.h"
#include "core/importers/line_reader.h"
#include "core/workspace/id_rules.h"
#include <algorithm>
#include <array>

namespace core {

namespace {

/// u.item as its README has them; the last 19 fields are genres.
constexpr std::array<std::string_view, 19> genres100K{"unknown",   "Action",   "Adventure",   "Animation", "Children's",
                                                      "Comedy",    "Crime",    "Documentary", "Drama",     "Fantasy",
                                                      "Film-Noir", "Horror",   "Musical",     "Mystery",   "Romance",
                                                      "Sci-Fi",    "Thriller", "War",         "Western"};

const FileSample* named(const FormatInput& input, std::string_view name) {
    const auto found = std::find_if(input.samples.begin(), input.samples.end(),
                                    [&](const FileSample& sample) { return sample.name == name; });
    return found == input.samples.end() ? nullptr : &*found;
}

/// The files are Latin-1, and copies of them sometimes UTF-8: that is taken where the sample is, and not just ASCII.
TextEncoding encodingOf(const FileSample& sample) {
    bool isAscii = true;
    for (const auto& line : sample.lines) {
        if (!isValidUtf8(line)) return TextEncoding::latin1;
        for (const char c : line) isAscii = isAscii && static_cast<unsigned char>(c) < 0x80;
    }
    return isAscii ? TextEncoding::latin1 : TextEncoding::utf8;
}

PlannedFile ratings(const FileSample& sample, TableForm form) {
    PlannedFile file = plannedAs(sample, FileRole::events,
                                 {{"user", ColumnRole::user},
                                  {"item", ColumnRole::item},
                                  {"rating", ColumnRole::rating},
                                  {"timestamp", ColumnRole::time}});
    file.table = std::move(form);
    file.columns = {"user", "item", "rating", "timestamp"};
    return file;
}

} // namespace

/// u.data: user, item, rating, seconds, by tabs. u.item: by "|", Latin-1, a 0 or 1 for each genre.
std::optional<ImportPlan> proposeMovieLens100K(const FormatInput& input) {
    const FileSample* const data = named(input, "u.data");
    const FileSample* const items = named(input, "u.item");
    if (!data && !items) return std::nullopt;
    ImportPlan plan;
    plan.score = data && items ? 97 : 80;
    if (items) {
        PlannedFile file = plannedAs(*items, FileRole::items,
                                     {{"movie id", ColumnRole::item},
                                      {"movie title", ColumnRole::title},
                                      {"release date", ColumnRole::extra},
                                      {"video release date", ColumnRole::none},
                                      {"imdb url", ColumnRole::none}});
        file.table = {"|", false, false};
        file.encoding = encodingOf(*items);
        file.columns = {"movie id", "movie title", "release date", "video release date", "imdb url"};
        file.flagNames = {genres100K.begin(), genres100K.end()};
        file.columns.insert(file.columns.end(), genres100K.begin(), genres100K.end());
        plan.files.push_back(std::move(file));
    }
    if (data) plan.files.push_back(ratings(*data, {"\t", false, false}));
    return completed(std::move(plan), input, PictureRule::byId);
}

/// ratings.dat: user::item::rating::seconds. movies.dat: id::title::genre|genre, Latin-1 in 1M, UTF-8 in 10M.
std::optional<ImportPlan> proposeMovieLens1M(const FormatInput& input) {
    const FileSample* const data = named(input, "ratings.dat");
    const FileSample* const items = named(input, "movies.dat");
    const bool isOurs = (data && data->form.separator == "::") || (items && items->form.separator == "::");
    if (!isOurs) return std::nullopt;
    ImportPlan plan;
    plan.score = data && items ? 97 : 80;
    if (items) {
        PlannedFile file =
            plannedAs(*items, FileRole::items,
                      {{"movie id", ColumnRole::item}, {"title", ColumnRole::title}, {"genres", ColumnRole::category}});
        file.table = {"::", false, false};
        file.encoding = encodingOf(*items);
        file.columns = {"movie id", "title", "genres"};
        file.listSeparator = '|';
        plan.files.push_back(std::move(file));
    }
    if (data) plan.files.push_back(ratings(*data, {"::", false, false}));
    return completed(std::move(plan), input, PictureRule::byId);
}

/// ratings.csv and movies.csv with headers, UTF-8: 20M, 25M, 32M, latest, latest-small.
std::optional<ImportPlan> proposeMovieLensCsv(const FormatInput& input) {
    ImportPlan plan;
    for (const auto& sample : input.samples) {
        if (sample.hasColumns({"movieid", "title", "genres"})) {
            PlannedFile file = plannedAs(
                sample, FileRole::items,
                {{"movieid", ColumnRole::item}, {"title", ColumnRole::title}, {"genres", ColumnRole::category}});
            file.listSeparator = '|';
            plan.files.insert(plan.files.begin(), std::move(file));
        } else if (sample.hasColumns({"userid", "movieid", "rating", "timestamp"})) {
            plan.files.push_back(plannedAs(sample, FileRole::events,
                                           {{"userid", ColumnRole::user},
                                            {"movieid", ColumnRole::item},
                                            {"rating", ColumnRole::rating},
                                            {"timestamp", ColumnRole::time}}));
        }
    }
    if (plan.files.empty()) return std::nullopt;
    plan.score = plan.hasItems() && plan.hasEvents() ? 97 : 70;
    return completed(std::move(plan), input, PictureRule::byId);
}

} // namespace core
