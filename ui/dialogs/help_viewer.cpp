#include "ui/dialogs/help_viewer.h"
#include "ui/theme/icons.h"
#include "ui/theme/markdown_tables.h"
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QEvent>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui {
namespace {

QString resource(const QString& page) { return QStringLiteral(":/help/%1.md").arg(page); }

QString pageOf(const QUrl& source) { return QFileInfo(source.path()).baseName(); }

} // namespace

QStringList HelpViewer::pages() {
    return {"index",
            "first-steps",
            "comparing",
            "catalog-and-import",
            "training",
            "which-recommender",
            "bring-your-own-model",
            "evaluation-and-numbers",
            "keyboard",
            "troubleshooting"};
}

QString HelpViewer::title(const QString& page) {
    QFile file(resource(page));
    if (!file.open(QIODevice::ReadOnly)) return page;
    return QString::fromUtf8(file.readLine()).remove(0, 1).trimmed();
}

HelpViewer::HelpViewer(QWidget* parent)
    : QDialog(parent), contents_(new QListWidget(this)), text_(new QTextBrowser(this)), search_(new QLineEdit(this)),
      notFound_(new QLabel(tr("not on this page"), this)) {
    icon("help"); // registers the resources of the library
    setWindowTitle(tr("Help"));
    resize(860, 620);
    contents_->setAccessibleName(tr("Pages"));
    for (const QString& page : pages()) {
        auto* entry = new QListWidgetItem(title(page), contents_);
        entry->setData(Qt::UserRole, page);
    }
    contents_->setSpacing(2);
    contents_->setFixedWidth(contents_->sizeHintForColumn(0) + 2 * contents_->frameWidth() + 8);
    text_->setAccessibleName(tr("Page"));
    text_->setOpenLinks(false); // pages inside, everything else in the browser
    text_->document()->setDocumentMargin(14);
    search_->setPlaceholderText(tr("Find on this page"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    search_->addAction(icon("search"), QLineEdit::LeadingPosition);
    notFound_->hide();

    auto* back = new QPushButton(icon("back"), tr("Back"), this);
    back->setAutoDefault(false);
    back->setEnabled(false);
    auto* bar = new QHBoxLayout;
    bar->addWidget(back);
    bar->addStretch();
    bar->addWidget(notFound_);
    bar->addWidget(search_);
    auto* middle = new QHBoxLayout;
    middle->addWidget(contents_);
    middle->addWidget(text_, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(bar);
    layout->addLayout(middle, 1);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(back, &QPushButton::clicked, text_, &QTextBrowser::backward);
    connect(text_, &QTextBrowser::backwardAvailable, back, &QPushButton::setEnabled);
    connect(text_, &QTextBrowser::sourceChanged, this, &HelpViewer::follow);
    connect(text_, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        if (link.isRelative() || link.scheme() == QLatin1String("qrc"))
            showPage(pageOf(link));
        else
            QDesktopServices::openUrl(link);
    });
    connect(contents_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* entry) {
        if (entry != nullptr) showPage(entry->data(Qt::UserRole).toString());
    });
    connect(search_, &QLineEdit::returnPressed, this, &HelpViewer::find);
    connect(search_, &QLineEdit::textChanged, notFound_, &QWidget::hide);
    auto* findShortcut = new QShortcut(QKeySequence::Find, this);
    connect(findShortcut, &QShortcut::activated, search_, qOverload<>(&QWidget::setFocus));
    showPage(pages().first());
}

void HelpViewer::showPage(const QString& page) {
    if (page != currentPage() && pages().contains(page))
        text_->setSource(QUrl(QStringLiteral("qrc") + resource(page)), QTextDocument::MarkdownResource);
}

QString HelpViewer::currentPage() const { return pageOf(text_->source()); }

void HelpViewer::changeEvent(QEvent* change) {
    if (change->type() == QEvent::PaletteChange) styleTables(*text_->document(), palette());
    QDialog::changeEvent(change);
}

void HelpViewer::follow(const QUrl& source) {
    styleTables(*text_->document(), palette());
    const QSignalBlocker quiet(contents_);
    contents_->setCurrentRow(static_cast<int>(pages().indexOf(pageOf(source))));
}

void HelpViewer::find() {
    if (search_->text().isEmpty() || text_->find(search_->text())) return;
    text_->moveCursor(QTextCursor::Start); // once round
    notFound_->setVisible(!text_->find(search_->text()));
}

} // namespace ui
