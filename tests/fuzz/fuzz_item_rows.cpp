#include "core/importers/catalog_format.h"
#include "core/importers/item_row.h"
#include "core/workspace/id_rules.h"
#include "tests/fuzz/fuzz_input.h"
#include <cmath>

/// The first byte chooses the form: JSON lines, CSV, Amazon's products, a table of MovieLens.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count == 0) return 0;
    core::PlannedFile file = core::uniformItems({"items", {}});
    switch (bytes[0] % 4) {
    case 0:
        file.form = core::FileForm::jsonLines;
        break;
    case 1:
        file.form = core::FileForm::table;
        break;
    case 2:
        file.form = core::FileForm::amazonProducts;
        break;
    default:
        file.form = core::FileForm::table;
        file.table = {"|", false, false};
        file.columns = {"id", "title", "category", "a", "b"};
        file.flagNames = {"a", "b"};
        file.listSeparator = ",";
    }
    file.rules.cleansText = (bytes[0] & 0x40) != 0;
    file.rules.cleansPrices = (bytes[0] & 0x20) != 0;
    const auto lines = core::LineReader::ofText(fuzz::textOf(bytes + 1, count - 1));
    fuzz::Findings findings;
    const auto reader = core::openItems(file, *lines, findings);
    for (core::ItemRow row; reader->next(row);) {
        if (!row.isGood) continue;
        fuzz::require(core::problemOfId(row.text.id) == nullptr);
        for (const auto& text : {row.text.title, row.text.category, row.text.brand, row.text.description, row.extra})
            fuzz::require(core::isValidUtf8(text));
        fuzz::require(!row.text.price || (std::isfinite(*row.text.price) && *row.text.price >= 0));
    }
    return 0;
}
