#pragma once
#include "core/importers/import.h"
#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;

namespace ui {

class PathField;

/// Where the workspace goes, what may be left out, and which events are taken. The foot of the import dialog.
class ImportOptions : public QWidget {
    Q_OBJECT
public:
    explicit ImportOptions(QWidget* parent = nullptr);

    QString workspace() const;
    void setWorkspace(const QString& folder);
    bool skipsBadRows() const;
    bool replaces() const;
    bool copiesPictures() const;
    core::ImportFilter filter() const;
    QString problem() const; ///< with the filters; empty: none

Q_SIGNALS:
    void changed();       ///< anything
    void filterChanged(); ///< which events are taken

private:
    PathField* workspace_;
    QCheckBox *skipBadRows_, *replace_, *copyPictures_;
    QSpinBox* kCore_;
    QDoubleSpinBox* minimumRating_;
    QLineEdit *since_, *until_;
    QComboBox* repeats_;
};

} // namespace ui
