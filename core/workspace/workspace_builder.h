#pragma once
#include "core/base/progress.h"
#include "core/workspace/event_filter.h"
#include "core/workspace/workspace.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace core {

enum class IfExists { refuse, replace };

/// A product on its way into a workspace.
struct NewItem {
    ItemText text;
    /// Relative to the picture root (setPictureRoot), or absolute. Empty: no picture.
    std::string picture;
    /// What the pixels are, for the catalog hash: the content hash of the file, or for drawn pictures the parameters
    /// that drew them. Empty: there is no picture to be read, and the product counts as one without.
    std::string pictureIdentity;
    std::string extra; ///< a JSON object as text, or empty
};

/// Makes a whole new workspace in a hidden folder beside `folder` and puts it in place at once: until commit() returns,
/// `folder` is what it was before, whatever happens. One thread. Memory grows with the number of products and users,
/// not with the number of events. Failures are core::Error (unavailable: no space, not writable, held by another
/// program).
class WorkspaceBuilder {
public:
    /// With `refuse`, `folder` must not exist or be empty: throws Error(unavailable). With `replace` it may also be a
    /// workspace that no program holds for writing; a folder with anything else in it is never replaced.
    WorkspaceBuilder(const std::filesystem::path& folder, IfExists ifExists);
    /// Discards what was not committed.
    ~WorkspaceBuilder();
    WorkspaceBuilder(const WorkspaceBuilder&) = delete;
    WorkspaceBuilder& operator=(const WorkspaceBuilder&) = delete;

    /// The folder under construction. Files put here (pictures/, models/, ...) are part of the new workspace.
    const std::filesystem::path& buildFolder() const;

    /// Positions are given in order of calls, from 0. Throws Error(invalidInput) for an id that is there already, that
    /// is empty, is not valid UTF-8 or holds a NUL.
    ItemIndex addItem(const NewItem& item);
    std::int32_t itemCount() const;
    std::optional<ItemIndex> findItem(std::string_view id) const;
    std::optional<UserIndex> findUser(std::string_view id) const;
    /// The user of this id, made where it is new; the same rules for ids.
    UserIndex addUser(std::string_view id);
    /// Events may come in any order; a history is sorted by time and keeps the order of calls on equal times.
    void addEvent(UserIndex user, ItemIndex item, std::int64_t time);

    /// How many events of this user were added.
    std::int64_t eventCountOf(UserIndex user) const;
    /// prices[i] becomes the price of item i where it has none; for sources that know prices from events only.
    void fillPrices(const std::vector<std::optional<double>>& prices);
    /// Takes out events, and with them users without events and, for a k-core, items. Positions given before do not
    /// hold any more. After the last addEvent() and setTimeScale(). Memory grows with users and items.
    FilterOutcome filterEvents(const EventFilter& filter, const ProgressSink& progress, const std::stop_token& stop);
    /// Of the items that are there, each once.
    std::vector<std::string> picturePaths() const;

    /// Times of events are milliseconds since 1970 UTC and may be shown as dates (default: they mean order only).
    void setHasTimes(bool hasTimes);
    /// Every time is multiplied by this at commit; for a source whose unit is known only at its end. Default 1,
    /// positive.
    void setTimeScale(std::int64_t factor);
    /// Shoppers were drawn by a program.
    void setSimulated(bool isSimulated);
    /// Where the data came from, one line.
    void setSource(std::string_view source);
    /// How it was read: format, filters with what they took out; a JSON object as text.
    void setProvenance(std::string_view json);
    /// Folder that relative pictures are relative to: absolute, or relative to the workspace ("pictures"; the default
    /// is the workspace itself).
    void setPictureRoot(const std::filesystem::path& root);

    /// Sorts, indexes, hashes, makes it durable and swaps it in. Models of a replaced workspace are carried over; its
    /// cache, its scratch shoppers and its copied pictures are not. Throws Error(cancelled) on stop. Call once.
    WorkspaceSummary commit(const ProgressSink& progress, std::stop_token stop);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// True where `folder` holds a workspace.sqlite.
bool isWorkspace(const std::filesystem::path& folder);

} // namespace core
