#pragma once
#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace ui {

/// What a panel shows in place of its contents: why there is nothing, and the next step.
struct PanelState {
    QString iconName; ///< of ui::icon(); "error" makes the text selectable
    QString title;    ///< a few words
    QString text;     ///< one or two sentences; may be empty
    QString action;   ///< of the button; empty: none
};

/// Picture, title, sentence and one button, centred. Used for the states empty, loading, partial, error and no result.
class StatePanel : public QWidget {
    Q_OBJECT
public:
    explicit StatePanel(QWidget* parent = nullptr);

    void show(const PanelState& state);
    using QWidget::show;
    const PanelState& state() const { return state_; }

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent* change) override;

private:
    void paintIcon();

    PanelState state_;
    QLabel* icon_;
    QLabel* title_;
    QLabel* text_;
    QPushButton* action_;
};

} // namespace ui
