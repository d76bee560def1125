#pragma once
#include "core/engine/brought_models.h"
#include <QWidget>

class QLabel;
class QTableWidget;

namespace ui {

/// Ids of a model held against the workspace: the counts, and the first and last ten rows for a person to check.
class IdMappingView : public QWidget {
    Q_OBJECT
public:
    enum class Whose { products, shoppers };
    explicit IdMappingView(Whose whose, QWidget* parent = nullptr);

    void setMapping(const core::IdMapping& mapping);

private:
    void addRow(const core::MappedId& row);

    Whose whose_;
    QLabel* counts_;
    QTableWidget* table_;
};

} // namespace ui
