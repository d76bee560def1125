#include "ui/dialogs/command_palette.h"
#include "ui/actions/action_registry.h"
#include "ui/dialogs/fuzzy_match.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include <QAction>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPainter>
#include <QPointer>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

namespace ui {
namespace {

constexpr int rowHeight = 30;

QString plain(QString text) {
    text.remove(QLatin1Char('&'));
    if (text.endsWith(QStringLiteral("…"))) text.chop(1);
    return text;
}

/// Icon, title with the matched letters in bold, group and hint at the right.
class PaletteDelegate : public QStyledItemDelegate {
public:
    explicit PaletteDelegate(const PaletteModel* model, QObject* parent) : QStyledItemDelegate(parent), model_(model) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, rowHeight}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const PaletteEntry& entry = model_->entry(index.row());
        const QPalette& palette = option.palette;
        const bool isOff = !entry.whyNot.isEmpty();
        const bool isSelected = option.state.testFlag(QStyle::State_Selected) && !isOff;
        painter->save();
        if (isSelected) painter->fillRect(option.rect, palette.color(QPalette::Highlight));
        const QColor text = isSelected ? palette.color(QPalette::HighlightedText)
                            : isOff    ? palette.color(QPalette::PlaceholderText)
                                       : palette.color(QPalette::Text);
        const QRect row = option.rect.adjusted(10, 0, -10, 0);
        const QRect iconBox(row.left(), row.center().y() - 8, 18, 18);
        entry.icon.paint(painter, iconBox, Qt::AlignCenter, isSelected ? QIcon::Selected : QIcon::Normal);

        QString right = isOff ? entry.whyNot : entry.hint;
        if (!isOff && !entry.group.isEmpty()) right += QStringLiteral("   ") + entry.group;
        painter->setFont(option.font);
        painter->setPen(isSelected ? text : palette.color(QPalette::PlaceholderText));
        const QFontMetrics metrics(option.font);
        right = metrics.elidedText(right, Qt::ElideRight, row.width() / 2);
        const int rightWidth = metrics.horizontalAdvance(right);
        painter->drawText(row, Qt::AlignRight | Qt::AlignVCenter, right);
        painter->setPen(text);
        drawTitle(*painter,
                  QRect(QPoint(iconBox.right() + 9, row.top()), QPoint(row.right() - rightWidth - 12, row.bottom())),
                  entry, option.font);
        painter->restore();
    }

private:
    static void drawTitle(QPainter& painter, const QRect& box, const PaletteEntry& entry, const QFont& font) {
        QFont bold = font;
        bold.setBold(true);
        painter.setClipRect(box);
        int x = box.left();
        for (int at = 0; at < entry.title.size();) { // runs of letters that look the same
            const bool isMatched = entry.matched.contains(at);
            int end = at + 1;
            while (end < entry.title.size() && entry.matched.contains(end) == isMatched) ++end;
            const QString run = entry.title.mid(at, end - at);
            painter.setFont(isMatched ? bold : font);
            const int width = painter.fontMetrics().horizontalAdvance(run);
            painter.drawText(QRect(x, box.top(), width + 2, box.height()), Qt::AlignLeft | Qt::AlignVCenter, run);
            x += width;
            at = end;
        }
        painter.setClipping(false);
    }

    const PaletteModel* model_;
};

} // namespace

void PaletteModel::setEntries(QList<PaletteEntry> entries) {
    beginResetModel();
    entries_ = std::move(entries);
    endResetModel();
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const PaletteEntry& entry = entries_[index.row()];
    if (role == Qt::DisplayRole) return entry.title;
    if (role == Qt::AccessibleTextRole)
        return QStringLiteral("%1, %2 %3")
            .arg(entry.title, entry.group, entry.whyNot.isEmpty() ? entry.hint : entry.whyNot);
    if (role == Qt::ToolTipRole) return entry.whyNot;
    return {};
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::NoItemFlags;
    return entries_[index.row()].whyNot.isEmpty() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
                                                  : Qt::ItemFlags(Qt::ItemNeverHasChildren);
}

CommandPalette::CommandPalette(QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), text_(new QLineEdit(this)), list_(new QListView(this)),
      none_(new QLabel(tr("Nothing has this name."), this)), model_(new PaletteModel(this)) {
    setWindowTitle(tr("Commands, shoppers and products"));
    resize(620, 420);
    text_->setPlaceholderText(tr("A command, a shopper's id, a product's name"));
    text_->setAccessibleName(windowTitle());
    text_->addAction(icon("command"), QLineEdit::LeadingPosition);
    text_->setMinimumHeight(34);
    text_->installEventFilter(this);
    list_->setModel(model_);
    list_->setItemDelegate(new PaletteDelegate(model_, list_));
    list_->setUniformItemSizes(true);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Matches"));
    none_->setAlignment(Qt::AlignCenter);
    none_->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 10, 10, 10);
    layout->addWidget(text_);
    layout->addWidget(none_);
    layout->addWidget(list_, 1);
    connect(text_, &QLineEdit::textChanged, this, &CommandPalette::refresh);
    connect(list_, &QListView::clicked, this, [this] { runCurrent(); });
}

void CommandPalette::setActions(const QList<QAction*>& actions) {
    actions_ = actions;
    for (QAction* action : actions)
        connect(action, &QObject::destroyed, this, [this, action] { actions_.removeAll(action); });
    refresh();
}

void CommandPalette::addSearch(Search search) { searches_ += std::move(search); }

void CommandPalette::popUp() {
    text_->clear();
    refresh();
    if (parentWidget() != nullptr) {
        const QRect window = parentWidget()->window()->geometry();
        move(window.center().x() - width() / 2, window.top() + window.height() / 8);
    }
    open();
    text_->setFocus();
}

void CommandPalette::setText(const QString& text) { text_->setText(text); }

bool CommandPalette::runCurrent() {
    const QModelIndex current = list_->currentIndex();
    if (!current.isValid() || !current.flags().testFlag(Qt::ItemIsEnabled)) return false;
    const std::function<void()> run = model_->entry(current.row()).run;
    accept();
    if (run) run();
    return true;
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* happening) {
    if (watched != text_ || happening->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, happening);
    auto* key = static_cast<QKeyEvent*>(happening);
    const int rows = model_->rowCount();
    const auto moveBy = [&](int step) {
        int row = list_->currentIndex().row();
        for (int tries = 0; tries < rows; ++tries) { // over what cannot be chosen
            row = (row + step + rows) % rows;
            if (!model_->flags(model_->index(row)).testFlag(Qt::ItemIsEnabled)) continue;
            list_->setCurrentIndex(model_->index(row));
            break;
        }
        return true;
    };
    switch (key->key()) {
    case Qt::Key_Down:
        return moveBy(1);
    case Qt::Key_Up:
        return moveBy(-1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    default:
        return QDialog::eventFilter(watched, happening);
    }
}

QList<PaletteEntry> CommandPalette::matchingActions(const QString& text) const {
    QList<PaletteEntry> matches;
    for (QAction* action : actions_) {
        if (action->isSeparator() || !action->isVisible()) continue;
        const QString title = plain(action->text());
        const auto match = fuzzyMatch(text, title);
        if (!match) continue;
        QString whyNot = action->isEnabled() ? QString() : action->property(whyNotProperty).toString();
        if (!action->isEnabled() && whyNot.isEmpty()) whyNot = tr("not available now");
        matches += {.title = title,
                    .group = text.isEmpty() ? QString() : tr("Command"),
                    .hint = action->shortcut().toString(QKeySequence::NativeText),
                    .icon = action->icon(),
                    .run =
                        [action = QPointer(action)] {
                            if (action) action->trigger();
                        },
                    .whyNot = whyNot,
                    .score = match->score,
                    .matched = match->positions};
    }
    if (!text.isEmpty())
        std::stable_sort(matches.begin(), matches.end(), [](const PaletteEntry& one, const PaletteEntry& other) {
            return one.whyNot.isEmpty() != other.whyNot.isEmpty() ? one.whyNot.isEmpty() : one.score > other.score;
        });
    return matches;
}

void CommandPalette::refresh() {
    const QString text = text_->text().trimmed();
    QList<PaletteEntry> entries = matchingActions(text);
    if (!text.isEmpty())
        for (const Search& search : searches_) entries += search(text);
    model_->setEntries(std::move(entries));
    none_->setVisible(model_->rowCount() == 0);
    for (int row = 0; row < model_->rowCount(); ++row) {
        if (!model_->flags(model_->index(row)).testFlag(Qt::ItemIsEnabled)) continue;
        list_->setCurrentIndex(model_->index(row));
        break;
    }
}

} // namespace ui
