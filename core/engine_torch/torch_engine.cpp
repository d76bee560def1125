#include "core/engine_torch/torch_engine.h"
#include "core/base/hash.h"
#include "core/engine_torch/model_heads.h"
#include "core/engine_torch/recommendation_codec.h"
#include "core/recommenders/vlm_folder.h"
#include "core/recommenders/vlm_heads.h"
#include "core/retrieval/top_k.h"
#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace core {

namespace {
using Clock = std::chrono::steady_clock;
constexpr double slowGflops = 20;
/// For one history at a time: its operations are too small to share, and threads that wait for each other lose most of
/// their time where a job trains beside them (measured: 160 ms a list with two threads, 10 ms with one, on two busy
/// cores).
constexpr int interactiveThreads = 1;

/// As many threads as asked for while it lives, then again those of interactive work.
class WithThreads {
public:
    explicit WithThreads(int threads) { setComputeThreads(threads); }
    ~WithThreads() { setComputeThreads(interactiveThreads); }
    WithThreads(const WithThreads&) = delete;
    WithThreads& operator=(const WithThreads&) = delete;
};

double millisecondsSince(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The device asked for, or the CPU and a sentence that says why not.
std::string deviceOrCpu(const std::string& wanted, std::vector<std::string>& warnings) {
    try {
        return pickDevice(wanted);
    } catch (const Error& error) {
        warnings.push_back(fmt::format("Recommending on the CPU: {}.", error.what()));
        return "cpu";
    }
}

/// The precision asked for, or fp32 and a sentence that says why not.
Precision precisionOrFull(const std::string& wanted, const std::string& device, std::vector<std::string>& warnings) {
    const auto precision = precisionFromName(wanted);
    const auto available = availablePrecisions(device);
    if (std::find(available.begin(), available.end(), precision) != available.end()) return precision;
    warnings.push_back(fmt::format("Computing in fp32: this LibTorch has no {} on {}.", wanted, device));
    return Precision::fp32;
}

EngineInfo describe(const std::string& device, Precision precision, std::vector<std::string> warnings) {
    EngineInfo info;
    info.device = deviceDescription(device);
    info.precision = precisionName(precision);
    info.version = fmt::format("PixRec Studio {}, LibTorch {}", PIXREC_VERSION, libTorchVersion());
    info.gflopsPerCore = measureGflopsPerCore();
    info.availableDevices = availableDevices();
    if (device == "cpu" && info.gflopsPerCore < slowGflops)
        warnings.push_back(
            fmt::format("Matrix products run at {:.1f} GFLOP/s a core, which is slow: a reference BLAS may be "
                        "loaded (on Debian, install libopenblas0-pthread).",
                        info.gflopsPerCore));
    info.warnings = std::move(warnings);
    return info;
}

/// What a model without `newHistory` reads of a request: who it is.
std::string listedUserHash(const RecommendRequest& request) {
    return Hasher().add(request.historyHash()).add(std::int64_t{request.user.value_or(UserIndex{}).value}).hex();
}

std::string historyNotice(const LoadedModel& model, std::span<const Event> history) {
    if (model.hasPicture.empty() || history.empty()) return {};
    const auto missing = std::count_if(history.begin(), history.end(),
                                       [&model](const Event& event) { return !model.hasPicture[event.item.slot()]; });
    return missing == 0 ? std::string()
                        : fmt::format("{} of {} history products have no picture.", missing, history.size());
}
} // namespace

TorchEngine::TorchEngine(const EngineSettings& settings) : encodingThreads_(settings.threads) {
    setComputeThreads(interactiveThreads);
    std::vector<std::string> warnings;
    device_ = deviceOrCpu(settings.device, warnings);
    precision_ = precisionOrFull(settings.precision, device_, warnings);
    info_ = describe(device_, precision_, std::move(warnings));
}

template <class Work>
auto TorchEngine::survivingDevice(const char* doing, Work work) {
    const auto translated = [&] {
        try {
            return work();
        } catch (...) {
            rethrowDeviceFailure(doing);
        }
    };
    try {
        return translated();
    } catch (const DeviceLost& lost) {
        useCpuInstead(lost.what());
    }
    return translated();
}

void TorchEngine::useCpuInstead(const std::string& why) {
    deviceNotice_ =
        fmt::format("{} was lost: lists come from the CPU until the program is started again ({}).", info_.device, why);
    loaded_.clear();
    device_ = "cpu";
    auto warnings = info_.warnings;
    warnings.push_back(deviceNotice_);
    precision_ = precisionOrFull(precisionName(precision_), device_, warnings);
    info_ = describe(device_, precision_, std::move(warnings));
}

/// Less than fp32 where it has been tried: what a language network adds up leaves fp16's range.
Computing TorchEngine::computingOf(const ModelInfo& info) const {
    const bool takesAny = info.recommender == "pixrec";
    const bool takesIt = takesAny || (info.recommender == vlmRecommender && precision_ == Precision::bf16);
    return {device_, takesIt ? precision_ : Precision::fp32};
}

void TorchEngine::openWorkspace(const std::filesystem::path& folder) {
    loaded_.clear();
    models_.clear();
    workspace_.reset(); // first: two snapshots at once could be too much
    workspace_ = std::make_unique<LoadedWorkspace>(folder);
    models_ = workspace_->models();
}

LoadedWorkspace& TorchEngine::workspace(const char* doing) {
    if (!workspace_) throw Error(ErrorKind::unavailable, fmt::format("{}: no workspace is open", doing));
    return *workspace_;
}

std::vector<ModelInfo> TorchEngine::models() {
    models_ = workspace("list models").models();
    return models_;
}

ModelInfo TorchEngine::infoOf(const std::string& model) {
    auto found = pickModel(models_, model);
    if (!found) { // perhaps trained since
        models_ = workspace("load a model").models();
        found = pickModel(models_, model);
    }
    if (!found)
        throw Error(ErrorKind::notFound, fmt::format("load model {}: the workspace has no model of this name", model));
    return *std::move(found);
}

LoadedModel& TorchEngine::loaded(const ModelInfo& info, const ProgressSink& progress, std::stop_token stop) {
    const auto found = loaded_.find(info.name);
    if (found != loaded_.end() && found->second.info.hash == info.hash) return found->second;
    if (found != loaded_.end()) loaded_.erase(found); // trained anew
    const WithThreads encoding(encodingThreads_);
    return loaded_.emplace(info.name, loadModel(*workspace_, info, computingOf(info), progress, stop)).first->second;
}

OpenInfo TorchEngine::prepare(const std::string& model, const ProgressSink& progress, std::stop_token stop) {
    workspace("prepare a model");
    return survivingDevice("prepare a model", [&] {
        auto opening = loaded(infoOf(model), progress, stop).opening;
        opening.cacheProblem = workspace_->cache().statistics().problem;
        return opening;
    });
}

void TorchEngine::checkItems(const RecommendRequest& request) const {
    const auto check = [this](ItemIndex item, const char* role) {
        if (item.value < 0 || item.value >= workspace_->itemCount())
            throw Error(ErrorKind::invalidInput, fmt::format("recommend: {} {} is outside the catalog of {} products",
                                                             role, item.value, workspace_->itemCount()));
    };
    if (request.user && (request.user->value < 0 || request.user->value >= workspace_->userCount()))
        throw Error(ErrorKind::invalidInput, fmt::format("recommend: shopper {} is outside the {} of the workspace",
                                                         request.user->value, workspace_->userCount()));
    for (const auto& event : request.history) check(event.item, "history product");
    for (const auto item : request.rules.excludedItems) check(item, "excluded product");
    for (const auto item : request.probes) check(item, "product asked about,");
    if (request.k < 1)
        throw Error(ErrorKind::invalidInput, fmt::format("recommend: k is {}; it must be at least 1", request.k));
}

Provenance TorchEngine::provenanceOf(const RecommendRequest& request, const ModelInfo& info) const {
    return {info.hash,
            workspace_->dataset().catalogHash,
            info.capabilities.newHistory ? request.historyHash() : listedUserHash(request),
            request.rules.hash(),
            request.k,
            info_.device,
            precisionName(computingOf(info).precision),
            info_.version};
}

RecommendResult TorchEngine::recommend(const RecommendRequest& request, std::stop_token stop) {
    auto result = survivingDevice("recommend", [&] { return recommendHere(request, stop); });
    if (!deviceNotice_.empty()) result.notices.push_back(deviceNotice_); // of this session: never kept in the cache
    return result;
}

RecommendResult TorchEngine::recommendHere(const RecommendRequest& request, std::stop_token stop) {
    const auto start = Clock::now();
    auto& open = workspace("recommend");
    throwIfStopped(stop, "recommend");
    checkItems(request);
    const auto info = infoOf(request.model);
    if (!info.problem.empty())
        throw Error(ErrorKind::corrupt, fmt::format("load model {}: {}", info.name, info.problem));
    const auto provenance = provenanceOf(request, info);
    const auto probes = probesHash(request.probes);
    if (const auto text = open.cache().list(provenance, probes))
        if (auto cached = decodeRecommendation(*text, open.itemCount())) {
            cached->provenance = provenance;
            cached->fromCache = true;
            cached->elapsedMs = millisecondsSince(start);
            return *std::move(cached);
        }

    auto& model = loaded(
        info, [](const Progress&) {}, stop);
    const HistoryView history{request.history, request.historyHasTimes, request.user};
    if (const auto missing = model.recommender->missing(history); !missing.empty())
        throw Error(ErrorKind::unavailable, fmt::format("recommend with {}: {}", info.name, missing));
    scoresV_.resize(static_cast<std::size_t>(open.itemCount()));
    model.recommender->setOnWriting(onRecommending());
    model.recommender->score({&history, 1}, scoresV_, stop);

    RecommendResult result;
    result.historyItemsExcluded = open.excludesHistoryItems(request.rules.historyItems);
    const EligibilityFilter filter(open.itemCount(), request.rules, result.historyItemsExcluded, request.history,
                                   open.categories());
    result.items = topK(scoresV_, filter, request.k);
    for (const auto probe : request.probes) {
        throwIfStopped(stop, "recommend");
        result.probes.push_back(probeRank(scoresV_, filter, probe));
    }
    result.excluded = filter.excludedCount();
    result.candidates = open.itemCount() - result.excluded;
    result.historyWindow = model.recommender->historyWindow();
    result.notices = model.notices;
    if (auto notice = historyNotice(model, request.history); !notice.empty())
        result.notices.push_back(std::move(notice));
    if (const auto* writer = dynamic_cast<const GenerativeHead*>(model.recommender.get()))
        if (auto notice = writtenNotice(writer->written()); !notice.empty())
            result.notices.push_back(std::move(notice));
    result.provenance = provenance;
    open.cache().putList(provenance, probes, encodeRecommendation(result));
    result.elapsedMs = millisecondsSince(start);
    return result;
}

std::vector<DeviceTiming> TorchEngine::timeDevices(std::stop_token stop) {
    std::vector<DeviceTiming> timings;
    for (const auto& device : availableDevices())
        for (const auto precision : availablePrecisions(device)) {
            throwIfStopped(stop, "time devices");
            DeviceTiming timing{device, deviceDescription(device), precisionName(precision), 0, 0, {}};
            try {
                const auto speed = measureDevice(device, precision);
                timing.gflops = speed.gflops;
                timing.listMs = speed.listMs;
            } catch (const Error& error) {
                timing.problem = error.what();
            }
            timings.push_back(std::move(timing));
        }
    return timings;
}

std::vector<SimilarItem> TorchEngine::similar(const SimilarRequest& request, std::stop_token stop) {
    return survivingDevice("find similar products", [&] { return similarHere(request, stop); });
}

std::vector<SimilarItem> TorchEngine::similarHere(const SimilarRequest& request, std::stop_token stop) {
    const auto& open = workspace("find similar products");
    if (request.item.value < 0 || request.item.value >= open.itemCount())
        throw Error(ErrorKind::invalidInput,
                    fmt::format("find similar products: {} is outside the catalog of {} products", request.item.value,
                                open.itemCount()));
    auto& model = loaded(
        infoOf(request.model), [](const Progress&) {}, stop);
    const auto& vectors = model.recommender->itemVectors(request.space);
    std::vector<bool> hasVector(static_cast<std::size_t>(vectors.rows));
    for (std::int64_t item = 0; item < vectors.rows; ++item) {
        const auto row = vectors.row(item);
        hasVector[static_cast<std::size_t>(item)] =
            std::any_of(row.begin(), row.end(), [](float value) { return value != 0.0F; });
    }
    if (!hasVector[request.item.slot()])
        throw Error(ErrorKind::unavailable,
                    request.space == SimilarSpace::picture
                        ? "find look-alikes: this product has no picture that the model can read"
                        : "find read-alikes: this product has no text");
    return nearestRows(vectors.values, vectors.width, request.item, hasVector, request.k, stop);
}

} // namespace core
