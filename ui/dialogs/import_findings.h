#pragma once
#include "core/importers/import.h"
#include <QWidget>

class QLabel;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace ui {

/// What a check found, by severity and kind with counts; a kind opens to its rows. Below stand the chosen one in full
/// and what to do about it. The right side of the import dialog.
class ImportFindings : public QWidget {
    Q_OBJECT
public:
    explicit ImportFindings(QWidget* parent = nullptr);

    void clear(const QString& why); ///< nothing is known yet: why
    void setResult(const core::ImportResult& result);

Q_SIGNALS:
    void findingChosen(const QString& file, qint64 line);

private:
    void showRows();
    void showDetail(const QTreeWidgetItem* item);

    QLabel *summary_, *detail_;
    QTreeWidget* tree_;
    QPushButton* showRows_;
};

} // namespace ui
