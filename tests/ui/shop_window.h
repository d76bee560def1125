#pragma once
#include "tests/support/fake_engine.h"
#include "tests/support/small_shop.h"
#include "tests/support/temporary_folder.h"
#include "ui/actions/action_registry.h"
#include "ui/main_window/live_comparison.h"
#include "ui/main_window/main_window.h"
#include "ui/views/comparison/comparison_view.h"
#include <QSignalSpy>
#include <QTest>

namespace test {

/// The whole window over a fake engine and a shop of forty products: even ones are bags, odd ones boots, product i
/// costs i. "anna" has 5, 6, 7 and the held-out 9; "bert" has 1, 2 and the held-out 3.
class ShopWindow {
public:
    static constexpr int products = 40;

    ShopWindow() {
        makeShop(folder());
        control_->set([](auto& behaviour) {
            behaviour.itemCount = products;
            for (int i = 0; i < products; ++i) behaviour.categories.push_back(categoryOf(i));
        });
        ui::MainWindowParts parts;
        parts.loadModule = [control = control_]() -> const core::ModuleEntry& { return fakeModule(control); };
        parts.keepsSettings = false;
        parts.preferences.k = 4;
        window_ = std::make_unique<ui::MainWindow>(std::move(parts));
        window_->resize(1440, 900);
        window_->show();
    }
    ~ShopWindow() { control_->release(); }

    std::filesystem::path folder() const { return temporary_ / "shop"; }
    std::filesystem::path temporary() const { return temporary_.path(); }
    FakeControl& control() { return *control_; }
    ui::MainWindow& window() { return *window_; }
    ui::Session& session() { return *window_->session(); }
    QAction* action(const char* id) { return window_->actions()->action(QString::fromLatin1(id)); }
    void trigger(const char* id) { action(id)->trigger(); }
    template <class Panel>
    Panel* panel() {
        return window_->findChild<Panel*>();
    }

    const ui::ColumnState& column(ui::Slot slot) { return window_->comparison()->column(slot); }
    /// The products of a list, best first.
    std::vector<int> list(ui::Slot slot) {
        std::vector<int> items;
        for (const auto& row : column(slot).rows) items.push_back(row.item.value);
        return items;
    }

    /// Until both lists are answered and painted.
    void settle() {
        QTRY_VERIFY(window_->live()->isSettled());
        QTRY_COMPARE(column(ui::Slot::a).kind, ui::ColumnKind::ready);
        QTRY_COMPARE(column(ui::Slot::b).kind, ui::ColumnKind::ready);
    }
    void open() {
        QSignalSpy ready(window_.get(), &ui::MainWindow::engineReady);
        window_->openWorkspace(folder());
        QTRY_VERIFY(ready.count() > 0);
        settle();
    }

private:
    static std::string categoryOf(int item) { return item % 2 == 0 ? "Bags" : "Shoes > Boots"; }
    static void makeShop(const std::filesystem::path& folder) {
        core::WorkspaceBuilder builder(folder, core::IfExists::refuse);
        for (int i = 0; i < products; ++i)
            builder.addItem(item("id" + std::to_string(i), "Product " + std::to_string(i), categoryOf(i), i));
        const auto add = [&builder](const char* user, const std::vector<int>& items) {
            const auto index = builder.addUser(user);
            std::int64_t time = 0;
            for (const int bought : items) builder.addEvent(index, {bought}, ++time);
        };
        add("anna", {5, 6, 7, 9});
        add("bert", {1, 2, 3});
        builder.commit(noProgress, {});
    }

    TemporaryFolder temporary_;
    std::shared_ptr<FakeControl> control_ = std::make_shared<FakeControl>();
    std::unique_ptr<ui::MainWindow> window_;
};

} // namespace test
