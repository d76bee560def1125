#include "core/training/trainers.h"
#include "core/base/error.h"
#include "core/engine/recommender_kinds.h"
#include "core/recommenders/pixrec_folder.h"
#include "core/training/train_bpr.h"
#include "core/training/train_mix.h"
#include "core/training/train_pixrec.h"
#include "core/training/train_sequence.h"
#if defined(PIXREC_BACKBONES)
#include "core/checkpoints/backbone_card.h"
#include "core/pixels/picture_preprocessor.h"
#include "core/training/train_vlm.h"
#endif
#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

namespace core {

namespace {
[[noreturn]] void refuse(const TrainRequest& request, const std::string& why) {
    throw Error(ErrorKind::invalidInput, fmt::format("train {}: {}", request.name, why));
}

/// TrainRequest::options by name; what nobody took is refused in the end.
class Options {
public:
    explicit Options(const TrainRequest& request) : request_(request), left_(request.options) {}

    template <class Number>
    void take(const char* name, Number smallest, Number largest, Number& into) {
        names_.push_back(name);
        const auto node = left_.extract(name);
        if (node.empty()) return;
        const auto& text = node.mapped();
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
        if (error != std::errc() || end != text.data() + text.size() || !(into >= smallest && into <= largest))
            refuse(request_,
                   fmt::format("option {}: \"{}\" is not a number from {} to {}", name, text, smallest, largest));
    }
    /// One of `words`, or anything where there are none.
    std::string takeWord(const char* name, const std::string& otherwise, const std::vector<std::string>& words = {}) {
        names_.push_back(name);
        const auto node = left_.extract(name);
        if (node.empty()) return otherwise;
        const auto& text = node.mapped();
        if (text.empty() || (!words.empty() && std::find(words.begin(), words.end(), text) == words.end()))
            refuse(request_, fmt::format("option {}: \"{}\" is not {}", name, text,
                                         words.empty() ? "a value" : fmt::format("one of {}", fmt::join(words, ", "))));
        return text;
    }
    void requireNoOthers() const {
        if (!left_.empty())
            refuse(request_, fmt::format("{} has no option \"{}\"; it has {}", request_.recommender,
                                         left_.begin()->first, fmt::join(names_, ", ")));
    }

private:
    const TrainRequest& request_;
    std::map<std::string, std::string> left_;
    std::vector<std::string> names_;
};

int noPictures(const TrainRequest& /*request*/) { return 0; }

WantedEncoders noEncoders(const TrainRequest& /*request*/) { return {}; }

std::string optionOf(const TrainRequest& request, const char* name) {
    const auto found = request.options.find(name);
    return found == request.options.end() ? std::string() : found->second;
}

#if defined(PIXREC_BACKBONES)
/// The side at which pictures are best decoded for the encoder in `folder`.
int tunedPictureSide(const std::filesystem::path& folder) {
    const int side = PicturePreprocessor::load(folder).squareSide();
    return side > 0 ? side : 224;
}
#endif

/// How an encoder from elsewhere is tuned: the option of its own, or the one for both.
std::string tuningOf(const TrainRequest& request, const char* own) {
    if (auto tuning = optionOf(request, own); !tuning.empty()) return tuning;
    const auto tuning = optionOf(request, "tune");
    return tuning.empty() ? "frozen" : tuning;
}

int pixRecPictureSide(const TrainRequest& request) {
    const auto encoder = optionOf(request, "picture-encoder");
    if (request.modality == "text") return 0;
    if (encoder.empty()) return PixRecSettings{}.pictureSide;
#if defined(PIXREC_BACKBONES)
    if (tuningOf(request, "picture-tune") != "frozen") return tunedPictureSide(encoder);
#endif
    return 0;
}

WantedEncoders pixRecEncoders(const TrainRequest& request) {
    WantedEncoders wanted{optionOf(request, "text-encoder"), optionOf(request, "picture-encoder")};
    if (!optionOf(request, "tune").empty() && wanted.text.empty() && wanted.picture.empty())
        refuse(request, "nothing to tune: name a text or a picture encoder");
    if (request.modality == "image" && !wanted.text.empty()) refuse(request, "modality image reads no texts");
    if (request.modality == "text" && !wanted.picture.empty()) refuse(request, "modality text reads no pictures");
    if (tuningOf(request, "text-tune") != "frozen") wanted.text.clear();
    if (tuningOf(request, "picture-tune") != "frozen") wanted.picture.clear();
    return wanted;
}

/// What both encoders share: how they are tuned, unless their own options say otherwise.
PretrainedTower towerOptions(Options& options) {
    PretrainedTower tower;
    tower.tuning = towerTuningOf(options.takeWord("tune", "frozen", {"frozen", "top", "whole", "lora"}));
    options.take("layers", 1, 1000, tower.layers);
    options.take("rank", 1, 4096, tower.rank);
    tower.alpha = tower.rank;
    options.take("alpha", 1e-6, 1e6, tower.alpha);
    options.take("dropout", 0.0, 0.99, tower.dropout);
    return tower;
}

/// Nothing where no encoder is asked for. `tower` has what both share; `vectors` are of a frozen one.
std::optional<PretrainedTower> towerOf(Options& options, const std::string& what, PretrainedTower tower,
                                       const std::shared_ptr<const EncodedTable>& vectors) {
    const auto tuning =
        options.takeWord((what + "-tune").c_str(), towerTuningName(tower.tuning), {"frozen", "top", "whole", "lora"});
    const auto folder = options.takeWord((what + "-encoder").c_str(), "");
    if (folder.empty()) return {};
    tower.folder = std::filesystem::absolute(folder).lexically_normal().string();
    tower.tuning = towerTuningOf(tuning);
    if (vectors) {
        tower.encoder = vectors->encoder;
        tower.width = vectors->width;
        return tower;
    }
#if defined(PIXREC_BACKBONES)
    tower.encoder = backboneHash(tower.folder);
    if (what == "picture") tower.side = tunedPictureSide(tower.folder);
    return tower;
#else
    throw Error(ErrorKind::unavailable, "train: this build cannot tune encoders; leave them frozen");
#endif
}

TrainResult runPixRec(const TrainInput& input) {
    const auto& request = input.request;
    TrainSettings settings;
    Options options(request);
    const auto both = towerOptions(options);
    auto& sizes = settings.sizes;
    sizes.textTower = towerOf(options, "text", both, input.encoded.texts);
    sizes.pictureTower = towerOf(options, "picture", both, input.encoded.pictures);
    auto& recipe = settings.recipe;
    if (sizes.pictureTower) recipe.picturesPerStep = recipe.textsPerStep / 2; // far larger than the small encoder
    options.take("learning-rate", 1e-7, 1.0, recipe.learningRate);
    options.take("texts-per-step", 1, 1 << 20, recipe.textsPerStep);
    options.take("pictures-per-step", 1, 1 << 20, recipe.picturesPerStep);
    options.take("encoder-rate", 0.0, 10.0, recipe.encoderRate);
    options.take("change-rate", 0.0, 10.0, recipe.changeRate);
    settings.encoded = input.encoded;
    options.requireNoOthers();
    settings.name = request.name;
    settings.modality = request.modality;
    settings.epochs = request.epochs;
    settings.seed = request.seed;
    settings.device = request.device;
    settings.resume = request.resume;
    settings.command = request.command;
    return trainPixRec(input.dataset, settings, input.folder, input.onPoint, input.context);
}

TrainResult runSequence(const TrainInput& input) {
    const auto& request = input.request;
    SequenceTraining chosen;
    chosen.name = request.name;
    chosen.seed = request.seed;
    chosen.device = request.device;
    chosen.resume = request.resume;
    chosen.command = request.command;
    chosen.sizes.recommender = request.recommender;
    chosen.sizes.readsText = request.modality == "text";
    Options options(request);
    auto& sizes = chosen.sizes;
    if (sizes.hasFilter()) { // as its paper has it for Amazon Beauty (Shin et al. 2024)
        sizes.heads = 1;
        sizes.innerWidth = 256;
        sizes.dropout = 0.5;
    }
    options.take("width", 2, 4096, sizes.width);
    options.take("window", 2, 4096, sizes.window);
    options.take("layers", 1, 64, sizes.layers);
    options.take("heads", 1, 64, sizes.heads);
    options.take("inner-width", 2, 16384, sizes.innerWidth);
    options.take("dropout", 0.0, 0.95, sizes.dropout);
    if (sizes.hasFilter()) {
        options.take("filter-share", 0.0, 1.0, sizes.filterShare);
        options.take("low-frequencies", 1, 4096, sizes.lowFrequencies);
    }
    auto& recipe = chosen.recipe;
    options.take("batch", 1, 1 << 20, recipe.batch);
    options.take("learning-rate", 1e-7, 1.0, recipe.learningRate);
    options.take("final-rate", 0.0, 1.0, recipe.finalRate);
    options.take("weight-decay", 0.0, 10.0, recipe.weightDecay);
    options.take("patience", 1, 1'000'000, recipe.patience);
    options.take("full-softmax", 0, 1 << 30, recipe.fullSoftmax);
    options.take("negatives", 1, 1 << 24, recipe.negatives);
    options.take("validation-users", 1, 1 << 30, recipe.validationUsers);
    options.requireNoOthers();
    if (sizes.width % sizes.heads != 0) refuse(request, "option width: it must be a multiple of the heads");
    recipe.epochs = request.epochs.value_or(recipe.epochs);
    return trainSequence(input.dataset, chosen, input.folder, input.onPoint, input.context);
}

TrainResult runBpr(const TrainInput& input) {
    const auto& request = input.request;
    if (request.resume) refuse(request, "BPR-MF keeps no checkpoint; train anew without --resume");
    BprTraining chosen;
    chosen.name = request.name;
    chosen.seed = request.seed;
    chosen.command = request.command;
    chosen.epochs = request.epochs.value_or(chosen.epochs);
    Options options(request);
    options.take("width", 1, 4096, chosen.sizes.width);
    options.take("learning-rate", 1e-7, 10.0, chosen.sizes.learningRate);
    options.take("regularization", 0.0, 10.0, chosen.sizes.regularization);
    options.take("fold-in-passes", 1, 10'000, chosen.sizes.foldInPasses);
    options.take("patience", 1, 1'000'000, chosen.patience);
    options.take("validation-users", 1, 1 << 30, chosen.validationUsers);
    options.requireNoOthers();
    return trainBpr(input.dataset, chosen, input.folder, input.onPoint, input.context);
}

TrainResult runMix(const TrainInput& input) {
    const auto& request = input.request;
    if (request.resume) refuse(request, "a mix keeps no checkpoint; choose its weights anew without --resume");
    MixTraining chosen;
    chosen.name = request.name;
    chosen.command = request.command;
    Options options(request);
    options.take("validation-users", 1, 1 << 30, chosen.validationUsers);
    options.take("steps", 1, 100, chosen.coarseSteps);
    const auto fusion = options.takeWord("fusion", "best", {"scores", "ranks", "best"});
    if (fusion != "best") chosen.fusions = {fusion == "ranks" ? Fusion::ranks : Fusion::scores};
    options.requireNoOthers();
    std::vector<std::unique_ptr<Recommender>> parts;
    for (const auto& name : request.parts) {
        parts.push_back(input.loadModel(name));
        if (const auto kind = parts.back()->info().recommender; kind == request.recommender)
            refuse(request, fmt::format("{} is a mix itself; name its parts instead", name));
    }
    return trainMix(input.dataset, chosen, std::move(parts), input.folder, input.onPoint, input.context);
}

#if defined(PIXREC_BACKBONES)
std::string backboneOf(const TrainRequest& request) {
    const auto found = request.options.find("backbone");
    return found == request.options.end() ? "tiny" : found->second;
}

int vlmPictures(const TrainRequest& request) { return vlmPictureSide(backboneOf(request), request.modality); }

/// A trained PixRec model that reads pictures; nothing where `folder` is none.
struct ItemTower {
    std::string holdOut;
    int side = 0;
};
std::optional<ItemTower> itemTowerIn(const std::filesystem::path& folder) {
    std::ifstream stream(folder / modelFileName, std::ios::binary);
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    try {
        if (json.at("recommender") != "pixrec") return {};
        const auto settings = json.at("settings").get<PixRecSettings>();
        if (!settings.readsPicture() || settings.pictureTower) return {}; // one from elsewhere knows no places
        return ItemTower{json.value("hold_out", "leave-one-out"), settings.pictureSide};
    } catch (const std::exception&) {
        return {};
    }
}

/// What is tiny's alone: sizes, and who reads its pictures. A trained PixRec model of the workspace does it where there
/// is one; its folder then stands in `chosen`.
void takeTiny(Options& options, const TrainInput& input, VlmTraining& chosen) {
    const auto wanted = options.takeWord("picture-tower", "auto");
    if (chosen.settings.backbone != "tiny") {
        if (wanted != "auto" && wanted != "own") refuse(input.request, "option picture-tower: it is of tiny alone");
        return;
    }
    options.take("layers", 1, 64, chosen.tiny.layers);
    if (!chosen.settings.readsPicture() || wanted == "own") return;
    const auto models = input.folder.parent_path();
    std::vector<std::filesystem::path> folders;
    if (wanted != "auto")
        folders.push_back(models / wanted);
    else if (std::filesystem::is_directory(models))
        for (const auto& entry : std::filesystem::directory_iterator(models)) folders.push_back(entry.path());
    std::sort(folders.begin(), folders.end());
    const auto holdOut = holdOutText(input.dataset.histories.holdOut);
    for (const auto& folder : folders) {
        const auto tower = itemTowerIn(folder);
        if (!tower || tower->holdOut != holdOut || tower->side != chosen.tiny.pictureSide) continue;
        chosen.itemTower = folder;
        chosen.settings.pictureTower = "item-level";
        chosen.tiny.shuffle = 4; // 4 tokens a picture
        chosen.tiny.pictureWidth = 16, chosen.tiny.pictureLayers = 1, chosen.tiny.pictureInnerWidth = 16; // not used
        return;
    }
    if (wanted != "auto")
        refuse(
            input.request,
            fmt::format("option picture-tower: {} is no PixRec model that was trained with pictures of {} pixels and "
                        "--hold-out {}",
                        wanted, chosen.tiny.pictureSide, holdOut));
}

Precision vlmPrecision(const std::string& wanted, const std::string& device) {
    if (wanted == "auto") return hasFastBf16(device) ? Precision::bf16 : Precision::fp32;
    return precisionFromName(wanted);
}

TrainResult runVlm(const TrainInput& input) {
    const auto& request = input.request;
    VlmTraining chosen;
    chosen.name = request.name;
    chosen.seed = request.seed;
    chosen.resume = request.resume;
    chosen.device = pickDevice(request.device);
    chosen.command = request.command;
    Options options(request);
    auto& settings = chosen.settings;
    auto& recipe = chosen.recipe;
    settings.modality = request.modality;
    settings.backbone = options.takeWord("backbone", "tiny");
    const bool isTiny = settings.backbone == "tiny";
    if (isTiny) { // random weights have further to go
        recipe.learningRate = 2e-3;
        recipe.batch = 64;
        settings.temperature = 0.07;
    }
    settings.prompt = options.takeWord("prompt", isTiny ? "even" : "plain", {"plain", "chat", "even"});
    recipe.isDebiased = options.takeWord("debiased", isTiny ? "yes" : "no", {"yes", "no"}) == "yes";
    takeTiny(options, input, chosen);
    options.take("window", 1, 1000, settings.window);
    settings.textTokens = isTiny ? 32 : 64;
    options.take("text-tokens", 1, 4096, settings.textTokens);
    options.take("projection", 1, 65'536, settings.projection);
    options.take("temperature", 1e-3, 1e3, settings.temperature);
    settings.learnsTemperature = options.takeWord("learn-temperature", isTiny ? "yes" : "no", {"yes", "no"}) == "yes";
    settings.rank = isTiny ? 0 : 16;
    options.take("rank", 0, 4096, settings.rank);
    options.take("alpha", 1e-6, 1e6, settings.alpha);
    options.take("dropout", 0.0, 0.99, settings.dropout);
    for (auto targets = options.takeWord("targets", ""); !targets.empty();) {
        const auto comma = std::min(targets.find(','), targets.size());
        settings.targets.push_back(targets.substr(0, comma));
        targets.erase(0, comma + 1);
    }
    chosen.merges = options.takeWord("merge", "no", {"yes", "no"}) == "yes";
    options.take("batch", 2, 1 << 20, recipe.batch);
    const int atOnce = chosen.device == "cpu" ? 1 : 8; // of a large network
    recipe.microBatch = std::min(recipe.batch, isTiny ? recipe.batch : atOnce);
    options.take("micro-batch", 1, 1 << 20, recipe.microBatch);
    options.take("accumulate", 1, 1 << 20, recipe.accumulate);
    recipe.recomputes = options.takeWord("checkpointing", "no", {"yes", "no"}) == "yes";
    recipe.precision = vlmPrecision(options.takeWord("precision", "auto", {"auto", "fp32", "bf16"}), chosen.device);
    options.take("visits", 1, 1000, recipe.visits);
    options.take("learning-rate", 1e-7, 1.0, recipe.learningRate);
    options.take("warm-up", 0.0, 0.9, recipe.warmUp);
    options.take("weight-decay", 0.0, 10.0, recipe.weightDecay);
    options.take("clip", 1e-6, 1e9, recipe.largestGradient);
    options.take("item-item", 0.0, 1.0, recipe.itemItem);
    options.take("user-item", -1.0, 1.0, recipe.userItem);
    const std::vector<std::string> directions{"row", "column", "symmetric"};
    const auto direction = options.takeWord("direction", "row", directions);
    recipe.direction =
        static_cast<LossDirection>(std::find(directions.begin(), directions.end(), direction) - directions.begin());
    options.take("patience", 1, 1'000'000, recipe.patience);
    options.take("validation-users", 1, 1 << 30, recipe.validationUsers);
    options.requireNoOthers();
    recipe.epochs = request.epochs.value_or(recipe.epochs);
    return trainVlm(input.dataset, chosen, input.folder, input.onPoint, input.context);
}
#endif

constexpr std::array trainers {
    Trainer{"pixrec", pixRecPictureSide, pixRecEncoders, runPixRec},
#if defined(PIXREC_BACKBONES)
        Trainer{"pixrec-vlm", vlmPictures, noEncoders, runVlm},
#endif
        Trainer{"sasrec", noPictures, noEncoders, runSequence}, Trainer{"bsarec", noPictures, noEncoders, runSequence},
        Trainer{"bpr-mf", noPictures, noEncoders, runBpr}, Trainer{"mix", noPictures, noEncoders, runMix},
};
} // namespace

const Trainer& trainerFor(const TrainRequest& request) {
    const auto found = std::find_if(trainers.begin(), trainers.end(),
                                    [&](const Trainer& trainer) { return trainer.recommender == request.recommender; });
    const auto* kind = findRecommenderKind(request.recommender);
    if (found == trainers.end() || !kind)
        refuse(request, fmt::format("\"{}\" is not a recommender that can be trained; {} are", request.recommender,
                                    trainableKindNames()));
    if (!kind->takes(request.modality))
        refuse(request, fmt::format("modality \"{}\" is not one of {}'s: {}", request.modality, kind->name,
                                    fmt::join(kind->modalities, ", ")));
    if (request.epochs && *request.epochs < 1) refuse(request, "at least one epoch is needed");
    if (!kind->isOfParts && !request.parts.empty())
        refuse(request, fmt::format("{} is not made of other models", kind->name));
    if (kind->isOfParts && request.parts.size() < 2)
        refuse(request, fmt::format("{} needs two other models at least", kind->name));
    for (const auto& part : request.parts)
        if (std::count(request.parts.begin(), request.parts.end(), part) > 1)
            refuse(request, fmt::format("part {} is named twice", part));
    return *found;
}

} // namespace core
