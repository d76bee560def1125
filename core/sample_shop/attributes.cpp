#include "core/sample_shop/attributes.h"
#include <span>

namespace core {

namespace {

constexpr std::string_view departments[] = {"women", "men", "home"};
constexpr std::string_view types[] = {"t-shirt", "shirt", "sweater", "jacket",  "dress",    "skirt",  "trousers",
                                      "sneaker", "boot",  "heel",    "handbag", "backpack", "cap",    "sunglasses",
                                      "watch",   "mug",   "vase",    "lamp",    "chair",    "cushion"};
constexpr std::string_view brands[] = {"Alder & Fox", "Bramwell", "Costa Verde", "Dunmore", "Elsinore",
                                       "Fjordline",   "Galen",    "Harrow Lane", "Isola",   "Juniper Road"};
constexpr std::string_view priceBands[] = {"essential", "classic", "signature"};
constexpr std::string_view materials[] = {"cotton", "linen", "wool",    "denim", "leather", "suede",
                                          "canvas", "steel", "ceramic", "glass", "wood",    "velvet"};
constexpr std::string_view colours[] = {"red", "orange", "green", "teal", "blue", "violet", "pink", "charcoal"};
constexpr std::string_view patterns[] = {"plain", "stripes", "checks", "dots", "floral", "zigzag"};
constexpr std::string_view emblems[] = {"star", "heart", "moon", "leaf", "bolt"};
constexpr std::string_view accents[] = {"white", "black", "yellow", "sky", "brown"};
constexpr std::string_view cuts[] = {"first", "second", "third"};

constexpr std::span<const std::string_view> names[] = {departments, types,    brands,  priceBands, materials,
                                                       colours,     patterns, emblems, accents,    cuts};

} // namespace

std::string_view valueName(Attribute attribute, int value) {
    return names[static_cast<std::size_t>(attribute)][static_cast<std::size_t>(value)];
}

} // namespace core
