#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace core {

/// What a product of the sample shop is made of. The first five stand in its text, the others only in its picture.
enum class Attribute { department, type, brand, priceBand, material, colour, pattern, emblem, accent, cut };
inline constexpr int attributeCount = 10;
inline constexpr int textualAttributeCount = 5;
inline constexpr std::array<std::string_view, attributeCount> attributeNames{
    "department", "type", "brand", "price_band", "material", "colour", "pattern", "emblem", "accent", "cut"};

enum class ProductType {
    tShirt,
    shirt,
    sweater,
    jacket,
    dress,
    skirt,
    trousers,
    sneaker,
    boot,
    heel,
    handbag,
    backpack,
    cap,
    sunglasses,
    watch,
    mug,
    vase,
    lamp,
    chair,
    cushion,
};
inline constexpr int productTypeCount = 20;

enum class Pattern { plain, stripes, checks, dots, floral, zigzag };
inline constexpr int patternCount = 6;

enum class Emblem { star, heart, moon, leaf, bolt };
inline constexpr int emblemCount = 5;

enum class Material { cotton, linen, wool, denim, leather, suede, canvas, steel, ceramic, glass, wood, velvet };
inline constexpr int materialCount = 12;

inline constexpr int departmentCount = 3, brandCount = 10, priceBandCount = 3, colourCount = 8, accentCount = 5,
                     cutCount = 3;

inline constexpr std::array<int, attributeCount> valueCounts{
    departmentCount, productTypeCount, brandCount,  priceBandCount, materialCount,
    colourCount,     patternCount,     emblemCount, accentCount,    cutCount};

/// Position of an attribute's first value in a flat table of all values.
constexpr int valueOffset(Attribute attribute) {
    int offset = 0;
    for (int i = 0; i < static_cast<int>(attribute); ++i) offset += valueCounts[static_cast<std::size_t>(i)];
    return offset;
}
inline constexpr int valueTotal = valueOffset(Attribute::cut) + cutCount;

/// The values of one product, one for each attribute.
struct ProductAttributes {
    std::array<int, attributeCount> values{};

    int operator[](Attribute attribute) const { return values[static_cast<std::size_t>(attribute)]; }
    int& operator[](Attribute attribute) { return values[static_cast<std::size_t>(attribute)]; }
    ProductType type() const { return static_cast<ProductType>((*this)[Attribute::type]); }
    friend bool operator==(const ProductAttributes&, const ProductAttributes&) = default;
};

/// The word for a value, as truth/attributes.json has it: "sneaker", "red", "stripes".
std::string_view valueName(Attribute attribute, int value);

} // namespace core
