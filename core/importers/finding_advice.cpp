#include "core/importers/import.h"
#include <algorithm>
#include <array>

namespace core {

namespace {

struct Advice {
    std::string_view kind, whatToDo;
};

constexpr std::array<Advice, 29> adviceOfKind{{
    {"all-filtered", "loosen the filters"},
    {"bad-encoding", "save the file again as text in UTF-8; spreadsheets call it \"CSV UTF-8\""},
    {"bad-id", "give every row an id, as text in UTF-8"},
    {"bad-json", "correct the line: every line is one JSON object, such as {\"id\": \"a1\", \"title\": \"Mug\"}"},
    {"bad-price", "write a number with a point and no sign or currency, such as 12.50, or nothing"},
    {"bad-rating", "write a number, such as 4 or 3.5"},
    {"bad-text", "save the file again as text in UTF-8; spreadsheets call it \"CSV UTF-8\""},
    {"bad-time", "write YYYY-MM-DD, YYYY-MM-DDThh:mm:ss, or seconds since 1970, and the same way in all rows"},
    {"bad-type", "write it as text in quotes"},
    {"damaged-file", "copy, download or pack the file again"},
    {"duplicate-item", "keep one of the two rows, or give one of them another id"},
    {"empty-catalog", "choose the file that holds the products"},
    {"item-without-row", "add the product to the file of products, if it is to have a text and a picture"},
    {"missing-column", "rename a column in the file, or say which one it is: --map ROLE=COLUMN, or the chip below its "
                       "name in the window"},
    {"missing-header", "name the columns in the first row"},
    {"no-events", "choose the file that holds the events, or go on without"},
    {"no-item", "give the row a product, if it is to count"},
    {"odd-price", "write a number, if the product is to have a price"},
    {"odd-times", "look at the dates of some shoppers before you trust an order by time"},
    {"picture-missing", "put the file there, or choose the folder of pictures"},
    {"picture-outside", "move the picture into the folder of pictures, and write its path from there"},
    {"picture-unreadable", "save it again as JPEG or PNG of at most 100 megapixels"},
    {"repeated-column", "rename one of the two columns"},
    {"repeated-item", "keep one of the rows"},
    {"text-after-quote", "write a quote inside a quoted text twice: \"\""},
    {"too-long", "look for a missing line end, or shorten the text"},
    {"unknown-item", "correct the id, where capitals and zeros in front count, or add the product to the file of "
                     "products"},
    {"unterminated-quote", "close the quote at the end of the text; a quote inside a text is written twice: \"\""},
    {"wrong-column-count", "put a text that holds the separator into quotes, and write an empty field where a value is "
                           "missing"},
}};
static_assert(std::is_sorted(adviceOfKind.begin(), adviceOfKind.end(),
                             [](const Advice& first, const Advice& second) { return first.kind < second.kind; }));

} // namespace

std::string_view whatToDo(std::string_view kind) {
    const auto* const found =
        std::lower_bound(adviceOfKind.begin(), adviceOfKind.end(), kind,
                         [](const Advice& advice, std::string_view wanted) { return advice.kind < wanted; });
    return found != adviceOfKind.end() && found->kind == kind ? found->whatToDo : std::string_view();
}

} // namespace core
