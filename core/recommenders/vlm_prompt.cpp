#include "core/recommenders/vlm_prompt.h"
#include "core/base/error.h"
#include "core/checkpoints/language_model_settings.h"
#include "core/text/chat_template.h"
#include "core/text/pretrained_tokenizer.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

// The published prompt (souradipp76/PixRec, amaz_train.py), quoted as the method it is.
constexpr const char* announcement = "This is the summary of a user's purchase history.";
constexpr const char* firstItem = " The first item bought is as follows.";
constexpr const char* nextItem = "\nThe next item bought is as follows.";
constexpr const char* separator = "\nThe next item bought is as follows.\n";
constexpr const char* pictureWord = " Image: ";
constexpr const char* lonePictureWord = "Image: "; // where no text stands before it
constexpr const char* noPicture = "Unknown.";

using Ids = std::vector<std::int32_t>;

std::string_view trimmed(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

/// ItemInputs' tokenizer: ids moved by one, since 0 pads there.
class CutText final : public TextTokenizer {
public:
    CutText(const PretrainedTokenizer& tokenizer, int most) : tokenizer_(tokenizer), most_(most) {}
    std::vector<std::int32_t> encode(std::string_view text) const override {
        auto ids = cut(trimmed(text));
        for (auto& id : ids) ++id;
        return ids;
    }
    std::int32_t size() const override { return tokenizer_.size() + 1; }
    Ids cut(std::string_view text) const {
        auto ids = tokenizer_.encode(text, {.addsSpecial = false, .wantsSpans = false}).ids;
        ids.resize(std::min(ids.size(), static_cast<std::size_t>(most_)));
        return ids;
    }

private:
    const PretrainedTokenizer& tokenizer_;
    int most_;
};

VlmText asWritten(const Ids& ids) { return {.ids = ids, .pictures = {}, .isWritten = std::vector(ids.size(), true)}; }

} // namespace

void VlmText::append(const VlmText& other) {
    ids.insert(ids.end(), other.ids.begin(), other.ids.end());
    pictures.insert(pictures.end(), other.pictures.begin(), other.pictures.end());
    isWritten.insert(isWritten.end(), other.isWritten.begin(), other.isWritten.end());
}

struct VlmPrompt::Parts {
    VlmSettings settings;
    LanguageModelSettings network;
    std::unique_ptr<PretrainedTokenizer> tokenizer;
    Ids begin, first, next, last; ///< around the products of a history
    Ids pictureWord, lonePictureWord, unknownPicture, loneUnknownPicture, picture;
    Ids end;

    Ids ids(std::string_view text, bool addsSpecial = false) const {
        return tokenizer->encode(text, {.addsSpecial = addsSpecial, .wantsSpans = false}).ids;
    }
    void readChat(const std::filesystem::path& folder) {
        const auto chat = ChatTemplate::load(folder);
        if (!chat)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("write prompts: {} has no chat template; use the plain prompt", folder.string()));
        constexpr const char* marker = "(history)"; // what stands around it is the template's
        const std::vector<ChatMessage> turn{{.role = "user", .content = {{.isPicture = false, .text = marker}}}};
        const auto text = chat->apply(turn, /*asksForAnswer=*/true);
        const auto at = text.find(marker);
        if (at == std::string::npos)
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("write prompts: the chat template of {} leaves out what a user says", folder.string()));
        begin = ids(text.substr(0, at) + announcement);
        last = ids(separator + text.substr(at + std::string_view(marker).size()));
    }
    void readPicture() {
        const auto places = static_cast<std::size_t>(network.tokensPerPicture());
        if (network.kind == LanguageModelSettings::Kind::idefics3) {
            const auto around = tokenizer->idOf("<fake_token_around_image>"), whole = tokenizer->idOf("<global-img>");
            if (around) picture.push_back(*around);
            if (whole) picture.push_back(*whole);
            picture.insert(picture.end(), places, network.pictureToken);
            if (around) picture.push_back(*around);
        } else
            picture.assign(places, network.pictureToken);
    }
    /// ` Image: ` and the picture, or that there is none.
    VlmText pictureOf(const VlmCatalog& catalog, std::int32_t row, bool isAlone) const {
        const auto shown = catalog.inputs.pictureOfRow[static_cast<std::size_t>(row)];
        if (shown < 0) return asWritten(isAlone ? loneUnknownPicture : unknownPicture);
        auto text = asWritten(isAlone ? lonePictureWord : pictureWord);
        text.append({.ids = picture, .pictures = {shown}, .isWritten = std::vector(picture.size(), false)});
        return text;
    }
    VlmText item(const VlmCatalog& catalog, std::int32_t row, bool isTarget) const {
        VlmText text;
        const auto place = catalog.inputs.textOfRow[static_cast<std::size_t>(row)];
        if (place >= 0)
            text = asWritten((isTarget ? catalog.targetText : catalog.historyText)[static_cast<std::size_t>(place)]);
        if (settings.readsPicture()) text.append(pictureOf(catalog, row, isTarget && place < 0));
        return text;
    }
};

VlmPrompt::VlmPrompt(const std::filesystem::path& folder, const VlmSettings& settings)
    : parts_(std::make_unique<Parts>()) {
    auto& parts = *parts_;
    parts.settings = settings;
    parts.network = LanguageModelSettings::read(folder);
    parts.tokenizer = PretrainedTokenizer::load(folder);
    if (settings.readsPicture() && !parts.network.readsPictures())
        throw Error(ErrorKind::invalidInput,
                    fmt::format("write prompts: {} reads no pictures; use --modality text", folder.string()));
    if (settings.prompt == "chat") {
        parts.readChat(folder);
    } else {
        parts.begin = parts.ids(announcement, /*addsSpecial=*/true);
        parts.last = parts.ids(separator);
    }
    parts.first = parts.ids(firstItem);
    parts.next = parts.ids(nextItem);
    if (settings.isEven()) parts.last = parts.next;
    parts.pictureWord = parts.ids(pictureWord);
    parts.lonePictureWord = parts.ids(lonePictureWord);
    parts.unknownPicture = parts.ids(std::string(pictureWord) + noPicture);
    parts.loneUnknownPicture = parts.ids(std::string(lonePictureWord) + noPicture);
    if (parts.network.readsPictures()) parts.readPicture();
    if (!parts.network.decoder.endTokens.empty()) parts.end = {parts.network.decoder.endTokens.front()};
}
VlmPrompt::~VlmPrompt() = default;
VlmPrompt::VlmPrompt(VlmPrompt&&) noexcept = default;

VlmCatalog VlmPrompt::catalog(const Dataset& dataset) const {
    const CutText tokenizer(*parts_->tokenizer, parts_->settings.textTokens);
    PixRecSettings sizes;
    sizes.modality = parts_->settings.modality;
    sizes.tokens = parts_->settings.textTokens;
    sizes.pictureSide = pictureSide();
    VlmCatalog catalog;
    catalog.inputs = itemInputs(dataset, sizes, tokenizer);
    catalog.textOfRow.resize(static_cast<std::size_t>(catalog.rowCount()));
    catalog.historyText.resize(static_cast<std::size_t>(catalog.inputs.textCount()));
    catalog.targetText.resize(catalog.historyText.size());
    for (std::size_t item = 0; item < dataset.itemCount(); ++item) {
        const auto row = static_cast<std::size_t>(catalog.inputs.rowOfItem[item]);
        const auto text = catalog.inputs.textOfRow[row];
        if (text >= 0 && catalog.textOfRow[row].empty()) catalog.textOfRow[row] = dataset.items[item].modelText();
        if (text < 0 || !catalog.targetText[static_cast<std::size_t>(text)].empty()) continue;
        // As ItemInputs has it, so that what it holds for equal is equal here.
        const auto* ids = catalog.inputs.tokens.data() + std::int64_t{text} * catalog.inputs.tokensPerText;
        auto& alone = catalog.targetText[static_cast<std::size_t>(text)];
        for (int i = 0; i < catalog.inputs.tokensPerText && ids[i] > 0; ++i) alone.push_back(ids[i] - 1);
        catalog.historyText[static_cast<std::size_t>(text)] =
            tokenizer.cut(trimmed(fmt::format(" {}", dataset.items[item].modelText())));
    }
    return catalog;
}

VlmText VlmPrompt::history(const VlmCatalog& catalog, std::span<const std::int32_t> rows) const {
    const auto read = rows.last(std::min(rows.size(), static_cast<std::size_t>(parts_->settings.window)));
    VlmText text = asWritten(parts_->begin);
    for (std::size_t i = 0; i < read.size(); ++i) {
        text.append(asWritten(i == 0 ? parts_->first : parts_->next));
        text.append(parts_->item(catalog, read[i], /*isTarget=*/false));
    }
    text.append(asWritten(parts_->last));
    return text;
}

VlmText VlmPrompt::target(const VlmCatalog& catalog, std::int32_t row) const {
    if (parts_->settings.isEven()) return parts_->item(catalog, row, /*isTarget=*/false);
    auto text = parts_->item(catalog, row, /*isTarget=*/true);
    text.append(asWritten(parts_->end));
    return text;
}

VlmText VlmPrompt::stretch(const VlmCatalog& catalog, std::span<const std::int32_t> rows,
                           std::vector<VlmSpan>& items) const {
    VlmText text = asWritten(parts_->begin);
    items.clear();
    for (const auto row : rows) {
        text.append(asWritten(items.empty() ? parts_->first : parts_->next));
        const auto from = text.size();
        text.append(parts_->item(catalog, row, /*isTarget=*/false));
        items.push_back({from, text.size()});
    }
    return text;
}

std::vector<std::int32_t> VlmPrompt::writingEnds() const {
    std::vector<std::int32_t> ends;
    const bool hasPictures = parts_->settings.readsPicture() && !parts_->picture.empty();
    if (hasPictures) ends.push_back(parts_->picture.front());
    if (!parts_->settings.isEven()) return ends;
    ends.push_back(parts_->next.front());
    if (hasPictures) ends.push_back(parts_->pictureWord.front());
    return ends;
}

std::string VlmPrompt::decode(std::span<const std::int32_t> ids) const { return parts_->tokenizer->decode(ids); }

std::vector<std::string> VlmPrompt::sentences() {
    return {announcement, firstItem, nextItem, separator, pictureWord, noPicture};
}

int VlmPrompt::pictureSide() const {
    return parts_->settings.readsPicture() ? static_cast<int>(parts_->network.tower->side) : 0;
}

} // namespace core
