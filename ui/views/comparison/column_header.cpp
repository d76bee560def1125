#include "ui/views/comparison/column_header.h"
#include "ui/theme/painting.h"
#include <QHelpEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>

namespace ui {
namespace {

constexpr int headerMargin = 6;

int lineHeight(const QFont& font) { return QFontMetrics(bold(font)).height() + 8; }
int noticeHeight(const QFont& font) { return QFontMetrics(small(font)).height() + 4; }

int headerHeight(const ColumnState& state, const QFont& font) {
    return lineHeight(font) + 2 * headerMargin + (state.notices.isEmpty() ? 0 : noticeHeight(font));
}

/// In place of a model's name.
QString unnamedText(const ColumnState& state) {
    return state.kind == ColumnKind::loading ? ColumnHeader::tr("loading…") : ColumnHeader::tr("no model chosen");
}

/// An "i" in a ring, then the notices.
void paintNotices(QPainter& painter, const QRect& line, const QStringList& notices, const QPalette& palette,
                  const QFont& font) {
    const QColor colour = accents(palette).warning;
    const int side = QFontMetrics(font).ascent();
    const QRectF ring(line.left() + 1, line.top() + (line.height() - side) / 2.0, side, side);
    painter.setPen(QPen(colour, 1.2));
    painter.drawEllipse(ring);
    painter.setFont(bold(small(font)));
    painter.drawText(ring, Qt::AlignCenter, QStringLiteral("i"));
    painter.setFont(font);
    const QRect words = line.adjusted(side + 7, 0, 0, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetrics(font).elidedText(notices.join(QLatin1Char(' ')), Qt::ElideRight, words.width()));
}

} // namespace

QString modalityText(const QString& modality) {
    if (modality == QLatin1String("text")) return ColumnHeader::tr("text only");
    if (modality == QLatin1String("image")) return ColumnHeader::tr("pictures only");
    if (modality == QLatin1String("both")) return ColumnHeader::tr("text and pictures");
    if (modality == QLatin1String("none")) return ColumnHeader::tr("no product data");
    return modality;
}

QString elapsedText(const ColumnState& state) {
    if (!state.elapsedMs) return {};
    const QString time =
        ColumnHeader::tr("%1 ms").arg(QLocale().toString(*state.elapsedMs, 'f', *state.elapsedMs < 9.95 ? 1 : 0));
    return state.fromCache ? ColumnHeader::tr("%1, from the cache").arg(time) : time;
}

ColumnHeader::ColumnHeader(Slot slot, QWidget* parent) : QWidget(parent), slot_(slot) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred); // as tall as the other column's
}

void ColumnHeader::show(const ColumnState& state) {
    state_ = state;
    state_.rows.clear();
    const QString letter = slot_ == Slot::a ? QStringLiteral("A") : QStringLiteral("B");
    if (!state.modelName.isEmpty())
        setAccessibleName(tr("Column %1: %2, %3").arg(letter, state.modelName, modalityText(state.modality)));
    else
        setAccessibleName(tr("Column %1: %2").arg(letter, unnamedText(state)));
    setAccessibleDescription((QStringList{elapsedText(state)} + state.notices).join(QLatin1Char(' ')).trimmed());
    updateGeometry();
    update();
}

void ColumnHeader::setPresenter(bool isPresenter) {
    isPresenter_ = isPresenter;
    QFont larger = parentWidget() != nullptr ? parentWidget()->font() : QFont();
    if (isPresenter) larger.setPointSizeF(larger.pointSizeF() * 1.3);
    setFont(larger);
    updateGeometry();
}

QSize ColumnHeader::sizeHint() const { return {260, headerHeight(state_, font())}; }

int ColumnHeader::paint(QPainter& painter, const QRect& place, Slot slot, const ColumnState& state,
                        const QPalette& palette, const QFont& font) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const Accents colours = accents(palette);
    const QColor accent = slot == Slot::a ? colours.modelA : colours.modelB;
    const QFontMetrics metrics(bold(font));
    const QFontMetrics smallMetrics(small(font));
    const int height = lineHeight(font);

    // The letter of the slot on a square of its colour.
    const QRect letter(place.left() + headerMargin, place.top() + headerMargin, height, height);
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawRoundedRect(letter, 5, 5);
    painter.setPen(palette.color(QPalette::Base));
    painter.setFont(bold(font));
    painter.drawText(letter, Qt::AlignCenter, slot == Slot::a ? QStringLiteral("A") : QStringLiteral("B"));

    // From the right: time, then the chip, then what is left for the name.
    int right = place.right() - headerMargin;
    const QString time = elapsedText(state);
    painter.setFont(small(font));
    const int timeWidth = smallMetrics.horizontalAdvance(time);
    const QString chip = state.modelName.isEmpty() ? QString() : modalityText(state.modality);
    const int chipWidth = chip.isEmpty() ? 0 : smallMetrics.horizontalAdvance(chip) + 14;
    const int nameLeft = letter.right() + 1 + headerMargin + 2;
    const int shortest = std::min(metrics.horizontalAdvance(state.modelName), metrics.averageCharWidth() * 12);
    // A narrow column drops the time first, then the chip; the tool tip has them.
    const bool hasTime = !time.isEmpty() && nameLeft + shortest + chipWidth + timeWidth + 24 <= right;
    const bool hasChip = !chip.isEmpty() && nameLeft + shortest + chipWidth + 12 <= right;
    if (hasTime) {
        painter.setPen(colours.muted);
        painter.drawText(QRect(right - timeWidth + 1, letter.top(), timeWidth, height),
                         Qt::AlignVCenter | Qt::TextSingleLine, time);
        right -= timeWidth + 10;
    }
    const int nameRoom = right - nameLeft - (hasChip ? chipWidth + 8 : 0);
    const QString name = state.modelName.isEmpty() ? unnamedText(state) : state.modelName;
    const QString shown = metrics.elidedText(name, Qt::ElideMiddle, nameRoom);
    painter.setFont(bold(font));
    painter.setPen(state.modelName.isEmpty() ? colours.muted : palette.color(QPalette::Text));
    painter.drawText(QRect(nameLeft, letter.top(), nameRoom, height), Qt::AlignVCenter | Qt::TextSingleLine, shown);
    if (hasChip) {
        const int chipHeight = smallMetrics.height() + 3;
        const QRectF pill(nameLeft + metrics.horizontalAdvance(shown) + 8.5, letter.top() + (height - chipHeight) / 2.0,
                          chipWidth - 1, chipHeight);
        painter.setPen(QPen(accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
        painter.setFont(small(font));
        painter.drawText(pill, Qt::AlignCenter, chip);
    }
    if (!state.notices.isEmpty())
        paintNotices(
            painter,
            QRect(letter.left(), letter.bottom() + 3, place.width() - 2 * headerMargin, noticeHeight(font) - 2),
            state.notices, palette, small(font));
    painter.restore();
    return headerHeight(state, font);
}

void ColumnHeader::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    ColumnState shown = state_;
    if (isPresenter_) shown.elapsedMs.reset(); // not for an audience
    paint(painter, rect(), slot_, shown, palette(), font());
}

bool ColumnHeader::event(QEvent* happening) {
    if (happening->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(happening);
        const QString words =
            (QStringList{accessibleName(), elapsedText(state_)} + state_.notices).join(QLatin1Char('\n'));
        QToolTip::showText(help->globalPos(), words.trimmed(), this);
        return true;
    }
    return QWidget::event(happening);
}

} // namespace ui
