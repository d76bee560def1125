#pragma once
#include "core/interactions/interactions.h"
#include <QObject>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace ui {

/// The storage-writer thread of one workspace: all that the window writes into workspace.sqlite. What was handed over
/// is written in order; destruction waits for the rest (milliseconds), so nothing that was confirmed is lost.
class StorageWriter : public QObject {
    Q_OBJECT
public:
    explicit StorageWriter(std::filesystem::path folder, QObject* parent = nullptr);
    ~StorageWriter() override;

    /// Opens the workspace and begins to write; before it nothing is signalled, so that nobody connects too late.
    void start();

    /// `number` is the caller's own; `shopper.id` is the workspace's where it is known, 0 for a new one: the writer
    /// remembers the id that the workspace gives.
    void save(int number, core::ScratchShopper shopper);
    void remove(int number, std::int64_t knownId);

Q_SIGNALS:
    void opened(bool isReadOnly, const QString& reason); ///< whether edits can be kept
    void saved(int number);
    void failed(const QString& message);

private:
    struct Entry {
        int number;
        core::ScratchShopper shopper;
        bool isRemoval;
    };
    void push(Entry entry);
    void loop(std::stop_token quit);

    std::filesystem::path folder_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Entry> queue_;
    std::jthread thread_; // last: joins before anything else dies
};

} // namespace ui
