#include "ui/dialogs/import_options.h"
#include "ui/dialogs/path_field.h"
#include <QCheckBox>
#include <QComboBox>
#include <QDate>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

namespace ui {

namespace {

QLineEdit* dayField(const QString& name, QWidget* parent) {
    auto* field = new QLineEdit(parent);
    field->setPlaceholderText(QStringLiteral("YYYY-MM-DD"));
    field->setAccessibleName(name);
    field->setMaximumWidth(field->fontMetrics().horizontalAdvance(QStringLiteral("0000-00-00")) + 28);
    return field;
}

bool isDay(const QString& text) { return text.isEmpty() || QDate::fromString(text, Qt::ISODate).isValid(); }

} // namespace

ImportOptions::ImportOptions(QWidget* parent)
    : QWidget(parent),
      workspace_(new PathField(PathField::Kind::newFolder, tr("Folder of the new workspace"), {}, this)),
      skipBadRows_(new QCheckBox(tr("&Leave out rows with errors, and report them"), this)),
      replace_(new QCheckBox(tr("&Replace an existing workspace"), this)),
      copyPictures_(new QCheckBox(tr("&Copy pictures into the workspace"), this)), kCore_(new QSpinBox(this)),
      minimumRating_(new QDoubleSpinBox(this)), since_(dayField(tr("Events from this day on"), this)),
      until_(dayField(tr("Events up to this day"), this)), repeats_(new QComboBox(this)) {
    copyPictures_->setToolTip(
        tr("Otherwise they stay where they are, and must stay there. From a zip archive they are always copied."));
    kCore_->setRange(0, 1000);
    kCore_->setSpecialValueText(tr("off"));
    kCore_->setToolTip(tr("Only shoppers and products with at least so many events each, together (k-core)"));
    kCore_->setAccessibleName(tr("k-core"));
    minimumRating_->setRange(0, 100);
    minimumRating_->setDecimals(1);
    minimumRating_->setSpecialValueText(tr("off"));
    minimumRating_->setAccessibleName(tr("Lowest rating"));
    repeats_->addItems({tr("all"), tr("first only")});
    repeats_->setToolTip(tr("Several events of a shopper with one product"));
    repeats_->setAccessibleName(tr("Repeats"));

    auto* filters = new QHBoxLayout;
    const std::pair<QString, QWidget*> fields[] = {{tr("k-core"), kCore_},
                                                   {tr("rating from"), minimumRating_},
                                                   {tr("since"), since_},
                                                   {tr("until"), until_},
                                                   {tr("repeats"), repeats_}};
    for (const auto& [title, field] : fields) {
        filters->addWidget(new QLabel(title, this));
        filters->addWidget(field);
        filters->addSpacing(10);
    }
    filters->addStretch();
    auto* ticks = new QHBoxLayout;
    ticks->addWidget(skipBadRows_);
    ticks->addWidget(copyPictures_);
    ticks->addWidget(replace_);
    ticks->addStretch();
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Events"), filters);
    form->addRow(tr("&Workspace"), workspace_);
    form->addRow(QString(), ticks);

    connect(workspace_, &PathField::pathChanged, this, &ImportOptions::changed);
    for (QCheckBox* box : {skipBadRows_, replace_, copyPictures_})
        connect(box, &QCheckBox::toggled, this, &ImportOptions::changed);
    connect(kCore_, &QSpinBox::valueChanged, this, &ImportOptions::filterChanged);
    connect(minimumRating_, &QDoubleSpinBox::valueChanged, this, &ImportOptions::filterChanged);
    connect(repeats_, &QComboBox::currentIndexChanged, this, &ImportOptions::filterChanged);
    for (QLineEdit* field : {since_, until_}) {
        connect(field, &QLineEdit::editingFinished, this, &ImportOptions::filterChanged);
        connect(field, &QLineEdit::textChanged, this, &ImportOptions::changed);
    }
}

QString ImportOptions::workspace() const { return workspace_->path(); }
void ImportOptions::setWorkspace(const QString& folder) { workspace_->setPath(folder); }
bool ImportOptions::skipsBadRows() const { return skipBadRows_->isChecked(); }
bool ImportOptions::replaces() const { return replace_->isChecked(); }
bool ImportOptions::copiesPictures() const { return copyPictures_->isChecked(); }

QString ImportOptions::problem() const {
    for (const QLineEdit* field : {since_, until_})
        if (!isDay(field->text().trimmed())) return tr("“%1” is no day; write YYYY-MM-DD.").arg(field->text());
    return {};
}

core::ImportFilter ImportOptions::filter() const {
    core::ImportFilter filter;
    if (minimumRating_->value() > 0) filter.minimumRating = minimumRating_->value();
    if (isDay(since_->text().trimmed())) filter.since = since_->text().trimmed().toStdString();
    if (isDay(until_->text().trimmed())) filter.until = until_->text().trimmed().toStdString();
    filter.firstOfRepeats = repeats_->currentIndex() == 1;
    filter.kCore = kCore_->value();
    return filter;
}

} // namespace ui
