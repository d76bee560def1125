#pragma once
#include "core/base/latest_wins.h"
#include "core/engine/module.h"
#include <QObject>
#include <functional>
#include <memory>
#include <variant>

namespace ui {

/// Finds products by picture or words on a thread of its own, so that neither live lists nor trainings wait for it;
/// only the newest question is answered. GUI thread.
class SearchClient : public QObject {
    Q_OBJECT
public:
    using LoadModule = std::function<const core::ModuleEntry&()>;

    explicit SearchClient(LoadModule loadModule, QObject* parent = nullptr);
    ~SearchClient() override;

    /// found() or failed() follows, unless another question or cancel() comes first.
    void find(const core::SearchRequest& request);
    void cancel();

Q_SIGNALS:
    void progressed(const core::Progress& progress);
    void found(const core::SearchResult& result);
    void failed(const QString& message);

private:
    using Answer = std::variant<core::SearchResult, QString>;
    using Worker = core::LatestWins<core::SearchRequest, Answer, 1>;

    LoadModule loadModule_;
    Worker::Ticket ticket_ = 0;
    std::unique_ptr<Worker> worker_; // last: its thread ends before anything else dies
};

} // namespace ui
