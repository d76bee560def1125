#pragma once
#include "core/importers/import.h"
#include <QWidget>

class QLabel;
class QTableView;

namespace ui {

class FindingsModel;

/// What became of an import: a sentence, counts, the first findings and where the whole report is.
class ImportResultPage : public QWidget {
    Q_OBJECT
public:
    explicit ImportResultPage(QWidget* parent = nullptr);

    void showResult(const core::ImportResult& result);
    void showError(const QString& message); ///< nothing was read at all

private:
    QLabel *verdict_, *counts_, *report_;
    QTableView* table_;
    FindingsModel* findings_;
};

} // namespace ui
