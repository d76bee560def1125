#pragma once
#include <QDialog>
#include <QList>
#include <QString>

namespace ui {

struct Licence {
    QString what;    ///< library or data
    QString use;     ///< what for
    QString licence; ///< SPDX identifier where there is one
    QString home;    ///< address
};

/// Every library that the program links or loads.
QList<Licence> libraryLicences();
/// What of data comes with the program.
QList<Licence> dataLicences();

class AboutDialog : public QDialog {
    Q_OBJECT
public:
    /// `engine`: versions and device as the engine says, one line each; empty: it is not loaded.
    explicit AboutDialog(const QString& version, const QString& engine, QWidget* parent = nullptr);
};

} // namespace ui
