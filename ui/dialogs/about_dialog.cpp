#include "ui/dialogs/about_dialog.h"
#include "ui/theme/icons.h"
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ui {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("ui::AboutDialog", text); }

QTableWidget* licenceTable(const QList<Licence>& licences, const QString& name, QWidget* parent) {
    auto* table = new QTableWidget(static_cast<int>(licences.size()), 4, parent);
    table->setTabKeyNavigation(false);
    table->setAccessibleName(name);
    table->setHorizontalHeaderLabels(
        {translated("Name"), translated("Used for"), translated("Licence"), translated("Home")});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int row = 0; row < table->rowCount(); ++row) {
        const Licence& one = licences[row];
        int column = 0;
        for (const QString& text : {one.what, one.use, one.licence, one.home}) {
            auto* cell = new QTableWidgetItem(text);
            cell->setToolTip(text);
            table->setItem(row, column++, cell);
        }
    }
    table->resizeColumnsToContents();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    return table;
}

} // namespace

QList<Licence> libraryLicences() {
    return {
        {"Qt 6 (Core, Gui, Widgets, Svg)", translated("the window"), "LGPL-3.0-only", "https://www.qt.io"},
        {"Qt Charts", translated("curves and charts"), "GPL-3.0-only", "https://www.qt.io"},
        {"LibTorch", translated("networks and training"), "BSD-3-Clause", "https://pytorch.org"},
        {"OpenBLAS", translated("fast matrix products"), "BSD-3-Clause", "https://www.openblas.net"},
        {"OpenCV", translated("reading and drawing pictures"), "Apache-2.0", "https://opencv.org"},
        {"SQLite", translated("workspaces and search"), translated("public domain"), "https://sqlite.org"},
        {"SQLiteCpp", translated("SQLite from C++"), "MIT", "https://github.com/SRombauts/SQLiteCpp"},
        {"JSON for Modern C++", translated("JSON"), "MIT", "https://json.nlohmann.me"},
        {"CLI11", translated("the command line"), "BSD-3-Clause", "https://github.com/CLIUtils/CLI11"},
        {"{fmt}", translated("texts from numbers"), "MIT", "https://fmt.dev"},
        {"zlib", translated("compressed files"), "Zlib", "https://zlib.net"},
        {"libzip", translated("zip and npz files"), "BSD-3-Clause", "https://libzip.org"},
    };
}

QList<Licence> dataLicences() {
    return {
        {translated("Sample shop"), translated("drawn and written by this program; its shoppers are simulated"),
         "GPL-3.0-or-later", translated("made on your machine")},
        {translated("Sample models"), translated("trained on the sample shop alone"), "GPL-3.0-or-later",
         translated("in the folder data/models")},
        {translated("Icons and help"), translated("drawn and written for this program"), "GPL-3.0-or-later",
         translated("in the folder resources")},
    };
}

AboutDialog::AboutDialog(const QString& version, const QString& engine, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("About PixRec Studio"));
    resize(820, 440);
    auto* about = new QWidget(this);
    auto* picture = new QLabel(about);
    picture->setPixmap(applicationIcon().pixmap(QSize(96, 96), devicePixelRatioF()));
    auto* words = new QLabel(about);
    words->setTextInteractionFlags(Qt::TextBrowserInteraction);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignTop);
    words->setText(tr("<h2>PixRec Studio %1</h2>"
                      "<p>See what product pictures change in what a sequential recommender shows.</p>"
                      "<p>Everything runs on this machine: no server, no account, nothing is sent anywhere.</p>"
                      "<p>Free software under the GNU General Public License, version 3 or later. It comes without any "
                      "warranty.</p><p>%2</p>")
                       .arg(version.toHtmlEscaped(), engine.isEmpty() ? tr("The engine is not loaded.")
                                                                      : engine.toHtmlEscaped().replace(
                                                                            QLatin1Char('\n'), QLatin1String("<br>"))));
    auto* aboutLayout = new QHBoxLayout(about);
    aboutLayout->setContentsMargins(16, 16, 16, 16);
    aboutLayout->setSpacing(20);
    aboutLayout->addWidget(picture, 0, Qt::AlignTop);
    aboutLayout->addWidget(words, 1);

    auto* tabs = new QTabWidget(this);
    tabs->addTab(about, tr("&About"));
    tabs->addTab(licenceTable(libraryLicences(), tr("Licences of libraries"), tabs), tr("&Libraries"));
    tabs->addTab(licenceTable(dataLicences(), tr("Licences of data"), tabs), tr("&Data"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(tabs, 1);
    layout->addWidget(buttons);
}

} // namespace ui
