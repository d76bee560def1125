#include "core/sample_shop/sample_shop.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/sample_shop/draw.h"
#include "core/sample_shop/shoppers.h"
#include "core/sample_shop/truth_files.h"
#include "core/workspace/workspace_builder.h"
#include <atomic>
#include <chrono>
#include <exception>
#include <fmt/format.h>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <thread>

namespace core {

namespace {

constexpr std::int64_t fewestItems = 20;

/// Calls work(i) for i in [0, count) on all threads, this one among them; it alone reports. Rethrows the first failure.
template <class Work>
void forEach(std::int64_t count, const char* what, const char* unit, const JobContext& context, const Work& work) {
    std::atomic<std::int64_t> next = 0, done = 0;
    std::atomic<bool> failed = false;
    std::exception_ptr failure;
    std::mutex failureMutex;
    auto lastReport = std::chrono::steady_clock::now();
    const auto loop = [&](bool reports) {
        try {
            for (std::int64_t i = next++; i < count && !failed; i = next++) {
                throwIfStopped(context.stop, "make the sample shop");
                work(i);
                ++done;
                const auto now = std::chrono::steady_clock::now();
                if (!reports || now - lastReport < std::chrono::milliseconds(100)) continue;
                lastReport = now;
                context.progress({what, done, count, unit});
            }
        } catch (...) {
            const std::lock_guard lock(failureMutex);
            if (!failure) failure = std::current_exception();
            failed = true;
        }
    };
    {
        const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
        const unsigned threads = context.threads > 0 ? static_cast<unsigned>(context.threads) : cores;
        std::vector<std::jthread> helpers;
        for (unsigned i = 1; i < threads; ++i) helpers.emplace_back([&] { loop(/*reports=*/false); });
        loop(/*reports=*/true);
    }
    if (failure) std::rethrow_exception(failure);
    context.progress({what, count, count, unit});
}

void writePicture(const std::filesystem::path& file, const std::vector<std::uint8_t>& bytes) {
    std::ofstream stream(file, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (!stream) throw Error(ErrorKind::unavailable, fmt::format("write {}: no space, or not writable", file.string()));
}

/// What decides a picture's pixels, instead of the pixels: those can differ between processors.
std::string pictureIdentity(const SampleShopParameters& parameters, const Product& product) {
    Hasher hasher;
    hasher.add("sample shop picture").add(parameters.version).add(static_cast<std::int64_t>(product.seed));
    for (const int value : product.attributes.values) hasher.add(value);
    return hasher.hex();
}

std::vector<std::string> drawAll(const std::vector<Product>& products, const std::filesystem::path& folder,
                                 const JobContext& context) {
    std::filesystem::create_directories(folder);
    std::vector<std::string> packedMasks(products.size());
    forEach(static_cast<std::int64_t>(products.size()), "drawing products", "items", context, [&](std::int64_t i) {
        const Product& product = products[static_cast<std::size_t>(i)];
        const DrawnProduct drawn = drawProduct(product.attributes, product.seed);
        writePicture(folder / (product.text.id + ".png"), encodePng(drawn));
        packedMasks[static_cast<std::size_t>(i)] = packMasks(drawn);
    });
    return packedMasks;
}

std::vector<Shopper> simulateAll(const SampleShopParameters& parameters, const std::vector<Product>& products,
                                 const JobContext& context) {
    std::vector<ChoiceItem> items;
    for (const Product& product : products)
        items.push_back({product.attributes, product.line, product.appeal, product.isNew});
    const ChoiceModel model(parameters, items);
    std::vector<Shopper> shoppers(static_cast<std::size_t>(parameters.users));
    constexpr std::int64_t block = 64; // shoppers that share one copy of the model's scratch memory
    forEach((parameters.users + block - 1) / block, "simulating shoppers", "groups of shoppers", context,
            [&](std::int64_t b) {
                ChoiceModel own = model;
                for (std::int64_t u = b * block; u < std::min(parameters.users, (b + 1) * block); ++u)
                    shoppers[static_cast<std::size_t>(u)] = simulateShopper(parameters, own, u);
            });
    return shoppers;
}

void addProducts(WorkspaceBuilder& builder, const SampleShopParameters& parameters,
                 const std::vector<Product>& products) {
    for (const Product& product : products)
        builder.addItem({.text = product.text,
                         .picture = product.text.id + ".png",
                         .pictureIdentity = pictureIdentity(parameters, product),
                         .extra = {}});
}

void addShoppers(WorkspaceBuilder& builder, const std::vector<Shopper>& shoppers) {
    for (std::size_t u = 0; u < shoppers.size(); ++u) {
        const UserIndex user = builder.addUser(fmt::format("S{:05}", u + 1));
        for (const Event& event : shoppers[u].history) builder.addEvent(user, event.item, event.time);
    }
}

/// Those that were trained on exactly this catalog and these histories.
void copyModels(const std::filesystem::path& from, const std::filesystem::path& to, const std::string& catalogHash) {
    if (from.empty() || !std::filesystem::is_directory(from)) return;
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
        std::ifstream file(entry.path() / "model.json");
        const auto json = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
        if (json.is_discarded() || json.value(nlohmann::json::json_pointer("/data/catalog_hash"), "") != catalogHash)
            continue;
        std::filesystem::create_directories(to);
        std::filesystem::copy(entry.path(), to / entry.path().filename(), std::filesystem::copy_options::recursive);
    }
}

} // namespace

void makeSampleShop(const SampleShopRequest& request, const JobContext& context) {
    SampleShopParameters parameters;
    parameters.items = request.items;
    parameters.users = request.users;
    parameters.seed = request.seed;
    makeSampleShop(parameters, request, context);
}

void makeSampleShop(const SampleShopParameters& parameters, const SampleShopRequest& request,
                    const JobContext& context) {
    if (parameters.items < fewestItems)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("make a sample shop: {} products are too few, at least {} are needed", parameters.items,
                                fewestItems));
    if (parameters.users < 0)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("make a sample shop: {} shoppers cannot be", parameters.users));
    cv::setNumThreads(1); // we are the threads
    WorkspaceBuilder builder(request.workspace, IfExists::refuse);
    const std::filesystem::path folder = builder.buildFolder(), truth = folder / "truth";
    std::filesystem::create_directories(truth);

    const std::vector<Product> products = makeProducts(parameters);
    const std::vector<Shopper> shoppers = simulateAll(parameters, products, context);
    const std::vector<std::string> masks = drawAll(products, folder / "pictures", context);
    writeAttributes(truth, parameters, products);
    writeShoppers(truth, shoppers);
    writeMasks(truth, masks);

    builder.setPictureRoot("pictures");
    builder.setHasTimes(true);
    builder.setSimulated(true);
    builder.setSource(fmt::format("Simulated: sample shop of {} products and {} shoppers, seed {}, parameters {}",
                                  parameters.items, parameters.users, parameters.seed, parameters.hash()));
    addProducts(builder, parameters, products);
    addShoppers(builder, shoppers);
    const WorkspaceSummary summary = builder.commit(context.progress, context.stop);
    // The hash is known once all is written; a shop without its models, were the program killed here, can train them.
    copyModels(request.shippedModels, request.workspace / "models", summary.catalogHash);
}

} // namespace core
