#include "ui/engine_client/evaluation_reader.h"

namespace ui {

namespace {
constexpr int resamples = 1000; // as `pixrec evaluate`, so that both show the same numbers
constexpr std::uint64_t seed = 1;
} // namespace

EvaluationReader::EvaluationReader(QObject* parent) : QObject(parent) {
    worker_ = std::make_unique<Worker>(
        [](const Request& request, Worker::Ticket, std::stop_token stop) {
            StoredFacts facts;
            try {
                core::CacheStore cache(request.workspace);
                if (!request.models.empty())
                    facts.evaluation =
                        core::storedEvaluation([&cache](const std::string& key) { return cache.evaluation(key); },
                                               request.scope, request.models, resamples, seed, stop);
                facts.cache = cache.statistics();
            } catch (const std::exception&) { // stopped: a newer question is on its way
            }
            return facts;
        },
        [this](std::size_t, Worker::Ticket ticket, StoredFacts facts) {
            QMetaObject::invokeMethod(
                this,
                [this, ticket, facts = std::move(facts)] {
                    if (ticket == ticket_) Q_EMIT ready(facts);
                },
                Qt::QueuedConnection);
        });
}

EvaluationReader::~EvaluationReader() { worker_.reset(); }

void EvaluationReader::read(const std::filesystem::path& workspace, const core::EvaluationScope& scope,
                            const std::vector<core::ModelInfo>& models) {
    ticket_ = worker_->submit(0, {workspace, scope, models});
}

} // namespace ui
