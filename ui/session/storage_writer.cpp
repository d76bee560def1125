#include "ui/session/storage_writer.h"
#include "core/workspace/workspace.h"
#include "ui/views/common/error_text.h"
#include <exception>

namespace ui {

StorageWriter::StorageWriter(std::filesystem::path folder, QObject* parent)
    : QObject(parent), folder_(std::move(folder)) {}

StorageWriter::~StorageWriter() = default;

void StorageWriter::start() {
    thread_ = std::jthread([this](std::stop_token quit) { loop(quit); });
}

void StorageWriter::save(int number, core::ScratchShopper shopper) { push({number, std::move(shopper), false}); }

void StorageWriter::remove(int number, std::int64_t knownId) { push({number, {knownId, {}, {}}, true}); }

void StorageWriter::push(Entry entry) {
    const std::lock_guard lock(mutex_);
    // Only the newest state of a shopper matters; an older one that is still waiting is replaced.
    std::erase_if(queue_, [&entry](const Entry& waiting) { return waiting.number == entry.number; });
    queue_.push_back(std::move(entry));
    wake_.notify_one();
}

void StorageWriter::loop(std::stop_token quit) {
    std::optional<core::Workspace> workspace;
    try {
        workspace.emplace(folder_, core::WorkspaceAccess::readWrite);
        Q_EMIT opened(workspace->isReadOnly(), QString::fromStdString(workspace->readOnlyReason()));
    } catch (const std::exception& error) {
        Q_EMIT opened(true, errorText(error));
    }
    const bool canWrite = workspace && !workspace->isReadOnly();
    std::map<int, std::int64_t> idOfNumber;
    while (true) {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, quit, [this] { return !queue_.empty(); });
        if (queue_.empty()) return; // asked to quit, and all is written
        Entry entry = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        if (!canWrite) continue; // said so when it opened
        try {
            if (idOfNumber.contains(entry.number)) entry.shopper.id = idOfNumber[entry.number];
            if (!entry.isRemoval) {
                idOfNumber[entry.number] = workspace->interactions().saveScratchShopper(entry.shopper);
            } else if (entry.shopper.id != 0) {
                workspace->interactions().removeScratchShopper(entry.shopper.id);
            }
            Q_EMIT saved(entry.number);
        } catch (const std::exception& error) {
            Q_EMIT failed(errorText(error));
        }
    }
}

} // namespace ui
