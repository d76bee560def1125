#include "ui/dialogs/settings_dialog.h"
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace ui {
namespace {

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    QFont strong = label->font();
    strong.setBold(true);
    label->setFont(strong);
    return label;
}

QSpinBox* spinBox(int low, int high, int step, const QString& suffix, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setSuffix(suffix);
    return box;
}

} // namespace

SettingsDialog::SettingsDialog(const Preferences& preferences, const std::vector<std::string>& devices, QWidget* parent)
    : QDialog(parent), preferences_(preferences), theme_(new QComboBox(this)), device_(new QComboBox(this)),
      precision_(new QComboBox(this)), k_(spinBox(1, 100, 1, {}, this)),
      pictureSide_(spinBox(64, 256, 16, tr(" px"), this)), thumbnails_(spinBox(32, 4096, 32, tr(" MB"), this)),
      reducedMotion_(new QCheckBox(tr("&Reduce motion"), this)),
      showScores_(new QCheckBox(tr("Show &scores in lists"), this)), cache_(new QLabel(this)),
      timings_(new QLabel(this)), clearCache_(new QPushButton(tr("&Clear the cache"), this)),
      testDevices_(new QPushButton(tr("Te&st devices"), this)) {
    setWindowTitle(tr("Settings"));
    theme_->addItem(tr("As the system"), themeName(ThemeChoice::system));
    theme_->addItem(tr("Light"), themeName(ThemeChoice::light));
    theme_->addItem(tr("Dark"), themeName(ThemeChoice::dark));
    device_->addItem(tr("auto: the fastest"), QStringLiteral("auto"));
    for (const std::string& device : devices) {
        const QString name = QString::fromStdString(device);
        device_->addItem(name == QLatin1String("cpu") ? tr("CPU") : name, name);
    }
    device_->setToolTip(tr("A device that is chosen here and missing at the next start falls back to the CPU."));
    precision_->addItem(tr("fp32: exact"), QStringLiteral("fp32"));
    precision_->addItem(tr("bf16: faster where the device has it, ranks may differ a little"), QStringLiteral("bf16"));
    precision_->addItem(tr("fp16: faster on graphics processors, ranks may differ a little"), QStringLiteral("fp16"));
    precision_->setToolTip(
        tr("Of the matrix products of PixRec (any) and PixRec (VLM) (fp32 or bf16); other recommenders compute in "
           "fp32. Device and precision are remembered for each workspace."));
    testDevices_->setAutoDefault(false);
    testDevices_->setToolTip(tr("Times every device in every precision. Lists wait for some seconds."));
    timings_->setTextFormat(Qt::PlainText);
    timings_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    timings_->setWordWrap(true);
    timings_->hide();
    showScores_->setToolTip(tr("Scores order products. They are not chances and not percentages."));

    auto* form = new QFormLayout;
    form->setVerticalSpacing(7);
    form->addRow(heading(tr("Window"), this));
    form->addRow(tr("&Theme"), theme_);
    form->addRow(QString(), reducedMotion_);
    form->addRow(tr("Catalog &pictures"), pictureSide_);
    form->addRow(heading(tr("Lists"), this));
    form->addRow(tr("Products in a &list"), k_);
    form->addRow(QString(), showScores_);
    form->addRow(heading(tr("Computing"), this));
    form->addRow(tr("&Device"), device_);
    form->addRow(tr("P&recision"), precision_);
    form->addRow(QString(), testDevices_);
    form->addRow(QString(), timings_);
    form->addRow(tr("Pictures kept in &memory"), thumbnails_);
    auto* cacheRow = new QHBoxLayout;
    clearCache_->setAutoDefault(false);
    cacheRow->setSpacing(12);
    cacheRow->addWidget(cache_, 1);
    cacheRow->addWidget(clearCache_);
    form->addRow(tr("Cache on disk"), cacheRow);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close | QDialogButtonBox::RestoreDefaults, this);
    buttons->button(QDialogButtonBox::RestoreDefaults)->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addSpacing(8);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this, [this] {
        preferences_ = {};
        fill();
        Q_EMIT preferencesChanged(preferences_);
    });
    connect(clearCache_, &QPushButton::clicked, this, &SettingsDialog::clearCacheRequested);
    connect(testDevices_, &QPushButton::clicked, this, [this] {
        testDevices_->setEnabled(false);
        timings_->setText(tr("Testing …"));
        timings_->show();
        Q_EMIT testDevicesRequested();
    });
    for (QComboBox* box : {theme_, device_, precision_})
        connect(box, &QComboBox::currentIndexChanged, this, &SettingsDialog::take);
    for (QSpinBox* box : {k_, pictureSide_, thumbnails_})
        connect(box, &QSpinBox::valueChanged, this, &SettingsDialog::take);
    for (QCheckBox* box : {reducedMotion_, showScores_}) connect(box, &QCheckBox::toggled, this, &SettingsDialog::take);
    setCacheBytes(-1);
    fill();
}

void SettingsDialog::setCacheBytes(qint64 bytes) {
    cache_->setText(bytes < 0 ? tr("no workspace is open")
                              : tr("%1; losing it costs time only").arg(QLocale().formattedDataSize(bytes, 1)));
    clearCache_->setEnabled(bytes > 0);
}

void SettingsDialog::showTimings(const std::vector<core::DeviceTiming>& timings) {
    QStringList lines;
    for (const auto& timing : timings) {
        const QString what = QString::fromStdString(timing.description + ", " + timing.precision);
        lines << (timing.problem.empty() ? tr("%1: %2 ms a list of 100,000 products, %3 GFLOP/s")
                                               .arg(what, QLocale().toString(timing.listMs, 'f', 1),
                                                    QLocale().toString(timing.gflops, 'f', 0))
                                         : tr("%1: %2").arg(what, QString::fromStdString(timing.problem)));
    }
    showTimingFailure(lines.join(QLatin1Char('\n')));
}

void SettingsDialog::showTimingFailure(const QString& message) {
    timings_->setText(message);
    timings_->show();
    testDevices_->setEnabled(true);
}

void SettingsDialog::fill() {
    isFilling_ = true;
    theme_->setCurrentIndex(theme_->findData(themeName(preferences_.theme)));
    if (device_->findData(preferences_.device) < 0)
        device_->addItem(tr("%1 (not here now)").arg(preferences_.device), preferences_.device);
    device_->setCurrentIndex(device_->findData(preferences_.device));
    precision_->setCurrentIndex(precision_->findData(preferences_.precision));
    k_->setValue(preferences_.k);
    pictureSide_->setValue(preferences_.pictureSide);
    thumbnails_->setValue(preferences_.thumbnailMegabytes);
    reducedMotion_->setChecked(preferences_.reducedMotion);
    showScores_->setChecked(preferences_.showScores);
    isFilling_ = false;
}

void SettingsDialog::take() {
    if (isFilling_) return;
    preferences_.theme = themeFromName(theme_->currentData().toString());
    preferences_.device = device_->currentData().toString();
    preferences_.precision = precision_->currentData().toString();
    preferences_.k = k_->value();
    preferences_.pictureSide = pictureSide_->value();
    preferences_.thumbnailMegabytes = thumbnails_->value();
    preferences_.reducedMotion = reducedMotion_->isChecked();
    preferences_.showScores = showScores_->isChecked();
    Q_EMIT preferencesChanged(preferences_);
}

} // namespace ui
