#include "ui/dialogs/import_result_page.h"
#include "ui/dialogs/findings_model.h"
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QTableView>
#include <QVBoxLayout>

namespace ui {

namespace {

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }

QLabel* wrapped(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ImportResultPage::ImportResultPage(QWidget* parent) : QWidget(parent) {
    verdict_ = wrapped(this);
    QFont strong = font();
    strong.setBold(true);
    verdict_->setFont(strong);
    counts_ = wrapped(this);
    report_ = wrapped(this);
    report_->setForegroundRole(QPalette::PlaceholderText);
    findings_ = new FindingsModel(this);
    table_ = new QTableView(this);
    table_->setModel(findings_);
    table_->setTabKeyNavigation(false);
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
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(verdict_);
    layout->addWidget(counts_);
    layout->addWidget(table_, 100);
    layout->addWidget(report_);
    layout->addStretch(1); // keeps the texts on top where there is no table
}

void ImportResultPage::showResult(const core::ImportResult& result) {
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
}

void ImportResultPage::showError(const QString& message) {
    verdict_->setText(tr("Nothing was imported."));
    counts_->setText(message);
    counts_->show();
    findings_->setFindings({});
    table_->hide();
    report_->clear();
}

} // namespace ui
