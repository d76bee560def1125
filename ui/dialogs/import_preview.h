#pragma once
#include "core/importers/import_plan.h"
#include <QAbstractTableModel>
#include <QHeaderView>
#include <QTableView>

namespace ui {

/// "product", "shopper", ... as the window calls a role of a column.
QString roleTitle(core::ColumnRole role);

/// Some rows of a file, as text, each with the number of its line.
class PreviewModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    void setPreview(core::FilePreview preview);
    int rowOfLine(std::int64_t line) const; ///< -1: it is none of these
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    core::FilePreview preview_;
};

/// Names of columns with a chip for the role below; a press opens the roles there are. A column without a role shows an
/// empty chip.
class RoleHeader : public QHeaderView {
    Q_OBJECT
public:
    explicit RoleHeader(QWidget* parent);

    void setFile(const core::PlannedFile& file);
    QSize sizeHint() const override;

Q_SIGNALS:
    void roleChosen(const QString& column, core::ColumnRole role);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;
    void mouseReleaseEvent(QMouseEvent* mouse) override;
    void keyPressEvent(QKeyEvent* key) override;

private:
    QString columnAt(int section) const;
    QString chipAt(int section) const;
    bool canChoose() const;
    void openRoles(int section);

    core::PlannedFile file_;
};

/// Both in one: the middle of the import dialog.
class ImportPreview : public QTableView {
    Q_OBJECT
public:
    explicit ImportPreview(QWidget* parent = nullptr);
    void setFile(const core::PlannedFile& file, const core::FilePreview& preview);
    void clear(const QString& text); ///< no rows: why, or what to do
    /// Selects the row that starts in this line of the file; false: it is not among those that are shown.
    bool showLine(std::int64_t line);

Q_SIGNALS:
    void roleChosen(const QString& column, core::ColumnRole role);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PreviewModel* model_;
    RoleHeader* header_;
    QString text_; ///< in place of rows
};

} // namespace ui
