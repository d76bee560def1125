#pragma once
#include "core/engine/jobs.h"
#include "core/workspace/known_encoders.h"
#include <QElapsedTimer>
#include <QSet>
#include <QWidget>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;

namespace ui {

class CurveChart;
class StatePanel;

/// Trains a recommender: what, for how long, on which device; live curves; cancel and resume. It asks by signal and is
/// told by slot; whoever runs the job sits between.
class TrainingPanel : public QWidget {
    Q_OBJECT
public:
    explicit TrainingPanel(QWidget* parent = nullptr);

    /// Why nothing can be trained now, one sentence ("The workspace is open read-only."); empty: it can.
    void setUnavailable(const QString& reason);
    void setDevices(const std::vector<std::string>& devices);   ///< of EngineInfo; "auto" is always there
    void setModels(const std::vector<core::ModelInfo>& models); ///< names that are taken, and parts of a mix
    /// Encoders that were added to the workspace: PixRec can read products with them.
    void setEncoders(const std::vector<core::KnownEncoder>& encoders);
    /// Trainings of these names were cut short and can go on.
    void setResumable(const QStringList& names);

    /// As typed; `workspace` is left to whoever runs it.
    core::TrainRequest request(bool resume) const;
    bool isRunning() const { return isRunning_; }

    // What happens to the job; all on the GUI thread.
    void jobStarted(const core::TrainRequest& request);
    void setProgress(const core::Progress& progress);
    void addPoint(const core::TrainPoint& point);
    void finished(const core::TrainResult& result);
    void failed(const QString& message);
    void cancelled();

Q_SIGNALS:
    void startRequested(const core::TrainRequest& request);
    void cancelRequested();
    void modelTrained(const core::ModelInfo& model); ///< it joins the list of models

private:
    QWidget* makeForm();
    QWidget* makeCurves();
    void chooseRecommender(); ///< the form follows the recommender: what it can read, what it is made of
    void showEncoders();      ///< those fields that recommender and modality have a use for
    QStringList chosenParts() const;
    void suggestName();
    void check();
    QString nameProblem() const;
    void end(const QString& text);

    QLineEdit* name_ = nullptr;
    QComboBox *recommender_ = nullptr, *modality_ = nullptr, *device_ = nullptr;
    QComboBox *textEncoder_ = nullptr, *pictureEncoder_ = nullptr, *tuning_ = nullptr;
    QLabel *textEncoderLabel_ = nullptr, *pictureEncoderLabel_ = nullptr, *tuningLabel_ = nullptr;
    QListWidget* parts_ = nullptr; ///< of a mix: the models that it adds up, with a box each
    QSpinBox *epochs_ = nullptr, *seed_ = nullptr;
    QLabel *hint_ = nullptr, *status_ = nullptr;
    QPushButton *start_ = nullptr, *resume_ = nullptr, *cancel_ = nullptr;
    QProgressBar* bar_ = nullptr;
    CurveChart *loss_ = nullptr, *validation_ = nullptr;
    StatePanel* idle_ = nullptr;
    QStackedWidget* stack_ = nullptr;

    bool isRunning_ = false, hasPoints_ = false;
    QString unavailable_;
    QSet<QString> taken_, baselines_, resumable_;
    QString running_;   ///< the name being trained
    QString suggested_; ///< the name that we put in
};

} // namespace ui
