#pragma once
#include "core/importers/finding_sink.h"
#include "core/importers/import_plan.h"
#include "core/importers/line_reader.h"
#include <memory>
#include <string_view>

namespace core {

/// One event as it is written. Texts are valid until next(), and are not checked.
struct EventRow {
    std::int64_t line = 0;
    std::string_view user, item, time;
    std::string_view rating, price; ///< empty where there is none, or the plan does not ask for it
    bool isGood = true;             ///< false: it cannot be told apart into fields, which was reported
};

/// Where the fields stand, for findings: 1-based; 0: not known.
struct EventColumns {
    std::int64_t user = 0, item = 0, time = 0, rating = 0;
};

/// The events of a file, one after the other. Errors go to the sink.
class EventReader {
public:
    virtual ~EventReader() = default;
    virtual bool next(EventRow& row) = 0;
    virtual EventColumns columns() const { return {}; }
};

/// `file` and `lines` outlive the reader.
std::unique_ptr<EventReader> openEvents(const PlannedFile& file, LineReader& lines, FindingSink& findings);
std::unique_ptr<EventReader> openAmazonReviews(const PlannedFile& file, LineReader& lines, FindingSink& findings);

} // namespace core
