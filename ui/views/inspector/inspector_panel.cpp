#include "ui/views/inspector/inspector_panel.h"
#include "ui/theme/icons.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/inspector/picture_view.h"
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace ui {

namespace {
constexpr int pictureSide = 320, leastPictureSide = 160;
constexpr int besidePicture = 44; ///< margins and a scroll bar

QLabel* wrapping(QWidget* parent) {
    auto* const label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}
} // namespace

InspectorPanel::InspectorPanel(ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), stack_(new QStackedWidget(this)) {
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(stack_);
    auto* const empty = new StatePanel(this);
    empty->show({QStringLiteral("picture"),
                 tr("No product chosen"),
                 tr("Choose a product in a list, the history or the catalog to see it here."),
                 {}});
    stack_->addWidget(empty);
    auto* const scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeBody(thumbnails));
    scroll->setFocusPolicy(Qt::StrongFocus); // arrows scroll
    scroll->setAccessibleName(tr("Inspector"));
    stack_->addWidget(scroll);
    setMinimumWidth(leastPictureSide + besidePicture);
}

void InspectorPanel::resizeEvent(QResizeEvent* resize) {
    QWidget::resizeEvent(resize);
    const int room = std::max(width() - besidePicture, leastPictureSide);
    picture_->fitInto(room);
    for (auto* const row : {lookAlikes_, readAlikes_}) row->fitInto(room);
    showCategoryButton();
}

QWidget* InspectorPanel::makeBody(ThumbnailProvider* thumbnails) {
    auto* const body = new QWidget(this);
    auto* const column = new QVBoxLayout(body);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(8);
    picture_ = new PictureView(thumbnails, pictureSide, body);
    column->addWidget(picture_, 0, Qt::AlignHCenter);
    title_ = wrapping(body);
    QFont large = title_->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setBold(true);
    title_->setFont(large);
    column->addWidget(title_);
    badges_ = wrapping(body);
    column->addWidget(badges_);
    auto* const ranks = new QFormLayout;
    ranks->setHorizontalSpacing(12);
    for (int slot = 0; slot < 2; ++slot) {
        rankNames_[slot] = new QLabel(body);
        ranks_[slot] = wrapping(body);
        QFont bold = ranks_[slot]->font();
        bold.setBold(true);
        ranks_[slot]->setFont(bold);
        ranks->addRow(rankNames_[slot], ranks_[slot]);
    }
    column->addLayout(ranks);
    column->addWidget(makeButtons());
    attributes_ = new QFormLayout;
    attributes_->setHorizontalSpacing(12);
    attributes_->setRowWrapPolicy(QFormLayout::WrapLongRows);
    column->addLayout(attributes_);
    description_ = wrapping(body);
    column->addWidget(description_);
    lookAlikes_ = new SimilarRow(tr("Look-alikes: near in picture"), thumbnails, body);
    readAlikes_ = new SimilarRow(tr("Read-alikes: near in text"), thumbnails, body);
    for (auto* const row : {lookAlikes_, readAlikes_}) {
        connect(row, &SimilarRow::itemSelected, this, &InspectorPanel::itemSelected);
        connect(row, &SimilarRow::itemHovered, this, &InspectorPanel::itemHovered);
        column->addWidget(row);
    }
    column->addStretch();
    return body;
}

QWidget* InspectorPanel::makeButtons() {
    auto* const box = new QWidget(this);
    auto* const column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    add_ = new QPushButton(icon(QStringLiteral("add")), tr("Add to history"), box);
    exclude_ = new QPushButton(icon(QStringLiteral("exclude")), {}, box);
    excludeCategory_ = new QPushButton(icon(QStringLiteral("category")), {}, box);
    for (auto* const button : {add_, exclude_, excludeCategory_}) column->addWidget(button);
    connect(add_, &QPushButton::clicked, this, [this] { Q_EMIT addRequested(state_->item.index); });
    connect(exclude_, &QPushButton::clicked, this, [this] {
        if (state_->isExcluded)
            Q_EMIT allowItemRequested(state_->item.index);
        else
            Q_EMIT excludeItemRequested(state_->item.index);
    });
    connect(excludeCategory_, &QPushButton::clicked, this,
            [this] { Q_EMIT excludeCategoryRequested(QString::fromStdString(state_->item.text.category)); });
    return box;
}

void InspectorPanel::setState(const std::optional<InspectorState>& state) {
    const bool isOther = !state || !state_ || state_->item.index != state->item.index;
    state_ = state;
    stack_->setCurrentIndex(state ? 1 : 0);
    if (!state) return;
    const auto& text = state->item.text;
    const QString title = QString::fromStdString(text.title.empty() ? text.id : text.title);
    title_->setText(title);
    if (isOther) picture_->setPicture(QString::fromStdString(state->item.picture.string()), title);
    QStringList badges;
    if (state->isTrueNext) badges << tr("the true next product");
    if (state->item.isNew) badges << tr("new: nobody has bought it yet");
    if (state->item.isTextTwin) badges << tr("text twin: another product reads the same");
    if (state->item.picture.empty()) badges << tr("no picture");
    if (state->isExcluded) badges << tr("excluded by you");
    if (!state->excludedBy.isEmpty()) badges << tr("excluded with category %1").arg(state->excludedBy);
    badges_->setText(badges.join(QStringLiteral(" · ")));
    badges_->setVisible(!badges.isEmpty());
    exclude_->setText(state->isExcluded ? tr("Allow this product again") : tr("Exclude this product"));
    excludeCategory_->setVisible(!text.category.empty());
    excludeCategory_->setEnabled(state->excludedBy.isEmpty());
    showCategoryButton();
    if (isOther) showAttributes();
}

void InspectorPanel::showCategoryButton() {
    if (!state_) return;
    const QString category = QString::fromStdString(state_->item.text.category);
    const QString shown = tr("Exclude category %1").arg(category);
    const QString last = category.section(QStringLiteral(" > "), -1); // the tool tip has it in full
    excludeCategory_->setText(
        fontMetrics().elidedText(tr("Exclude category %1").arg(last), Qt::ElideMiddle, picture_->width() - 50));
    excludeCategory_->setToolTip(shown);
    excludeCategory_->setAccessibleName(shown);
}

void InspectorPanel::showAttributes() {
    while (attributes_->rowCount() > 0) attributes_->removeRow(0);
    const auto& text = state_->item.text;
    const auto addRow = [this](const QString& name, const QString& value) {
        auto* const label = wrapping(this);
        label->setText(value.isEmpty() ? tr("missing") : value);
        label->setEnabled(!value.isEmpty());
        attributes_->addRow(name, label);
    };
    addRow(tr("Id"), QString::fromStdString(text.id));
    addRow(tr("Category"), QString::fromStdString(text.category));
    addRow(tr("Brand"), QString::fromStdString(text.brand));
    addRow(tr("Price"), text.price ? QLocale().toString(*text.price, 'f', 2) : QString());
    description_->setText(QString::fromStdString(text.description));
    description_->setVisible(!text.description.empty());
}

void InspectorPanel::setRank(int slot, const QString& modelName, const QString& text) {
    const QString name = QStringLiteral("%1  %2").arg(slot == 0 ? QStringLiteral("A") : QStringLiteral("B"), modelName);
    rankNames_[slot]->setText(name);
    ranks_[slot]->setText(text);
    ranks_[slot]->setAccessibleName(tr("Rank under %1").arg(name));
    rankNames_[slot]->setVisible(!modelName.isEmpty());
    ranks_[slot]->setVisible(!modelName.isEmpty());
}

QString InspectorPanel::rankText(int slot) const { return ranks_[slot]->text(); }

} // namespace ui
