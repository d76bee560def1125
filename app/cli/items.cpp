#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/listing.h"
#include "app/cli/table.h"
#include <fmt/format.h>

namespace app {

Command addItems(CLI::App& program) {
    auto* options = program.add_subcommand("items", "List products");
    const auto listing = std::make_shared<ListingOptions>();
    listing->addTo(*options, "only products with all these words, or words that begin so");
    return {options, [listing](Console& console) {
                auto workspace = openWorkspace(listing->workspace);
                core::CatalogQuery query;
                query.text = listing->search;
                std::vector<core::CatalogItem> items;
                std::int64_t total = 0;
                readPages(listing->rowsWanted(console.wantsJson()), [&](std::int64_t offset, std::int64_t limit) {
                    const auto page = workspace.catalog().search(query, offset, limit);
                    core::throwIfStopped(console.stop(), "list items");
                    total = page.total;
                    auto found = workspace.catalog().items(page.items);
                    std::move(found.begin(), found.end(), std::back_inserter(items));
                    return static_cast<std::int64_t>(page.items.size());
                });
                if (console.wantsJson()) {
                    auto rows = nlohmann::ordered_json::array();
                    for (const auto& item : items) rows.push_back({{"id", item.text.id}, {"title", item.text.title}});
                    return console.printJson(nlohmann::ordered_json{{"items", std::move(rows)}, {"total", total}});
                }
                Table table({{"product"}, {"title"}, {"category"}, {"price", Align::right}, {"picture"}});
                for (const auto& item : items)
                    table.add({item.text.id, item.text.title, item.text.category,
                               item.text.price ? fmt::format("{:.2f}", *item.text.price) : "-",
                               item.picture.empty() ? "none" : "yes"});
                console.print(table.text() + shownOf(static_cast<std::int64_t>(items.size()), total, "products"));
            }};
}

} // namespace app
