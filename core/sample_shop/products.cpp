#include "core/sample_shop/products.h"
#include "core/sample_shop/random.h"
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace core {

namespace {

/// How a shop speaks of one product type. Nothing here names what only the picture shows.
struct TypeWords {
    std::string_view noun, womenCategory, menCategory; ///< home wares: both equal
    std::array<Material, 3> materials;
    double price; ///< of the middle price band
    std::string_view use;
};

using enum Material;
constexpr TypeWords words[productTypeCount] = {
    {"T-Shirt",
     "Women > Clothing > T-Shirts",
     "Men > Clothing > T-Shirts",
     {cotton, linen, cotton},
     24,
     "An easy layer for every day"},
    {"Shirt",
     "Women > Clothing > Shirts",
     "Men > Clothing > Shirts",
     {cotton, linen, denim},
     49,
     "From the desk to the weekend"},
    {"Sweater",
     "Women > Clothing > Knitwear",
     "Men > Clothing > Knitwear",
     {wool, cotton, wool},
     69,
     "Soft, warm and made to last"},
    {"Jacket",
     "Women > Clothing > Jackets",
     "Men > Clothing > Jackets",
     {denim, leather, canvas},
     119,
     "Keeps wind and drizzle out"},
    {"Dress",
     "Women > Clothing > Dresses",
     "Women > Clothing > Dresses",
     {cotton, linen, velvet},
     79,
     "Moves with you, day and evening"},
    {"Skirt",
     "Women > Clothing > Skirts",
     "Women > Clothing > Skirts",
     {cotton, denim, wool},
     45,
     "Falls well and keeps its line"},
    {"Trousers",
     "Women > Clothing > Trousers",
     "Men > Clothing > Trousers",
     {cotton, linen, denim},
     59,
     "Comfortable waist, clean finish"},
    {"Sneakers",
     "Women > Shoes > Sneakers",
     "Men > Shoes > Sneakers",
     {canvas, leather, suede},
     85,
     "Light underfoot for long days"},
    {"Boots",
     "Women > Shoes > Boots",
     "Men > Shoes > Boots",
     {leather, suede, canvas},
     139,
     "Sure grip in any weather"},
    {"Heels",
     "Women > Shoes > Heels",
     "Women > Shoes > Heels",
     {leather, suede, velvet},
     99,
     "Steady enough to dance in"},
    {"Handbag",
     "Women > Bags > Handbags",
     "Women > Bags > Handbags",
     {leather, canvas, suede},
     129,
     "Room for the day, neatly kept"},
    {"Backpack",
     "Women > Bags > Backpacks",
     "Men > Bags > Backpacks",
     {canvas, leather, canvas},
     89,
     "Padded back, laptop sleeve inside"},
    {"Cap",
     "Women > Accessories > Caps",
     "Men > Accessories > Caps",
     {cotton, wool, canvas},
     22,
     "Shade with an adjustable fit"},
    {"Sunglasses",
     "Women > Accessories > Sunglasses",
     "Men > Accessories > Sunglasses",
     {steel, wood, steel},
     75,
     "Full UV protection, case included"},
    {"Watch",
     "Women > Accessories > Watches",
     "Men > Accessories > Watches",
     {leather, steel, canvas},
     159,
     "Quartz movement, water resistant"},
    {"Mug",
     "Home > Kitchen > Mugs",
     "Home > Kitchen > Mugs",
     {ceramic, steel, ceramic},
     14,
     "Holds 350 ml, dishwasher safe"},
    {"Vase",
     "Home > Living > Vases",
     "Home > Living > Vases",
     {ceramic, glass, ceramic},
     39,
     "For a single stem or a full bunch"},
    {"Table Lamp",
     "Home > Lighting > Table Lamps",
     "Home > Lighting > Table Lamps",
     {ceramic, wood, steel},
     89,
     "Warm light, E27 socket, bulb not included"},
    {"Chair",
     "Home > Furniture > Chairs",
     "Home > Furniture > Chairs",
     {wood, velvet, leather},
     179,
     "Sturdy, tested for daily use"},
    {"Cushion",
     "Home > Textiles > Cushions",
     "Home > Textiles > Cushions",
     {cotton, velvet, linen},
     29,
     "45 x 45 cm with a hidden zip"},
};

constexpr std::string_view firstNames[] = {
    "Ada",   "Aria",  "Arlo",  "Asta",  "Aven",  "Bela",  "Birk",  "Bruno",  "Cato",  "Celia", "Clio",  "Cora",
    "Dalia", "Dora",  "Edda",  "Elio",  "Enna",  "Erik",  "Esme",  "Faro",   "Fenja", "Finn",  "Flora", "Frida",
    "Gaia",  "Greta", "Hanno", "Hedda", "Ida",   "Ilse",  "Ines",  "Iris",   "Ivo",   "Jara",  "Jonas", "Juno",
    "Kaja",  "Karl",  "Kira",  "Lars",  "Lena",  "Levi",  "Lina",  "Livia",  "Lotta", "Luca",  "Mabel", "Maja",
    "Malo",  "Marek", "Mila",  "Mira",  "Nilo",  "Nora",  "Odin",  "Olga",   "Otis",  "Paula", "Pia",   "Quinn",
    "Rafa",  "Romy",  "Runa",  "Sanna", "Selma", "Silas", "Solve", "Stella", "Tara",  "Tilda", "Toma",  "Ulla",
    "Vera",  "Vida",  "Wanda", "Xenia", "Yara",  "Ylva",  "Yuri",  "Zelda"};

/// Different for every text group of one type, whatever the size of the shop: "Nora", later "Nora 2".
std::string modelName(int numberInType, int shift) {
    const int count = static_cast<int>(std::size(firstNames));
    const std::string name(
        firstNames[static_cast<std::size_t>((numberInType * 37 + shift) % count)]); // 37 and 80: coprime
    return numberInType < count ? name : fmt::format("{} {}", name, numberInType / count + 1);
}

std::string capitalised(std::string_view word) {
    std::string result(word);
    result[0] = static_cast<char>(result[0] - 'a' + 'A');
    return result;
}

/// What all products of one text group share.
struct Group {
    ItemText text{};
    ProductAttributes attributes{}; ///< the textual ones
    int line = 0;
    float appeal = 0;
};

Group makeGroup(const SampleShopParameters& parameters, int type, int numberInType, bool isSingle, Random& random) {
    const TypeWords& type_ = words[type];
    const bool isHome = type_.womenCategory.starts_with("Home");
    const bool isForWomen = type_.womenCategory == type_.menCategory || random.chance(0.5);
    const int brand = random.below(brandCount), band = random.below(priceBandCount);
    const Material material = type_.materials[static_cast<std::size_t>(random.below(3))];

    Group group;
    group.attributes[Attribute::department] = isHome ? 2 : isForWomen ? 0 : 1;
    group.attributes[Attribute::type] = type;
    group.attributes[Attribute::brand] = brand;
    group.attributes[Attribute::priceBand] = band;
    group.attributes[Attribute::material] = static_cast<int>(material);
    group.appeal = static_cast<float>(parameters.appealSpread * random.bell());

    static constexpr double bandFactor[] = {0.6, 1.0, 1.7};
    const double price = type_.price * bandFactor[band] * random.uniform(0.9, 1.1);
    group.text.brand = valueName(Attribute::brand, brand);
    group.text.category = isForWomen ? type_.womenCategory : type_.menCategory;
    group.text.price = std::floor(price) + (random.chance(0.5) ? 0.95 : 0.5);
    group.text.title = fmt::format(
        "{} {} {} {}", modelName(numberInType, type * 7), capitalised(valueName(Attribute::priceBand, band)),
        capitalised(valueName(Attribute::material, group.attributes[Attribute::material])), type_.noun);
    // The tail says that it is one: what sells little can be read off, and need not be learnt product by product.
    static constexpr std::string_view closings[] = {"Designed in our own studio.", "Free returns within 30 days.",
                                                    "A customer favourite."};
    group.text.description =
        fmt::format("{}. {} by {}. {}", type_.use,
                    capitalised(valueName(Attribute::material, group.attributes[Attribute::material])),
                    group.text.brand, isSingle ? "Made in small batches." : closings[random.below(3)]);
    return group;
}

/// Values for the members of a group: a shuffled deck dealt over and over, so that a group shows as many as it can.
std::vector<int> deal(int count, int members, Random& random) {
    std::vector<int> deck(static_cast<std::size_t>(count)), dealt;
    std::iota(deck.begin(), deck.end(), 0);
    random.shuffle(std::span(deck));
    for (int i = 0; i < members; ++i) dealt.push_back(deck[static_cast<std::size_t>(i % count)]);
    return dealt;
}

void addMembers(const Group& group, int members, Random& random, std::vector<Product>& products) {
    const std::vector<int> colourOf = deal(colourCount, members, random),
                           patternOf = deal(patternCount, members, random),
                           emblemOf = deal(emblemCount, members, random), accentOf = deal(accentCount, members, random);
    for (int i = 0; i < members; ++i) {
        const auto slot = static_cast<std::size_t>(i);
        Product product{.text = group.text,
                        .attributes = group.attributes,
                        .line = group.line,
                        .appeal = group.appeal,
                        .seed = random.next()};
        product.attributes[Attribute::colour] = colourOf[slot];
        product.attributes[Attribute::pattern] = patternOf[slot];
        product.attributes[Attribute::emblem] = emblemOf[slot];
        product.attributes[Attribute::accent] = accentOf[slot];
        product.attributes[Attribute::cut] = random.below(cutCount);
        products.push_back(std::move(product));
    }
}

/// Sizes of the text groups: twins first, then ones.
std::vector<int> groupSizes(const SampleShopParameters& parameters, Random& random) {
    std::vector<int> sizes;
    auto twins = static_cast<std::int64_t>(std::llround(parameters.twinShare * static_cast<double>(parameters.items)));
    while (twins >= 3) {
        int size = 3 + random.pick(parameters.groupSizeWeights);
        if (size > twins) size = static_cast<int>(twins);
        sizes.push_back(size);
        twins -= size;
    }
    std::int64_t made = 0;
    for (const int size : sizes) made += size;
    sizes.insert(sizes.end(), static_cast<std::size_t>(parameters.items - made), 1);
    return sizes;
}

} // namespace

std::vector<Product> makeProducts(const SampleShopParameters& parameters) {
    Random random(parameters.seed, 1);
    std::vector<Product> products;
    products.reserve(static_cast<std::size_t>(parameters.items));
    std::array<int, productTypeCount> madeOfType{};
    int type = 0, line = 0;
    for (const int size : groupSizes(parameters, random)) {
        Group group =
            makeGroup(parameters, type, madeOfType[static_cast<std::size_t>(type)]++, /*isSingle=*/size == 1, random);
        group.line = line++;
        if (size == 1) group.appeal += static_cast<float>(parameters.singleAppeal);
        addMembers(group, size, random, products);
        type = (type + 1) % productTypeCount; // all types get as many groups
    }
    random.shuffle(std::span(products));
    for (std::size_t i = 0; i < products.size(); ++i) {
        products[i].text.id = fmt::format("P{:05}", i + 1);
        products[i].isNew = random.chance(parameters.newShare);
    }
    return products;
}

} // namespace core
