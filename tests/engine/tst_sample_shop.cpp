#include "core/base/error.h"
#include "core/sample_shop/draw.h"
#include "core/sample_shop/products.h"
#include "core/sample_shop/sample_shop.h"
#include "core/sample_shop/shoppers.h"
#include "core/sample_shop/truth.h"
#include "core/workspace/workspace.h"
#include "tests/support/cases.h"
#include "tests/support/temporary_folder.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

using namespace core;

namespace {

SampleShopParameters smallShop() {
    SampleShopParameters parameters;
    parameters.items = 50;
    parameters.users = 40;
    return parameters;
}

void make(const SampleShopParameters& parameters, const std::filesystem::path& folder) {
    SampleShopRequest request;
    request.workspace = folder;
    makeSampleShop(parameters, request, {});
}

/// One small shop for all cases that only read it.
std::filesystem::path sharedShop() {
    static const test::TemporaryFolder folder;
    static const bool isMade = [] {
        make(smallShop(), folder / "shop");
        return true;
    }();
    static_cast<void>(isMade);
    return folder / "shop";
}

ChoiceModel choiceModel(const SampleShopParameters& parameters) {
    std::vector<ChoiceItem> items;
    for (const Product& product : makeProducts(parameters))
        items.push_back({product.attributes, product.line, product.appeal, product.isNew});
    return {parameters, items};
}

/// Products of every type in `cutsOfEach` cuts, which go round from type to type.
std::vector<ProductAttributes> oneOfEach(int cutsOfEach) {
    std::vector<ProductAttributes> all;
    const auto products = makeProducts({});
    for (int type = 0; type < productTypeCount; ++type)
        for (int round = 0; round < cutsOfEach; ++round) {
            const int cut = (type + round) % cutCount;
            const auto found = std::find_if(products.begin(), products.end(), [&](const Product& product) {
                return product.attributes[Attribute::type] == type && product.attributes[Attribute::cut] == cut;
            });
            VERIFY(found != products.end());
            all.push_back(found->attributes);
        }
    return all;
}

double share(const std::vector<std::uint8_t>& mask) {
    const auto inside = std::count_if(mask.begin(), mask.end(), [](std::uint8_t value) { return value > 0; });
    return static_cast<double>(inside) / static_cast<double>(std::max<std::size_t>(1, mask.size()));
}

} // namespace

TEST_CASE(theSameSeedGivesTheSameBytesAndAnotherSeedDoesNot) {
    const test::TemporaryFolder folder;
    auto parameters = smallShop();
    make(parameters, folder / "second");
    parameters.seed = 2;
    make(parameters, folder / "other");
    for (const char* file : {"pictures/P00001.png", "pictures/P00050.png", "truth/attributes.json",
                             "truth/shoppers.json", "truth/masks.bin"}) {
        VERIFY2(test::read(sharedShop() / file) == test::read(folder / "second" / file), file);
        VERIFY2(test::read(sharedShop() / file) != test::read(folder / "other" / file), file);
    }
    Workspace first(sharedShop(), WorkspaceAccess::readOnly), second(folder / "second", WorkspaceAccess::readOnly),
        other(folder / "other", WorkspaceAccess::readOnly);
    COMPARE(first.catalogHash(), second.catalogHash());
    VERIFY(first.catalogHash() != other.catalogHash());
}

TEST_CASE(theCatalogHashDoesNotDependOnDrawnPixels) {
    const test::TemporaryFolder folder;
    make(smallShop(), folder / "shop");
    Workspace workspace(folder / "shop", WorkspaceAccess::readWrite);
    const auto& before = workspace.catalogHash();
    test::write(folder / "shop" / "pictures" / "P00001.png", "other pixels");
    COMPARE(Workspace(folder / "shop", WorkspaceAccess::readOnly).catalogHash(), before);
}

TEST_CASE(aSmallShopIsAWholeWorkspaceThatSaysItIsSimulated) {
    Workspace workspace(sharedShop(), WorkspaceAccess::readOnly);
    const auto summary = workspace.summary();
    COMPARE(summary.items, 50);
    COMPARE(summary.users, 40);
    COMPARE(summary.itemsWithoutPicture, 0);
    COMPARE(summary.itemsWithoutText, 0);
    COMPARE(summary.itemsWithoutPrice, 0);
    VERIFY(summary.hasTimes);
    VERIFY(summary.isSimulated);
    VERIFY2(summary.source.starts_with("Simulated: "), summary.source);
    VERIFY(std::filesystem::exists(workspace.catalog().item({7}).picture));
    const Dataset dataset = workspace.loadDataset();
    for (int u = 0; u < 40; ++u) VERIFY(dataset.histories.of({u}).size() >= 3);
}

TEST_CASE(fourInFiveProductsAreTextTwinsInGroupsOfThreeToEight) {
    const auto products = makeProducts({});
    std::vector<ItemText> texts;
    for (const auto& product : products) texts.push_back(product.text);
    const auto groups = textTwinGroups(texts);
    std::map<int, std::vector<const Product*>> members;
    for (std::size_t i = 0; i < products.size(); ++i) members[groups[i]].push_back(&products[i]);
    std::size_t twins = 0;
    for (const auto& [group, products_] : members) {
        if (products_.size() == 1) continue;
        VERIFY(products_.size() >= 3 && products_.size() <= 8);
        twins += products_.size();
        std::set<std::array<int, attributeCount>> looks;
        for (const Product* product : products_) {
            COMPARE(product->text.description, products_.front()->text.description);
            COMPARE(product->line, products_.front()->line);
            looks.insert(product->attributes.values);
        }
        COMPARE(looks.size(), products_.size());
    }
    COMPARE_NEAR(static_cast<double>(twins) / 2000, 0.8, 0.01);
    std::set<int> lines;
    for (const auto& product : products) lines.insert(product.line);
    COMPARE(lines.size(), members.size());
}

TEST_CASE(noTextNamesWhatOnlyThePictureShows) {
    for (const auto& product : makeProducts({})) {
        std::string text = product.text.modelText() + product.text.description;
        std::transform(text.begin(), text.end(), text.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        for (const Attribute attribute : {Attribute::colour, Attribute::pattern, Attribute::emblem, Attribute::accent})
            for (int value = 0; value < valueCounts[static_cast<std::size_t>(attribute)]; ++value) {
                const std::string word(valueName(attribute, value));
                const auto at = text.find(word);
                const bool isWord =
                    at != std::string::npos && (at == 0 || text[at - 1] == ' ') &&
                    (at + word.size() == text.size() || text[at + word.size()] < 'a' || text[at + word.size()] > 'z');
                VERIFY2(!isWord, text + " names " + word);
            }
    }
}

TEST_CASE(atLeastSixteenTypesAndAFewPerCentNewProducts) {
    std::set<int> types;
    int newCount = 0;
    const auto products = makeProducts({});
    for (const auto& product : products) {
        types.insert(product.attributes[Attribute::type]);
        newCount += product.isNew;
    }
    VERIFY(types.size() >= 16);
    VERIFY(newCount > 20 && newCount < 140);
}

TEST_CASE(atLeastTwoFifthsOfTheTasteIsTextualAndTwoLocalAttributesBearTaste) {
    const SampleShopParameters parameters;
    VERIFY(parameters.textualShare() >= 0.4);
    VERIFY(parameters.tastes[static_cast<std::size_t>(Attribute::emblem)].weight > 0);
    VERIFY(parameters.tastes[static_cast<std::size_t>(Attribute::accent)].weight > 0);
}

TEST_CASE(localAttributesCoverAtMostFifteenPerCentOfThePicture) {
    for (const auto& attributes : oneOfEach(cutCount)) {
        const DrawnProduct drawn = drawProduct(attributes, 3);
        const std::string type(valueName(Attribute::type, attributes[Attribute::type]));
        for (const Attribute local : {Attribute::emblem, Attribute::accent}) {
            const double covered = share(drawn.masks[static_cast<std::size_t>(local)]);
            VERIFY2(covered > 0.008 && covered <= 0.15, type + " " + std::to_string(covered));
        }
        VERIFY2(share(drawn.masks[static_cast<std::size_t>(Attribute::colour)]) > 0.04, type);
    }
}

TEST_CASE(changingOneAttributeChangesPixelsInsideItsMaskOnly) {
    for (const auto& attributes : oneOfEach(1)) {
        const DrawnProduct before = drawProduct(attributes, 3);
        for (const Attribute attribute :
             {Attribute::colour, Attribute::pattern, Attribute::emblem, Attribute::accent, Attribute::material}) {
            ProductAttributes changed = attributes;
            changed[attribute] = (changed[attribute] + 1) % valueCounts[static_cast<std::size_t>(attribute)];
            const DrawnProduct after = drawProduct(changed, 3);
            const auto& mask = before.masks[static_cast<std::size_t>(attribute)];
            int outside = 0, inside = 0;
            for (std::size_t i = 0; i < mask.size(); ++i) {
                int difference = 0;
                for (std::size_t c = 0; c < 3; ++c)
                    difference = std::max(difference, std::abs(before.pixels[i * 3 + c] - after.pixels[i * 3 + c]));
                (mask[i] > 0 ? inside : outside) += difference > 2;
            }
            const std::string what = std::string(valueName(Attribute::type, attributes[Attribute::type])) + " " +
                                     std::string(attributeNames[static_cast<std::size_t>(attribute)]) + ": inside " +
                                     std::to_string(inside) + ", outside " + std::to_string(outside);
            VERIFY2(outside == 0, what);
            VERIFY2(inside > 40, what);
        }
    }
}

TEST_CASE(storedMasksAreTheDrawnOnes) {
    const Truth truth(sharedShop());
    const auto products = makeProducts(smallShop());
    for (const int item : {0, 49}) {
        const auto drawn = drawProduct(products[static_cast<std::size_t>(item)].attributes,
                                       products[static_cast<std::size_t>(item)].seed);
        COMPARE(truth.maskSide(), drawn.side);
        for (int a = 0; a < attributeCount; ++a) {
            const auto& wanted = drawn.masks[static_cast<std::size_t>(a)];
            const auto stored = truth.mask({item}, static_cast<Attribute>(a));
            COMPARE(stored.size(), wanted.size());
            for (std::size_t i = 0; i < stored.size(); ++i) VERIFY((stored[i] > 0) == (wanted[i] > 0));
        }
        VERIFY(truth.attributes({item}) == products[static_cast<std::size_t>(item)].attributes);
    }
}

TEST_CASE(historiesAreInOrderOfTimeHoldNoProductTwiceAndNewProductsComeLast) {
    SampleShopParameters parameters;
    auto model = choiceModel(parameters);
    const auto products = makeProducts(parameters);
    int baskets = 0, events = 0;
    for (int u = 0; u < 300; ++u) {
        const auto history = simulateShopper(parameters, model, u).history;
        std::set<int> bought;
        for (std::size_t i = 0; i < history.size(); ++i) {
            VERIFY(bought.insert(history[i].item.value).second);
            VERIFY(i == 0 || history[i - 1].time <= history[i].time);
            baskets += i > 0 && history[i - 1].time == history[i].time;
            VERIFY(i + 1 == history.size() || !products[history[i].item.slot()].isNew);
        }
        events += static_cast<int>(history.size());
        const std::int64_t end = parameters.firstDay + parameters.days * 86400000LL;
        VERIFY(history.front().time >= parameters.firstDay && history.back().time <= end);
    }
    VERIFY(baskets > events / 20);
}

TEST_CASE(storedProbabilitiesAreThoseThatTheEventsWereDrawnFrom) {
    const test::TemporaryFolder folder;
    SampleShopParameters parameters = smallShop();
    parameters.users = 3000;
    make(parameters, folder / "shop");
    Truth truth(folder / "shop");
    Workspace workspace(folder / "shop", WorkspaceAccess::readOnly);
    const Dataset dataset = workspace.loadDataset();
    std::vector<float> probabilitiesV(50);
    for (const Split split : {Split::validation, Split::test}) {
        // Products ordered by their probability: how often the target is among the first, against what was promised.
        std::array<double, 10> promised{}, seen{};
        for (const Example& example : LeaveOneOut(dataset.histories).examples(split)) {
            truth.choiceProbabilities(example.user, split, probabilitiesV);
            COMPARE_NEAR(std::accumulate(probabilitiesV.begin(), probabilitiesV.end(), 0.0), 1, 1e-4);
            for (const Event& event : example.input) COMPARE(probabilitiesV[event.item.slot()], 0.0F);
            VERIFY(probabilitiesV[example.target.item.slot()] > 0);
            std::vector<int> order(50);
            std::iota(order.begin(), order.end(), 0);
            std::sort(order.begin(), order.end(), [&](int a, int b) {
                return probabilitiesV[static_cast<std::size_t>(a)] > probabilitiesV[static_cast<std::size_t>(b)];
            });
            for (std::size_t rank = 0; rank < promised.size(); ++rank) {
                promised[rank] += probabilitiesV[static_cast<std::size_t>(order[rank])];
                seen[rank] += order[rank] == example.target.item.value;
            }
        }
        for (std::size_t rank = 0; rank < promised.size(); ++rank)
            COMPARE_NEAR(seen[rank], promised[rank], 4.5 * std::sqrt(promised[rank]));
    }
}

TEST_CASE(textProbabilitiesAreEqualForTextTwinsAndKeepTheirSum) {
    Truth truth(sharedShop());
    Workspace workspace(sharedShop(), WorkspaceAccess::readOnly);
    const Dataset dataset = workspace.loadDataset();
    const auto groups = textTwinGroups(dataset.items);
    std::vector<float> fullV(50), textV(50);
    for (const Example& example : LeaveOneOut(dataset.histories).examples(Split::test)) {
        truth.choiceProbabilities(example.user, Split::test, fullV);
        truth.textProbabilities(example.user, Split::test, textV);
        std::map<int, double> full, text;
        std::map<int, std::set<float>> values;
        for (std::size_t i = 0; i < 50; ++i) {
            full[groups[i]] += fullV[i];
            text[groups[i]] += textV[i];
            const auto isBought = std::any_of(example.input.begin(), example.input.end(),
                                              [&](const Event& event) { return event.item.slot() == i; });
            if (!isBought) values[groups[i]].insert(textV[i]);
        }
        for (const auto& [group, sum] : full) COMPARE_NEAR(text[group], sum, 1e-5);
        for (const auto& [group, different] : values) COMPARE(different.size(), std::size_t{1});
    }
}

TEST_CASE(wrongRequestsAreRefused) {
    const test::TemporaryFolder folder;
    SampleShopRequest request;
    request.workspace = folder / "shop";
    request.items = 3;
    THROWS_ERROR(makeSampleShop(request, {}), ErrorKind::invalidInput);
    request.items = 50;
    request.users = -1;
    THROWS_ERROR(makeSampleShop(request, {}), ErrorKind::invalidInput);
    request.users = 40;
    test::write(folder / "shop" / "mine.txt", "precious");
    THROWS_ERROR(makeSampleShop(request, {}), ErrorKind::unavailable);
    COMPARE(test::read(folder / "shop" / "mine.txt"), std::string("precious"));
    THROWS_ERROR(Truth(folder / "shop"), ErrorKind::notFound);
}

TEST_CASE(aStopLeavesNothingBehind) {
    const test::TemporaryFolder folder;
    SampleShopRequest request;
    request.workspace = folder / "shop";
    std::stop_source source;
    JobContext context;
    context.stop = source.get_token();
    context.progress = [&](const Progress& progress) {
        if (progress.what == "drawing products") source.request_stop();
    };
    request.items = 200;
    request.users = 20;
    THROWS_ERROR(makeSampleShop(request, context), ErrorKind::cancelled);
    VERIFY(std::filesystem::is_empty(folder.path()));
}
