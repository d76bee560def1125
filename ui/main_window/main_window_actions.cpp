#include "core/cache/cache_store.h"
#include "ui/actions/action_registry.h"
#include "ui/dialogs/about_dialog.h"
#include "ui/dialogs/command_palette.h"
#include "ui/dialogs/help_viewer.h"
#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/sample_shop_dialog.h"
#include "ui/dialogs/settings_dialog.h"
#include "ui/engine_client/job_runner.h"
#include "ui/main_window/main_window.h"
#include "ui/theme/icons.h"
#include "ui/views/catalog/catalog_panel.h"
#include "ui/views/comparison/comparison_view.h"
#include "ui/views/eligibility/where_field.h"
#include "ui/views/shoppers/shoppers_panel.h"
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>

namespace ui {

namespace {
constexpr int recentCount = 8;
const QString recentKey = QStringLiteral("recent");
} // namespace

void MainWindow::makeActions() {
    const auto add = [this](const char* id, const QString& text, const char* iconName, const QList<QKeySequence>& keys,
                            const QString& tip, auto run) {
        return actions_->add({.id = QString::fromLatin1(id),
                              .text = text,
                              .iconName = QString::fromLatin1(iconName),
                              .keys = keys,
                              .tip = tip},
                             [run](bool) { run(); });
    };
    const auto addSwitch = [this](const char* id, const QString& text, const QList<QKeySequence>& keys,
                                  const QString& tip, std::function<void(bool)> run) {
        return actions_->add(
            {.id = QString::fromLatin1(id), .text = text, .keys = keys, .tip = tip, .isCheckable = true},
            std::move(run));
    };
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

    add("edit.undo", tr("&Undo"), "undo", {QKeySequence::Undo}, tr("Take the last edit of this history back"),
        [this] { session_->undoGroup().undo(); });
    add("edit.redo", tr("&Redo"), "redo", {QKeySequence::Redo}, tr("Do it again"),
        [this] { session_->undoGroup().redo(); });
    add("history.add", tr("&Add to history"), "add", {QKeySequence(tr("Ctrl+Return"))},
        tr("Put the selected product at the end of the history"), [this] {
            if (session_->selectedItem().isValid()) session_->addItems({session_->selectedItem()});
        });
    add("history.reset", tr("Reset &history"), "reset", {QKeySequence(tr("Ctrl+Shift+R"))},
        tr("Back to the history as stored"), [this] { session_->resetHistory(); });
    add("shopper.newScratch", tr("New &scratch shopper"), "shopper", {QKeySequence::New},
        tr("Start an empty history of your own"), [this] { session_->newScratchShopper(); });
    add("product.exclude", tr("&Exclude product"), "exclude", {QKeySequence(tr("Ctrl+E"))},
        tr("Take the selected product out of both lists"), [this] {
            if (session_->selectedItem().isValid()) session_->excludeItem(session_->selectedItem());
        });
    add("product.excludeCategory", tr("Exclude its &category"), "category", {QKeySequence(tr("Ctrl+Shift+E"))},
        tr("Take the selected product's whole category out of both lists"), [this] {
            if (session_->selectedItem().isValid())
                session_->excludeCategory(session_->item(session_->selectedItem()).text.category);
        });
    add("product.copyId", tr("Copy product &id"), "copy", {}, tr("The id as in your data"), [this] {
        QApplication::clipboard()->setText(QString::fromStdString(session_->item(session_->selectedItem()).text.id));
    });
    add("rules.clear", tr("Clear all exclusions"), "clear", {}, tr("Every product may be shown again"),
        [this] { session_->clearExclusions(); });

    add("go.back", tr("&Back"), "back", {QKeySequence::Back}, tr("The shopper before"), [this] { session_->goBack(); });
    add("go.forward", tr("&Forward"), "forward", {QKeySequence::Forward}, tr("The shopper after"),
        [this] { session_->goForward(); });
    add("go.where", tr("&Where is a product?"), "search", {QKeySequence(tr("Ctrl+L"))},
        tr("Type a product and see its rank, listed or not"), [this] { where_->focusField(); });
    add("go.shoppers", tr("Search &shoppers"), "shopper", {QKeySequence(tr("Ctrl+Shift+F"))}, tr("Find a shopper"),
        [this] {
            findChild<QDockWidget*>(QStringLiteral("dock.shoppers"))->show();
            shoppers_->focusSearch();
        });
    add("catalog.search", tr("Search the &catalog"), "catalog", {QKeySequence::Find}, tr("Find a product"), [this] {
        auto* const dock = findChild<QDockWidget*>(QStringLiteral("dock.catalog"));
        dock->show();
        dock->raise();
        catalog_->focusSearch();
    });
    add("go.palette", tr("Command &palette"), "command", {QKeySequence(tr("Ctrl+K"))},
        tr("Every command, shopper and product by name"), [this] { palette_->popUp(); });

    addSwitch("view.present", tr("&Present"), {QKeySequence(Qt::Key_F11)}, tr("Full screen, large pictures, no scores"),
              [this](bool on) { session_->setPresenting(on); });
    add("view.leavePresentation", tr("Leave the presentation"), "", {QKeySequence(Qt::Key_Escape)},
        tr("Back to the window"), [this] { session_->setPresenting(false); });
    addSwitch("view.trueNext", tr("Show the &true next product"), {QKeySequence(tr("Ctrl+T"))},
              tr("The held-out product that was really bought next"),
              [this](bool on) { session_->setShowsTrueNext(on); });
    addSwitch("view.scores", tr("Show &scores"), {}, tr("Raw model scores on the cards"), [this](bool on) {
        preferences_.showScores = on;
        applyPreferences(preferences_);
    });
    for (const ThemeChoice theme : {ThemeChoice::system, ThemeChoice::light, ThemeChoice::dark}) {
        const QString name = themeName(theme);
        const QString text = theme == ThemeChoice::system  ? tr("Theme: as the &system")
                             : theme == ThemeChoice::light ? tr("Theme: &light")
                                                           : tr("Theme: &dark");
        add(("view.theme." + name.toLatin1()).constData(), text, "", {}, tr("Colours of the window"), [this, theme] {
            auto changed = preferences_;
            changed.theme = theme;
            applyPreferences(changed);
        });
    }
    add("model.train", tr("&Train a model…"), "training", {}, tr("Train text-only, picture or both on this workspace"),
        [this] {
            auto* const dock = findChild<QDockWidget*>(QStringLiteral("dock.training"));
            dock->show();
            dock->raise();
        });
    add("model.evaluate", tr("&Evaluate A and B"), "metrics", {}, tr("Rank every held-out product with both models"),
        [this] { startEvaluation(); });
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
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        for (const auto& user :
             session_->workspace()->interactions().search(text.toStdString(), core::UserSort::fileOrder, 0, 5).users)
            found.append({.title = QString::fromStdString(user.id),
                          .group = tr("Shopper"),
                          .hint = tr("%n event(s)", nullptr, static_cast<int>(user.events)),
                          .icon = icon(QStringLiteral("shopper")),
                          .run = [this, index = user.index] { session_->showShopper(ShopperRef::ofUser(index)); },
                          .whyNot = {},
                          .matched = {}});
        return found;
    });
    palette_->addSearch([this](const QString& text) {
        QList<PaletteEntry> found;
        if (!session_->workspace()) return found;
        core::CatalogQuery query;
        query.text = text.toStdString();
        query.exactTotal = false;
        for (const auto index : session_->workspace()->catalog().search(query, 0, 6).items)
            found.append({.title = Session::titleOf(session_->item(index)),
                          .group = tr("Product"),
                          .hint = QString::fromStdString(session_->item(index).text.id),
                          .icon = icon(QStringLiteral("catalog")),
                          .run = [this, index] { session_->selectItem(index); },
                          .whyNot = {},
                          .matched = {}});
        return found;
    });
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
    menu(tr("&Edit"), {"edit.undo", "edit.redo", "-", "history.add", "history.reset", "-", "shopper.newScratch"});
    auto* const view = menu(tr("&View"), {"view.present", "view.trueNext", "view.scores", "-", "view.theme.system",
                                          "view.theme.light", "view.theme.dark", "-"});
    menu(tr("&Go"), {"go.back", "go.forward", "-", "go.palette", "go.where", "go.shoppers", "catalog.search"});
    menu(tr("&Model"), {"model.train", "model.evaluate"});
    menu(tr("&Rules"), {"product.exclude", "product.excludeCategory", "rules.clear"});
    menu(tr("&Help"), {"help.contents", "help.about"});
    for (auto* const dock : findChildren<QDockWidget*>()) view->addAction(dock->toggleViewAction());
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

void MainWindow::addDock(QWidget* panel, const QString& id, const QString& title, Qt::DockWidgetArea area) {
    auto* const dock = new QDockWidget(title, this);
    dock->setObjectName(QStringLiteral("dock.") + id);
    dock->setWidget(panel);
    addDockWidget(area, dock);
    if (area != Qt::BottomDockWidgetArea) return;
    if (auto* const first = findChild<QDockWidget*>(QStringLiteral("dock.catalog")); first && first != dock) {
        tabifyDockWidget(first, dock);
        first->raise();
    }
}

void MainWindow::updateActions() {
    const auto enable = [this](const char* id, bool isEnabled, const QString& whyNot) {
        actions_->setEnabled(QString::fromLatin1(id), isEnabled, whyNot);
    };
    const bool isOpen = session_->workspace() != nullptr;
    const QString closed = tr("no workspace is open");
    enable("edit.undo", session_->undoGroup().canUndo(), tr("nothing was edited"));
    enable("edit.redo", session_->undoGroup().canRedo(), tr("nothing was undone"));
    enable("history.reset", isOpen && session_->isEdited(), tr("the history is as stored"));
    enable("go.back", session_->canGoBack(), tr("this is the first shopper shown"));
    enable("go.forward", session_->canGoForward(), tr("this is the last shopper shown"));
    for (const char* id : {"shopper.newScratch", "go.where", "model.evaluate", "file.copyComparison",
                           "file.saveComparison", "history.add", "product.exclude", "product.excludeCategory"})
        enable(id, isOpen, closed);
    const auto& rules = session_->rules();
    enable("rules.clear", !rules.excludedItems.empty() || !rules.excludedCategories.empty(), tr("nothing is excluded"));
    const auto check = [this](const char* id, bool on) { actions_->action(QString::fromLatin1(id))->setChecked(on); };
    check("view.present", session_->isPresenting());
    check("view.trueNext", session_->showsTrueNext());
    check("view.scores", session_->showsScores());
}

// ---- files

QString MainWindow::suggestedFolder() const {
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
}

void MainWindow::chooseWorkspace() {
    auto* const dialog = new QFileDialog(this, tr("Open workspace"), suggestedFolder());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    dialog->open();
}

void MainWindow::rememberRecent(const std::filesystem::path& folder) {
    if (!parts_.keepsSettings) return;
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    const QString path = QFileInfo(QString::fromStdString(folder.string())).absoluteFilePath();
    recent.removeAll(path);
    recent.prepend(path);
    settings.setValue(recentKey, QStringList(recent.mid(0, recentCount)));
    fillRecent();
}

void MainWindow::fillRecent() {
    recentMenu_->clear();
    const QStringList recent = parts_.keepsSettings ? QSettings().value(recentKey).toStringList() : QStringList();
    for (const auto& path : recent)
        recentMenu_->addAction(path, this, [this, path] { openWorkspace(path.toStdString()); });
    recentMenu_->setEnabled(!recent.isEmpty());
}

void MainWindow::showImport() {
    auto* const dialog = new ImportDialog(suggestedFolder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* const job = new qint64(0);
    connect(dialog, &QObject::destroyed, this, [job] { delete job; });
    connect(dialog, &ImportDialog::importRequested, this,
            [this, job](const core::ImportRequest& request) { *job = jobs_->importWorkspace(request); });
    connect(dialog, &ImportDialog::cancelRequested, this, [this, job] { jobList_.requestCancel(*job); });
    connect(dialog, &ImportDialog::openRequested, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    connect(jobs_, &JobRunner::progressed, dialog, [dialog, job](qint64 id, const core::Progress& progress) {
        if (id == *job) dialog->showProgress(progress);
    });
    connect(jobs_, &JobRunner::imported, dialog,
            [dialog, job](qint64 id, const core::ImportRequest&, const core::ImportResult& result) {
                if (id == *job) dialog->showResult(result);
            });
    connect(jobs_, &JobRunner::failed, dialog, [dialog, job](qint64 id, const QString& message) {
        if (id == *job) dialog->showError(message);
    });
    connect(jobs_, &JobRunner::cancelled, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showError(tr("Cancelled; nothing was kept."));
    });
    dialog->show();
}

void MainWindow::showSampleShop() {
    auto* const dialog = new SampleShopDialog(suggestedFolder(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* const job = new qint64(0);
    connect(dialog, &QObject::destroyed, this, [job] { delete job; });
    connect(dialog, &SampleShopDialog::createRequested, this, [this, job](core::SampleShopRequest request) {
        request.shippedModels = core::shippedModelsPath();
        *job = jobs_->makeSampleShop(request);
    });
    connect(dialog, &SampleShopDialog::cancelRequested, this, [this, job] { jobList_.requestCancel(*job); });
    connect(dialog, &SampleShopDialog::openRequested, this,
            [this](const QString& folder) { openWorkspace(folder.toStdString()); });
    connect(jobs_, &JobRunner::progressed, dialog, [dialog, job](qint64 id, const core::Progress& progress) {
        if (id == *job) dialog->showProgress(progress);
    });
    connect(jobs_, &JobRunner::sampleShopMade, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showDone();
    });
    connect(jobs_, &JobRunner::failed, dialog, [dialog, job](qint64 id, const QString& message) {
        if (id == *job) dialog->showError(message);
    });
    connect(jobs_, &JobRunner::cancelled, dialog, [dialog, job](qint64 id) {
        if (id == *job) dialog->showError(tr("Cancelled; nothing was kept."));
    });
    dialog->show();
}

void MainWindow::showSettings() {
    auto* const dialog = new SettingsDialog(
        preferences_, engineInfo_ ? engineInfo_->availableDevices : std::vector<std::string>{"cpu"}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setCacheBytes(session_->workspace() ? facts_.cache.bytes : -1);
    connect(dialog, &SettingsDialog::preferencesChanged, this, &MainWindow::applyPreferences);
    connect(dialog, &SettingsDialog::clearCacheRequested, this, [this, dialog] {
        core::CacheStore(session_->folder()).clear();
        dialog->setCacheBytes(0);
        readEvaluation();
    });
    dialog->open();
}

void MainWindow::copyComparison() {
    QApplication::clipboard()->setImage(comparison_->renderToImage());
    statusBar()->showMessage(tr("The comparison is on the clipboard"), 4000);
}

void MainWindow::saveComparison() {
    auto* const dialog = new QFileDialog(this, tr("Save comparison"), suggestedFolder(), tr("PNG (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const bool isSaved = comparison_->renderToImage().save(file);
        log_.append(isSaved ? LogSeverity::info : LogSeverity::error,
                    isSaved ? tr("Saved %1").arg(file) : tr("Save %1: the file cannot be written").arg(file));
    });
    dialog->open();
}

// ---- events

void MainWindow::paintEvent(QPaintEvent* paint) {
    QMainWindow::paintEvent(paint);
    if (hasPainted_) return;
    hasPainted_ = true;
    const QString text = tr("First paint %1 ms after the window was begun").arg(sinceStart_.elapsed());
    log_.append(LogSeverity::info, text);
    if (qEnvironmentVariableIsSet("PIXREC_TIMING")) qInfo("%s", qPrintable(text));
}

void MainWindow::closeEvent(QCloseEvent* close) {
    if (session_->isPresenting()) session_->setPresenting(false);
    if (parts_.keepsSettings) {
        QSettings settings;
        settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
        settings.setValue(QStringLiteral("window/state"), saveState());
    }
    QMainWindow::closeEvent(close);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* drag) {
    if (drag->mimeData()->hasUrls()) drag->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* drop) {
    for (const auto& url : drop->mimeData()->urls()) {
        if (!url.isLocalFile()) continue;
        if (QFileInfo(url.toLocalFile()).isDir()) {
            openWorkspace(url.toLocalFile().toStdString());
        } else {
            showImport();
            if (auto* const dialog = findChild<ImportDialog*>()) dialog->setItemsFile(url.toLocalFile());
        }
        drop->acceptProposedAction();
        return;
    }
}

} // namespace ui
