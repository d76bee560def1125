#include "ui/dialogs/add_encoder_dialog.h"
#include "core/base/error.h"
#include "core/base/progress.h"
#include "ui/dialogs/path_field.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include "ui/views/common/error_text.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/jobs/job_list.h"
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace ui {

namespace {
bool hasUse(const core::BackboneCard& card, const char* use) {
    return std::find(card.uses.begin(), card.uses.end(), use) != card.uses.end();
}

QString number(std::int64_t value) { return QLocale().toString(static_cast<qlonglong>(value)); }
} // namespace

core::KnownEncoder knownEncoderOf(const core::BackboneCard& card) {
    return {.folder = std::filesystem::absolute(card.folder).lexically_normal().string(),
            .hash = card.hash,
            .architecture = card.architecture,
            .readsTexts = hasUse(card, "text encoder"),
            .readsPictures = hasUse(card, "picture encoder"),
            .hasJointSpace = card.hasJointSpace};
}

AddEncoderDialog::AddEncoderDialog(std::filesystem::path workspace, QWidget* parent)
    : QDialog(parent), workspace_(std::move(workspace)),
      folder_(new PathField(PathField::Kind::existingFolder, tr("Folder of the encoder"), {}, this)),
      facts_(new QLabel(this)), nothing_(new StatePanel(this)), texts_(new QCheckBox(tr("Read the &texts"), this)),
      pictures_(new QCheckBox(tr("Read the &pictures"), this)), message_(new QLabel(this)),
      bar_(new QProgressBar(this)) {
    setWindowTitle(tr("Add an encoder"));
    resize(620, 420);
    folder_->setPlaceholder(tr("a Hugging Face folder with config.json and model.safetensors"));
    facts_->setTextFormat(Qt::RichText);
    facts_->setWordWrap(true);
    facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts_->setAccessibleName(tr("What the folder holds"));
    facts_->setAlignment(Qt::AlignTop);
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Folder"), folder_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    start_ = buttons->addButton(tr("&Read products"), QDialogButtonBox::ActionRole);
    stop_ = buttons->addButton(tr("&Stop"), QDialogButtonBox::ActionRole);
    start_->setIcon(icon(QStringLiteral("start")));
    start_->setDefault(true);
    stop_->setIcon(icon(QStringLiteral("stop")));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(nothing_, 1);
    layout->addWidget(facts_, 1);
    layout->addWidget(texts_);
    layout->addWidget(pictures_);
    layout->addWidget(message_);
    layout->addWidget(bar_);
    layout->addWidget(buttons);

    connect(folder_, &PathField::pathChanged, this, &AddEncoderDialog::readCard);
    for (QCheckBox* box : {texts_, pictures_}) connect(box, &QCheckBox::toggled, this, &AddEncoderDialog::formChanged);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(start_, &QPushButton::clicked, this, [this] {
        setRunning(true);
        message_->setText(tr("Waiting for the job to start…"));
        Q_EMIT encodeRequested(request());
    });
    connect(stop_, &QPushButton::clicked, this, [this] {
        stop_->setEnabled(false);
        Q_EMIT cancelRequested();
    });
    reader_ = std::make_unique<CardReader>(
        [](const std::string& folder, CardReader::Ticket, const std::stop_token& stop) -> CardRead {
            try {
                return {core::readBackboneCard(folder, stop), {}};
            } catch (const std::exception& error) {
                return {{}, errorText(error)};
            }
        },
        [this](std::size_t, CardReader::Ticket ticket, CardRead read) {
            QMetaObject::invokeMethod(
                this,
                [this, ticket, read = std::move(read)] {
                    if (ticket != cardTicket_ || !isReadingCard_) return;
                    isReadingCard_ = false;
                    showCard(read);
                },
                Qt::QueuedConnection);
        });
    setRunning(false);
    readCard();
}

void AddEncoderDialog::setFolder(const QString& folder) { folder_->setPath(folder); }

bool AddEncoderDialog::can(const char* use) const { return card_ && card_->problems.empty() && hasUse(*card_, use); }

void AddEncoderDialog::readCard() {
    const QString path = folder_->path();
    isReadingCard_ = !path.isEmpty();
    showCard({{},
              path.isEmpty()
                  ? tr("Choose the folder of an encoder. It stays where it is: the workspace keeps only what "
                       "it makes of the products.")
                  : tr("Large weights take a moment: all of them are read once, for their hash.")});
    if (path.isEmpty())
        reader_->cancel(0);
    else
        cardTicket_ = reader_->submit(0, path.toStdString());
}

void AddEncoderDialog::showCard(CardRead read) {
    card_ = std::move(read.card);
    nothing_->setVisible(!card_);
    facts_->setVisible(card_.has_value());
    if (isReadingCard_)
        nothing_->show({"jobs", tr("Reading the folder…"), read.problem, {}});
    else if (folder_->path().isEmpty())
        nothing_->show({"add", tr("No encoder yet"), read.problem, {}});
    else if (!card_)
        nothing_->show({"error", tr("No encoder here"), read.problem, {}});
    facts_->setText(cardText());
    texts_->setChecked(can("text encoder"));
    pictures_->setChecked(can("picture encoder"));
    formChanged();
}

QString AddEncoderDialog::cardText() const {
    if (!card_) return {};
    const auto& card = *card_;
    QString rows;
    const auto row = [&rows](const QString& name, const QString& value) {
        rows += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(name, value.toHtmlEscaped());
    };
    QStringList uses, problems;
    for (const auto& use : card.uses) uses += QString::fromStdString(use);
    for (const auto& problem : card.problems) problems += QString::fromStdString(problem);
    row(tr("Architecture"), QString::fromStdString(card.architecture));
    row(tr("Can be"), uses.isEmpty() ? tr("nothing here") : uses.join(QStringLiteral(", ")));
    row(tr("Parameters"),
        tr("%1, %2 of weights").arg(number(card.parameters), QLocale().formattedDataSize(card.weightBytes)));
    row(tr("In memory"), QLocale().formattedDataSize(card.computeBytes));
    if (!card.tokenizer.empty())
        row(tr("Reads words with"),
            tr("%1, %2 tokens").arg(QString::fromStdString(card.tokenizer), number(card.tokenizerSize)));
    if (!card.pictureProcessor.empty()) row(tr("Reads pictures with"), QString::fromStdString(card.pictureProcessor));
    row(tr("Words find pictures"), card.hasJointSpace ? tr("yes")
                                                      : tr("no: its texts and pictures, if it has both, "
                                                           "have nothing in common"));
    row(tr("Licence"),
        card.licence.empty() ? tr("no licence file: ask whoever made it") : QString::fromStdString(card.licence));
    row(tr("Hash"), QString::fromStdString(card.hash));
    for (const auto& problem : problems) row(tr("Problem"), problem);
    return QStringLiteral("<table>%1</table>").arg(rows);
}

core::EncodeRequest AddEncoderDialog::request() const {
    core::EncodeRequest request;
    request.workspace = workspace_;
    const std::filesystem::path folder = folder_->path().toStdString();
    if (texts_->isChecked()) request.textEncoder = folder;
    if (pictures_->isChecked()) request.pictureEncoder = folder;
    return request;
}

QString AddEncoderDialog::problem() const {
    if (isReadingCard_) return tr("The folder is being read.");
    if (!card_) return folder_->path().isEmpty() ? tr("Choose a folder.") : tr("Choose another folder.");
    if (!card_->problems.empty()) return tr("This folder cannot be used: the last lines say why.");
    if (!can("text encoder") && !can("picture encoder"))
        return tr("This network writes texts; it is no encoder of products.");
    if (!texts_->isChecked() && !pictures_->isChecked()) return tr("Tick what it should read.");
    return {};
}

void AddEncoderDialog::formChanged() {
    texts_->setEnabled(!isRunning_ && can("text encoder"));
    pictures_->setEnabled(!isRunning_ && can("picture encoder"));
    texts_->setVisible(card_.has_value());
    pictures_->setVisible(card_.has_value());
    if (!isRunning_) message_->setText(problem());
    start_->setEnabled(!isRunning_ && problem().isEmpty());
}

void AddEncoderDialog::setRunning(bool isRunning) {
    isRunning_ = isRunning;
    folder_->setEnabled(!isRunning);
    bar_->setVisible(isRunning);
    bar_->setRange(0, 0);
    stop_->setVisible(isRunning);
    stop_->setEnabled(isRunning);
    formChanged();
}

void AddEncoderDialog::showProgress(const core::Progress& progress) {
    if (!isRunning_) return;
    message_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void AddEncoderDialog::showResult(const core::EncodeResult& result) {
    setRunning(false);
    QStringList lines;
    const auto line = [&lines](const core::EncodedPart& part, const QString& one, const QString& many) {
        QString text = tr("%1, %2 of them known already, %3 numbers each.")
                           .arg(counted(part.distinct, one, many), number(part.cached), number(part.width));
        if (part.unreadable > 0) text += tr(" %1 could not be read.").arg(number(part.unreadable));
        lines += text;
    };
    if (result.text) line(*result.text, tr("%1 text read"), tr("%1 texts read"));
    if (result.picture) line(*result.picture, tr("%1 picture read"), tr("%1 pictures read"));
    lines += tr("The encoder can now be chosen in the training panel and in Find by picture or words.");
    message_->setText(lines.join(QLatin1Char('\n')));
    if (card_) Q_EMIT encoderAdded(knownEncoderOf(*card_));
}

void AddEncoderDialog::showError(const QString& message) {
    setRunning(false);
    message_->setText(message + QLatin1Char('\n') + tr("What was read is kept: the next start goes on from there."));
}

} // namespace ui
