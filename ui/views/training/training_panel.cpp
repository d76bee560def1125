#include "ui/views/training/training_panel.h"
#include "core/engine/recommender_kinds.h"
#include "ui/charts/curve_chart.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/jobs/job_list.h"
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>

namespace ui {
namespace {

constexpr char validationMetric[] = "ndcg@10";

QString modalityName(const std::string& modality) {
    if (modality == "text") return TrainingPanel::tr("text only");
    if (modality == "image") return TrainingPanel::tr("pictures only");
    if (modality == "none") return TrainingPanel::tr("which product it is, nothing else");
    return TrainingPanel::tr("text and pictures");
}

} // namespace

TrainingPanel::TrainingPanel(QWidget* parent) : QWidget(parent) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(12);
    layout->addWidget(makeForm());
    layout->addWidget(makeCurves(), 1);
    setEncoders({});
    chooseRecommender();
}

QWidget* TrainingPanel::makeForm() {
    auto* form = new QWidget(this);
    form->setFixedWidth(330);
    auto* grid = new QGridLayout(form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(5);
    int row = 0;
    const auto add = [&](const QString& label, QWidget* field, int column, int span) {
        auto* caption = new QLabel(label, form);
        caption->setBuddy(field);
        field->setAccessibleName(QString(label).remove(QLatin1Char('&')));
        grid->addWidget(caption, row, column);
        grid->addWidget(field, row, column + 1, 1, span);
        return caption;
    };
    name_ = new QLineEdit(form);
    name_->setMaxLength(60);
    add(tr("&Name"), name_, 0, 3);
    ++row;
    recommender_ = new QComboBox(form);
    recommender_->setObjectName(QStringLiteral("recommender"));
    for (const auto& kind : core::recommenderKinds()) {
        if (!kind.isTrained) continue;
        recommender_->addItem(text(kind.title), text(kind.name));
        recommender_->setItemData(recommender_->count() - 1, text(kind.summary), Qt::ToolTipRole);
    }
    add(tr("&Recommender"), recommender_, 0, 3);
    ++row;
    modality_ = new QComboBox(form);
    modality_->setObjectName(QStringLiteral("modality"));
    add(tr("Rea&ds"), modality_, 0, 3);
    ++row;
    textEncoder_ = new QComboBox(form);
    textEncoder_->setObjectName(QStringLiteral("textEncoder"));
    textEncoderLabel_ = add(tr("Te&xts with"), textEncoder_, 0, 3);
    ++row;
    pictureEncoder_ = new QComboBox(form);
    pictureEncoder_->setObjectName(QStringLiteral("pictureEncoder"));
    pictureEncoderLabel_ = add(tr("P&ictures with"), pictureEncoder_, 0, 3);
    ++row;
    tuning_ = new QComboBox(form);
    tuning_->setObjectName(QStringLiteral("tuning"));
    tuning_->addItem(tr("as it is: quick"), QString());
    tuning_->addItem(tr("LoRA: small changes beside its layers"), QStringLiteral("lora"));
    tuning_->addItem(tr("its top layers are trained, too"), QStringLiteral("top"));
    tuning_->addItem(tr("the whole is trained: slow"), QStringLiteral("whole"));
    tuning_->setToolTip(tr("How much of the added encoders learns; networks of convolutions take no LoRA"));
    tuningLabel_ = add(tr("Encoder &learns"), tuning_, 0, 3);
    ++row;
    parts_ = new QListWidget(form);
    parts_->setAccessibleName(tr("Models that the mix adds up"));
    parts_->setMaximumHeight(110);
    parts_->hide();
    grid->addWidget(parts_, row++, 0, 1, 4);
    epochs_ = new QSpinBox(form);
    epochs_->setRange(0, 1000);
    epochs_->setSpecialValueText(tr("default"));
    epochs_->setToolTip(tr("How often the training goes through all histories, at most"));
    add(tr("&Epochs"), epochs_, 0, 1);
    seed_ = new QSpinBox(form);
    seed_->setRange(0, 1'000'000'000);
    seed_->setValue(1);
    seed_->setToolTip(tr("The same seed on the same data gives the same model"));
    add(tr("&Seed"), seed_, 2, 1);
    ++row;
    device_ = new QComboBox(form);
    add(tr("De&vice"), device_, 0, 3);
    setDevices({});
    ++row;
    hint_ = new QLabel(form);
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    grid->addWidget(hint_, row++, 0, 1, 4);
    grid->setRowStretch(row++, 1);

    start_ = new QPushButton(icon("start"), tr("S&tart"), form);
    resume_ = new QPushButton(icon("resume"), tr("Res&ume"), form);
    cancel_ = new QPushButton(icon("stop"), tr("&Cancel"), form);
    resume_->setToolTip(tr("Go on where the training of this name was cut short"));
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {start_, resume_, cancel_}) buttons->addWidget(button);
    grid->addLayout(buttons, row, 0, 1, 4);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);

    connect(name_, &QLineEdit::textChanged, this, &TrainingPanel::check);
    connect(recommender_, &QComboBox::currentIndexChanged, this, &TrainingPanel::chooseRecommender);
    connect(modality_, &QComboBox::currentIndexChanged, this, &TrainingPanel::suggestName);
    for (QComboBox* box : {modality_, textEncoder_, pictureEncoder_})
        connect(box, &QComboBox::currentIndexChanged, this, &TrainingPanel::showEncoders);
    connect(parts_, &QListWidget::itemChanged, this, &TrainingPanel::check);
    connect(start_, &QPushButton::clicked, this, [this] { Q_EMIT startRequested(request(false)); });
    connect(resume_, &QPushButton::clicked, this, [this] { Q_EMIT startRequested(request(true)); });
    connect(cancel_, &QPushButton::clicked, this, [this] {
        cancel_->setEnabled(false);
        status_->setText(tr("Stopping at the next safe point…"));
        Q_EMIT cancelRequested();
    });
    return form;
}

QWidget* TrainingPanel::makeCurves() {
    auto* curves = new QWidget(this);
    loss_ = new CurveChart(tr("Training loss"), CurveChart::Line::first, curves);
    validation_ = new CurveChart(tr("Validation NDCG@10"), CurveChart::Line::second, curves);
    bar_ = new QProgressBar(curves);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(10);
    bar_->setAccessibleName(tr("Training progress"));
    status_ = new QLabel(curves);
    status_->setWordWrap(true);
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QGridLayout(curves);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(loss_, 0, 0);
    layout->addWidget(validation_, 0, 1);
    layout->addWidget(bar_, 1, 0, 1, 2);
    layout->addWidget(status_, 2, 0, 1, 2);
    layout->setRowStretch(0, 1);

    idle_ = new StatePanel(this);
    stack_ = new QStackedWidget(this);
    stack_->addWidget(idle_);
    stack_->addWidget(curves);
    idle_->show({"training",
                 tr("Nothing is being trained"),
                 tr("Train the same recommender on text only, and on text and pictures, and compare the two."),
                 {}});
    return stack_;
}

void TrainingPanel::setUnavailable(const QString& reason) {
    unavailable_ = reason;
    check();
}

void TrainingPanel::setDevices(const std::vector<std::string>& devices) {
    const QString chosen = device_->currentData().toString();
    device_->clear();
    device_->addItem(tr("auto: the fastest"), QStringLiteral("auto"));
    for (const std::string& device : devices) {
        const QString name = QString::fromStdString(device);
        device_->addItem(name == QLatin1String("cpu") ? tr("CPU") : name, name);
    }
    device_->setCurrentIndex(std::max(0, device_->findData(chosen)));
}

void TrainingPanel::setModels(const std::vector<core::ModelInfo>& models) {
    taken_.clear();
    baselines_.clear();
    for (const core::ModelInfo& model : models)
        (model.capabilities.trainable ? taken_ : baselines_).insert(QString::fromStdString(model.name));
    const QStringList chosen = chosenParts();
    const QSignalBlocker quiet(parts_);
    parts_->clear();
    for (const core::ModelInfo& model : models) {
        const auto* kind = core::findRecommenderKind(model.recommender);
        if (!model.problem.empty() || (kind && kind->isOfParts)) continue; // a mix of mixes is one mix
        auto* item = new QListWidgetItem(QString::fromStdString(model.name), parts_);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(chosen.contains(item->text()) ? Qt::Checked : Qt::Unchecked);
    }
    suggestName();
}

void TrainingPanel::chooseRecommender() {
    const auto* kind = core::findRecommenderKind(recommender_->currentData().toString().toStdString());
    {
        const QSignalBlocker quiet(modality_);
        modality_->clear();
        for (const auto modality : kind->modalities)
            modality_->addItem(kind->readsItems || modality == "none" ? modalityName(std::string(modality))
                                                                      : tr("which product it is, and its text"),
                               text(modality));
    }
    parts_->setVisible(kind->isOfParts);
    showEncoders();
    recommender_->setToolTip(text(kind->summary));
    suggestName();
}

void TrainingPanel::setEncoders(const std::vector<core::KnownEncoder>& encoders) {
    const auto fill = [&](QComboBox* box, bool core::KnownEncoder::*reads) {
        const QString chosen = box->currentData().toString();
        const QSignalBlocker quiet(box);
        box->clear();
        box->addItem(tr("a small encoder, trained along"), QString());
        for (const auto& encoder : encoders)
            if (encoder.*reads)
                box->addItem(QString::fromStdString(encoder.name()), QString::fromStdString(encoder.folder));
        box->setCurrentIndex(std::max(0, box->findData(chosen)));
    };
    fill(textEncoder_, &core::KnownEncoder::readsTexts);
    fill(pictureEncoder_, &core::KnownEncoder::readsPictures);
    showEncoders();
}

/// What is not asked for is not sent either: request() looks at what is visible.
void TrainingPanel::showEncoders() {
    const bool isPixRec = recommender_->currentData().toString() == QLatin1String("pixrec");
    const QString modality = modality_->currentData().toString();
    const auto show = [](QLabel* label, QComboBox* box, bool isUseful) {
        label->setVisible(isUseful);
        box->setVisible(isUseful);
    };
    show(textEncoderLabel_, textEncoder_, isPixRec && modality != QLatin1String("image") && textEncoder_->count() > 1);
    show(pictureEncoderLabel_, pictureEncoder_,
         isPixRec && modality != QLatin1String("text") && pictureEncoder_->count() > 1);
    const auto isChosen = [this](QComboBox* box) {
        return box->isVisibleTo(this) && !box->currentData().toString().isEmpty();
    };
    show(tuningLabel_, tuning_, isChosen(textEncoder_) || isChosen(pictureEncoder_));
}

QStringList TrainingPanel::chosenParts() const {
    QStringList chosen;
    for (int row = 0; row < parts_->count(); ++row)
        if (parts_->item(row)->checkState() == Qt::Checked) chosen += parts_->item(row)->text();
    return chosen;
}

void TrainingPanel::setResumable(const QStringList& names) {
    resumable_ = {names.begin(), names.end()};
    if (!names.isEmpty() && !isRunning_ && name_->text() == suggested_) { // so that Resume is one click away
        suggested_ = names.front();
        name_->setText(suggested_);
    }
    check();
}

core::TrainRequest TrainingPanel::request(bool resume) const {
    core::TrainRequest request;
    request.name = name_->text().trimmed().toStdString();
    request.recommender = recommender_->currentData().toString().toStdString();
    if (parts_->isVisibleTo(this))
        for (const QString& part : chosenParts()) request.parts.push_back(part.toStdString());
    request.modality = modality_->currentData().toString().toStdString();
    const auto option = [&](const char* name, const QComboBox* box) {
        const QString value = box->currentData().toString();
        if (box->isVisibleTo(this) && !value.isEmpty()) request.options[name] = value.toStdString();
    };
    option("text-encoder", textEncoder_);
    option("picture-encoder", pictureEncoder_);
    option("tune", tuning_);
    if (epochs_->value() > 0) request.epochs = epochs_->value();
    request.seed = static_cast<std::uint64_t>(seed_->value());
    request.device = device_->currentData().toString().toStdString();
    request.resume = resume;
    return request;
}

void TrainingPanel::jobStarted(const core::TrainRequest& request) {
    isRunning_ = true;
    running_ = QString::fromStdString(request.name);
    hasPoints_ = false;
    loss_->show();
    loss_->start(request.epochs.value_or(1));
    validation_->start(request.epochs.value_or(1));
    bar_->setRange(0, 0);
    bar_->show();
    status_->setText(tr("Preparing “%1”…").arg(running_));
    stack_->setCurrentIndex(1);
    check();
}

void TrainingPanel::setProgress(const core::Progress& progress) {
    if (!isRunning_ || hasPoints_) return; // from the first epoch on, the points say more
    showProgress(bar_, progress);
    status_->setText(QStringLiteral("%1: %2").arg(running_, progressText(progress)));
}

void TrainingPanel::addPoint(const core::TrainPoint& point) {
    if (!isRunning_) return;
    if (!hasPoints_) {
        hasPoints_ = true;
        loss_->setVisible(point.loss.has_value());
        loss_->start(point.epochs);
        validation_->start(point.epochs);
    }
    if (point.loss) loss_->addPoint(point.epoch, *point.loss);
    if (point.validationNdcg10) validation_->addPoint(point.epoch, *point.validationNdcg10);
    bar_->setRange(0, point.epochs);
    bar_->setValue(point.epoch);
    const QLocale locale;
    QStringList parts{tr("%1: epoch %2 of %3").arg(running_).arg(point.epoch).arg(point.epochs)};
    if (point.loss) parts += tr("loss %1").arg(locale.toString(*point.loss, 'f', 4));
    if (point.validationNdcg10) parts += tr("NDCG@10 %1").arg(locale.toString(*point.validationNdcg10, 'f', 4));
    if (point.eventsPerSecond > 0) parts += tr("%1 events/s").arg(locale.toString(point.eventsPerSecond, 'f', 0));
    if (point.epoch < point.epochs) parts += tr("%1 left").arg(durationText(point.secondsLeft));
    if (cancel_->isEnabled()) status_->setText(parts.join(QStringLiteral("  ·  ")));
}

void TrainingPanel::finished(const core::TrainResult& result) {
    const QLocale locale;
    const QString name = QString::fromStdString(result.model.name);
    QStringList parts{tr("“%1” is trained and in the list of models").arg(name),
                      tr("%n epoch(s)", nullptr, static_cast<int>(result.curve.size())), durationText(result.seconds)};
    if (const auto best = result.model.metrics.find(validationMetric); best != result.model.metrics.end())
        parts += tr("validation NDCG@10 %1").arg(locale.toString(best->second, 'f', 4));
    if (result.stoppedEarly) parts += tr("stopped early: validation no longer rose");
    if (result.peakMemoryBytes > 0)
        parts += tr("peak memory %1").arg(locale.formattedDataSize(result.peakMemoryBytes, 1));
    resumable_.remove(name);
    taken_.insert(name);
    end(parts.join(QStringLiteral("  ·  ")));
    Q_EMIT modelTrained(result.model);
}

void TrainingPanel::failed(const QString& message) { end(tr("Training failed. %1").arg(message)); }

void TrainingPanel::cancelled() {
    resumable_.insert(running_);
    end(tr("Training of “%1” was cancelled. Resume goes on from its last epoch.").arg(running_));
}

void TrainingPanel::end(const QString& text) {
    isRunning_ = false;
    bar_->hide();
    status_->setText(text);
    check();
}

void TrainingPanel::suggestName() {
    // Follows the modality for as long as the user has not typed a name.
    if (name_->text().isEmpty() || name_->text() == suggested_) {
        const QString kind = recommender_->currentData().toString(), modality = modality_->currentData().toString();
        const QString stem = kind == QLatin1String("pixrec")     ? modality
                             : modality == QLatin1String("none") ? kind
                                                                 : QStringLiteral("%1-%2").arg(kind, modality);
        int number = 1;
        while (taken_.contains(QStringLiteral("%1-%2").arg(stem).arg(number))) ++number;
        suggested_ = QStringLiteral("%1-%2").arg(stem).arg(number);
        name_->setText(suggested_);
    }
    check();
}

QString TrainingPanel::nameProblem() const {
    const QString name = name_->text().trimmed();
    if (name.isEmpty()) return tr("Give the model a name.");
    if (name.startsWith(QLatin1Char('.')) || name.contains(QLatin1Char('/')) || name.contains(QLatin1Char('\\')))
        return tr("A name has no slash and does not start with a dot: it becomes a folder.");
    if (baselines_.contains(name)) return tr("“%1” is a baseline and needs no training.").arg(name);
    return {};
}

void TrainingPanel::check() {
    const QString name = name_->text().trimmed();
    QString hint = unavailable_.isEmpty() ? nameProblem() : unavailable_;
    if (hint.isEmpty() && parts_->isVisibleTo(this) && chosenParts().size() < 2)
        hint =
            tr("Tick the models that the mix adds up, two at least. Its weights are chosen on the validation events.");
    const bool mayStart = hint.isEmpty() && !isRunning_;
    if (hint.isEmpty() && !isRunning_) {
        if (resumable_.contains(name))
            hint = tr("A training of this name was cut short. Start begins anew.");
        else if (taken_.contains(name))
            hint = tr("Replaces the model “%1” when it is done.").arg(name);
    }
    hint_->setText(hint);
    hint_->setVisible(!hint.isEmpty());
    start_->setEnabled(mayStart);
    resume_->setEnabled(mayStart && resumable_.contains(name));
    cancel_->setEnabled(isRunning_);
    for (QWidget* field : std::initializer_list<QWidget*>{name_, recommender_, modality_, textEncoder_, pictureEncoder_,
                                                          tuning_, parts_, epochs_, seed_, device_})
        field->setEnabled(!isRunning_ && unavailable_.isEmpty());
}

} // namespace ui
