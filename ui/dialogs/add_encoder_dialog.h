#pragma once
#include "core/base/latest_wins.h"
#include "core/checkpoints/backbone_card.h"
#include "core/engine/encode.h"
#include "core/workspace/known_encoders.h"
#include <QDialog>
#include <memory>
#include <optional>

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace core {
struct Progress;
}

namespace ui {

class PathField;
class StatePanel;

/// What a workspace keeps of an encoder that was added.
core::KnownEncoder knownEncoderOf(const core::BackboneCard& card);

/// Reads all products with an encoder from a folder: its card first, on a thread of its own, then a job.
class AddEncoderDialog : public QDialog {
    Q_OBJECT
public:
    explicit AddEncoderDialog(std::filesystem::path workspace, QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    core::EncodeRequest request() const;
    bool isReadingCard() const { return isReadingCard_; }
    QString problem() const; ///< why Read products is off; empty: it is on
    QString cardText() const;

    void showProgress(const core::Progress& progress);
    void showResult(const core::EncodeResult& result);
    void showError(const QString& message);

Q_SIGNALS:
    void encodeRequested(const core::EncodeRequest& request);
    void encoderAdded(const core::KnownEncoder& encoder);
    void cancelRequested();

private:
    struct CardRead {
        std::optional<core::BackboneCard> card;
        QString problem; ///< why there is none
    };
    using CardReader = core::LatestWins<std::string, CardRead>;

    void readCard();
    void showCard(CardRead read);
    void formChanged();
    void setRunning(bool isRunning);
    bool can(const char* use) const;

    std::filesystem::path workspace_;
    std::optional<core::BackboneCard> card_;
    CardReader::Ticket cardTicket_ = 0; ///< of the newest folder
    bool isReadingCard_ = false, isRunning_ = false;
    PathField* folder_;
    QLabel* facts_;
    StatePanel* nothing_; ///< in the place of the card
    QCheckBox *texts_, *pictures_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *start_ = nullptr, *stop_ = nullptr;
    std::unique_ptr<CardReader> reader_; // last: its thread ends before anything else dies
};

} // namespace ui
