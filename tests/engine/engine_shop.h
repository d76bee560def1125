#pragma once
#include "core/engine/module.h"
#include "core/workspace/workspace_builder.h"
#include "tests/support/temporary_folder.h"
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <vector>

/// A real workspace, small enough to train on in seconds, and the module that works on it.
namespace test {

inline const core::ProgressSink ignoreProgress = [](const core::Progress&) {};

/// A picture as plain text (PPM): a square of one colour with a bar, so that colour and place both tell products apart.
inline void writePicture(const std::filesystem::path& file, int red, int green, int blue, int bar) {
    constexpr int side = 16;
    std::ofstream stream(file);
    stream << "P3\n" << side << ' ' << side << "\n255\n";
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const bool isBar = x / 4 == bar % 4;
            stream << (isBar ? 0 : red) << ' ' << (isBar ? 0 : green) << ' ' << (isBar ? 0 : blue) << '\n';
        }
}

struct EngineShopLayout {
    static constexpr int items = 48, users = 60, kinds = 6;
    static constexpr int withoutPicture = 47;
};

/// Products 8 k .. 8 k + 7 are of kind k, which gives category and title; pairs (0, 1), (2, 3) .. are text twins of
/// different pictures. The last product has no picture. Shoppers walk through one kind and never buy a product twice.
inline void makeEngineShop(const std::filesystem::path& folder) {
    using Layout = EngineShopLayout;
    core::WorkspaceBuilder builder(folder, core::IfExists::refuse);
    builder.setHasTimes(true);
    builder.setSource("tests/engine");
    builder.setPictureRoot("pictures");
    const auto pictures = builder.buildFolder() / "pictures";
    std::filesystem::create_directories(pictures);
    constexpr const char* kinds[Layout::kinds] = {"Bag", "Mug", "Lamp", "Shoe", "Chair", "Watch"};
    for (int item = 0; item < Layout::items; ++item) {
        const int kind = item / 8, pair = item / 2;
        core::NewItem product;
        product.text.id = fmt::format("sku-{}", item);
        product.text.title = fmt::format("{} number {}", kinds[kind], pair);
        product.text.category = fmt::format("{} > {}", kind < 3 ? "Home" : "Wear", kinds[kind]);
        product.text.price = 10.0 + pair;
        if (item != Layout::withoutPicture) {
            product.picture = fmt::format("{}.ppm", item);
            product.pictureIdentity = fmt::format("drawn {}", item);
            writePicture(pictures / product.picture, 40 * kind, 30 * (item % 8), item % 2 == 0 ? 255 : 0, item);
        }
        builder.addItem(product);
    }
    for (int user = 0; user < Layout::users; ++user) {
        const auto shopper = builder.addUser(fmt::format("shopper-{}", user));
        const int kind = user % Layout::kinds, length = 4 + user % 4;
        for (int step = 0; step < length; ++step)
            builder.addEvent(shopper, {8 * kind + (user / Layout::kinds + step) % 8},
                             1'700'000'000'000 + 86'400'000LL * (user + step));
    }
    builder.commit(ignoreProgress, {});
}

inline const core::ModuleEntry& engineModule() { return core::loadModule(core::defaultModulePath()); }

inline std::unique_ptr<core::Engine> makeEngine(const std::filesystem::path& workspace) {
    std::unique_ptr<core::Engine> engine(engineModule().createEngine({}));
    engine->openWorkspace(workspace);
    return engine;
}

inline core::TrainResult trainModel(const std::filesystem::path& workspace, const std::string& name,
                                    const std::string& modality, int epochs = 2) {
    const std::unique_ptr<core::Jobs> jobs(engineModule().createJobs());
    core::TrainRequest request;
    request.workspace = workspace;
    request.name = name;
    request.modality = modality;
    request.epochs = epochs;
    request.device = "cpu";
    request.command = "pixrec train (a test)";
    return jobs->train(request, [](const core::TrainPoint&) {}, {});
}

/// A workspace with the models "words" and "both", made once a process.
inline const std::filesystem::path& trainedShop() {
    static const TemporaryFolder folder;
    static const std::filesystem::path shop = [] {
        auto path = folder / "shop";
        makeEngineShop(path);
        trainModel(path, "words", "text");
        trainModel(path, "both", "both");
        return path;
    }();
    return shop;
}

/// A copy of it, to be damaged.
class ShopCopy {
public:
    ShopCopy() : path_(folder_ / "shop") {
        std::filesystem::copy(trainedShop(), path_, std::filesystem::copy_options::recursive);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    TemporaryFolder folder_;
    std::filesystem::path path_;
};

inline core::RecommendRequest askFor(const std::string& model, const std::vector<int>& history, int k = 10) {
    core::RecommendRequest request;
    request.model = model;
    request.k = k;
    for (const int item : history) request.history.push_back({{item}, 0});
    return request;
}

inline std::vector<int> itemsOf(const core::RecommendResult& result) {
    std::vector<int> items;
    for (const auto& entry : result.items) items.push_back(entry.item.value);
    return items;
}

} // namespace test
