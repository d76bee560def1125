#include "ui/dialogs/add_model_dialog.h"
#include "ui/dialogs/findings_model.h"
#include "ui/dialogs/id_mapping_view.h"
#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include "ui/views/jobs/job_list.h"
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui {
namespace {

/// What a file name promises; decides which fields the form shows.
enum class Promise { nothing, vectors, lists, script, folder };

Promise promiseOf(const QString& path) {
    const QFileInfo file(path);
    if (file.isDir()) return Promise::folder;
    const QString name = file.fileName().toLower();
    for (const char* ending : {".npy", ".npz", ".safetensors"})
        if (name.endsWith(QLatin1String(ending))) return Promise::vectors;
    if (name.endsWith(QLatin1String(".csv")) || name.endsWith(QLatin1String(".csv.gz"))) return Promise::lists;
    for (const char* ending : {".pt", ".pth", ".ts"})
        if (name.endsWith(QLatin1String(ending))) return Promise::script;
    return Promise::nothing;
}

std::filesystem::path toPath(const PathField* field) { return std::filesystem::path(field->path().toStdString()); }

core::ImportFinding toRow(const core::ModelFinding& finding) {
    core::ImportFinding row;
    row.severity = finding.kind == core::ModelFindingKind::error     ? core::Severity::error
                   : finding.kind == core::ModelFindingKind::warning ? core::Severity::warning
                                                                     : core::Severity::note;
    row.file = finding.file;
    row.line = finding.line;
    row.column = finding.column;
    row.why = finding.what;
    return row;
}

QString factsHtml(const core::AddModelResult& result) {
    QString html = QStringLiteral("<table cellpadding=3>");
    const auto addRow = [&html](const QString& what, const QString& value) {
        html += QStringLiteral("<tr><td><b>%1</b></td><td>%2</td></tr>").arg(what, value.toHtmlEscaped());
    };
    addRow(AddModelDialog::tr("Kind"), QString::fromStdString(result.recommender));
    if (!result.hash.empty()) addRow(AddModelDialog::tr("Hash"), QString::fromStdString(result.hash));
    addRow(AddModelDialog::tr("Follows edits"),
           result.followsEdits ? AddModelDialog::tr("yes") : AddModelDialog::tr("no"));
    for (const auto& file : result.files)
        addRow(AddModelDialog::tr("File"), AddModelDialog::tr("%1, %2").arg(QString::fromStdString(file.name),
                                                                            QLocale().formattedDataSize(file.bytes)));
    for (const auto& array : result.arrays) {
        QStringList sides;
        for (const auto side : array.shape) sides += QLocale().toString(static_cast<qlonglong>(side));
        addRow(AddModelDialog::tr("Array"),
               QStringLiteral("%1: %2, %3")
                   .arg(QString::fromStdString(array.name), sides.join(QStringLiteral(" × ")),
                        QString::fromStdString(array.dtype)));
    }
    if (result.listEntries > 0)
        addRow(AddModelDialog::tr("List entries"), QLocale().toString(static_cast<qlonglong>(result.listEntries)));
    html += QStringLiteral("</table>");
    for (const auto& limit : result.limits)
        html += QStringLiteral("<p>%1</p>").arg(QString::fromStdString(limit).toHtmlEscaped());
    return html;
}

} // namespace

AddModelDialog::AddModelDialog(std::filesystem::path workspace, QWidget* parent)
    : QDialog(parent), workspace_(std::move(workspace)) {
    setWindowTitle(tr("Add a model"));
    resize(860, 640);
    verdictIcon_ = new QLabel(this);
    verdict_ = new QLabel(this);
    verdict_->setWordWrap(true);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* verdictRow = new QHBoxLayout;
    verdictRow->addWidget(verdictIcon_);
    verdictRow->addWidget(verdict_, 1);
    bar_ = new QProgressBar(this);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    check_ = buttons->addButton(tr("C&heck"), QDialogButtonBox::ActionRole);
    add_ = buttons->addButton(tr("&Add"), QDialogButtonBox::ActionRole);
    cancel_ = buttons->addButton(tr("&Stop"), QDialogButtonBox::ActionRole);
    add_->setIcon(icon(QStringLiteral("add")));
    cancel_->setIcon(icon(QStringLiteral("stop")));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(makeForm());
    layout->addLayout(verdictRow);
    layout->addWidget(bar_);
    layout->addWidget(makePages(), 1);
    layout->addStretch(0); // where there are no pages yet
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(check_, &QPushButton::clicked, this, [this] { run(/*checkOnly=*/true); });
    connect(add_, &QPushButton::clicked, this, [this] { run(/*checkOnly=*/false); });
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        Q_EMIT cancelRequested();
    });
    formChanged();
}

QFormLayout* AddModelDialog::makeForm() {
    const QString ids = tr("Lists of ids (*.txt *.json *.npy *.csv);;All files (*)");
    file_ = new PathField(PathField::Kind::existingFile, tr("Model file"),
                          tr("Models (*.npy *.npz *.safetensors *.csv *.csv.gz *.pt *.pth);;All files (*)"), this);
    file_->setPlaceholder(tr("vectors, score lists, a TorchScript, or a model's folder"));
    itemIds_ = new PathField(PathField::Kind::existingFile, tr("Product ids"), ids, this);
    itemIds_->setPlaceholder(tr("in the file, or beside it"));
    userVectors_ = new PathField(PathField::Kind::existingFile, tr("Shopper vectors"),
                                 tr("Vectors (*.npy *.npz *.safetensors);;All files (*)"), this);
    userVectors_->setPlaceholder(tr("none: a shopper is the mean of the history"));
    userIds_ = new PathField(PathField::Kind::existingFile, tr("Shopper ids"), ids, this);
    userIds_->setPlaceholder(tr("in the file, or beside it"));
    name_ = new QLineEdit(this);
    name_->setAccessibleName(tr("Name of the model"));
    history_ = new QComboBox(this);
    history_->addItem(tr("mean of the history's products"), QStringLiteral("mean"));
    history_->addItem(tr("mean, newer products weigh more"), QStringLiteral("recent"));
    similarity_ = new QComboBox(this);
    similarity_->addItem(tr("inner product"), QStringLiteral("dot"));
    similarity_->addItem(tr("cosine"), QStringLiteral("cosine"));
    inOrder_ = new QCheckBox(tr("No ids: row n is the n-th product of the &catalog"), this);
    allowMissing_ = new QCheckBox(tr("Accept a model that knows &few of the products"), this);
    trust_ = new QCheckBox(tr("I &trust this file: it is a program that runs with all my rights"), this);
    warning_ =
        new QLabel(tr("A TorchScript is a program. It can read, change and send whatever you can, every time the "
                      "model is used. Add it only if you know who made it."),
                   this);
    warning_->setWordWrap(true);

    form_ = new QFormLayout;
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->addRow(tr("&Model"), file_);
    form_->addRow(tr("&Name"), name_);
    form_->addRow(tr("&Product ids"), itemIds_);
    form_->addRow(tr("Shopper &vectors"), userVectors_);
    form_->addRow(tr("Shopper &ids"), userIds_);
    form_->addRow(tr("A shopper &is"), history_);
    form_->addRow(tr("A scor&e is"), similarity_);
    form_->addRow(QString(), inOrder_);
    form_->addRow(QString(), allowMissing_);
    form_->addRow(QString(), warning_);
    form_->addRow(QString(), trust_);
    for (PathField* field : {file_, itemIds_, userVectors_, userIds_})
        connect(field, &PathField::pathChanged, this, &AddModelDialog::formChanged);
    connect(name_, &QLineEdit::textChanged, this, &AddModelDialog::formChanged);
    for (QComboBox* box : {history_, similarity_})
        connect(box, &QComboBox::currentIndexChanged, this, &AddModelDialog::formChanged);
    for (QCheckBox* box : {inOrder_, allowMissing_, trust_})
        connect(box, &QCheckBox::toggled, this, &AddModelDialog::formChanged);
    return form_;
}

QTabWidget* AddModelDialog::makePages() {
    pages_ = new QTabWidget(this);
    products_ = new IdMappingView(IdMappingView::Whose::products, pages_);
    shoppers_ = new IdMappingView(IdMappingView::Whose::shoppers, pages_);
    findings_ = new FindingsModel(this);
    findingsTable_ = new QTableView(pages_);
    findingsTable_->setModel(findings_);
    findingsTable_->setTabKeyNavigation(false);
    findingsTable_->setAccessibleName(tr("Findings"));
    findingsTable_->setSelectionBehavior(QAbstractItemView::SelectRows);
    findingsTable_->setShowGrid(false);
    findingsTable_->setWordWrap(true);
    findingsTable_->verticalHeader()->hide();
    findingsTable_->horizontalHeader()->setStretchLastSection(true);
    findingsTable_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const auto& [column, width] : {std::pair{FindingsModel::SeverityColumn, 100},
                                        {FindingsModel::FileColumn, 140},
                                        {FindingsModel::LineColumn, 60},
                                        {FindingsModel::ColumnColumn, 70}})
        findingsTable_->setColumnWidth(column, width);
    facts_ = new QTextBrowser(pages_);
    facts_->setAccessibleName(tr("Facts about the model"));
    pages_->addTab(findingsTable_, tr("Findings"));
    pages_->addTab(products_, tr("Products"));
    pages_->addTab(shoppers_, tr("Shoppers"));
    pages_->addTab(facts_, tr("Facts"));
    pages_->hide();
    return pages_;
}

void AddModelDialog::setFile(const QString& file) { file_->setPath(file); }

core::AddModelRequest AddModelDialog::request() const {
    core::AddModelRequest request;
    request.workspace = workspace_;
    request.name = name_->text().trimmed().toStdString();
    request.file = toPath(file_);
    request.itemIds = toPath(itemIds_);
    request.userVectors = toPath(userVectors_);
    request.userIds = toPath(userIds_);
    request.inCatalogOrder = inOrder_->isChecked();
    request.shopperVectors = history_->currentData().toString().toStdString();
    request.similarity = similarity_->currentData().toString().toStdString();
    request.allowMissing = allowMissing_->isChecked();
    request.trustsCode = trust_->isChecked();
    return request;
}

QString AddModelDialog::problem() const {
    if (file_->path().isEmpty()) return tr("Choose the model's file, or its folder.");
    if (!QFileInfo::exists(file_->path())) return tr("That file is not there.");
    if (name_->text().trimmed().isEmpty()) return tr("Give the model a name.");
    for (const PathField* field : {itemIds_, userVectors_, userIds_})
        if (!field->path().isEmpty() && !QFileInfo(field->path()).isFile())
            return tr("%1 is not there.").arg(QFileInfo(field->path()).fileName());
    if (promiseOf(file_->path()) == Promise::script && !trust_->isChecked())
        return tr("A TorchScript is added only when you say that you trust it.");
    return {};
}

bool AddModelDialog::canAdd() const { return fits_ && !isAdded_ && !isRunning_; }

void AddModelDialog::formChanged() {
    const QString base = QFileInfo(file_->path()).fileName().section(QLatin1Char('.'), 0, 0);
    if (name_->text().isEmpty() || name_->text() == suggestedName_) {
        suggestedName_ = base;
        const QSignalBlocker quiet(name_);
        name_->setText(base);
    }
    fits_ = isAdded_ = false; // what was checked is not what is here now
    pages_->hide();
    showWhatIsNeeded();
    const QString what = problem();
    setVerdict(what.isEmpty() ? tr("Not checked yet.") : what, {});
    updateButtons();
}

void AddModelDialog::showWhatIsNeeded() {
    const Promise promise = promiseOf(file_->path());
    const bool areVectors = promise == Promise::vectors, isScript = promise == Promise::script;
    const bool hasUsers = !userVectors_->path().isEmpty();
    const std::pair<QWidget*, bool> shown[] = {
        {itemIds_, areVectors || isScript},      {userVectors_, areVectors}, {userIds_, areVectors},
        {history_, areVectors && !hasUsers},     {similarity_, areVectors},  {inOrder_, areVectors || isScript},
        {allowMissing_, areVectors || isScript}, {warning_, isScript},       {trust_, isScript}};
    for (const auto& [field, isShown] : shown) form_->setRowVisible(field, isShown);
}

void AddModelDialog::updateButtons() {
    check_->setEnabled(!isRunning_ && !isAdded_ && problem().isEmpty());
    check_->setDefault(!canAdd());
    add_->setEnabled(canAdd());
    add_->setDefault(canAdd());
    cancel_->setVisible(isRunning_);
    cancel_->setEnabled(isRunning_);
    bar_->setVisible(isRunning_);
    for (int row = 0; row < form_->rowCount(); ++row)
        if (auto* field = form_->itemAt(row, QFormLayout::FieldRole)) field->widget()->setEnabled(!isRunning_);
}

void AddModelDialog::run(bool checkOnly) {
    isRunning_ = true;
    bar_->setRange(0, 0);
    setVerdict(checkOnly ? tr("Checking…") : tr("Adding…"), {});
    updateButtons();
    auto asked = request();
    asked.checkOnly = checkOnly;
    Q_EMIT runRequested(asked);
}

void AddModelDialog::setVerdict(const QString& text, const QString& iconName) {
    verdict_->setText(text);
    QFont font = verdict_->font();
    font.setBold(!iconName.isEmpty());
    verdict_->setFont(font);
    verdictIcon_->setVisible(!iconName.isEmpty());
    if (!iconName.isEmpty()) verdictIcon_->setPixmap(icon(iconName).pixmap(18, 18));
}

void AddModelDialog::showProgress(const core::Progress& progress) {
    if (!isRunning_) return;
    verdict_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void AddModelDialog::showResult(const core::AddModelResult& result) {
    isRunning_ = false;
    fits_ = result.isFit;
    isAdded_ = result.isAdded;
    std::vector<core::ImportFinding> rows;
    for (const auto& finding : result.findings) rows.push_back(toRow(finding));
    findings_->setFindings(std::move(rows));
    findingsTable_->resizeRowsToContents();
    products_->setMapping(result.items);
    if (result.users) shoppers_->setMapping(*result.users);
    facts_->setHtml(factsHtml(result));
    pages_->setTabText(0, tr("Findings (%1)").arg(QLocale().toString(static_cast<qlonglong>(result.findingsInAll))));
    pages_->setTabVisible(0, !result.findings.empty());
    pages_->setTabVisible(1, result.items.rows > 0);
    pages_->setTabVisible(2, result.users.has_value());
    pages_->setCurrentIndex(!result.isFit ? 0 : result.items.rows > 0 ? 1 : 3);
    pages_->show();
    if (result.isAdded)
        setVerdict(tr("Added. It stands in the lists of models now."), QStringLiteral("check"));
    else if (result.isFit)
        setVerdict(tr("It fits. Look at the first and last products, then add it."), QStringLiteral("check"));
    else
        setVerdict(tr("It does not fit; nothing was added."), QStringLiteral("error"));
    updateButtons();
    if (result.isAdded) Q_EMIT added(name_->text().trimmed());
}

void AddModelDialog::showError(const QString& message) {
    isRunning_ = false;
    pages_->hide();
    setVerdict(message, QStringLiteral("error"));
    updateButtons();
}

} // namespace ui
