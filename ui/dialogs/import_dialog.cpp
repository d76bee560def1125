#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/import_checker.h"
#include "ui/dialogs/import_files.h"
#include "ui/dialogs/import_findings.h"
#include "ui/dialogs/import_options.h"
#include "ui/dialogs/import_preview.h"
#include "ui/dialogs/import_result_page.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include "ui/views/jobs/job_list.h"
#include <QDialogButtonBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace ui {
namespace {

std::filesystem::path toPath(const QString& text) { return std::filesystem::path(text.toStdString()); }

/// "shop.items.jsonl.gz" -> "shop"; a bare "items.jsonl" takes its folder's name.
QString nameForWorkspace(const QFileInfo& items) {
    const QString base = items.fileName().section(QLatin1Char('.'), 0, 0);
    if (items.isDir()) return items.fileName();
    return base == QLatin1String("items") ? items.absoluteDir().dirName() : base;
}

QLabel* wrapped(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ImportDialog::ImportDialog(const QString& workspacesFolder, QWidget* parent)
    : QDialog(parent), workspacesFolder_(workspacesFolder), checker_(new ImportChecker(this)) {
    setWindowTitle(tr("Import products and histories"));
    resize(1100, 680);
    stack_ = new QStackedWidget(this);
    stack_->addWidget(makeForm());
    stack_->addWidget(makeRunning());
    stack_->addWidget(result_ = new ImportResultPage(this));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    import_ = buttons->addButton(tr("&Import"), QDialogButtonBox::ActionRole);
    cancel_ = buttons->addButton(tr("&Cancel import"), QDialogButtonBox::ActionRole);
    back_ = buttons->addButton(tr("&Back"), QDialogButtonBox::ActionRole);
    open_ = buttons->addButton(tr("&Open the workspace"), QDialogButtonBox::ActionRole);
    import_->setIcon(icon("import"));
    cancel_->setIcon(icon("stop"));
    open_->setIcon(icon("open"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(stack_, 1);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(import_, &QPushButton::clicked, this, &ImportDialog::start);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        progressText_->setText(tr("Stopping…"));
        Q_EMIT cancelRequested();
    });
    connect(back_, &QPushButton::clicked, this, [this] {
        showStep(Step::form);
        propose(); // the files may have been corrected meanwhile
    });
    connect(open_, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(options_->workspace());
        accept();
    });
    setAcceptDrops(true);
    showStep(Step::form);
    propose();
}

QWidget* ImportDialog::makeForm() {
    auto* page = new QWidget(this);
    files_ = new ImportFiles(page);
    preview_ = new ImportPreview(page);
    problems_ = new ImportFindings(page);
    options_ = new ImportOptions(page);
    remarks_ = wrapped(page);
    remarks_->setForegroundRole(QPalette::PlaceholderText);
    hint_ = wrapped(page);

    auto* middle = new QWidget(page);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(preview_, 1);
    column->addWidget(remarks_);
    auto* panes = new QSplitter(page);
    panes->setChildrenCollapsible(false);
    panes->addWidget(files_);
    panes->addWidget(middle);
    panes->addWidget(problems_);
    panes->setStretchFactor(1, 1);
    panes->setSizes({270, 530, 280});
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(panes, 1);
    layout->addWidget(options_);
    layout->addWidget(hint_);

    connect(files_, &ImportFiles::pathsAdded, this, &ImportDialog::addPaths);
    connect(files_, &ImportFiles::removeAllRequested, this, [this] {
        paths_.clear();
        map_.clear();
        propose();
    });
    connect(files_, &ImportFiles::formatChosen, this, &ImportDialog::propose);
    connect(files_, &ImportFiles::fileSelected, this, &ImportDialog::showFile);
    connect(files_, &ImportFiles::roleChosen, this, [this](int file, core::FileRole role) {
        plan_->files[static_cast<std::size_t>(file)].role = role;
        showFile(file);
        startCheck();
    });
    connect(files_, &ImportFiles::picturesChosen, this, [this](const QString& folder) {
        if (!plan_) return;
        plan_->pictures = core::PictureSource{toPath(folder), {}, false};
        files_->setPlan(*plan_);
        startCheck();
    });
    connect(preview_, &ImportPreview::roleChosen, this, &ImportDialog::changeColumn);
    connect(problems_, &ImportFindings::findingChosen, this, &ImportDialog::showFinding);
    connect(options_, &ImportOptions::changed, this, &ImportDialog::updateImport);
    connect(options_, &ImportOptions::filterChanged, this, &ImportDialog::startCheck);
    connect(checker_, &ImportChecker::proposed, this, &ImportDialog::takePlan);
    connect(checker_, &ImportChecker::progressed, this, [this](const core::Progress& progress) {
        reading_ = progressText(progress);
        updateImport();
    });
    connect(checker_, &ImportChecker::checked, this, [this](const core::ImportResult& result) {
        reading_.clear();
        checked_ = result;
        problems_->setResult(result);
        updateImport();
    });
    connect(checker_, &ImportChecker::rowsRead, this, [this](const core::FilePreview& rows) {
        const int file = files_->currentFile();
        if (!plan_ || file < 0) return;
        preview_->setFile(plan_->files[static_cast<std::size_t>(file)], rows);
        preview_->showLine(wantedLine_);
    });
    connect(checker_, &ImportChecker::failed, this, [this](const QString& message) {
        reading_.clear();
        failure_ = message;
        problems_->clear(message);
        if (!plan_) preview_->clear(tr("These files cannot be imported."));
        updateImport();
    });
    return page;
}

QWidget* ImportDialog::makeRunning() {
    auto* page = new QWidget(this);
    progressText_ = wrapped(page);
    bar_ = new QProgressBar(page);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Import progress"));
    auto* note = wrapped(page);
    note->setText(
        tr("Everything is read and checked first; only then the workspace is put in place. You may close this "
           "window: the import goes on in the list of jobs."));
    note->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(page);
    layout->addStretch();
    layout->addWidget(progressText_);
    layout->addWidget(bar_);
    layout->addWidget(note);
    layout->addStretch();
    return page;
}

void ImportDialog::setItemsFile(const QString& file) {
    paths_ = {file};
    map_.clear();
    propose();
}

void ImportDialog::addPaths(const QStringList& paths) {
    for (const QString& path : paths)
        if (!paths_.contains(path)) paths_ += path;
    propose();
}

void ImportDialog::dragEnterEvent(QDragEnterEvent* drag) {
    if (step_ == Step::form && drag->mimeData()->hasUrls()) drag->acceptProposedAction();
}

void ImportDialog::dropEvent(QDropEvent* drop) {
    QStringList paths;
    for (const QUrl& url : drop->mimeData()->urls())
        if (url.isLocalFile()) paths += url.toLocalFile();
    addPaths(paths);
}

void ImportDialog::propose() {
    plan_.reset();
    checked_.reset();
    previews_.clear();
    failure_.clear();
    reading_.clear();
    checker_->stop();
    files_->clear();
    preview_->clear(paths_.isEmpty() ? tr("Drop files, folders or a zip archive here, or add them on the left.")
                                     : QString());
    remarks_->clear();
    problems_->clear({});
    if (!paths_.isEmpty()) {
        suggestWorkspace();
        core::PlanRequest request;
        for (const QString& path : paths_) request.paths.push_back(toPath(path));
        request.format = files_->format().toStdString();
        request.map = map_;
        request.isDraft = true;
        reading_ = tr("Reading the first rows…");
        checker_->propose(request);
    }
    updateImport();
}

void ImportDialog::takePlan(const core::ImportPlan& plan, const std::vector<core::FilePreview>& previews) {
    plan_ = plan;
    previews_ = previews;
    QStringList remarks;
    for (const auto& remark : plan.remarks) remarks += QString::fromStdString(remark);
    remarks_->setText(remarks.join(QLatin1Char('\n')));
    remarks_->setVisible(!remarks.isEmpty());
    files_->setPlan(plan);
    files_->selectFile(std::exchange(wantedFile_, 0));
    startCheck();
}

void ImportDialog::showFile(int file) {
    const auto at = static_cast<std::size_t>(file);
    if (!plan_ || file < 0 || at >= plan_->files.size()) return preview_->clear({});
    preview_->setFile(plan_->files[at], at < previews_.size() ? previews_[at] : core::FilePreview{});
}

/// In the middle, with the lines before it; a line behind the first rows is read from the file.
void ImportDialog::showFinding(const QString& file, qint64 line) {
    constexpr qint64 linesBefore = 3;
    for (std::size_t i = 0; plan_ && line > 0 && i < plan_->files.size(); ++i) {
        if (plan_->files[i].file.name() != file.toStdString()) continue;
        files_->selectFile(static_cast<int>(i));
        if (preview_->showLine(line)) return;
        wantedLine_ = line;
        return checker_->readRows(plan_->files[i], std::max<qint64>(1, line - linesBefore));
    }
}

/// The files are recognised anew: a column that becomes the title makes a file one of products, too.
void ImportDialog::changeColumn(const QString& column, core::ColumnRole role) {
    const std::string name = column.toStdString();
    std::erase_if(map_, [&](const core::ColumnUse& use) { return use.column == name; });
    map_.push_back({name, role});
    wantedFile_ = files_->currentFile();
    propose();
}

void ImportDialog::startCheck() {
    checked_.reset();
    failure_.clear();
    reading_.clear();
    if (!plan_ || step_ != Step::form) return updateImport();
    if (const std::string missing = core::problemOfPlan(*plan_); !missing.empty()) {
        checker_->stop();
        failure_ =
            tr("%1. Press the chip under a column to say what it stands for.").arg(QString::fromStdString(missing));
        problems_->clear(failure_);
        return updateImport();
    }
    reading_ = tr("Checking…");
    problems_->clear(tr("The files are read from beginning to end; nothing is made yet."));
    checker_->check(request());
    updateImport();
}

core::ImportRequest ImportDialog::request() const {
    core::ImportRequest request;
    request.workspace = toPath(options_->workspace());
    request.plan = plan_;
    request.filter = options_->filter();
    request.skipBadRows = options_->skipsBadRows();
    request.replace = options_->replaces();
    request.copyPictures = options_->copiesPictures();
    return request;
}

QString ImportDialog::problem() const {
    if (paths_.isEmpty()) return tr("Add the files of a catalog first, or drop them here.");
    for (const QString& path : paths_)
        if (!QFileInfo::exists(path)) return tr("%1 is not there.").arg(path);
    if (!failure_.isEmpty()) return failure_;
    if (!options_->problem().isEmpty()) return options_->problem();
    if (options_->workspace().isEmpty()) return tr("Say where the new workspace is to be.");
    if (QFileInfo::exists(QDir(options_->workspace()).filePath(QStringLiteral("workspace.sqlite"))) &&
        !options_->replaces())
        return tr("There is a workspace in that folder already. Choose another folder, or tick “Replace”.");
    if (!checked_) return reading_.isEmpty() ? tr("Reading…") : reading_;
    if (checked_->errors == 0) return {};
    if (checked_->isBlocked) return tr("Nothing can be imported: %1").arg(QString::fromStdString(checked_->message));
    if (!options_->skipsBadRows())
        return tr("%1 Correct the files, or tick “Leave out rows with errors”.")
            .arg(counted(checked_->errors, tr("%1 row has an error."), tr("%1 rows have errors.")));
    return {};
}

void ImportDialog::suggestWorkspace() {
    // Follows the files for as long as the user has not chosen a folder.
    if (!options_->workspace().isEmpty() && options_->workspace() != suggested_) return;
    suggested_ = QDir(workspacesFolder_).filePath(nameForWorkspace(QFileInfo(paths_.first())));
    options_->setWorkspace(suggested_);
}

void ImportDialog::updateImport() {
    hint_->setText(problem());
    import_->setEnabled(problem().isEmpty());
}

void ImportDialog::showStep(Step step) {
    step_ = step;
    stack_->setCurrentIndex(static_cast<int>(step));
    import_->setVisible(step == Step::form);
    cancel_->setVisible(step == Step::running);
    cancel_->setEnabled(true);
    back_->setVisible(step == Step::result);
    open_->setVisible(false);
}

void ImportDialog::start() {
    checker_->stop();
    bar_->setRange(0, 0);
    progressText_->setText(tr("Starting…"));
    showStep(Step::running);
    Q_EMIT importRequested(request());
}

void ImportDialog::showProgress(const core::Progress& progress) {
    if (step_ != Step::running || !cancel_->isEnabled()) return;
    progressText_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void ImportDialog::showResult(const core::ImportResult& result) {
    showStep(Step::result);
    result_->showResult(result);
    open_->setVisible(result.accepted);
    open_->setDefault(result.accepted);
    back_->setVisible(!result.accepted);
}

void ImportDialog::showError(const QString& message) {
    showStep(Step::result);
    result_->showError(message);
}

} // namespace ui
