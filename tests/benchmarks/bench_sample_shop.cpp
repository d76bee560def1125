#include "core/sample_shop/draw.h"
#include "core/sample_shop/products.h"
#include "core/sample_shop/sample_shop.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

/// bench_sample_shop [WORKSPACE] [ITEMS] [USERS] [SEED]: makes a sample shop and prints what it took as JSON; the
/// workspace is kept where it is named.
int main(int argc, char** argv) {
    core::SampleShopRequest request;
    const bool keep = argc > 1;
    request.workspace =
        keep ? std::filesystem::path(argv[1]) : std::filesystem::temp_directory_path() / "pixrec-bench-shop";
    if (argc > 2) request.items = std::atoll(argv[2]);
    if (argc > 3) request.users = std::atoll(argv[3]);
    if (argc > 4) request.seed = static_cast<std::uint64_t>(std::atoll(argv[4]));
    const auto now = [] { return std::chrono::steady_clock::now(); };
    const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
    try {
        const auto products = core::makeProducts({});
        constexpr std::size_t drawnCount = 40;
        const auto drawStart = now();
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < drawnCount; ++i)
            bytes += core::encodePng(core::drawProduct(products[i].attributes, products[i].seed)).size();
        const double drawMs = seconds(drawStart, now()) * 1000 / drawnCount;
        const auto start = now();
        core::makeSampleShop(request, {});
        std::printf(
            "{\"cores\": %u, \"items\": %lld, \"users\": %lld, \"draw_and_encode_ms\": %.2f, \"png_bytes\": %zu, "
            "\"shop_seconds\": %.2f}\n",
            std::thread::hardware_concurrency(), static_cast<long long>(request.items),
            static_cast<long long>(request.users), drawMs, bytes / drawnCount, seconds(start, now()));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    if (!keep) std::filesystem::remove_all(request.workspace);
    return 0;
}
