// Commands, menus, palette and the tool bar.
#include "ui/actions/action_registry.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/main_window/main_window.h"
#include "ui/theme/icons.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include "ui/views/start/start_page.h"
#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QSpinBox>
#include <QToolBar>
#include <QToolButton>
#include <array>

namespace ui {

namespace {

/// One line a command.
struct Adder {
    ActionRegistry* registry;

    QAction* operator()(const char* id, const QString& text, const char* iconName, const QList<QKeySequence>& keys,
                        const QString& tip, std::function<void()> run) const {
        return registry->add({QString::fromLatin1(id), text, QString::fromLatin1(iconName), keys, tip, false},
                             [run = std::move(run)](bool) { run(); });
    }
    /// On or off.
    QAction* toggle(const char* id, const QString& text, const QList<QKeySequence>& keys, const QString& tip,
                    std::function<void(bool)> run) const {
        return registry->add({QString::fromLatin1(id), text, {}, keys, tip, true}, std::move(run));
    }
};

const std::initializer_list<std::pair<core::HistoryItems, const char*>> historyItemChoices{
    {core::HistoryItems::automatic, "rules.history.auto"},
    {core::HistoryItems::keep, "rules.history.keep"},
    {core::HistoryItems::exclude, "rules.history.exclude"}};

} // namespace

void MainWindow::makeActions() {
    const Adder add{actions_};
    add("file.open", tr("&Open workspace…"), "open", {QKeySequence::Open}, tr("Open a workspace folder"),
        [this] { chooseWorkspace(); });
    add("file.sampleShop", tr("New &sample shop…"), "shop", {}, tr("Draw a sample shop with simulated shoppers"),
        [this] { showSampleShop(); });
    add("file.import", tr("&Import…"), "import", {QKeySequence(tr("Ctrl+I"))},
        tr("Make a workspace from your own products and histories"), [this] { showImport(); });
    add("file.copyComparison", tr("&Copy comparison as picture"), "copy", {QKeySequence(tr("Ctrl+Shift+C"))},
        tr("Both lists, as a picture on the clipboard"), [this] { copyComparison(); });
    add("file.saveComparison", tr("Save comparison as &PNG…"), "export", {QKeySequence(tr("Ctrl+Shift+S"))},
        tr("Both lists, as a picture file"), [this] { saveComparison(); });
    add("file.settings", tr("Se&ttings…"), "settings", {QKeySequence(tr("Ctrl+,"))},
        tr("Theme, device, list length, caches"), [this] { showSettings(); });
    add("file.quit", tr("&Quit"), "", {QKeySequence::Quit}, tr("Close the window"), [this] { close(); });
    add("edit.undo", tr("&Undo"), "undo", {QKeySequence::Undo}, tr("Take the last change back"),
        [this] { session_->undoStack().undo(); });
    add("edit.redo", tr("&Redo"), "redo", {QKeySequence(tr("Ctrl+Shift+Z")), QKeySequence(tr("Ctrl+Y"))},
        tr("Do it again"), [this] { session_->undoStack().redo(); });
    makeShopperActions();
    makeViewActions();
    add("model.train", tr("&Train a model…"), "training", {}, tr("Train text-only, picture or both on this workspace"),
        [this] { raiseDock(QStringLiteral("training")); });
    add("model.evaluate", tr("&Evaluate A and B"), "metrics", {}, tr("Rank every held-out product with both models"),
        [this] { startEvaluation(); });
    add("model.add", tr("&Add a model…"), "add", {},
        tr("Bring vectors, score lists, a TorchScript or a model's folder"), [this] { showAddModel(); });
    add("model.addEncoder", tr("Add an e&ncoder…"), "picture", {},
        tr("Read all products with an encoder of your own: CLIP, SigLIP, BERT, MobileNetV2, EfficientNet-Lite0"),
        [this] { showAddEncoder(); });
    add("catalog.find", tr("&Find by picture or words…"), "picture", {QKeySequence(tr("Ctrl+Shift+P"))},
        tr("The products nearest to a picture that you drop, or to words"), [this] { showFind(); });
    add("model.export", tr("E&xport a model…"), "export", {}, tr("Vectors and lists for other programs"),
        [this] { showExportModel(); });
    add("model.cardA", tr("Model card of &A"), "info", {}, tr("What model A is, can do and cannot do"),
        [this] { showModelCard(Slot::a); });
    add("model.cardB", tr("Model card of &B"), "info", {}, tr("What model B is, can do and cannot do"),
        [this] { showModelCard(Slot::b); });
    add("help.contents", tr("&Help"), "help", {QKeySequence::HelpContents}, tr("How to read and use this window"),
        [this] {
            auto* const viewer = new HelpViewer(this);
            viewer->setAttribute(Qt::WA_DeleteOnClose);
            viewer->show();
        });
    add("help.about", tr("&About and licences"), "info", {}, tr("Version, libraries and their licences"), [this] {
        const QString engine =
            engineInfo_ ? QString::fromStdString(engineInfo_->version + "\n" + engineInfo_->device) : QString();
        auto* const about = new AboutDialog(QStringLiteral(PIXREC_VERSION), engine, this);
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->open();
    });
    palette_->setActions(actions_->all());
    makeSearches();
}

/// What changes a history, a scratch shopper or the rules.
void MainWindow::makeShopperActions() {
    const Adder add{actions_};
    add("history.add", tr("&Add to history"), "add", {QKeySequence(tr("Ctrl+Return"))},
        tr("Put the selected product at the end of the history"),
        [this] { session_->addItems({session_->selectedItem()}); });
    add("history.reset", tr("Reset &history"), "reset", {QKeySequence(tr("Ctrl+Shift+R"))},
        tr("Back to the history as stored"), [this] { session_->resetHistory(); });
    add("shopper.newScratch", tr("New &scratch shopper"), "shopper", {QKeySequence::New},
        tr("Start an empty history of your own"), [this] { session_->newScratchShopper(); });
    add("shopper.keep", tr("&Keep as scratch shopper"), "save", {QKeySequence(tr("Ctrl+Shift+N"))},
        tr("Copy the history on the screen, edits and all, into a scratch shopper that is stored"),
        [this] { session_->keepAsScratchShopper(); });
    add("shopper.rename", tr("Re&name scratch shopper…"), "", {QKeySequence(Qt::Key_F2)},
        tr("Give the scratch shopper on the screen another name"), [this] { renameShopper(); });
    add("shopper.remove", tr("Remove scratch sho&pper"), "delete", {},
        tr("Take the scratch shopper on the screen away; undo brings it back"),
        [this] { session_->removeScratchShopper(session_->shopper().number); });
    add("product.exclude", tr("&Exclude product"), "exclude", {QKeySequence(tr("Ctrl+E"))},
        tr("Take the selected product out of both lists"), [this] { session_->excludeItem(session_->selectedItem()); });
    add("product.excludeCategory", tr("Exclude its &category"), "category", {QKeySequence(tr("Ctrl+Shift+E"))},
        tr("Take the selected product's whole category out of both lists"),
        [this] { session_->excludeCategory(session_->item(session_->selectedItem()).text.category); });
    add("product.copyId", tr("Copy product &id"), "copy", {}, tr("The id as in your data"), [this] {
        QApplication::clipboard()->setText(QString::fromStdString(session_->item(session_->selectedItem()).text.id));
    });
    add("rules.clear", tr("Clear all exclusions"), "clear", {}, tr("Every product may be shown again"),
        [this] { session_->clearExclusions(); });
    auto* const choice = new QActionGroup(this);
    const auto addChoice = [&](core::HistoryItems items, const char* id, const QString& text, const QString& tip) {
        choice->addAction(add.toggle(id, text, {}, tip, [this, items](bool) { session_->setHistoryItems(items); }));
    };
    addChoice(core::HistoryItems::automatic, "rules.history.auto", tr("History products: &automatic"),
              tr("Leave products of the history out of the lists only where nobody buys twice"));
    addChoice(core::HistoryItems::keep, "rules.history.keep", tr("History products: &keep"),
              tr("Products of the history may be recommended again"));
    addChoice(core::HistoryItems::exclude, "rules.history.exclude", tr("History products: &leave out"),
              tr("Products of the history are not recommended again"));
}

/// What changes where one looks and how it looks.
void MainWindow::makeViewActions() {
    const Adder add{actions_};
    add("go.back", tr("&Back"), "back", {QKeySequence::Back}, tr("The shopper before"), [this] { session_->goBack(); });
    add("go.forward", tr("&Forward"), "forward", {QKeySequence::Forward}, tr("The shopper after"),
        [this] { session_->goForward(); });
    add("go.where", tr("&Where is a product?"), "search", {QKeySequence(tr("Ctrl+L"))},
        tr("Type a product and see its rank, listed or not"), [this] { where_->focusField(); });
    add("go.modelA", tr("Choose model &A"), "", {}, tr("Open the list of models for the left column"),
        [this] { chooseModel(Slot::a); });
    add("go.modelB", tr("Choose model &B"), "", {}, tr("Open the list of models for the right column"),
        [this] { chooseModel(Slot::b); });
    add("go.k", tr("&Length of the lists (k)"), "", {}, tr("How many products a list has"), [this] {
        kBox_->setFocus(Qt::ShortcutFocusReason);
        kBox_->selectAll();
    });
    add("go.shoppers", tr("Search &shoppers"), "shopper", {QKeySequence(tr("Ctrl+Shift+F"))}, tr("Find a shopper"),
        [this] {
            raiseDock(QStringLiteral("shoppers"));
            shoppers_->focusSearch();
        });
    add("catalog.search", tr("Search the &catalog"), "catalog", {QKeySequence::Find}, tr("Find a product"), [this] {
        raiseDock(QStringLiteral("catalog"));
        catalog_->focusSearch();
    });
    int number = 1;
    for (auto* const dock : docks_) {
        const QString panel = dock->objectName().section(QLatin1Char('.'), 1);
        actions_->add({QStringLiteral("go.panel.") + panel,
                       tr("Panel: %1").arg(dock->windowTitle()),
                       {},
                       {QKeySequence(tr("Alt+%1").arg(number++))},
                       tr("Show this panel and go to it")},
                      [this, panel](bool) { raiseDock(panel); });
    }
    add("go.palette", tr("Command &palette"), "command", {QKeySequence(tr("Ctrl+K"))},
        tr("Every command, shopper and product by name"), [this] { palette_->popUp(); });
    add.toggle("view.present", tr("&Present"), {QKeySequence(Qt::Key_F11)},
               tr("Full screen, large pictures, no scores"), [this](bool on) { session_->setPresenting(on); });
    add("view.leavePresentation", tr("Leave the presentation"), "", {QKeySequence(Qt::Key_Escape)},
        tr("Back to the window"), [this] { session_->setPresenting(false); });
    add.toggle("view.trueNext", tr("Show the &true next product"), {QKeySequence(tr("Ctrl+T"))},
               tr("The held-out product that was really bought next"),
               [this](bool on) { session_->setShowsTrueNext(on); });
    auto* const compared = new QActionGroup(this);
    const auto addCompare = [&](CompareMode mode, const char* id, const QString& text, const QString& tip) {
        compared->addAction(add.toggle(id, text, {}, tip, [this, mode](bool) { session_->setCompareMode(mode); }));
    };
    addCompare(CompareMode::a, "view.compare.a", tr("List of &A alone"), tr("One list, of model A"));
    addCompare(CompareMode::b, "view.compare.b", tr("List of &B alone"), tr("One list, of model B"));
    addCompare(CompareMode::both, "view.compare.both", tr("&Compare A and B"), tr("Both lists side by side"));
    add.toggle("view.scores", tr("Show &scores"), {}, tr("Raw model scores on the cards"), [this](bool on) {
        preferences_.showScores = on;
        applyPreferences(preferences_);
    });
    const std::initializer_list<std::pair<ThemeChoice, QString>> themes{{ThemeChoice::system, tr("as the s&ystem")},
                                                                        {ThemeChoice::light, tr("&light")},
                                                                        {ThemeChoice::dark, tr("&dark")}};
    auto* const group = new QActionGroup(this);
    for (const auto& [theme, text] : themes) {
        const QByteArray id = "view.theme." + themeName(theme).toLatin1();
        group->addAction(add.toggle(id.constData(), tr("Theme: %1").arg(text), {}, tr("Colours of the window"),
                                    [this, theme = theme](bool) {
                                        auto changed = preferences_;
                                        changed.theme = theme;
                                        applyPreferences(changed);
                                    }));
    }
}

void MainWindow::chooseModel(Slot slot) {
    auto* const box = slotBox_[static_cast<int>(slot)];
    box->setFocus(Qt::ShortcutFocusReason);
    box->showPopup();
}

void MainWindow::makeMenus() {
    const auto menu = [this](const QString& title, std::initializer_list<const char*> ids) {
        QMenu* const made = menuBar()->addMenu(title);
        for (const char* id : ids) {
            if (*id == '-')
                made->addSeparator();
            else
                made->addAction(actions_->action(QString::fromLatin1(id)));
        }
        return made;
    };
    auto* const file = menu(tr("&File"), {"file.open", "file.sampleShop", "file.import", "-", "file.copyComparison",
                                          "file.saveComparison", "-", "file.settings", "file.quit"});
    recentMenu_ = new QMenu(tr("&Recent"), this);
    file->insertMenu(actions_->action(QStringLiteral("file.sampleShop")), recentMenu_);
    fillRecent();
    start_->setSteps({actions_->action(QStringLiteral("file.sampleShop")),
                      actions_->action(QStringLiteral("file.open")), actions_->action(QStringLiteral("file.import"))});
    menu(tr("&Edit"), {"edit.undo", "edit.redo", "-", "history.add", "history.reset", "-", "shopper.newScratch",
                       "shopper.keep", "shopper.rename", "shopper.remove"});
    auto* const view =
        menu(tr("&View"), {"view.present", "view.trueNext", "view.scores", "-", "view.compare.a", "view.compare.b",
                           "view.compare.both", "-", "view.theme.system", "view.theme.light", "view.theme.dark", "-"});
    menu(tr("&Go"), {"go.back", "go.forward", "-", "go.palette", "go.where", "go.shoppers", "catalog.search",
                     "catalog.find", "-", "go.modelA", "go.modelB", "go.k"});
    menu(tr("&Model"), {"model.train", "model.evaluate", "-", "model.add", "model.addEncoder", "model.export",
                        "model.cardA", "model.cardB"});
    menu(tr("&Rules"), {"product.exclude", "product.excludeCategory", "rules.clear", "-", "rules.history.auto",
                        "rules.history.keep", "rules.history.exclude"});
    auto* const eligibility = new QMenu(tr("Eligible products"), this);
    for (const auto& [choice, id] : historyItemChoices)
        eligibility->addAction(actions_->action(QString::fromLatin1(id)));
    eligibility->addSeparator();
    eligibility->addAction(actions_->action(QStringLiteral("rules.clear")));
    eligibility_->setMenu(eligibility);
    menu(tr("&Help"), {"help.contents", "help.about"});
    for (auto* const dock : docks_) view->addAction(dock->toggleViewAction());
}

void MainWindow::makeToolBar() {
    auto* const bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("toolbar.main"));
    bar->setToolButtonStyle(Qt::ToolButtonIconOnly);
    bar->setMovable(false);
    for (const char* id : {"file.open", "go.back", "go.forward", "edit.undo", "edit.redo"})
        bar->addAction(actions_->action(QString::fromLatin1(id)));
    bar->addSeparator();
    const auto labelled = [bar](const QString& text, QWidget* field) {
        auto* const label = new QLabel(text);
        label->setBuddy(field);
        label->setContentsMargins(6, 0, 4, 0);
        bar->addWidget(label);
        bar->addWidget(field);
    };
    for (const Slot slot : {Slot::a, Slot::b}) {
        auto* const box = slotBox_[static_cast<int>(slot)] = new QComboBox;
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        box->setMinimumContentsLength(12);
        box->setAccessibleName(slot == Slot::a ? tr("Model A") : tr("Model B"));
        connect(box, &QComboBox::textActivated, this,
                [this, slot](const QString& name) { session_->setModelName(slot, name); });
        labelled(slot == Slot::a ? tr("A") : tr("B"), box);
    }
    compareBox_ = new QComboBox;
    compareBox_->addItems({tr("A"), tr("B"), tr("A and B")});
    compareBox_->setAccessibleName(tr("Which lists are shown"));
    connect(compareBox_, &QComboBox::activated, this,
            [this](int mode) { session_->setCompareMode(static_cast<CompareMode>(mode)); });
    labelled(tr("Compare"), compareBox_);
    kBox_ = new QSpinBox;
    kBox_->setRange(1, 100);
    kBox_->setAccessibleName(tr("Products in a list"));
    connect(kBox_, &QSpinBox::valueChanged, this, [this](int k) { session_->setK(k); });
    labelled(tr("k"), kBox_);
    deviceBox_ = new QComboBox;
    deviceBox_->addItems({QStringLiteral("auto"), QStringLiteral("cpu")});
    deviceBox_->setAccessibleName(tr("Device that models run on"));
    connect(deviceBox_, &QComboBox::textActivated, this, [this](const QString& device) {
        auto changed = preferences_;
        changed.device = device;
        applyPreferences(changed);
    });
    labelled(tr("Device"), deviceBox_);
    auto* const gap = new QWidget;
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(gap);
    actions_->action(QStringLiteral("view.present"))->setIcon(icon(QStringLiteral("fullscreen")));
    bar->addAction(actions_->action(QStringLiteral("view.present")));
    bar->addAction(actions_->action(QStringLiteral("go.palette")));
}

void MainWindow::updateActions() {
    const auto enable = [this](const char* id, bool isEnabled, const QString& whyNot) {
        actions_->setEnabled(QString::fromLatin1(id), isEnabled, whyNot);
    };
    const bool isOpen = session_->workspace() != nullptr;
    const QString closed = tr("no workspace is open");
    const auto& undo = session_->undoStack();
    actions_->action(QStringLiteral("edit.undo"))
        ->setText(undo.canUndo() ? tr("&Undo %1").arg(undo.undoText()) : tr("&Undo"));
    actions_->action(QStringLiteral("edit.redo"))
        ->setText(undo.canRedo() ? tr("&Redo %1").arg(undo.redoText()) : tr("&Redo"));
    enable("edit.undo", undo.canUndo(), tr("nothing was changed"));
    enable("edit.redo", undo.canRedo(), tr("nothing was undone"));
    enable("history.reset", isOpen && session_->isEdited(), tr("the history is as stored"));
    enable("go.back", session_->canGoBack(), tr("this is the first shopper shown"));
    enable("go.forward", session_->canGoForward(), tr("this is the last shopper shown"));
    for (const char* id : {"shopper.newScratch",  "go.where",
                           "model.evaluate",      "model.add",
                           "model.addEncoder",    "catalog.find",
                           "model.export",        "model.cardA",
                           "model.cardB",         "file.copyComparison",
                           "file.saveComparison", "rules.history.auto",
                           "rules.history.keep",  "rules.history.exclude",
                           "view.compare.a",      "view.compare.b",
                           "view.compare.both",   "go.modelA",
                           "go.modelB",           "go.k"})
        enable(id, isOpen, closed);
    const bool hasProduct = isOpen && session_->selectedItem().isValid();
    for (const char* id : {"history.add", "product.exclude", "product.excludeCategory", "product.copyId"})
        enable(id, hasProduct, isOpen ? tr("no product is chosen") : closed);
    if (hasProduct && session_->item(session_->selectedItem()).text.category.empty())
        enable("product.excludeCategory", false, tr("the product has no category"));
    enable("shopper.keep", isOpen && !session_->shopper().isNone(), isOpen ? tr("no shopper is shown") : closed);
    for (const char* id : {"shopper.rename", "shopper.remove"})
        enable(id, session_->shopper().isScratch(), tr("the shopper on the screen is not a scratch shopper"));
    const auto& rules = session_->rules();
    enable("rules.clear", !rules.excludedItems.empty() || !rules.excludedCategories.empty(), tr("nothing is excluded"));
    enable("view.leavePresentation", session_->isPresenting(), tr("nothing is being presented"));
    const auto check = [this](const char* id, bool on) { actions_->action(QString::fromLatin1(id))->setChecked(on); };
    check("view.present", session_->isPresenting());
    check("view.trueNext", session_->showsTrueNext());
    check("view.scores", session_->showsScores());
    constexpr std::array modes{"view.compare.a", "view.compare.b", "view.compare.both"};
    check(modes[static_cast<std::size_t>(session_->compareMode())], true);
    check(("view.theme." + themeName(preferences_.theme).toLatin1()).constData(), true);
    for (const auto& [choice, id] : historyItemChoices)
        if (choice == rules.historyItems) check(id, true);
}

} // namespace ui
