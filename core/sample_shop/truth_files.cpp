#include "core/sample_shop/truth_files.h"
#include "core/base/error.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace core {

namespace {

using Json = nlohmann::json;
constexpr std::string_view attributesFile = "attributes.json", shoppersFile = "shoppers.json", masksFile = "masks.bin";
constexpr int pictureSide = 256;

Json parametersToJson(const SampleShopParameters& p) {
    Json tastes = Json::array();
    for (const TasteParameters& taste : p.tastes)
        tastes.push_back({taste.weight, taste.second, taste.third, taste.drift});
    return {{"version", p.version},
            {"items", p.items},
            {"users", p.users},
            {"seed", p.seed},
            {"twin_share", p.twinShare},
            {"group_size_weights", p.groupSizeWeights},
            {"new_share", p.newShare},
            {"appeal_spread", p.appealSpread},
            {"single_appeal", p.singleAppeal},
            {"tastes", tastes},
            {"noise", p.noise},
            {"look_across_lines", p.lookAcrossLines},
            {"fewest_events", p.fewestEvents},
            {"most_events", p.mostEvents},
            {"basket_size_weights", p.basketSizeWeights},
            {"first_day", p.firstDay},
            {"days", p.days},
            {"closing_days", p.closingDays}};
}

SampleShopParameters parametersFromJson(const Json& json) {
    SampleShopParameters p;
    json.at("version").get_to(p.version);
    json.at("items").get_to(p.items);
    json.at("users").get_to(p.users);
    json.at("seed").get_to(p.seed);
    json.at("twin_share").get_to(p.twinShare);
    json.at("group_size_weights").get_to(p.groupSizeWeights);
    json.at("new_share").get_to(p.newShare);
    json.at("appeal_spread").get_to(p.appealSpread);
    json.at("single_appeal").get_to(p.singleAppeal);
    json.at("noise").get_to(p.noise);
    json.at("look_across_lines").get_to(p.lookAcrossLines);
    json.at("fewest_events").get_to(p.fewestEvents);
    json.at("most_events").get_to(p.mostEvents);
    json.at("basket_size_weights").get_to(p.basketSizeWeights);
    json.at("first_day").get_to(p.firstDay);
    json.at("days").get_to(p.days);
    json.at("closing_days").get_to(p.closingDays);
    for (std::size_t a = 0; a < attributeCount; ++a) {
        const Json& taste = json.at("tastes").at(a);
        p.tastes[a] = {taste.at(0), taste.at(1), taste.at(2), taste.at(3)};
    }
    return p;
}

int valueOf(Attribute attribute, const std::string& word) {
    for (int value = 0; value < valueCounts[static_cast<std::size_t>(attribute)]; ++value)
        if (valueName(attribute, value) == word) return value;
    throw Error(ErrorKind::corrupt, fmt::format("read the truth of the sample shop: \"{}\" is no {}", word,
                                                attributeNames[static_cast<std::size_t>(attribute)]));
}

void writeFile(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) throw Error(ErrorKind::unavailable, fmt::format("write {}: no space, or not writable", file.string()));
}

Json readJson(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw Error(ErrorKind::notFound, fmt::format("read {}: there is no such file", file.string()));
    return Json::parse(stream);
}

Taste tasteFromJson(const Json& json) {
    Taste taste;
    for (std::size_t i = 0; i < attributeCount * 3; ++i) taste.favourites[i / 3][i % 3] = json.at(i).get<std::int8_t>();
    return taste;
}

Json tasteToJson(const Taste& taste) {
    Json json = Json::array();
    for (const auto& favourites : taste.favourites)
        for (const std::int8_t value : favourites) json.push_back(value);
    return json;
}

void appendNumber(std::string& bytes, std::uint64_t number, int byteCount) { // little endian
    for (int i = 0; i < byteCount; ++i) bytes.push_back(static_cast<char>(number >> (8 * i)));
}

std::uint64_t readNumber(std::istream& stream, int byteCount) {
    std::uint64_t number = 0;
    for (int i = 0; i < byteCount; ++i)
        number |= static_cast<std::uint64_t>(static_cast<unsigned char>(stream.get())) << (8 * i);
    if (!stream) throw Error(ErrorKind::corrupt, "read the masks of the sample shop: masks.bin is cut short");
    return number;
}

} // namespace

std::string packMasks(const DrawnProduct& drawn) {
    const std::size_t pixels = static_cast<std::size_t>(drawn.side) * static_cast<std::size_t>(drawn.side);
    std::string packed;
    std::size_t from = 0;
    const auto bitsAt = [&](std::size_t pixel) {
        unsigned bits = 0;
        for (std::size_t a = 0; a < attributeCount; ++a)
            if (!drawn.masks[a].empty() && drawn.masks[a][pixel] > 0) bits |= 1U << a;
        return bits;
    };
    unsigned current = bitsAt(0);
    for (std::size_t pixel = 1; pixel <= pixels; ++pixel) {
        const bool ends = pixel == pixels;
        const unsigned bits = ends ? 0 : bitsAt(pixel);
        if (!ends && bits == current && pixel - from < 0xffff) continue;
        appendNumber(packed, current, 2);
        appendNumber(packed, pixel - from, 2);
        from = pixel;
        current = bits;
    }
    return packed;
}

void writeAttributes(const std::filesystem::path& truthFolder, const SampleShopParameters& parameters,
                     const std::vector<Product>& products) {
    Json items = Json::array();
    for (const Product& product : products) {
        Json values;
        for (int a = 0; a < attributeCount; ++a)
            values[std::string(attributeNames[static_cast<std::size_t>(a)])] =
                valueName(static_cast<Attribute>(a), product.attributes.values[static_cast<std::size_t>(a)]);
        items.push_back({{"id", product.text.id},
                         {"line", product.line},
                         {"appeal", product.appeal},
                         {"new", product.isNew},
                         {"values", values}});
    }
    writeFile(truthFolder / attributesFile,
              Json{{"parameters", parametersToJson(parameters)}, {"items", items}}.dump());
}

void writeShoppers(const std::filesystem::path& truthFolder, const std::vector<Shopper>& shoppers) {
    Json rows = Json::array();
    for (const Shopper& shopper : shoppers) {
        Json bought = Json::array();
        for (const Event& event : shopper.history) bought.push_back(event.item.value);
        rows.push_back({{"bought", bought},
                        {"validation", tasteToJson(shopper.validationTaste)},
                        {"test", tasteToJson(shopper.testTaste)}});
    }
    writeFile(truthFolder / shoppersFile, rows.dump());
}

void writeMasks(const std::filesystem::path& truthFolder, const std::vector<std::string>& packedMasks) {
    std::string bytes; // item count + 1 offsets of 8 bytes, then the runs
    std::uint64_t offset = (packedMasks.size() + 1) * 8;
    for (const std::string& packed : packedMasks) {
        appendNumber(bytes, offset, 8);
        offset += packed.size();
    }
    appendNumber(bytes, offset, 8);
    for (const std::string& packed : packedMasks) bytes += packed;
    writeFile(truthFolder / masksFile, bytes);
}

TruthFiles readTruthFiles(const std::filesystem::path& truthFolder) {
    try {
        TruthFiles files;
        const Json catalog = readJson(truthFolder / attributesFile);
        files.parameters = parametersFromJson(catalog.at("parameters"));
        for (const Json& item : catalog.at("items")) {
            ChoiceItem read{.line = item.at("line"), .appeal = item.at("appeal"), .isNew = item.at("new")};
            for (int a = 0; a < attributeCount; ++a) {
                const auto attribute = static_cast<Attribute>(a);
                read.attributes[attribute] =
                    valueOf(attribute, item.at("values").at(std::string(attributeNames[static_cast<std::size_t>(a)])));
            }
            files.items.push_back(read);
        }
        for (const Json& shopper : readJson(truthFolder / shoppersFile)) {
            std::vector<ItemIndex> bought;
            for (const std::int32_t item : shopper.at("bought")) {
                if (item < 0 || static_cast<std::size_t>(item) >= files.items.size())
                    throw Error(ErrorKind::corrupt, fmt::format("read {}: product {} is not in the catalog",
                                                                (truthFolder / shoppersFile).string(), item));
                bought.push_back({item});
            }
            files.bought.push_back(std::move(bought));
            files.tastes.push_back({tasteFromJson(shopper.at("validation")), tasteFromJson(shopper.at("test"))});
        }
        return files;
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::corrupt, fmt::format("read {}: {}", truthFolder.string(), error.what()));
    }
}

std::vector<std::uint8_t> readMask(const std::filesystem::path& truthFolder, ItemIndex item, Attribute attribute) {
    std::ifstream stream(truthFolder / masksFile, std::ios::binary);
    if (!stream)
        throw Error(ErrorKind::notFound,
                    fmt::format("read {}: there is no such file", (truthFolder / masksFile).string()));
    stream.seekg(static_cast<std::streamoff>(item.slot() * 8));
    const std::uint64_t from = readNumber(stream, 8), to = readNumber(stream, 8);
    stream.seekg(static_cast<std::streamoff>(from));
    std::vector<std::uint8_t> mask;
    mask.reserve(static_cast<std::size_t>(pictureSide) * pictureSide);
    const auto bit = 1U << static_cast<unsigned>(attribute);
    for (std::uint64_t at = from; at < to; at += 4) {
        const std::uint64_t bits = readNumber(stream, 2), length = readNumber(stream, 2);
        mask.insert(mask.end(), length, (bits & bit) != 0 ? 255 : 0);
    }
    if (mask.size() != static_cast<std::size_t>(pictureSide) * pictureSide)
        throw Error(ErrorKind::corrupt, fmt::format("read {}: product {} has {} pixels",
                                                    (truthFolder / masksFile).string(), item.value, mask.size()));
    if (std::none_of(mask.begin(), mask.end(), [](std::uint8_t value) { return value > 0; })) mask.clear();
    return mask;
}

} // namespace core
