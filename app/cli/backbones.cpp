#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "core/checkpoints/backbone_card.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {

namespace {

std::string megabytes(std::int64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

std::string cardText(const core::BackboneCard& card) {
    std::string text = fmt::format("{}\n", card.folder);
    const auto line = [&](const char* name, const std::string& value) {
        text += fmt::format("  {:<20}{}\n", name, value);
    };
    line("architecture", card.architecture.empty() ? "unknown" : card.architecture);
    line("use", card.uses.empty() ? "none" : fmt::format("{}", fmt::join(card.uses, ", ")));
    for (const auto& [name, value] : card.sizes) line(name.c_str(), grouped(value));
    line("parameters", grouped(card.parameters));
    std::vector<std::string> types;
    for (const auto& [type, count] : card.parametersByType)
        types.push_back(fmt::format("{} of {}", grouped(count), type));
    line("weights", fmt::format("{} in {}: {}", megabytes(card.weightBytes),
                                counted(static_cast<std::int64_t>(card.weightFiles.size()), "file", "files"),
                                fmt::join(types, ", ")));
    line("computes in", fmt::format("{}, {}", card.computeType, megabytes(card.computeBytes)));
    line("tokenizer",
         card.tokenizer.empty() ? "none" : fmt::format("{}, {} tokens", card.tokenizer, grouped(card.tokenizerSize)));
    line("chat template", card.hasChatTemplate ? "yes" : "none");
    line("picture processor", card.pictureProcessor.empty() ? "none" : card.pictureProcessor);
    line("joint space", card.hasJointSpace ? "texts and pictures can be compared" : "none");
    line("licence", card.licence.empty() ? "no licence file: ask whoever made it" : card.licence);
    line("hash", card.hash);
    for (const auto& problem : card.problems) line("problem", problem);
    return text;
}

nlohmann::ordered_json cardJson(const core::BackboneCard& card) {
    return {{"folder", card.folder},
            {"architecture", card.architecture},
            {"uses", card.uses},
            {"sizes", card.sizes},
            {"parameters", card.parameters},
            {"parameters_by_type", card.parametersByType},
            {"weight_files", card.weightFiles},
            {"weight_bytes", card.weightBytes},
            {"compute_type", card.computeType},
            {"compute_bytes", card.computeBytes},
            {"tokenizer", card.tokenizer.empty()
                              ? nlohmann::ordered_json(nullptr)
                              : nlohmann::ordered_json{{"model", card.tokenizer}, {"size", card.tokenizerSize}}},
            {"chat_template", card.hasChatTemplate},
            {"picture_processor", card.pictureProcessor.empty() ? nlohmann::ordered_json(nullptr)
                                                                : nlohmann::ordered_json(card.pictureProcessor)},
            {"joint_space", card.hasJointSpace},
            {"licence", card.licence.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(card.licence)},
            {"hash", card.hash},
            {"problems", card.problems}};
}

} // namespace

Command addBackbones(CLI::App& program) {
    auto* command =
        program.add_subcommand("backbones", "Show what Hugging Face folders hold and whether they can be used");
    const auto folder = std::make_shared<std::string>();
    command->add_option("DIR", *folder, "a folder with config.json, or a folder of such folders")->required();
    addJson(*command);
    return {command, [folder](Console& console) {
                auto cards = nlohmann::ordered_json::array();
                std::string text;
                for (const auto& one : core::backboneFolders(*folder)) {
                    const auto card = core::readBackboneCard(one);
                    cards.push_back(cardJson(card));
                    text += cardText(card);
                }
                if (console.wantsJson())
                    return console.printJson(nlohmann::ordered_json{{"backbones", std::move(cards)}});
                console.print(text);
            }};
}

} // namespace app
