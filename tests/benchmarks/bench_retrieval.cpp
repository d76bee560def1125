// bench_retrieval [--device D] [--precision fp32|bf16|fp16] [--rows N] [--width W] [--queries Q] [--k K] [--times T]
// Exact search of the K nearest of N random vectors that stay on a device, selection and the way back included, beside
// the speed at which the device copies memory; prints one JSON object.
#include "core/tensors/resident_rows.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

using namespace core;

int main(int argc, char** argv) try {
    std::map<std::string, std::string> given{{"--device", "auto"}, {"--precision", "fp16"}, {"--rows", "10000000"},
                                             {"--width", "128"},   {"--queries", "1"},      {"--k", "100"},
                                             {"--times", "20"}};
    for (int i = 1; i < argc; i += 2) {
        if (!given.contains(argv[i]) || i + 1 == argc)
            throw Error(ErrorKind::invalidInput, std::string("bench_retrieval: what is ") + argv[i] + "?");
        given[argv[i]] = argv[i + 1];
    }
    const auto number = [&given](const char* name) { return std::stoll(given.at(name)); };
    const auto device = pickDevice(given.at("--device"));
    const auto precision = precisionFromName(given.at("--precision"));
    setComputeThreads(0);
    const auto rows =
        ResidentRows::random(number("--rows"), static_cast<int>(number("--width")), device, precision, /*seed=*/1);
    std::mt19937_64 random(2);
    std::normal_distribution<float> normal;
    std::vector<float> queries(static_cast<std::size_t>(number("--queries") * number("--width")));
    for (auto& value : queries) value = normal(random);
    const auto k = static_cast<int>(number("--k"));
    static_cast<void>(rows.best(queries, k)); // starts the libraries
    std::vector<double> seconds;
    for (auto time = number("--times"); time > 0; --time) {
        const auto start = std::chrono::steady_clock::now();
        static_cast<void>(rows.best(queries, k));
        seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(seconds.begin(), seconds.end());
    const double median = seconds[seconds.size() / 2];
    const double copy = measureCopy(device, std::min<std::int64_t>(rows.bytes(), std::int64_t{1} << 31));
    const nlohmann::json report{{"device", deviceDescription(device)},
                                {"libtorch", libTorchVersion()},
                                {"precision", precisionName(precision)},
                                {"rows", rows.rowCount()},
                                {"width", rows.width()},
                                {"queries", number("--queries")},
                                {"k", k},
                                {"seconds_median", median},
                                {"seconds_best", seconds.front()},
                                {"queries_per_second", static_cast<double>(number("--queries")) / median},
                                {"bytes_read", rows.bytes()},
                                {"read_bytes_per_second", static_cast<double>(rows.bytes()) / median},
                                {"copy_bytes_per_second", copy},
                                {"share_of_copy", static_cast<double>(rows.bytes()) / median / copy}};
    std::puts(report.dump().c_str());
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
