#include "ui/dialogs/id_mapping_view.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ui {
namespace {

QString examples(const std::vector<std::string>& ids) {
    QStringList shown;
    for (const auto& id : ids) {
        shown += QString::fromStdString(id);
        if (shown.size() == 3) break;
    }
    return shown.join(QStringLiteral(", "));
}

} // namespace

IdMappingView::IdMappingView(Whose whose, QWidget* parent)
    : QWidget(parent), whose_(whose), counts_(new QLabel(this)), table_(new QTableWidget(this)) {
    counts_->setWordWrap(true);
    counts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    table_->setColumnCount(whose == Whose::products ? 3 : 2);
    QStringList titles{tr("Row"), tr("Id in the files"), tr("Product in the workspace")};
    if (whose == Whose::shoppers) titles = {tr("Row"), tr("Id in the files")};
    table_->setHorizontalHeaderLabels(titles);
    table_->setTabKeyNavigation(false);
    table_->setAccessibleName(whose == Whose::products ? tr("Products of the model") : tr("Shoppers of the model"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->setColumnWidth(0, fontMetrics().horizontalAdvance(QStringLiteral("10,000,000")) + 16);
    table_->setColumnWidth(1, 260);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(counts_);
    layout->addWidget(table_, 1);
}

void IdMappingView::setMapping(const core::IdMapping& mapping) {
    QStringList lines{tr("%1 of %2 ids in the files are known to the workspace; %3 of the workspace's %4 are missing.")
                          .arg(localized(mapping.matched), localized(mapping.rows), localized(mapping.missing),
                               localized(mapping.inWorkspace))};
    if (mapping.unknown > 0) lines += tr("Not known: %1 …").arg(examples(mapping.unknownExamples));
    if (mapping.missing > 0) lines += tr("Missing: %1 …").arg(examples(mapping.missingExamples));
    if (mapping.duplicates > 0) lines += tr("More than once: %1 …").arg(examples(mapping.duplicateExamples));
    counts_->setText(lines.join(QLatin1Char('\n')));
    table_->setRowCount(0);
    for (const auto& row : mapping.first) addRow(row);
    const auto between = mapping.rows - static_cast<std::int64_t>(mapping.first.size() + mapping.last.size());
    if (between > 0) {
        const int at = table_->rowCount();
        table_->insertRow(at);
        auto* more = new QTableWidgetItem(tr("… %1 more rows …").arg(localized(between)));
        more->setForeground(palette().placeholderText());
        table_->setItem(at, 1, more);
    }
    for (const auto& row : mapping.last) addRow(row);
}

void IdMappingView::addRow(const core::MappedId& row) {
    const int at = table_->rowCount();
    table_->insertRow(at);
    auto* place = new QTableWidgetItem(localized(row.row + 1));
    place->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table_->setItem(at, 0, place);
    auto* id = new QTableWidgetItem(QString::fromStdString(row.id));
    if (!row.isKnown) {
        id->setIcon(icon(QStringLiteral("warning")));
        id->setToolTip(tr("The workspace does not know this id."));
    }
    table_->setItem(at, 1, id);
    if (whose_ == Whose::products)
        table_->setItem(at, 2, new QTableWidgetItem(row.isKnown ? QString::fromStdString(row.title) : tr("not known")));
}

} // namespace ui
