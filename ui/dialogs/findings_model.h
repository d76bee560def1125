#pragma once
#include "core/importers/import.h"
#include <QAbstractTableModel>
#include <string>
#include <vector>

namespace ui {

/// "What to do: keep one of the rows." for a kind of finding; empty where there is nothing to be done.
QString adviceText(const std::string& kind);

/// What an import found, as it is reported: severity, file, line, column, why.
class FindingsModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { SeverityColumn, FileColumn, LineColumn, ColumnColumn, WhyColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setFindings(std::vector<core::ImportFinding> findings);
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<core::ImportFinding> findings_;
};

} // namespace ui
