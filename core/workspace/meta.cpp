#include "core/workspace/meta.h"
#include "core/storage/database.h"
#include <fmt/format.h>
#include <optional>
#include <utility>

namespace core {

namespace {

/// Each number of a summary under its key, for reading and writing alike.
template <class Summary, class Visit>
void visitNumbers(Summary& summary, Visit visit) {
    visit("items", summary.items);
    visit("items_without_picture", summary.itemsWithoutPicture);
    visit("items_without_text", summary.itemsWithoutText);
    visit("items_without_price", summary.itemsWithoutPrice);
    visit("users", summary.users);
    visit("events", summary.events);
    visit("text_twins", summary.textTwins);
}

} // namespace

void writeMeta(Database& database, std::string_view key, std::string_view value) {
    SQLite::Statement statement = database.prepare("INSERT INTO meta (key, value) VALUES (:key, :value) "
                                                   "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    statement.bind(":key", std::string(key));
    statement.bind(":value", std::string(value));
    statement.exec();
}

void writeSummary(Database& database, const WorkspaceSummary& summary) {
    visitNumbers(summary,
                 [&](const char* key, std::int64_t number) { writeMeta(database, key, std::to_string(number)); });
    writeMeta(database, "has_times", summary.hasTimes ? "1" : "0");
    writeMeta(database, "is_simulated", summary.isSimulated ? "1" : "0");
    writeMeta(database, "catalog_hash", summary.catalogHash);
    writeMeta(database, "source", summary.source);
    if (!summary.provenance.empty()) writeMeta(database, "provenance", summary.provenance);
}

WorkspaceSummary readSummary(Database& database) {
    const std::string what = fmt::format("open {}", database.file().string());
    return translatingErrors(what, [&] {
        SQLite::Statement statement = database.prepare("SELECT value FROM meta WHERE key = :key");
        const auto valueIfThere = [&](const char* key) {
            statement.reset();
            statement.bind(":key", key);
            return statement.executeStep() ? std::optional(statement.getColumn(0).getString()) : std::nullopt;
        };
        const auto value = [&](const char* key) {
            const auto found = valueIfThere(key);
            if (!found)
                throw Error(ErrorKind::corrupt, fmt::format("{}: it was never finished ({} is missing)", what, key));
            return *found;
        };
        WorkspaceSummary summary;
        visitNumbers(summary, [&](const char* key, std::int64_t& number) {
            try {
                number = std::stoll(value(key));
            } catch (const std::logic_error&) {
                throw Error(ErrorKind::corrupt, fmt::format("{}: {} is not a number", what, key));
            }
        });
        summary.hasTimes = value("has_times") == "1";
        summary.isSimulated = value("is_simulated") == "1";
        summary.catalogHash = value("catalog_hash");
        summary.source = value("source");
        summary.provenance = valueIfThere("provenance").value_or("");
        return summary;
    });
}

} // namespace core
