#include "core/recommenders/item_inputs.h"
#include "core/base/error.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace core {

namespace {

std::string_view pixelsOf(const PictureTable& pictures, std::int32_t row) {
    const std::size_t bytes = static_cast<std::size_t>(pictures.side) * static_cast<std::size_t>(pictures.side) * 3;
    return {reinterpret_cast<const char*>(pictures.pixels.data()) + static_cast<std::size_t>(row) * bytes, bytes};
}

/// Mean over the area that each new pixel covers; for a larger side the nearest pixel.
void resizeInto(std::vector<std::uint8_t>& out, std::string_view source, int from, int to) {
    const double scale = static_cast<double>(from) / to;
    for (int y = 0; y < to; ++y)
        for (int x = 0; x < to; ++x) {
            const int top = static_cast<int>(y * scale), left = static_cast<int>(x * scale);
            const int bottom = std::max(top + 1, static_cast<int>((y + 1) * scale));
            const int right = std::max(left + 1, static_cast<int>((x + 1) * scale));
            for (int channel = 0; channel < 3; ++channel) {
                int sum = 0;
                for (int v = top; v < bottom; ++v)
                    for (int u = left; u < right; ++u) {
                        const int at = (v * from + u) * 3 + channel;
                        sum += static_cast<unsigned char>(source[static_cast<std::size_t>(at)]);
                    }
                const int area = (bottom - top) * (right - left);
                out.push_back(static_cast<std::uint8_t>((sum + area / 2) / area));
            }
        }
}

/// Item -> distinct text, filling `inputs.tokens`. Texts that differ only in what the model does not read (case, what
/// is cut off) are one.
std::vector<std::int32_t> addTexts(ItemInputs& inputs, const Dataset& dataset, const PixRecSettings& settings,
                                   const TextTokenizer& tokenizer) {
    const auto groups = textTwinGroups(dataset.items);
    inputs.tokensPerText = settings.tokens;
    if (settings.textTower) { // reads whole texts: as many places as the longest needs
        inputs.tokensPerText = 1;
        for (std::size_t item = 0, known = 0; item < groups.size(); ++item)
            if (static_cast<std::size_t>(groups[item]) == known) {
                const auto tokens = tokenizer.encode(dataset.items[item].modelText()).size();
                inputs.tokensPerText = std::max(inputs.tokensPerText, static_cast<int>(tokens));
                ++known;
            }
    }
    std::vector<std::int32_t> textOfGroup, textOfItem;
    std::map<std::vector<std::int32_t>, std::int32_t> known;
    for (std::size_t item = 0; item < groups.size(); ++item) {
        if (static_cast<std::size_t>(groups[item]) == textOfGroup.size()) { // numbered in order of first appearance
            auto ids = tokenizer.encode(dataset.items[item].modelText());
            ids.resize(static_cast<std::size_t>(inputs.tokensPerText), 0);
            const auto [entry, isNew] = known.try_emplace(ids, static_cast<std::int32_t>(known.size()));
            if (isNew) inputs.tokens.insert(inputs.tokens.end(), ids.begin(), ids.end());
            textOfGroup.push_back(entry->second);
        }
        textOfItem.push_back(textOfGroup[static_cast<std::size_t>(groups[item])]);
    }
    return textOfItem;
}

/// Item -> distinct picture or -1, filling `inputs.pixels`.
std::vector<std::int32_t> addPictures(ItemInputs& inputs, const Dataset& dataset, const PixRecSettings& settings) {
    inputs.side = settings.pixelSide();
    std::vector<std::int32_t> pictureOfItem(dataset.itemCount(), -1);
    if (dataset.pictures.pixels.empty()) {
        pictureOfItem = dataset.pictures.rowOfItem;
        pictureOfItem.resize(dataset.itemCount(), -1);
        for (const auto picture : pictureOfItem) inputs.pictures = std::max<std::int64_t>(inputs.pictures, picture + 1);
        return pictureOfItem;
    }
    std::unordered_map<std::string_view, std::int32_t> known;
    for (std::size_t item = 0; item < dataset.itemCount(); ++item) {
        if (!dataset.pictures.has({static_cast<std::int32_t>(item)})) continue;
        const auto pixels = pixelsOf(dataset.pictures, dataset.pictures.rowOfItem[item]);
        const auto [entry, isNew] = known.try_emplace(pixels, static_cast<std::int32_t>(known.size()));
        pictureOfItem[item] = entry->second;
        if (isNew && dataset.pictures.side == inputs.side)
            inputs.pixels.insert(inputs.pixels.end(), pixels.begin(), pixels.end());
        else if (isNew)
            resizeInto(inputs.pixels, pixels, dataset.pictures.side, inputs.side);
    }
    inputs.pictures = std::ssize(known);
    return pictureOfItem;
}

/// Item -> row of a frozen encoder's vectors.
const std::vector<std::int32_t>& takeEncoded(const std::shared_ptr<const EncodedTable>& table,
                                             const PretrainedTower& tower, std::size_t items,
                                             std::shared_ptr<const EncodedTable>& into) {
    if (!table || table->encoder != tower.encoder || table->rowOfItem.size() != items ||
        (table->rowCount() > 0 && table->width != tower.width))
        throw Error(ErrorKind::invalidInput,
                    "read products: vectors of the encoder in " + tower.folder + " are missing for this catalog");
    into = table;
    return table->rowOfItem;
}

} // namespace

void requirePixels(const ItemInputs& inputs) {
    if (inputs.pictureCount() > 0 && inputs.pixels.empty())
        throw Error(ErrorKind::internal, "read a picture: its pixels were not read");
}

ItemInputs itemInputs(const Dataset& dataset, const PixRecSettings& settings, const TextTokenizer& tokenizer,
                      const EncodedCatalog& encoded) {
    ItemInputs inputs;
    const std::vector<std::int32_t> none(dataset.itemCount(), -1);
    const auto textsOf = [&] {
        return settings.textTower && settings.textTower->isFrozen()
                   ? takeEncoded(encoded.texts, *settings.textTower, none.size(), inputs.encoded.texts)
                   : addTexts(inputs, dataset, settings, tokenizer);
    };
    const auto picturesOf = [&] {
        return settings.pictureTower && settings.pictureTower->isFrozen()
                   ? takeEncoded(encoded.pictures, *settings.pictureTower, none.size(), inputs.encoded.pictures)
                   : addPictures(inputs, dataset, settings);
    };
    const auto textOfItem = settings.readsText() ? textsOf() : none;
    const auto pictureOfItem = settings.readsPicture() ? picturesOf() : none;

    std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> rowOfPair;
    inputs.rowOfItem.reserve(dataset.itemCount());
    for (std::size_t item = 0; item < dataset.itemCount(); ++item) {
        const auto [entry, isNew] =
            rowOfPair.try_emplace({textOfItem[item], pictureOfItem[item]}, static_cast<std::int32_t>(rowOfPair.size()));
        inputs.rowOfItem.push_back(entry->second);
        if (isNew) {
            inputs.itemsOfRow.push_back(0);
            inputs.textOfRow.push_back(textOfItem[item]);
            inputs.pictureOfRow.push_back(pictureOfItem[item]);
        }
        ++inputs.itemsOfRow[static_cast<std::size_t>(entry->second)];
    }
    return inputs;
}

} // namespace core
