#include "ui/window.h"
#include "core/base/error.h"
#include "ui/main_window/main_window.h"
#include "ui/session/model_heads.h"
#include "ui/session/session.h"
#include <QApplication>
#include <QElapsedTimer>
#include <QSaveFile>
#include <QTimer>
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <utility>

namespace ui {

namespace {

constexpr int unseenMs = 1000;
constexpr int stepMs = 20, patienceMs = 180'000; // a large catalog may have to be encoded first

const core::ModuleEntry& loadDefaultModule() { return core::loadModule(core::defaultModulePath()); }

void nameApplication() {
    QApplication::setApplicationName(QStringLiteral("PixRec Studio"));
    QApplication::setOrganizationName(QStringLiteral("PixRec"));
}

void useOffscreenWithoutDisplay() {
    const bool hasDisplay = !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
    if (!hasDisplay && qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
}

/// Qt's offscreen platform has no window manager to tell sizes to, and warns of that for every window with a smallest
/// size; and without a login session there is no XDG_RUNTIME_DIR. Those two lines say nothing about this program;
/// everything else goes on as it came.
void silenceRemarksOfQt() {
    static QtMessageHandler next = nullptr;
    next = qInstallMessageHandler([](QtMsgType type, const QMessageLogContext& context, const QString& message) {
        const bool isRemark = message == QLatin1String("This plugin does not support propagateSizeHints()") ||
                              message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set"));
        if (!isRemark) next(type, context, message);
    });
}

} // namespace

int runWindow(int& argc, char** argv, const std::optional<std::filesystem::path>& workspace) {
    silenceRemarksOfQt();
    QApplication application(argc, argv);
    nameApplication();
    MainWindow window({.loadModule = loadDefaultModule});
    if (workspace) { // after the first paint; a window that nobody sees does not wait for it
        const auto open = [&window, folder = *workspace, isOpen = std::make_shared<bool>(false)] {
            if (!std::exchange(*isOpen, true)) window.openWorkspace(folder);
        };
        QObject::connect(&window, &MainWindow::firstPainted, &window, open);
        QTimer::singleShot(unseenMs, &window, open);
    }
    window.show();
    return QApplication::exec();
}

void saveScreenshot(int& argc, char** argv, const ScreenshotRequest& request, std::stop_token stop) {
    useOffscreenWithoutDisplay();
    silenceRemarksOfQt();
    QApplication application(argc, argv);
    nameApplication();
    MainWindowParts parts{.loadModule = loadDefaultModule, .keepsSettings = false};
    parts.preferences.theme = themeFromName(QString::fromStdString(request.theme));
    MainWindow window(std::move(parts));
    window.resize(request.width, request.height);
    window.show();
    std::string problem;
    bool isReady = false;
    QElapsedTimer waiting;
    waiting.start();
    QObject::connect(&window, &MainWindow::engineFailed, &application, [&problem](const QString& message) {
        problem = message.toStdString();
        QApplication::quit();
    });
    QObject::connect(&window, &MainWindow::engineReady, &application, [&] {
        Session* const session = window.session();
        for (const auto& name : request.models) {
            const auto& models = session->models();
            const auto isNamed = [wanted = QString::fromStdString(name)](const core::ModelInfo& model) {
                return headNames(model).contains(wanted);
            };
            if (std::any_of(models.begin(), models.end(), isNamed)) continue;
            problem =
                fmt::format("there is no model \"{}\"; pixrec models {} lists them", name, request.workspace.string());
            QApplication::quit();
            return;
        }
        for (std::size_t i = 0; i < request.models.size(); ++i)
            session->setModelName(i == 0 ? Slot::a : Slot::b, QString::fromStdString(request.models[i]));
        if (request.models.size() == 1) session->setCompareMode(CompareMode::a);
        if (const auto user = session->workspace()->interactions().find(request.user))
            session->showShopper(ShopperRef::ofUser(*user));
        if (const auto next = session->trueNext()) session->selectItem(next->item);
        isReady = true;
    });
    QTimer look;
    int completeLooks = 0; // pictures are asked for as they are painted: wait until nothing new is
    QObject::connect(&look, &QTimer::timeout, &application, [&] {
        if (stop.stop_requested() || waiting.elapsed() > patienceMs) QApplication::quit();
        completeLooks = isReady && window.isComplete() ? completeLooks + 1 : 0;
        if (completeLooks * stepMs >= 600) QApplication::quit();
    });
    look.start(stepMs);
    window.openWorkspace(request.workspace);
    if (problem.empty()) QApplication::exec();
    if (stop.stop_requested()) throw core::Error(core::ErrorKind::cancelled, "draw the window: cancelled");
    if (!problem.empty()) throw core::Error(core::ErrorKind::unavailable, "draw the window: " + problem);
    if (completeLooks == 0)
        throw core::Error(core::ErrorKind::unavailable,
                          fmt::format("draw the window: not complete after {} s", patienceMs / 1000));
    if (window.size() != QSize(request.width, request.height))
        throw core::Error(core::ErrorKind::invalidInput,
                          fmt::format("draw the window: with what it shows it is at least {} x {} pixels; give a "
                                      "larger --size than {} x {}",
                                      window.width(), window.height(), request.width, request.height));
    QSaveFile file(QString::fromStdString(request.out.string())); // an older picture stays until this one is whole
    if (!file.open(QIODevice::WriteOnly) || !window.grab().toImage().save(&file, "PNG") || !file.commit())
        throw core::Error(core::ErrorKind::unavailable,
                          fmt::format("draw the window: {} cannot be written: {}", request.out.string(),
                                      file.errorString().toStdString()));
}

} // namespace ui
