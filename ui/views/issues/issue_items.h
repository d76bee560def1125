#pragma once
#include "core/base/index.h"
#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <vector>

namespace ui {

class ThumbnailProvider;

struct IssueItem {
    core::ItemIndex item;
    QString id, title, picture;
};

/// Products that have one fault together.
class IssueItemsModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { ItemRole = Qt::UserRole, IdRole, PictureRole };
    using QAbstractListModel::QAbstractListModel;

    void setItems(std::vector<IssueItem> items);
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<IssueItem> items_;
};

/// A picture, and below it title and id.
class IssueItemDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    IssueItemDelegate(ThumbnailProvider* thumbnails, QObject* parent)
        : QStyledItemDelegate(parent), thumbnails_(thumbnails) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    ThumbnailProvider* thumbnails_;
};

} // namespace ui
