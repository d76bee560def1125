#include "ui/views/common/state_panel.h"
#include "ui/theme/icons.h"
#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ui {

StatePanel::StatePanel(QWidget* parent)
    : QWidget(parent), icon_(new QLabel(this)), title_(new QLabel(this)), text_(new QLabel(this)),
      action_(new QPushButton(this)) {
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setBold(true);
    title_->setFont(strong);
    for (QLabel* label : {icon_, title_, text_}) label->setAlignment(Qt::AlignCenter);
    for (QLabel* label : {title_, text_}) label->setWordWrap(true);
    text_->setForegroundRole(QPalette::PlaceholderText);
    action_->setAutoDefault(false);

    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(6);
    layout->addStretch();
    for (QWidget* part : {static_cast<QWidget*>(icon_), static_cast<QWidget*>(title_), static_cast<QWidget*>(text_)})
        layout->addWidget(part);
    layout->addSpacing(4);
    layout->addWidget(action_, 0, Qt::AlignHCenter);
    layout->addStretch();
    connect(action_, &QPushButton::clicked, this, &StatePanel::actionTriggered);
    show(PanelState{});
}

void StatePanel::show(const PanelState& state) {
    state_ = state;
    title_->setText(state.title);
    text_->setText(state.text);
    // A selectable label lays its text out as a document whenever it is measured, which the first paint waits for.
    const bool isError = state.iconName == QLatin1String("error");
    text_->setTextInteractionFlags(isError ? Qt::TextSelectableByMouse : Qt::NoTextInteraction);
    text_->setVisible(!state.text.isEmpty());
    action_->setText(state.action);
    action_->setVisible(!state.action.isEmpty());
    setAccessibleName(state.title);
    setAccessibleDescription(state.text);
    paintIcon();
}

void StatePanel::changeEvent(QEvent* change) {
    if (change->type() == QEvent::PaletteChange) paintIcon();
    QWidget::changeEvent(change);
}

void StatePanel::paintIcon() {
    const QIcon picture = icon(state_.iconName);
    icon_->setVisible(!picture.isNull());
    icon_->setPixmap(picture.pixmap(QSize(36, 36), devicePixelRatioF(), QIcon::Disabled));
}

} // namespace ui
