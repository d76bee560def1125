#pragma once
#include "core/importers/import_plan.h"
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace ui {

/// The files of an import, each with its role; the form that they are read as; where pictures are. The left side of the
/// import dialog.
class ImportFiles : public QWidget {
    Q_OBJECT
public:
    explicit ImportFiles(QWidget* parent = nullptr);

    void setPlan(const core::ImportPlan& plan);
    void clear();
    int currentFile() const; ///< position in the plan; -1: none
    void selectFile(int file);
    QString format() const; ///< as chosen by the user; empty: found out

Q_SIGNALS:
    void pathsAdded(const QStringList& paths);
    void removeAllRequested();
    void fileSelected(int file);
    void roleChosen(int file, core::FileRole role);
    void formatChosen();
    void picturesChosen(const QString& folder);

private:
    void addRow(const core::PlannedFile& file, int position);
    void browse(bool isFolder);
    void browsePictures();

    QTreeWidget* list_;
    QComboBox* format_;
    QLabel* pictures_;
};

} // namespace ui
