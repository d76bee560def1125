#include "ui/dialogs/import_dialog.h"
#include "ui/dialogs/findings_model.h"
#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include "ui/views/jobs/job_list.h"
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace ui {
namespace {

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

std::filesystem::path toPath(const QString& text) { return std::filesystem::path(text.toStdString()); }

/// "shop.items.jsonl.gz" -> "shop"; a bare "items.jsonl" takes its folder's name.
QString nameForWorkspace(const QFileInfo& items) {
    const QString base = items.fileName().section(QLatin1Char('.'), 0, 0);
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
    : QDialog(parent), workspacesFolder_(workspacesFolder) {
    setWindowTitle(tr("Import products and histories"));
    resize(720, 440);
    stack_ = new QStackedWidget(this);
    stack_->addWidget(makeForm());
    stack_->addWidget(makeRunning());
    stack_->addWidget(makeResult());

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
    connect(back_, &QPushButton::clicked, this, [this] { showStep(Step::form); });
    connect(open_, &QPushButton::clicked, this, [this] {
        Q_EMIT openRequested(workspace_->path());
        accept();
    });
    showStep(Step::form);
    check();
}

QWidget* ImportDialog::makeForm() {
    auto* page = new QWidget(this);
    const QString tables = tr("Tables (*.jsonl *.jsonl.gz *.csv *.csv.gz);;All files (*)");
    items_ = new PathField(PathField::Kind::existingFile, tr("Products file"), tables, page);
    items_->setPlaceholder(tr("items.jsonl, or CSV with a header"));
    interactions_ = new PathField(PathField::Kind::existingFile, tr("Interactions file"), tables, page);
    interactions_->setPlaceholder(tr("none: products only, with scratch shoppers"));
    pictures_ = new PathField(PathField::Kind::existingFolder, tr("Folder of pictures"), {}, page);
    pictures_->setPlaceholder(tr("beside the products file"));
    workspace_ = new PathField(PathField::Kind::newFolder, tr("Folder of the new workspace"), {}, page);
    skipBadRows_ = new QCheckBox(tr("&Leave out rows with errors, and report them"), page);
    replace_ = new QCheckBox(tr("&Replace an existing workspace"), page);
    copyPictures_ = new QCheckBox(tr("&Copy pictures into the workspace"), page);
    copyPictures_->setToolTip(tr("Otherwise they stay where they are, and must stay there."));
    hint_ = wrapped(page);
    hint_->setForegroundRole(QPalette::PlaceholderText);

    auto* form = new QFormLayout(page);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Products"), items_);
    form->addRow(tr("&Interactions"), interactions_);
    form->addRow(tr("Pic&tures"), pictures_);
    form->addRow(tr("&Workspace"), workspace_);
    form->addRow(QString(), skipBadRows_);
    form->addRow(QString(), copyPictures_);
    form->addRow(QString(), replace_);
    form->addRow(QString(), hint_);
    connect(items_, &PathField::pathChanged, this, &ImportDialog::suggestWorkspace);
    for (PathField* field : {items_, interactions_, pictures_, workspace_})
        connect(field, &PathField::pathChanged, this, &ImportDialog::check);
    connect(replace_, &QCheckBox::toggled, this, &ImportDialog::check);
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

QWidget* ImportDialog::makeResult() {
    auto* page = new QWidget(this);
    verdict_ = wrapped(page);
    QFont strong = font();
    strong.setBold(true);
    verdict_->setFont(strong);
    counts_ = wrapped(page);
    report_ = wrapped(page);
    report_->setForegroundRole(QPalette::PlaceholderText);
    findings_ = new FindingsModel(this);
    table_ = new QTableView(page);
    table_->setModel(findings_);
    table_->setAccessibleName(tr("Findings"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const int digits = fontMetrics().horizontalAdvance(QStringLiteral("1,000,000")) + 16;
    for (const auto& [column, width] : {std::pair{FindingsModel::SeverityColumn, 100},
                                        {FindingsModel::FileColumn, 150},
                                        {FindingsModel::LineColumn, digits},
                                        {FindingsModel::ColumnColumn, digits}})
        table_->setColumnWidth(column, width);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(verdict_);
    layout->addWidget(counts_);
    layout->addWidget(table_, 100);
    layout->addWidget(report_);
    layout->addStretch(1); // keeps the texts on top where there is no table
    return page;
}

void ImportDialog::setItemsFile(const QString& file) { items_->setPath(file); }

core::ImportRequest ImportDialog::request() const {
    core::ImportRequest request;
    request.workspace = toPath(workspace_->path());
    request.items = toPath(items_->path());
    if (!interactions_->path().isEmpty()) request.interactions = toPath(interactions_->path());
    if (!pictures_->path().isEmpty()) request.pictures = toPath(pictures_->path());
    request.skipBadRows = skipBadRows_->isChecked();
    request.replace = replace_->isChecked();
    request.copyPictures = copyPictures_->isChecked();
    return request;
}

QString ImportDialog::problem() const {
    if (items_->path().isEmpty()) return tr("Choose the file of products first.");
    if (!QFileInfo(items_->path()).isFile()) return tr("The file of products is not there.");
    if (!interactions_->path().isEmpty() && !QFileInfo(interactions_->path()).isFile())
        return tr("The file of interactions is not there.");
    if (!pictures_->path().isEmpty() && !QFileInfo(pictures_->path()).isDir())
        return tr("The folder of pictures is not there.");
    if (workspace_->path().isEmpty()) return tr("Say where the new workspace is to be.");
    if (QFileInfo::exists(QDir(workspace_->path()).filePath(QStringLiteral("workspace.sqlite"))) &&
        !replace_->isChecked())
        return tr("There is a workspace in that folder already. Choose another folder, or tick “Replace”.");
    return {};
}

void ImportDialog::suggestWorkspace() {
    // Follows the products file for as long as the user has not chosen a folder.
    if (items_->path().isEmpty() || (!workspace_->path().isEmpty() && workspace_->path() != suggested_)) return;
    suggested_ = QDir(workspacesFolder_).filePath(nameForWorkspace(QFileInfo(items_->path())));
    workspace_->setPath(suggested_);
}

void ImportDialog::check() {
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
    bar_->setRange(0, 0);
    progressText_->setText(tr("Starting…"));
    showStep(Step::running);
    Q_EMIT importRequested(request());
}

void ImportDialog::showProgress(const core::Progress& progress) {
    if (step_ != Step::running || !cancel_->isEnabled()) return;
    JobRow row;
    row.progress = progress;
    progressText_->setText(progressText(row));
    bar_->setRange(0, progress.total > 0 ? 1000 : 0);
    if (progress.total > 0) bar_->setValue(static_cast<int>(1000 * progress.done / progress.total));
}

void ImportDialog::showResult(const core::ImportResult& result) {
    showStep(Step::result);
    const core::WorkspaceSummary& summary = result.summary;
    QStringList lines;
    if (result.accepted) {
        verdict_->setText(tr("Imported %1 products, %2 shoppers and %3 events.")
                              .arg(number(summary.items), number(summary.users), number(summary.events)));
        const std::pair<std::int64_t, QString> gaps[] = {{summary.itemsWithoutPicture, tr("%1 without a picture")},
                                                         {summary.itemsWithoutText, tr("%1 without text")},
                                                         {summary.itemsWithoutPrice, tr("%1 without a price")}};
        QStringList missing;
        for (const auto& [count, text] : gaps)
            if (count > 0) missing += text.arg(number(count));
        if (!missing.isEmpty()) lines += tr("Products: %1.").arg(missing.join(QStringLiteral(", ")));
        if (result.itemsLeftOut + result.eventsLeftOut > 0)
            lines += tr("Left out: %1 product rows and %2 event rows.")
                         .arg(number(result.itemsLeftOut), number(result.eventsLeftOut));
    } else {
        verdict_->setText(tr("Nothing was imported. %1").arg(QString::fromStdString(result.message)));
        lines += tr("Correct the files, or go back and leave out the rows with errors.");
    }
    const std::int64_t all = result.errors + result.warnings + result.notes;
    if (all > 0) {
        QString found = tr("Findings: %1 errors, %2 warnings, %3 notes")
                            .arg(number(result.errors), number(result.warnings), number(result.notes));
        const auto shown = static_cast<std::int64_t>(result.findings.size());
        found +=
            shown < all ? tr("; the first %1 of %2 are shown.").arg(number(shown), number(all)) : QStringLiteral(".");
        lines += found;
    }
    counts_->setText(lines.join(QLatin1Char('\n')));
    counts_->setVisible(!lines.isEmpty());
    findings_->setFindings(result.findings);
    table_->setVisible(!result.findings.empty());
    report_->setText(result.report.empty() ? QString()
                                           : tr("Full report: %1").arg(QString::fromStdString(result.report.string())));
    open_->setVisible(result.accepted);
    open_->setDefault(result.accepted);
    back_->setVisible(!result.accepted);
}

void ImportDialog::showError(const QString& message) {
    showStep(Step::result);
    verdict_->setText(tr("Nothing was imported."));
    counts_->setText(message);
    counts_->show();
    findings_->setFindings({});
    table_->hide();
    report_->clear();
}

} // namespace ui
