#include "ui/views/eligibility/where_field.h"
#include "ui/theme/icons.h"
#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QTimer>
#include <algorithm>

namespace ui {

namespace {
constexpr int itemRole = Qt::UserRole + 1;
constexpr int pauseMs = 120; ///< so that a word is one query
} // namespace

WhereField::WhereField(Find find, QWidget* parent)
    : QWidget(parent), find_(std::move(find)), edit_(new QLineEdit(this)), answer_(new QLabel(this)),
      suggestions_(new QStandardItemModel(this)), completer_(new QCompleter(suggestions_, this)),
      typing_(new QTimer(this)) {
    auto* const row = new QHBoxLayout(this);
    row->setContentsMargins(10, 0, 10, 0);
    edit_->setPlaceholderText(tr("Where is ... ? Type a product"));
    edit_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    edit_->setClearButtonEnabled(true);
    edit_->setAccessibleName(tr("Where is a product in the lists"));
    edit_->setMinimumWidth(240);
    edit_->setMaximumWidth(340);
    answer_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    answer_->setMinimumWidth(40);
    answer_->setAccessibleName(tr("Rank of the product looked for"));
    row->addWidget(edit_);
    row->addWidget(answer_, 1);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    edit_->setCompleter(completer_);
    typing_->setSingleShot(true);
    typing_->setInterval(pauseMs);
    connect(typing_, &QTimer::timeout, this, &WhereField::suggest);
    connect(edit_, &QLineEdit::textEdited, this, [this](const QString& text) {
        if (text.isEmpty())
            reset(), Q_EMIT itemSought({});
        else
            typing_->start();
    });
    connect(edit_, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.isEmpty() && !answer().isEmpty()) setAnswer({}), Q_EMIT itemSought({});
    });
    connect(completer_, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { Q_EMIT itemSought({index.data(itemRole).toInt()}); });
    connect(edit_, &QLineEdit::returnPressed, this, [this] {
        if (typing_->isActive()) suggest();
        if (suggestions_->rowCount() > 0) Q_EMIT itemSought({suggestions_->item(0)->data(itemRole).toInt()});
    });
}

void WhereField::suggest() {
    typing_->stop();
    suggestions_->clear();
    for (const auto& item : find_(edit_->text())) {
        const QString id = QString::fromStdString(item.text.id);
        const QString title = QString::fromStdString(item.text.title);
        auto* const row = new QStandardItem(title.isEmpty() ? id : QStringLiteral("%1  (%2)").arg(title, id));
        row->setData(item.index.value, itemRole);
        suggestions_->appendRow(row);
    }
    if (suggestions_->rowCount() == 0) {
        Q_EMIT itemSought({}); // what was asked for before is not what stands here
        setAnswer(tr("No product matches."));
    } else if (edit_->hasFocus()) {
        completeWide();
    }
}

void WhereField::completeWide() { // wider than the field, so that ids tell equal titles apart
    auto* const list = completer_->popup();
    const int words =
        list->sizeHintForColumn(0) + 2 * list->frameWidth() + list->verticalScrollBar()->sizeHint().width();
    const int room = window()->width() - edit_->mapTo(window(), QPoint()).x();
    completer_->complete({0, 0, std::clamp(words, edit_->width(), std::max(edit_->width(), room)), edit_->height()});
}

void WhereField::setAnswer(const QString& text) {
    answer_->setToolTip(text);
    fitAnswer();
}
QString WhereField::answer() const { return answer_->toolTip(); }

void WhereField::fitAnswer() { // of two models, the first one's rank and the second one's reason are what remains
    answer_->setText(answer_->fontMetrics().elidedText(answer_->toolTip(), Qt::ElideMiddle, answer_->width()));
}

void WhereField::resizeEvent(QResizeEvent* resize) {
    QWidget::resizeEvent(resize);
    layout()->activate();
    fitAnswer();
}

void WhereField::focusField() {
    edit_->setFocus(Qt::ShortcutFocusReason);
    edit_->selectAll();
}

void WhereField::setText(const QString& text) {
    edit_->setText(text);
    suggest();
}

void WhereField::choose(core::ItemIndex item, const QString& title) {
    edit_->setText(title);
    Q_EMIT itemSought(item);
}

void WhereField::reset() {
    typing_->stop();
    suggestions_->clear();
    edit_->clear();
    setAnswer({});
}

} // namespace ui
