#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include <algorithm>
#include <fmt/format.h>
#include <span>

namespace app {

namespace {

const char* issueTitle(core::DataIssueKind kind) {
    switch (kind) {
    case core::DataIssueKind::sharedPicture:
        return "the same picture on several products";
    case core::DataIssueKind::placeholderPicture:
        return "placeholder pictures";
    case core::DataIssueKind::emptyTitle:
        return "products without a title";
    case core::DataIssueKind::equalTitles:
        return "equal titles";
    case core::DataIssueKind::otherLanguage:
        return "text in another language";
    }
    return "";
}

nlohmann::ordered_json issuesJson(const core::DataIssues& found, core::Workspace& workspace) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& issue : found.issues) {
        auto groups = nlohmann::ordered_json::array();
        for (const auto& group : issue.groups) {
            auto ids = nlohmann::ordered_json::array();
            for (const auto& item : workspace.catalog().items(group.items)) ids.push_back(item.text.id);
            groups.push_back({{"what", group.what}, {"items", group.itemCount}, {"ids", std::move(ids)}});
        }
        list.push_back({{"kind", core::dataIssueName(issue.kind)},
                        {"items", issue.itemCount},
                        {"groups", issue.groupCount},
                        {"shown", std::move(groups)}});
    }
    return {{"issues", std::move(list)},
            {"language", found.language},
            {"texts", found.texts},
            {"texts_with_language", found.textsWithLanguage}};
}

std::string issuesText(const core::DataIssues& found, core::Workspace& workspace) {
    constexpr std::size_t shownGroups = 5, shownIds = 4;
    std::string text;
    for (const auto& issue : found.issues) {
        text += fmt::format("{:<40}{:>12}", issueTitle(issue.kind), counted(issue.itemCount, "product", "products"));
        text += issue.groupCount > 1 ? fmt::format(" in {} groups\n", grouped(issue.groupCount)) : "\n";
        for (std::size_t i = 0; i < std::min(shownGroups, issue.groups.size()); ++i) {
            const auto& group = issue.groups[i];
            std::string ids;
            const std::size_t shown = std::min(shownIds, group.items.size());
            for (const auto& item : workspace.catalog().items(std::span(group.items).first(shown)))
                ids += (ids.empty() ? "" : ", ") + item.text.id;
            if (static_cast<std::int64_t>(shown) < group.itemCount) ids += ", ...";
            text += fmt::format("  {:>8}  {}: {}\n", grouped(group.itemCount), group.what, ids);
        }
        if (issue.groupCount > static_cast<std::int64_t>(shownGroups))
            text += fmt::format("  {} more groups; --json lists up to 500\n",
                                grouped(issue.groupCount - static_cast<std::int64_t>(shownGroups)));
    }
    return text + fmt::format("language: {}; it can be told for {} of {} texts\n",
                              found.language.empty() ? "not known" : found.language, grouped(found.textsWithLanguage),
                              grouped(found.texts));
}

/// A line for each filter that the import was given, and what they left.
std::string filtersText(const nlohmann::ordered_json& filters) {
    std::string text;
    const auto line = [&text](const std::string& words) {
        text += fmt::format("{:<24}{}\n", text.empty() ? "filters" : "", words);
    };
    if (filters.contains("minimum_rating")) {
        const auto& rating = filters["minimum_rating"];
        line(fmt::format("ratings of at least {}: {} events taken out", rating.value("at_least", 0.0),
                         grouped(rating.value("events_taken_out", std::int64_t{0}))));
    }
    for (const char* bound : {"since", "until"})
        if (filters.contains(bound)) line(fmt::format("{} {}", bound, filters.value(bound, "")));
    if (filters.contains("repeats")) line("of repeated events the first");
    if (filters.contains("k_core")) line(fmt::format("{}-core", filters.value("k_core", 0)));
    const auto effect = filters.value("effect", nlohmann::ordered_json::object());
    for (const auto& [what, counts] : effect.items())
        if (counts.is_array() && counts.size() == 2)
            line(fmt::format("  {}: {} of {} left", what, grouped(counts[1].get<std::int64_t>()),
                             grouped(counts[0].get<std::int64_t>())));
    return text;
}

} // namespace

Command addInfo(CLI::App& program) {
    auto* options = program.add_subcommand("info", "Count what a workspace holds");
    const auto folder = std::make_shared<std::string>();
    addWorkspace(*options, *folder);
    addJson(*options);
    const auto wantsIssues = std::make_shared<bool>(false);
    options->add_flag("--issues", *wantsIssues,
                      "list what is odd about the products: shared and placeholder pictures, titles, languages");
    return {options, [folder, wantsIssues](Console& console) {
                auto workspace = openWorkspace(*folder);
                if (*wantsIssues) {
                    const auto found = workspace.dataIssues(console.stop());
                    if (console.wantsJson()) return console.printJson(issuesJson(found, workspace));
                    return console.print(issuesText(found, workspace));
                }
                const auto summary = workspace.summary();
                if (console.wantsJson()) {
                    nlohmann::ordered_json json{{"items", summary.items},
                                                {"items_without_picture", summary.itemsWithoutPicture},
                                                {"items_without_text", summary.itemsWithoutText},
                                                {"items_without_price", summary.itemsWithoutPrice},
                                                {"users", summary.users},
                                                {"events", summary.events},
                                                {"text_twins", summary.textTwins},
                                                {"source", summary.source}};
                    if (!summary.provenance.empty())
                        json["provenance"] = nlohmann::ordered_json::parse(summary.provenance, nullptr, false);
                    return console.printJson(json);
                }
                const auto row = [](const char* what, std::int64_t count) {
                    return fmt::format("{:<24}{:>14}\n", what, grouped(count));
                };
                std::string text = row("products", summary.items);
                text += row("  without a picture", summary.itemsWithoutPicture);
                text += row("  without text", summary.itemsWithoutText);
                text += row("  without a price", summary.itemsWithoutPrice);
                text += row("  text twins", summary.textTwins);
                text += row("shoppers", summary.users) + row("events", summary.events);
                if (summary.events > 0)
                    text += fmt::format("{:<24}{}\n", "times", summary.hasTimes ? "dates" : "order only");
                text += fmt::format("{:<24}{}\n", "shoppers are", summary.isSimulated ? "simulated" : "as imported");
                text +=
                    fmt::format("{:<24}{}\n{:<24}{}\n", "source", summary.source, "catalog hash", summary.catalogHash);
                if (!summary.provenance.empty()) {
                    const auto provenance = nlohmann::ordered_json::parse(summary.provenance, nullptr, false);
                    text += fmt::format("{:<24}{}\n", "format", provenance.value("format", ""));
                    if (provenance.contains("filters") && !provenance["filters"].empty())
                        text += filtersText(provenance["filters"]);
                }
                console.print(text);
            }};
}

} // namespace app
