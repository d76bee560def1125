#include "core/checkpoints/backbone_card.h"
#include "core/base/hash_file.h"
#include "core/base/progress.h"
#include "core/checkpoints/checkpoint_files.h"
#include "core/checkpoints/convolution_settings.h"
#include "core/checkpoints/language_model_settings.h"
#include "core/pixels/picture_preprocessor.h"
#include "core/text/chat_template.h"
#include "core/text/pretrained_tokenizer.h"
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>

namespace core {

namespace {
constexpr std::int64_t computeBytesEach = 4; // float32

/// What `read` throws becomes a problem of the card.
template <class Read>
void note(BackboneCard& card, Read read) {
    try {
        read();
    } catch (const Error& error) {
        card.problems.emplace_back(error.what());
    }
}

void addTower(BackboneCard& card, const TowerSettings& tower) {
    const std::string of = tower.isText() ? "text " : "picture ";
    card.sizes[of + "layers"] = tower.layers;
    card.sizes[of + "width"] = tower.width;
    if (tower.isText()) {
        card.sizes["vocabulary"] = tower.vocabulary;
        card.sizes["longest text"] = tower.positions;
    } else {
        card.sizes["picture side"] = tower.side;
        card.sizes["patches"] = tower.patches();
    }
}

void addLanguageNetwork(BackboneCard& card, const std::filesystem::path& folder) {
    const auto settings = LanguageModelSettings::read(folder);
    card.uses.emplace_back("language network");
    card.sizes["layers"] = settings.decoder.layers;
    card.sizes["width"] = settings.decoder.width;
    card.sizes["vocabulary"] = settings.decoder.vocabulary;
    card.sizes["longest text"] = settings.decoder.positions;
    if (!settings.tower) return;
    addTower(card, *settings.tower);
    card.sizes["tokens of a picture"] = settings.tokensPerPicture();
}

void addUses(BackboneCard& card, const JsonPlace& root, const std::filesystem::path& folder) {
    if (ConvolutionSettings::isKnown(root)) {
        const auto settings = ConvolutionSettings::of(root);
        card.uses.emplace_back("picture encoder");
        card.sizes["picture width"] = settings.width;
        card.sizes["picture side"] = settings.side;
        return;
    }
    const auto is = [&](std::initializer_list<const char*> types) {
        return std::find(types.begin(), types.end(), card.architecture) != types.end();
    };
    if (is({"llama", "gemma2", "idefics3", "smolvlm", "paligemma"})) return addLanguageNetwork(card, folder);
    const bool isText = is({"bert", "clip", "siglip", "clip_text_model", "siglip_text_model"});
    const bool isPicture = is({"clip", "siglip", "clip_vision_model", "siglip_vision_model"});
    if (!isText && !isPicture)
        root.at("model_type")
            .fail(fmt::format("\"{}\" is not among the architectures that are known", card.architecture));
    if (isText) {
        addTower(card, TowerSettings::textOf(root));
        card.uses.emplace_back("text encoder");
    }
    if (isPicture) {
        addTower(card, TowerSettings::pictureOf(root));
        card.uses.emplace_back("picture encoder");
    }
    card.hasJointSpace = isText && isPicture;
    if (card.hasJointSpace) card.sizes["joint space"] = TowerSettings::textOf(root).projection;
}

void addWeights(BackboneCard& card, const std::filesystem::path& folder) {
    const auto files = CheckpointFiles::open(folder);
    for (const auto& [name, tensor] : files->tensors()) {
        std::int64_t count = 1;
        for (const auto side : tensor.shape) count *= side;
        card.parameters += count;
        card.parametersByType[tensor.dtype] += count;
        const auto file = std::filesystem::path(tensor.file).filename().string();
        if (std::find(card.weightFiles.begin(), card.weightFiles.end(), file) == card.weightFiles.end())
            card.weightFiles.push_back(file);
    }
    std::sort(card.weightFiles.begin(), card.weightFiles.end());
    card.weightBytes = static_cast<std::int64_t>(files->byteCount());
    card.computeBytes = card.parameters * computeBytesEach;
}

/// A file called so, or the line "license: .." at the head of README.md.
std::string licenceOf(const std::filesystem::path& folder) {
    for (const char* name : {"LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "COPYING", "license", "license.txt"})
        if (std::filesystem::exists(folder / name)) return name;
    std::ifstream readme(folder / "README.md");
    std::string line;
    for (int i = 0; i < 60 && std::getline(readme, line); ++i)
        if (line.starts_with("license:")) {
            const auto begin = line.find_first_not_of(" \t\"'", 8);
            if (begin != std::string::npos)
                return "README.md: " + line.substr(begin, line.find_last_not_of(" \t\r\"'") - begin + 1);
        }
    return "";
}

} // namespace

std::string backboneHash(const std::filesystem::path& folder, const std::stop_token& stop) {
    std::vector<std::filesystem::path> files;
    for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "preprocessor_config.json"})
        if (std::filesystem::exists(folder / name)) files.push_back(folder / name);
    std::vector<std::filesystem::path> weights;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".safetensors") weights.push_back(entry.path());
    std::sort(weights.begin(), weights.end());
    files.insert(files.end(), weights.begin(), weights.end());
    Hasher hasher;
    for (const auto& file : files) {
        hasher.add(file.filename().string());
        if (!addFile(hasher, file, stop))
            throw Error(ErrorKind::notFound, fmt::format("read {}: it cannot be read", file.string()));
    }
    return hasher.hex();
}

BackboneCard readBackboneCard(const std::filesystem::path& folder, const std::stop_token& stop) {
    BackboneCard card;
    card.folder = folder.string();
    if (!std::filesystem::exists(folder / "config.json"))
        throw Error(ErrorKind::notFound, fmt::format("read a backbone: {} holds no config.json", folder.string()));
    note(card, [&] {
        const auto root = JsonPlace::read(folder / "config.json", largestConfig);
        card.architecture = root.stringOr("model_type", root.stringOr("architecture", ""));
        if (card.architecture.empty()) root.fail("neither model_type nor architecture is stated");
        addUses(card, root, folder);
    });
    note(card, [&] { addWeights(card, folder); });
    if (std::filesystem::exists(folder / "tokenizer.json"))
        note(card, [&] {
            const auto tokenizer = PretrainedTokenizer::load(folder);
            card.tokenizer = tokenizer->modelName();
            card.tokenizerSize = tokenizer->size();
        });
    if (std::filesystem::exists(folder / "preprocessor_config.json"))
        note(card, [&] {
            const auto name = PicturePreprocessor::load(folder).processorName();
            card.pictureProcessor = name.empty() ? "unnamed" : name;
        });
    note(card, [&] { card.hasChatTemplate = ChatTemplate::load(folder).has_value(); });
    card.licence = licenceOf(folder);
    const auto uses = [&](const char* use) {
        return std::find(card.uses.begin(), card.uses.end(), use) != card.uses.end();
    };
    if (card.tokenizer.empty() && (uses("text encoder") || uses("language network")))
        card.problems.emplace_back("no tokenizer.json: texts cannot be read");
    if (card.pictureProcessor.empty() && (uses("picture encoder") || card.sizes.contains("picture side")))
        card.problems.emplace_back("no preprocessor_config.json: pictures cannot be prepared");
    note(card, [&] { card.hash = backboneHash(folder, stop); });
    throwIfStopped(stop, "read a backbone");
    return card;
}

std::vector<std::filesystem::path> backboneFolders(const std::filesystem::path& folder) {
    if (std::filesystem::exists(folder / "config.json")) return {folder};
    std::vector<std::filesystem::path> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
        if (std::filesystem::exists(entry.path() / "config.json")) found.push_back(entry.path());
    if (found.empty())
        throw Error(ErrorKind::notFound,
                    fmt::format("read a backbone: neither {} nor a folder in it holds a config.json", folder.string()));
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace core
