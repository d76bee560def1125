#include "ui/views/issues/issues_panel.h"
#include "core/base/error.h"
#include "core/workspace/workspace.h"
#include "ui/pictures/thumbnail_provider.h"
#include "ui/views/common/counted.h"
#include "ui/views/common/error_text.h"
#include "ui/views/common/state_panel.h"
#include "ui/views/issues/issue_items.h"
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QMetaObject>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int issueRole = Qt::UserRole, groupRole = Qt::UserRole + 1;
constexpr std::size_t shownGroups = 100;

} // namespace

QString issueTitle(core::DataIssueKind kind) {
    switch (kind) {
    case core::DataIssueKind::sharedPicture:
        return IssuesPanel::tr("Same picture on several products");
    case core::DataIssueKind::placeholderPicture:
        return IssuesPanel::tr("Placeholder pictures");
    case core::DataIssueKind::emptyTitle:
        return IssuesPanel::tr("No title");
    case core::DataIssueKind::equalTitles:
        return IssuesPanel::tr("Equal titles");
    case core::DataIssueKind::otherLanguage:
        return IssuesPanel::tr("Text in another language");
    }
    return {};
}

IssuesPanel::IssuesPanel(ThumbnailProvider* thumbnails, QWidget* parent)
    : QWidget(parent), kinds_(new QTreeWidget(this)), note_(new QLabel(this)), items_(new QListView(this)),
      model_(new IssueItemsModel(this)), state_(new StatePanel(this)), panes_(new QSplitter(this)),
      stack_(new QStackedWidget(this)) {
    kinds_->setColumnCount(2);
    kinds_->setHeaderLabels({tr("Data issue"), tr("Products")});
    kinds_->header()->setStretchLastSection(false);
    kinds_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    kinds_->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    kinds_->setUniformRowHeights(true);
    kinds_->setAccessibleName(tr("Data issues by kind"));
    note_->setWordWrap(true);
    note_->setForegroundRole(QPalette::PlaceholderText);
    items_->setViewMode(QListView::IconMode);
    items_->setResizeMode(QListView::Adjust);
    items_->setMovement(QListView::Static);
    items_->setUniformItemSizes(true);
    items_->setAccessibleName(tr("Products with this issue"));
    items_->setModel(model_);
    items_->setItemDelegate(new IssueItemDelegate(thumbnails, this));

    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(items_, 1);
    column->addWidget(note_);
    panes_->addWidget(kinds_);
    panes_->addWidget(right);
    panes_->setStretchFactor(1, 1);
    panes_->setSizes({320, 600});
    stack_->addWidget(state_);
    stack_->addWidget(panes_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack_);

    connect(thumbnails, &ThumbnailProvider::thumbnailReady, items_, [this] { items_->viewport()->update(); });
    connect(kinds_, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) { showGroup(item); });
    const auto activate = [this](const QModelIndex& index) {
        Q_EMIT itemActivated({index.data(IssueItemsModel::ItemRole).toInt()});
    };
    connect(items_, &QListView::activated, this, activate);
    connect(items_, &QListView::clicked, this, activate);
    connect(state_, &StatePanel::actionTriggered, this, &IssuesPanel::look);
    setWorkspace({});
}

IssuesPanel::~IssuesPanel() { thread_.request_stop(); }

void IssuesPanel::setWorkspace(const std::filesystem::path& folder) {
    thread_.request_stop();
    ++ticket_;
    folder_ = folder;
    isKnown_ = false;
    issues_ = {};
    kinds_->clear();
    model_->setItems({});
    state_->show({QStringLiteral("catalog"), tr("No catalog"),
                  tr("Open a workspace to see what is odd about its products."), QString()});
    stack_->setCurrentWidget(state_);
    if (!folder_.empty() && isVisible()) look();
}

void IssuesPanel::showEvent(QShowEvent* shown) {
    QWidget::showEvent(shown);
    if (!folder_.empty() && !isKnown_) look();
}

void IssuesPanel::look() {
    state_->show({QStringLiteral("search"), tr("Looking through the catalog…"), QString(), QString()});
    stack_->setCurrentWidget(state_);
    isKnown_ = true;
    const quint64 ticket = ++ticket_;
    thread_ = std::jthread([this, ticket, folder = folder_](const std::stop_token& stop) {
        const auto answer = [this, ticket](auto giveIt) {
            QMetaObject::invokeMethod(
                this,
                [this, ticket, giveIt] {
                    if (ticket == ticket_) giveIt();
                },
                Qt::QueuedConnection);
        };
        try {
            const core::Workspace workspace(folder, core::WorkspaceAccess::readOnly);
            answer([this, issues = workspace.dataIssues(stop)] { take(issues); });
        } catch (const core::Error& error) {
            answer([this, message = errorText(error)] {
                state_->show({QStringLiteral("error"), tr("The catalog could not be read"), message, tr("Try again")});
            });
        }
    });
}

void IssuesPanel::take(const core::DataIssues& issues) {
    issues_ = issues;
    std::int64_t all = 0;
    for (std::size_t i = 0; i < issues_.issues.size(); ++i) {
        const core::DataIssue& issue = issues_.issues[i];
        all += issue.itemCount;
        auto* const top = new QTreeWidgetItem(kinds_, {issueTitle(issue.kind), localized(issue.itemCount)});
        top->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        top->setDisabled(issue.itemCount == 0);
        top->setData(0, issueRole, static_cast<int>(i));
        const bool hasGroups = issue.kind != core::DataIssueKind::emptyTitle;
        for (std::size_t j = 0; hasGroups && j < std::min(shownGroups, issue.groups.size()); ++j) {
            auto* const group = new QTreeWidgetItem(
                top, {QString::fromStdString(issue.groups[j].what).simplified(), localized(issue.groups[j].itemCount)});
            group->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
            group->setToolTip(0, group->text(0));
            group->setData(0, issueRole, static_cast<int>(i));
            group->setData(0, groupRole, static_cast<int>(j));
        }
        if (hasGroups && issue.groupCount > static_cast<std::int64_t>(shownGroups)) {
            auto* const more = new QTreeWidgetItem(
                top, {tr("%1 more groups").arg(localized(issue.groupCount - static_cast<std::int64_t>(shownGroups)))});
            more->setDisabled(true);
        }
    }
    if (all == 0)
        state_->show({QStringLiteral("check"), tr("Nothing odd"),
                      tr("No shared or placeholder pictures, no missing or equal titles, one language as far as it can "
                         "be told."),
                      QString()});
    else
        stack_->setCurrentWidget(panes_);
    for (int row = 0; row < kinds_->topLevelItemCount() && !kinds_->currentItem(); ++row)
        if (auto* const top = kinds_->topLevelItem(row); !top->isDisabled())
            kinds_->setCurrentItem(top->childCount() > 0 ? top->child(0) : top);
    Q_EMIT found();
}

/// At most 200 products, which SQLite reads in a few milliseconds.
void IssuesPanel::showGroup(const QTreeWidgetItem* item) {
    model_->setItems({});
    note_->clear();
    if (!item || !item->data(0, issueRole).isValid()) return;
    const core::DataIssue& issue = issues_.issues[static_cast<std::size_t>(item->data(0, issueRole).toInt())];
    const auto at = static_cast<std::size_t>(item->data(0, groupRole).toInt());
    if (at >= issue.groups.size()) return;
    const core::DataIssueGroup& group = issue.groups[at];
    try {
        core::Workspace workspace(folder_, core::WorkspaceAccess::readOnly);
        std::vector<IssueItem> items;
        for (const auto& product : workspace.catalog().items(group.items))
            items.push_back({product.index, QString::fromStdString(product.text.id),
                             QString::fromStdString(product.text.title).simplified(),
                             QString::fromStdString(product.picture.string())});
        model_->setItems(std::move(items));
        QStringList notes;
        if (static_cast<std::int64_t>(group.items.size()) < group.itemCount)
            notes += tr("%1 of %2 products are shown.")
                         .arg(localized(static_cast<std::int64_t>(group.items.size())), localized(group.itemCount));
        if (issue.kind == core::DataIssueKind::otherLanguage)
            notes += tr("Most texts are %1. The language could be told for %2 of %3 texts, by script and function "
                        "words; short "
                        "texts tell none.")
                         .arg(QString::fromStdString(issues_.language), localized(issues_.textsWithLanguage),
                              localized(issues_.texts));
        note_->setText(notes.join(QLatin1Char(' ')));
        note_->setVisible(!notes.isEmpty());
    } catch (const core::Error& error) {
        note_->setText(errorText(error));
        note_->show();
    }
}

} // namespace ui
