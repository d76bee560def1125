#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/listing.h"
#include "app/cli/table.h"
#include "app/cli/times.h"

namespace app {

Command addUsers(CLI::App& program) {
    auto* options = program.add_subcommand("users", "List shoppers");
    const auto listing = std::make_shared<ListingOptions>();
    listing->addTo(*options, "only ids that contain this");
    return {options, [listing](Console& console) {
                auto workspace = openWorkspace(listing->workspace);
                std::vector<core::UserRow> users;
                std::int64_t total = 0;
                readPages(listing->rowsWanted(console.wantsJson()), [&](std::int64_t offset, std::int64_t limit) {
                    auto page =
                        workspace.interactions().search(listing->search, core::UserSort::fileOrder, offset, limit);
                    core::throwIfStopped(console.stop(), "list users");
                    total = page.total;
                    std::move(page.users.begin(), page.users.end(), std::back_inserter(users));
                    return static_cast<std::int64_t>(page.users.size());
                });
                if (console.wantsJson()) {
                    auto rows = nlohmann::ordered_json::array();
                    for (const auto& user : users) {
                        nlohmann::ordered_json row{{"id", user.id}, {"events", user.events}, {"last", nullptr}};
                        if (user.lastTime) row["last"] = isoUtc(*user.lastTime);
                        rows.push_back(std::move(row));
                    }
                    return console.printJson(nlohmann::ordered_json{{"users", std::move(rows)}, {"total", total}});
                }
                Table table({{"shopper"}, {"events", Align::right}, {"last"}});
                for (const auto& user : users)
                    table.add({user.id, grouped(user.events), user.lastTime ? isoUtc(*user.lastTime) : "-"});
                console.print(table.text() + shownOf(static_cast<std::int64_t>(users.size()), total, "shoppers"));
            }};
}

} // namespace app
