#pragma once
#include "core/sample_shop/draw.h"
#include "core/sample_shop/shoppers.h"
#include <filesystem>
#include <string>
#include <vector>

/// The files of the folder truth/, written by makeSampleShop() and read by core::Truth.
///   attributes.json  parameters; per product its id, line, appeal, novelty and the words for its attributes
///   shoppers.json    per shopper the products bought in order and the tastes at the last two events
///   masks.bin        per product the runs of its masks, one bit an attribute
namespace core {

/// One product's masks: for each pixel a set of bits, bit a for attribute a, in runs of (bits as 2 bytes, length as 2
/// bytes).
std::string packMasks(const DrawnProduct& drawn);

void writeAttributes(const std::filesystem::path& truthFolder, const SampleShopParameters& parameters,
                     const std::vector<Product>& products);
void writeShoppers(const std::filesystem::path& truthFolder, const std::vector<Shopper>& shoppers);
void writeMasks(const std::filesystem::path& truthFolder, const std::vector<std::string>& packedMasks);

/// What the files hold.
struct TruthFiles {
    SampleShopParameters parameters;
    std::vector<ChoiceItem> items;
    std::vector<std::vector<ItemIndex>> bought; ///< by user
    std::vector<std::array<Taste, 2>> tastes;   ///< by user: validation, test
};
TruthFiles readTruthFiles(const std::filesystem::path& truthFolder);
std::vector<std::uint8_t> readMask(const std::filesystem::path& truthFolder, ItemIndex item, Attribute attribute);

} // namespace core
