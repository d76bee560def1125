#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/failure.h"
#include "core/engine/recommender_kinds.h"
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace app {

namespace {

void addOptions(CLI::App& command, std::string& folder, core::TrainRequest& request) {
    addWorkspace(command, folder);
    command.add_option("--name", request.name, "the new model's name")->option_text("NAME")->required();
    command.add_option("--recommender", request.recommender, "what to train [pixrec]")
        ->option_text("KIND: " + core::trainableKindNames());
    command
        .add_option("--modality", request.modality,
                    "what it reads of a product; none: its id alone [pixrec must be told, others: none]")
        ->option_text("text|image|both|none")
        ->check(CLI::IsMember({"text", "image", "both", "none"}));
    command
        .add_option_function<std::string>(
            "--backbone", [&request](const std::string& backbone) { request.options["backbone"] = backbone; },
            "pixrec-vlm: the network to start from, a checkpoint's folder, or tiny: a small one from random weights "
            "[tiny]")
        ->option_text("tiny|DIR");
    for (const auto& [name, what] : {std::pair("text", "BERT, CLIP or SigLIP"),
                                     std::pair("picture", "CLIP, SigLIP, MobileNetV2 or EfficientNet-Lite0")})
        command
            .add_option_function<std::string>(
                fmt::format("--{}-encoder", name),
                [&request, key = fmt::format("{}-encoder", name)](const std::string& path) {
                    request.options[key] = path;
                },
                fmt::format(
                    "pixrec: reads {}s with the encoder of a Hugging Face folder: {} [a small one, trained along]",
                    name, what))
            ->option_text("DIR");
    command
        .add_option_function<std::string>(
            "--tune", [&request](const std::string& tuning) { request.options["tune"] = tuning; },
            "pixrec: how much of these encoders learns; frozen ones are read once, and their vectors kept [frozen]")
        ->option_text("frozen|top|whole|lora")
        ->check(CLI::IsMember({"frozen", "top", "whole", "lora"}));
    command.add_option("--part", request.parts, "a model whose scores a mix adds; again for more")
        ->option_text("NAME")
        ->allow_extra_args(false);
    command
        .add_option_function<std::vector<std::string>>(
            "--set",
            [&request](const std::vector<std::string>& settings) {
                for (const auto& setting : settings) {
                    const auto equals = setting.find('=');
                    if (equals == std::string::npos || equals == 0)
                        throw WrongUsage("--set: \"" + setting + "\" is not NAME=VALUE");
                    request.options[setting.substr(0, equals)] = setting.substr(equals + 1);
                }
            },
            "a setting of the recommender; again for more; a wrong name lists those that there are")
        ->option_text("NAME=VALUE")
        ->allow_extra_args(false);
    addHoldOut(command, request.holdOut);
    command.add_option("--epochs", request.epochs, "passes over the events, at most [the recommender's own]")
        ->option_text("E")
        ->check(atLeast(1));
    command.add_option("--seed", request.seed, "the same seed gives the same model on the same machine [1]")
        ->option_text("S")
        ->check(atLeast(0));
    addDevice(command, request.device);
    command.add_flag("--resume", request.resume, "go on from the last epoch of this name");
}

void requireSensible(const core::TrainRequest& request) {
    const auto& name = request.name;
    if (name.empty() || name.front() == '.' || name.find('/') != std::string::npos)
        throw WrongUsage("--name: \"" + name +
                         "\" cannot be a folder's name: no slash, no dot at the start, not empty");
    if (const auto* named = core::findRecommenderKind(name); named && !named->isTrained)
        throw WrongUsage("--name: " + name + " is a baseline's name");
    const auto* kind = core::findRecommenderKind(request.recommender);
    if (!kind || !kind->isTrained)
        throw WrongUsage(fmt::format("--recommender: \"{}\" cannot be trained; {} can", request.recommender,
                                     core::trainableKindNames()));
    if (request.modality.empty()) throw WrongUsage("--modality is required: text, image or both");
    if (!kind->takes(request.modality))
        throw WrongUsage(fmt::format("--modality: {} takes {}", kind->name, fmt::join(kind->modalities, ", ")));
    if (kind->isOfParts && request.parts.size() < 2) throw WrongUsage("--part: a mix needs at least two models");
    if (!kind->isOfParts && !request.parts.empty())
        throw WrongUsage(fmt::format("--part: {} is not made of other models", kind->name));
}

std::string pointText(const core::TrainPoint& point) {
    auto text = fmt::format("epoch {} of {}: ", point.epoch, point.epochs);
    if (point.loss) text += fmt::format("loss {:.4f}, ", *point.loss);
    if (point.validationNdcg10) text += fmt::format("validation NDCG@10 {:.4f}, ", *point.validationNdcg10);
    if (point.eventsPerSecond > 0)
        text += fmt::format("{} events/s, ", grouped(static_cast<std::int64_t>(point.eventsPerSecond)));
    return text + durationText(point.secondsLeft) + " left";
}

std::string resultText(const core::TrainResult& result) {
    auto text = fmt::format("{} ({}, {}): hash {}, {}{} in {}", result.model.name, result.model.recommender,
                            result.model.modality, result.model.hash,
                            counted(static_cast<std::int64_t>(result.curve.size()), "epoch", "epochs"),
                            result.stoppedEarly ? " (stopped early)" : "", durationText(result.seconds));
    if (result.peakMemoryBytes > 0)
        text += fmt::format(", peak memory {} MB", grouped(result.peakMemoryBytes / 1'000'000));
    text += "\n";
    for (const auto& [name, value] : result.model.metrics)
        text += fmt::format("  validation {:<12}{:.4f}\n", name, value);
    return text;
}

} // namespace

Command addTrain(CLI::App& program, const Invocation& invocation) {
    auto* command = program.add_subcommand("train", "Train a recommender on a workspace");
    const auto folder = std::make_shared<std::string>();
    const auto request = std::make_shared<core::TrainRequest>();
    request->modality.clear();
    request->command = invocation.text;
    addOptions(*command, *folder, *request);
    return {command, [folder, request](Console& console) {
                if (request->modality.empty() && request->recommender != "pixrec") request->modality = "none";
                requireSensible(*request);
                openWorkspace(*folder);
                request->workspace = *folder;
                core::JobContext context;
                context.progress = console.progress();
                context.stop = console.stop();
                bool hasEpoch = request->resume; // a training is kept from its first epoch on
                const auto onPoint = [&](const core::TrainPoint& point) {
                    hasEpoch = true;
                    if (!point.isEarlier) console.progressLine().keep(pointText(point));
                };
                try {
                    console.print(resultText(makeJobs()->train(*request, onPoint, context)));
                } catch (const core::Error& error) {
                    if (error.kind() == core::ErrorKind::cancelled && hasEpoch)
                        console.note("the same command with --resume goes on from here");
                    throw;
                }
            }};
}

} // namespace app
