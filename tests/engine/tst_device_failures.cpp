#include "core/engine_torch/torch_engine.h"
#include "tests/engine/engine_shop.h"
#include "tests/support/cases.h"

// A device that fails, put in place of one that this machine lacks: the engine is linked in, so that the probe of
// core/tensors/device.h can be set.

using namespace test;
using core::ErrorKind;

namespace {

/// The device fails as `failure` says from its `from`-th block of work on, `times` times.
class FailingDevice {
public:
    FailingDevice(std::function<void()> failure, int from, int times) {
        core::setDeviceProbe([this, failure = std::move(failure), from, times] {
            const int block = blocks_++;
            if (block >= from && block < from + times) failure();
        });
    }
    ~FailingDevice() { core::setDeviceProbe({}); }
    FailingDevice(const FailingDevice&) = delete;
    FailingDevice& operator=(const FailingDevice&) = delete;

private:
    int blocks_ = 0;
};

constexpr int always = 1'000'000;
void runOutOfMemory() { throw core::Error(ErrorKind::outOfMemory, "encode products: not enough memory"); }
void loseIt() { throw core::DeviceLost("encode products: the GPU failed: CUDA error: unspecified launch failure"); }

/// An engine on a workspace whose cache is empty, so that products are encoded anew.
struct FreshEngine {
    ShopCopy shop;
    core::TorchEngine engine;

    explicit FreshEngine(const core::EngineSettings& settings = {.device = "cpu"}) : engine(settings) {
        for (const char* file : {"cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"})
            std::filesystem::remove(shop.path() / file);
        engine.openWorkspace(shop.path());
    }
    std::vector<int> list() { return itemsOf(engine.recommend(askFor("both", {1, 2, 3}), {})); }
};

bool mentions(const std::vector<std::string>& sentences, const std::string& part) {
    return std::any_of(sentences.begin(), sentences.end(),
                       [&part](const auto& sentence) { return sentence.find(part) != std::string::npos; });
}

} // namespace

TEST_CASE(blocksThatDoNotFitAreHalvedAndTheListStaysTheSame) {
    const auto expected = FreshEngine().list();
    FreshEngine fresh;
    const FailingDevice device(runOutOfMemory, 0, 3);
    VERIFY(fresh.list() == expected);
}

TEST_CASE(memoryThatNeverSufficesIsReported) {
    FreshEngine fresh;
    const FailingDevice device(runOutOfMemory, 0, always);
    THROWS_ERROR(fresh.list(), ErrorKind::outOfMemory);
}

TEST_CASE(aLostGpuIsReplacedByTheCpuWithANotice) {
    const auto expected = FreshEngine().list();
    FreshEngine fresh;
    const FailingDevice device(loseIt, 1, 1);
    const auto result = fresh.engine.recommend(askFor("both", {1, 2, 3}), {});
    VERIFY(itemsOf(result) == expected);
    VERIFY(mentions(result.notices, "was lost: lists come from the CPU"));
    VERIFY(mentions(fresh.engine.info().warnings, "unspecified launch failure"));
    COMPARE(fresh.engine.info().device, std::string("CPU"));
    // Also where the answer comes from the cache, and the cache itself knows nothing of it.
    const auto again = fresh.engine.recommend(askFor("both", {1, 2, 3}), {});
    VERIFY(again.fromCache && mentions(again.notices, "was lost"));
    core::TorchEngine later({.device = "cpu"});
    later.openWorkspace(fresh.shop.path());
    const auto calm = later.recommend(askFor("both", {1, 2, 3}), {});
    VERIFY(calm.fromCache && !mentions(calm.notices, "was lost"));
}

TEST_CASE(aGpuLostWhileAModelIsPreparedIsReplacedToo) {
    FreshEngine fresh;
    const FailingDevice device(loseIt, 0, 1);
    COMPARE(fresh.engine.prepare("both", ignoreProgress, {}).itemsEncoded,
            static_cast<std::int64_t>(EngineShopLayout::items));
}

TEST_CASE(aCpuThatFailsAsWellIsReported) {
    FreshEngine fresh;
    const FailingDevice device(loseIt, 0, always);
    THROWS_ERROR(fresh.list(), ErrorKind::unavailable);
}

TEST_CASE(lessPrecisionGivesNearlyTheSameListAndSaysSo) {
    const auto exact = FreshEngine().engine.recommend(askFor("both", {1, 2, 3}), {});
    FreshEngine fresh({.device = "cpu", .threads = 0, .precision = "bf16"});
    COMPARE(fresh.engine.info().precision, std::string("bf16"));
    const auto rough = fresh.engine.recommend(askFor("both", {1, 2, 3}), {});
    COMPARE(rough.provenance.precision, std::string("bf16"));
    COMPARE(exact.provenance.precision, std::string("fp32"));
    int shared = 0;
    bool isExactlyEqual = true;
    for (std::size_t at = 0; at < rough.items.size(); ++at) {
        for (const auto& entry : exact.items) shared += entry.item == rough.items[at].item;
        isExactlyEqual = isExactlyEqual && rough.items[at].score == exact.items[at].score;
    }
    VERIFY2(shared >= 7, std::to_string(shared) + " of 10 are shared");
    VERIFY2(!isExactlyEqual, "it was computed in fp32");
    // Baselines and other kinds of network stay as they are.
    COMPARE(fresh.engine.recommend(askFor("popularity", {}), {}).provenance.precision, std::string("fp32"));
}

TEST_CASE(anUnknownPrecisionIsRefused) {
    THROWS_ERROR(core::TorchEngine({.device = "cpu", .threads = 0, .precision = "fp7"}), ErrorKind::invalidInput);
}

TEST_CASE(devicesAreTimedInEveryPrecisionAndAFailingOneSaysSo) {
    core::TorchEngine engine({.device = "cpu"});
    const auto timings = engine.timeDevices({});
    VERIFY(timings.size() >= 2); // fp32 and bf16
    COMPARE(timings[0].device, std::string("cpu"));
    COMPARE(timings[0].precision, std::string("fp32"));
    VERIFY(timings[0].problem.empty() && timings[0].gflops > 0 && timings[0].listMs > 0);
    const FailingDevice device(loseIt, 0, 1);
    VERIFY(engine.timeDevices({})[0].problem.find("launch failure") != std::string::npos);
}
