#pragma once
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/dataset/encoded_table.h"
#include "core/recommenders/pixrec_settings.h"
#include "core/text/tokenizer.h"
#include <cstdint>
#include <vector>

namespace core {

/// The catalog as PixRec's item tower sees it: each distinct text once, each distinct picture once, and each distinct
/// pair of them once (a "row"). Text twins are one row under a text model. -1: the item lacks it, or the model does not
/// read it.
struct ItemInputs {
    std::vector<std::int32_t> rowOfItem;    ///< item -> row
    std::vector<std::int32_t> itemsOfRow;   ///< how many items share it
    std::vector<std::int32_t> textOfRow;    ///< row -> distinct text
    std::vector<std::int32_t> pictureOfRow; ///< row -> distinct picture
    int tokensPerText = 0;
    std::vector<std::int32_t> tokens; ///< distinct texts x tokensPerText, padded with 0
    int side = 0;
    std::vector<std::uint8_t> pixels; ///< distinct pictures x side x side x 3; none where the data set has none
    std::int64_t pictures = 0;        ///< distinct ones
    /// In the place of tokens or pixels where the model reads a frozen encoder's vectors; null else.
    EncodedCatalog encoded;

    std::int64_t rowCount() const { return static_cast<std::int64_t>(itemsOfRow.size()); }
    std::int64_t textCount() const {
        if (encoded.texts) return encoded.texts->rowCount();
        return tokensPerText ? static_cast<std::int64_t>(tokens.size()) / tokensPerText : 0;
    }
    std::int64_t pictureCount() const {
        if (encoded.pictures) return encoded.pictures->rowCount();
        return pictures;
    }
};

/// Throws Error(internal) where pictures are known by number alone.
void requirePixels(const ItemInputs& inputs);

/// Pictures of another side are resized by averaging areas. `tokenizer` is not used where the model reads no text, or
/// vectors in its place. Throws Error(invalidInput) where `encoded` lacks the vectors of a frozen encoder.
ItemInputs itemInputs(const Dataset& dataset, const PixRecSettings& settings, const TextTokenizer& tokenizer,
                      const EncodedCatalog& encoded = {});

} // namespace core
