#include "ui/dialogs/find_dialog.h"
#include "ui/dialogs/path_field.h"
#include "ui/pictures/picture_cell.h"
#include "ui/session/session.h"
#include "ui/theme/icons.h"
#include "ui/views/common/counted.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/jobs/job_list.h"
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMimeData>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace ui {

namespace {
constexpr int hitSide = 96; // of a product's picture, logical pixels
}

FindDialog::FindDialog(std::filesystem::path workspace, Facts facts, ThumbnailProvider* thumbnails, QWidget* parent)
    : QDialog(parent), workspace_(std::move(workspace)), facts_(std::move(facts)), thumbnails_(thumbnails),
      encoder_(new QComboBox(this)),
      picture_(new PathField(PathField::Kind::existingFile, tr("Picture to look for"),
                             tr("Pictures (*.jpg *.jpeg *.png *.webp *.bmp *.ppm)"), this)),
      words_(new QLineEdit(this)), find_(new QPushButton(icon("search"), tr("&Find"), this)),
      message_(new QLabel(this)), bar_(new QProgressBar(this)), state_(new StatePanel(this)),
      products_(new QListWidget(this)), stack_(new QStackedWidget(this)) {
    setWindowTitle(tr("Find by picture or words"));
    resize(720, 560);
    setAcceptDrops(true);
    picture_->setPlaceholder(tr("drop a picture here, or choose one"));
    words_->setPlaceholderText(tr("red shoes with a white sole"));
    words_->setClearButtonEnabled(true);
    message_->setWordWrap(true);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(10);
    bar_->setAccessibleName(tr("Progress"));
    products_->setViewMode(QListView::IconMode);
    products_->setMovement(QListView::Static);
    products_->setResizeMode(QListView::Adjust);
    products_->setUniformItemSizes(true);
    products_->setIconSize({hitSide, hitSide});
    products_->setGridSize({hitSide + 28, hitSide + 2 * fontMetrics().lineSpacing() + 22});
    products_->setWordWrap(true);
    products_->setAccessibleName(tr("Nearest products, best first"));
    stack_->addWidget(state_);
    stack_->addWidget(products_);

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("&Encoder"), encoder_);
    form->addRow(tr("&Picture"), picture_);
    form->addRow(tr("&Words"), words_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    add_ = buttons->addButton(tr("&Add to history"), QDialogButtonBox::ActionRole);
    add_->setIcon(icon(QStringLiteral("add")));
    add_->setAutoDefault(false);
    auto* asking = new QHBoxLayout;
    asking->addWidget(message_, 1);
    asking->addWidget(find_);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addLayout(asking);
    layout->addWidget(bar_);
    layout->addWidget(stack_, 1);
    layout->addWidget(buttons);
    find_->setDefault(true);

    connect(encoder_, &QComboBox::currentIndexChanged, this, &FindDialog::formChanged);
    connect(picture_, &PathField::pathChanged, this, [this](const QString& path) {
        if (!path.isEmpty()) words_->clear();
        formChanged();
    });
    connect(words_, &QLineEdit::textChanged, this, [this](const QString& words) {
        if (!words.isEmpty()) picture_->setPath({});
        formChanged();
    });
    connect(find_, &QPushButton::clicked, this, &FindDialog::ask);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(this, &QDialog::finished, this, &FindDialog::cancelRequested);
    connect(state_, &StatePanel::actionTriggered, this, &FindDialog::addEncoderRequested);
    connect(products_, &QListWidget::currentItemChanged, this, [this] {
        add_->setEnabled(currentItem().isValid());
        if (currentItem().isValid()) Q_EMIT productChosen(currentItem());
    });
    const auto add = [this] {
        if (currentItem().isValid()) Q_EMIT addRequested(currentItem());
    };
    connect(products_, &QListWidget::itemActivated, this, add);
    connect(add_, &QPushButton::clicked, this, add);
    connect(thumbnails_, &ThumbnailProvider::thumbnailReady, this, &FindDialog::paintResults);
    add_->setEnabled(false);
    bar_->hide();
    setEncoders({});
}

void FindDialog::setEncoders(const std::vector<core::KnownEncoder>& encoders) {
    encoders_ = encoders;
    const QString chosen = encoder_->currentData().toString();
    const QSignalBlocker quiet(encoder_);
    encoder_->clear();
    for (const auto& known : encoders_)
        encoder_->addItem(known.hasJointSpace   ? tr("%1: words and pictures").arg(QString::fromStdString(known.name()))
                          : known.readsPictures ? tr("%1: pictures").arg(QString::fromStdString(known.name()))
                                                : tr("%1: words").arg(QString::fromStdString(known.name())),
                          QString::fromStdString(known.folder));
    encoder_->setCurrentIndex(std::max(encoders_.empty() ? -1 : 0, encoder_->findData(chosen)));
    if (encoders_.empty())
        showState(QStringLiteral("add"), tr("No encoder yet"),
                  tr("An encoder reads pictures or words as numbers, so that alike ones are near. Add one first: a "
                     "folder from Hugging Face, such as CLIP or SigLIP."),
                  tr("Add an encoder…"));
    else if (products_->count() == 0)
        showState(QStringLiteral("picture"), tr("Nothing asked yet"),
                  tr("Drop a picture anywhere in this window, or type what you look for."));
    formChanged();
}

const core::KnownEncoder* FindDialog::encoder() const {
    const auto row = encoder_->currentIndex();
    return row >= 0 && row < static_cast<int>(encoders_.size()) ? &encoders_[static_cast<std::size_t>(row)] : nullptr;
}

void FindDialog::setPicture(const QString& file) {
    picture_->setPath(file);
    if (problem().isEmpty()) ask();
}

void FindDialog::setWords(const QString& words) { words_->setText(words); }

core::SearchRequest FindDialog::request() const {
    core::SearchRequest request;
    request.workspace = workspace_;
    if (encoder()) request.encoder = encoder()->folder;
    request.picture = picture_->path().toStdString();
    request.text = words_->text().trimmed().toStdString();
    return request;
}

QString FindDialog::problem() const {
    const auto* const chosen = encoder();
    if (!chosen) return tr("Add an encoder first.");
    const bool hasPicture = !picture_->path().isEmpty(), hasWords = !words_->text().trimmed().isEmpty();
    if (!hasPicture && !hasWords)
        return chosen->readsPictures ? tr("Drop a picture, or type words.") : tr("Type what you look for.");
    if (hasPicture && !chosen->readsPictures)
        return tr("This encoder reads words only; choose another, or type words.");
    if (hasWords && !chosen->readsTexts) return tr("This encoder reads pictures only; choose another, or a picture.");
    if (hasPicture && !QFileInfo::exists(picture_->path())) return tr("That file is not there.");
    return {};
}

void FindDialog::formChanged() {
    if (!isRunning_) message_->setText(problem());
    find_->setEnabled(!isRunning_ && problem().isEmpty());
}

void FindDialog::ask() {
    isRunning_ = true;
    products_->clear();
    add_->setEnabled(false);
    bar_->setRange(0, 0);
    bar_->show();
    message_->setText(tr("Reading…"));
    showState(QStringLiteral("search"), tr("Looking"),
              tr("The first question loads the encoder; the next ones are quick."));
    formChanged();
    Q_EMIT findRequested(request());
}

void FindDialog::showProgress(const core::Progress& progress) {
    if (!isRunning_) return;
    message_->setText(progressText(progress));
    ui::showProgress(bar_, progress);
}

void FindDialog::showResult(const core::SearchResult& result) {
    isRunning_ = false;
    bar_->hide();
    products_->clear();
    for (const auto& near : result.items) {
        const auto& item = facts_(near.item);
        auto* const entry = new QListWidgetItem(Session::titleOf(item), products_);
        entry->setData(Qt::UserRole, near.item.value);
        entry->setData(Qt::UserRole + 1, Session::pictureOf(item));
        entry->setToolTip(
            tr("%1, similarity %2").arg(Session::titleOf(item), QLocale().toString(double{near.similarity}, 'f', 3)));
    }
    formChanged();
    if (result.items.empty())
        return showState(QStringLiteral("search"), tr("No product to compare with"),
                         result.space == core::SimilarSpace::picture ? tr("No product of this catalog has a picture.")
                                                                     : tr("No product of this catalog has a text."));
    message_->setText(tr("The nearest %1, by %2, in %3 ms.")
                          .arg(counted(result.compared, tr("of %1 product"), tr("of %1 products")),
                               result.space == core::SimilarSpace::picture ? tr("their pictures") : tr("their texts"),
                               QLocale().toString(result.elapsedMs, 'f', 0)));
    stack_->setCurrentWidget(products_);
    paintResults();
    products_->setFocus();
}

void FindDialog::showError(const QString& message) {
    isRunning_ = false;
    bar_->hide();
    formChanged();
    showState(QStringLiteral("error"), tr("It could not be looked for"), message);
}

void FindDialog::showState(const QString& iconName, const QString& title, const QString& text, const QString& action) {
    state_->show({iconName, title, text, action});
    stack_->setCurrentWidget(state_);
}

void FindDialog::paintResults() {
    for (int row = 0; row < products_->count(); ++row) {
        auto* const entry = products_->item(row);
        const qreal ratio = devicePixelRatioF();
        const auto size = devicePixels({hitSide, hitSide}, ratio);
        QPixmap card(size);
        card.setDevicePixelRatio(ratio);
        card.fill(Qt::transparent);
        {
            QPainter painter(&card);
            paintPictureCell(painter,
                             {.rect = {0, 0, hitSide, hitSide},
                              .thumbnail = thumbnails_->thumbnail(entry->data(Qt::UserRole + 1).toString(), size)},
                             palette());
        }
        entry->setIcon(QIcon(card));
    }
}

core::ItemIndex FindDialog::currentItem() const {
    const auto* const entry = products_->currentItem();
    return entry ? core::ItemIndex{entry->data(Qt::UserRole).toInt()} : core::ItemIndex{};
}

int FindDialog::resultCount() const { return products_->count(); }

QString FindDialog::stateTitle() const { return stack_->currentWidget() == state_ ? state_->state().title : QString(); }

void FindDialog::dragEnterEvent(QDragEnterEvent* drag) {
    if (drag->mimeData()->urls().size() == 1 && drag->mimeData()->urls().first().isLocalFile())
        drag->acceptProposedAction();
}

void FindDialog::dropEvent(QDropEvent* drop) {
    drop->acceptProposedAction();
    setPicture(drop->mimeData()->urls().value(0).toLocalFile());
}

} // namespace ui
