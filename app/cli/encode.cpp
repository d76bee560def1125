#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include <fmt/format.h>

namespace app {

namespace {

std::string partText(const char* what, const core::EncodedPart& part) {
    auto text =
        fmt::format("{} {}, {} of them known already: {} numbers each, encoder {}, {}\n", grouped(part.distinct), what,
                    grouped(part.cached), part.width, part.encoder, durationText(part.seconds));
    if (part.unreadable > 0)
        text += fmt::format("{} could not be read\n", counted(part.unreadable, "picture", "pictures"));
    return text;
}

nlohmann::ordered_json partJson(const std::optional<core::EncodedPart>& part) {
    if (!part) return nullptr;
    return {{"encoder", part->encoder}, {"width", part->width},           {"distinct", part->distinct},
            {"cached", part->cached},   {"unreadable", part->unreadable}, {"seconds", part->seconds}};
}

} // namespace

Command addEncode(CLI::App& program) {
    auto* command =
        program.add_subcommand("encode", "Encode texts and pictures of all products with encoders from elsewhere");
    const auto workspace = std::make_shared<std::string>();
    const auto request = std::make_shared<core::EncodeRequest>();
    addWorkspace(*command, *workspace);
    command->add_option("--text-encoder", request->textEncoder, "a Hugging Face folder: BERT, CLIP or SigLIP")
        ->option_text("DIR");
    command->add_option("--picture-encoder", request->pictureEncoder, "a Hugging Face folder that reads pictures")
        ->option_text("DIR");
    addJson(*command);
    return {command, [workspace, request](Console& console) {
                if (request->textEncoder.empty() && request->pictureEncoder.empty())
                    throw WrongUsage("say with what: --text-encoder, --picture-encoder or both");
                openWorkspace(*workspace);
                request->workspace = *workspace;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                try {
                    const auto result = makeJobs()->encode(*request, context);
                    if (console.wantsJson())
                        return console.printJson(nlohmann::ordered_json{{"items", result.items},
                                                                        {"text", partJson(result.text)},
                                                                        {"picture", partJson(result.picture)}});
                    if (result.text) console.print(partText("texts", *result.text));
                    if (result.picture) console.print(partText("pictures", *result.picture));
                } catch (const core::Error& error) {
                    if (error.kind() == core::ErrorKind::cancelled) console.note("the same command goes on from here");
                    throw;
                }
            }};
}

} // namespace app
