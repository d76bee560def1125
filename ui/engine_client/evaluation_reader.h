#pragma once
#include "core/base/latest_wins.h"
#include "core/cache/cache_store.h"
#include "core/evaluation/evaluation_summary.h"
#include <QObject>
#include <memory>
#include <optional>

namespace ui {

/// What the disposable cache holds beside the lists.
struct StoredFacts {
    std::optional<core::EvaluateResult> evaluation; ///< of the models asked for, where both have been evaluated
    core::CacheStatistics cache;
};

/// Reads stored evaluations (0.1 s and more) on a thread of its own; only the newest question is answered. GUI thread.
class EvaluationReader : public QObject {
    Q_OBJECT
public:
    explicit EvaluationReader(QObject* parent = nullptr);
    ~EvaluationReader() override;

    /// ready() follows; an empty list of models asks for the cache alone.
    void read(const std::filesystem::path& workspace, const core::EvaluationScope& scope,
              const std::vector<core::ModelInfo>& models);

Q_SIGNALS:
    void ready(const ui::StoredFacts& facts);

private:
    struct Request {
        std::filesystem::path workspace;
        core::EvaluationScope scope;
        std::vector<core::ModelInfo> models;
    };
    using Worker = core::LatestWins<Request, StoredFacts, 1>;
    Worker::Ticket ticket_ = 0;
    std::unique_ptr<Worker> worker_;
};

} // namespace ui
