#include "ui/dialogs/import_findings.h"
#include "ui/dialogs/findings_model.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <map>

namespace ui {

namespace {

constexpr int fileRole = Qt::UserRole, lineRole = Qt::UserRole + 1, kindRole = Qt::UserRole + 2;

struct Level {
    core::Severity severity;
    const char* icon;
    std::int64_t count;
    QString title;
};

QString placeOf(const core::ImportFinding& finding) {
    QString place = QFileInfo(QString::fromStdString(finding.file)).fileName();
    if (finding.line > 0) place += ImportFindings::tr(", line %1").arg(localized(finding.line));
    if (finding.line > 0 && finding.column > 0)
        place += ImportFindings::tr(", column %1").arg(localized(finding.column));
    return place;
}

} // namespace

ImportFindings::ImportFindings(QWidget* parent)
    : QWidget(parent), summary_(new QLabel(this)), detail_(new QLabel(this)), tree_(new QTreeWidget(this)),
      showRows_(new QPushButton(this)) {
    for (QLabel* label : {summary_, detail_}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setTextFormat(Qt::PlainText);
    }
    detail_->hide();
    tree_->setColumnCount(2);
    tree_->setHeaderHidden(true);
    tree_->setAccessibleName(tr("Findings by severity and kind"));
    tree_->setUniformRowHeights(true);
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    showRows_->setText(tr("S&how rows"));
    showRows_->setAutoDefault(false);
    showRows_->setEnabled(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(summary_);
    layout->addWidget(tree_, 1);
    layout->addWidget(detail_);
    layout->addWidget(showRows_);
    connect(showRows_, &QPushButton::clicked, this, &ImportFindings::showRows);
    connect(tree_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        showRows_->setEnabled(item && item->childCount() > 0);
        showDetail(item);
        if (item && item->data(0, lineRole).isValid())
            Q_EMIT findingChosen(item->data(0, fileRole).toString(), item->data(0, lineRole).toLongLong());
    });
}

void ImportFindings::clear(const QString& why) {
    tree_->clear();
    summary_->setText(why);
    showDetail(nullptr);
    showRows_->setEnabled(false);
}

void ImportFindings::showRows() {
    QTreeWidgetItem* const item = tree_->currentItem();
    if (!item || item->childCount() == 0) return;
    item->setExpanded(true);
    tree_->setCurrentItem(item->child(0));
}

void ImportFindings::showDetail(const QTreeWidgetItem* item) {
    QStringList lines;
    if (item && item->data(0, lineRole).isValid()) lines += item->text(0);
    const std::string kind = item ? item->data(0, kindRole).toString().toStdString() : std::string();
    if (const auto advice = adviceText(kind); !advice.isEmpty()) lines += advice;
    detail_->setText(lines.join(QLatin1Char('\n')));
    detail_->setVisible(!lines.isEmpty());
}

void ImportFindings::setResult(const core::ImportResult& result) {
    tree_->clear();
    summary_->setText(
        tr("Read %1 product rows and %2 event rows.").arg(localized(result.itemsRead), localized(result.eventsRead)));
    const Level levels[] = {{core::Severity::error, "error", result.errors, tr("Errors")},
                            {core::Severity::warning, "warning", result.warnings, tr("Warnings")},
                            {core::Severity::note, "info", result.notes, tr("Notes")}};
    for (const Level& level : levels) {
        auto* const top = new QTreeWidgetItem(tree_, {level.title, localized(level.count)});
        top->setIcon(0, icon(QString::fromLatin1(level.icon)));
        top->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        std::map<std::string, QTreeWidgetItem*> kinds;
        for (const auto& finding : result.findings) {
            if (finding.severity != level.severity) continue;
            QTreeWidgetItem*& kind = kinds[finding.kind];
            if (!kind) {
                const auto count = result.countOfKind.find(finding.kind);
                kind = new QTreeWidgetItem(
                    top, {QString::fromStdString(finding.kind).replace(QLatin1Char('-'), QLatin1Char(' ')),
                          localized(count == result.countOfKind.end() ? 0 : count->second)});
                kind->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
                kind->setData(0, kindRole, QString::fromStdString(finding.kind));
            }
            auto* const row = new QTreeWidgetItem(kind);
            row->setText(0, placeOf(finding) + QStringLiteral(": ") + QString::fromStdString(finding.why));
            row->setToolTip(0, row->text(0));
            row->setData(0, fileRole, QString::fromStdString(finding.file));
            row->setData(0, lineRole, static_cast<qlonglong>(finding.line));
            row->setData(0, kindRole, QString::fromStdString(finding.kind));
            row->setFirstColumnSpanned(true);
        }
        for (const auto& [name, kind] : kinds) {
            const auto all = result.countOfKind.find(name);
            if (all == result.countOfKind.end() || all->second <= kind->childCount()) continue;
            auto* const more = new QTreeWidgetItem(kind);
            more->setText(0, tr("%1 of %2 are shown").arg(localized(kind->childCount() - 1), localized(all->second)));
            more->setFirstColumnSpanned(true);
        }
        top->setExpanded(true);
    }
    if (auto* const errors = tree_->topLevelItem(0); errors->childCount() > 0) tree_->setCurrentItem(errors->child(0));
}

} // namespace ui
