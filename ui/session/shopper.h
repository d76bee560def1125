#pragma once
#include "core/base/index.h"
#include <QHashFunctions>
#include <QString>
#include <compare>
#include <vector>

namespace ui {

/// Which shopper is on the screen.
struct ShopperRef {
    enum class Kind { none, user, scratch };
    Kind kind = Kind::none;
    int number = -1; ///< position of a workspace user, or Session's own number of a scratch shopper

    static ShopperRef ofUser(core::UserIndex user) { return {Kind::user, user.value}; }
    static ShopperRef ofScratch(int scratch) { return {Kind::scratch, scratch}; }
    bool isNone() const { return kind == Kind::none; }
    bool isUser() const { return kind == Kind::user; }
    bool isScratch() const { return kind == Kind::scratch; }
    core::UserIndex user() const { return {kind == Kind::user ? number : -1}; }
    friend auto operator<=>(const ShopperRef&, const ShopperRef&) = default;
};

/// A shopper that was made up here. Numbers are given by the Session and hold while the workspace is open.
struct ScratchRow {
    int number = 0;
    QString name;
    std::vector<core::ItemIndex> items; ///< oldest first
};

enum class Slot { a, b };
enum class CompareMode { a, b, both };

} // namespace ui
