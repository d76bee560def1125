#include "ui/views/log/log_panel.h"
#include "ui/theme/icons.h"
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSaveFile>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

class SeverityFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setLeast(LogSeverity severity) {
        least_ = static_cast<int>(severity);
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        return sourceModel()->index(row, 0, parent).data(LogModel::SeverityRole).toInt() >= least_;
    }

private:
    int least_ = 0;
};

LogPanel::LogPanel(LogModel* log, QWidget* parent)
    : QWidget(parent), log_(log), filter_(new SeverityFilter(this)), table_(new QTableView(this)),
      severity_(new QComboBox(this)), count_(new QLabel(this)) {
    filter_->setSourceModel(log_);
    table_->setModel(filter_);
    table_->setTabKeyNavigation(false); // Tab leads on, arrows lead within
    table_->setAccessibleName(tr("Log"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->setColumnWidth(LogModel::TimeColumn, fontMetrics().horizontalAdvance(QStringLiteral("00:00:00.000")) + 24);
    table_->setColumnWidth(LogModel::SeverityColumn, fontMetrics().horizontalAdvance(tr("warning")) + 48);

    for (const LogSeverity severity : {LogSeverity::info, LogSeverity::warning, LogSeverity::error})
        severity_->addItem(severity == LogSeverity::info      ? tr("Everything")
                           : severity == LogSeverity::warning ? tr("Warnings and errors")
                                                              : tr("Errors"),
                           static_cast<int>(severity));
    severity_->setAccessibleName(tr("Show"));
    count_->setForegroundRole(QPalette::PlaceholderText);

    auto* bar = new QHBoxLayout;
    bar->addWidget(severity_);
    bar->addWidget(count_, 1);
    const auto addButton = [&](const char* iconName, const QString& text, auto&& act) {
        auto* button = new QToolButton(this);
        button->setIcon(icon(QLatin1String(iconName)));
        button->setText(text);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setAutoRaise(true);
        connect(button, &QToolButton::clicked, this, act);
        bar->addWidget(button);
    };
    addButton("copy", tr("Copy"), [this] { copy(); });
    addButton("save", tr("Save…"), [this] { chooseFileAndSave(); });
    addButton("clear", tr("Clear"), [this] { log_->clear(); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addLayout(bar);
    layout->addWidget(table_, 1);

    auto* copyShortcut = new QAction(this);
    copyShortcut->setShortcut(QKeySequence::Copy);
    copyShortcut->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(copyShortcut, &QAction::triggered, this, &LogPanel::copy);
    addAction(copyShortcut);
    connect(severity_, &QComboBox::currentIndexChanged, this,
            [this] { setLeastSeverity(static_cast<LogSeverity>(severity_->currentData().toInt())); });
    connect(filter_, &QAbstractItemModel::rowsAboutToBeInserted, this, [this] {
        const QScrollBar* scroll = table_->verticalScrollBar(); // follow only who reads the end
        if (scroll->value() == scroll->maximum())
            QMetaObject::invokeMethod(table_, &QTableView::scrollToBottom, Qt::QueuedConnection);
    });
    connect(filter_, &QAbstractItemModel::rowsInserted, this, &LogPanel::showCount);
    connect(filter_, &QAbstractItemModel::rowsRemoved, this, &LogPanel::showCount);
    connect(filter_, &QAbstractItemModel::modelReset, this, &LogPanel::showCount);
    showCount();
}

void LogPanel::setLeastSeverity(LogSeverity severity) {
    severity_->setCurrentIndex(severity_->findData(static_cast<int>(severity)));
    filter_->setLeast(severity);
    showCount();
}

QString LogPanel::shownText() const {
    QModelIndexList rows = table_->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    if (rows.isEmpty())
        for (int row = 0; row < filter_->rowCount(); ++row) rows += filter_->index(row, 0);
    QString text;
    for (const QModelIndex& row : rows) text += log_->lineText(filter_->mapToSource(row).row()) + QLatin1Char('\n');
    return text;
}

QString LogPanel::saveTo(const QString& file) const {
    QSaveFile out(file);
    const QByteArray bytes = shownText().toUtf8();
    if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit()) return {};
    return tr("The log was not saved to %1: %2").arg(file, out.errorString());
}

void LogPanel::copy() const { QGuiApplication::clipboard()->setText(shownText()); }

void LogPanel::chooseFileAndSave() {
    auto* dialog = new QFileDialog(this, tr("Save the log"), QString(), tr("Text (*.log *.txt)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("log"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const QString problem = saveTo(file);
        log_->append(problem.isEmpty() ? LogSeverity::info : LogSeverity::error,
                     problem.isEmpty() ? tr("Saved the log to %1").arg(file) : problem);
    });
    dialog->open();
}

void LogPanel::showCount() {
    const QLocale locale;
    QString text =
        filter_->rowCount() == log_->rowCount()
            ? tr("%1 lines").arg(locale.toString(log_->rowCount()))
            : tr("%1 of %2 lines").arg(locale.toString(filter_->rowCount()), locale.toString(log_->rowCount()));
    if (log_->forgottenCount() > 0)
        text += tr("; %1 older ones were dropped").arg(locale.toString(log_->forgottenCount()));
    count_->setText(text);
}

} // namespace ui
