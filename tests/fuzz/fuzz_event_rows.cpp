#include "core/importers/catalog_format.h"
#include "core/importers/event_reader.h"
#include "tests/fuzz/fuzz_input.h"

/// The first byte chooses the form: CSV, Amazon's reviews, sequences.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count == 0) return 0;
    core::PlannedFile file = core::uniformEvents({"events", {}});
    const int form = bytes[0] % 3;
    file.form = form == 0   ? core::FileForm::table
                : form == 1 ? core::FileForm::amazonReviews
                            : core::FileForm::sequences;
    file.rules.isOrderOnly = form == 2;
    const auto lines = core::LineReader::ofText(fuzz::textOf(bytes + 1, count - 1));
    fuzz::Findings findings;
    const auto reader = core::openEvents(file, *lines, findings);
    std::size_t rows = 0;
    for (core::EventRow row; reader->next(row); ++rows) fuzz::require(row.user.size() + row.item.size() <= 4 * count);
    fuzz::require(rows <= count);
    return 0;
}
