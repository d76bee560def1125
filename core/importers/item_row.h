#pragma once
#include "core/dataset/dataset.h"
#include "core/importers/finding_sink.h"
#include "core/importers/import_plan.h"
#include "core/importers/line_reader.h"
#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace core {

enum class ItemField { id, title, category, brand, price, description, image, extra };
inline constexpr std::size_t itemFieldCount = 8;
inline constexpr std::array<std::string_view, itemFieldCount> itemFieldNames{
    "id", "title", "category", "brand", "price", "description", "image", "extra"};

/// One row of an items file, of any form. Its text is valid UTF-8 without NUL, its price a number that is not negative.
struct ItemRow {
    std::int64_t line = 0;
    ItemText text;
    std::string image;
    std::string extra;                                  ///< a JSON object as text, or empty
    std::array<std::int64_t, itemFieldCount> columns{}; ///< of the fields, for findings; 0: not known
    bool isGood = true;                                 ///< false: it has errors, which were reported

    std::int64_t column(ItemField field) const { return columns[static_cast<std::size_t>(field)]; }
};

/// The rows of an items file, one after the other. Errors go to the sink.
class ItemReader {
public:
    virtual ~ItemReader() = default;
    /// False at the end. A row that cannot be told apart into fields comes with isGood = false and nothing in it.
    virtual bool next(ItemRow& row) = 0;
};

/// `lines` are those of the file, and outlive the reader. A file of form byContent is JSONL where the name says so
/// (.jsonl, .ndjson, .json) or the first character is '{', else CSV with a header.
std::unique_ptr<ItemReader> openItems(const PlannedFile& file, LineReader& lines, FindingSink& findings);

// The readers behind it, one a form.
std::unique_ptr<ItemReader> openTableItems(const PlannedFile& file, LineReader& lines, FindingSink& findings);
std::unique_ptr<ItemReader> openJsonItems(const PlannedFile& file, LineReader& lines, FindingSink& findings);
std::unique_ptr<ItemReader> openAmazonProducts(const PlannedFile& file, LineReader& lines, FindingSink& findings);

} // namespace core
