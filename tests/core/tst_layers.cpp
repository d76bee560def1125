#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <functional>

namespace {

/// A line of a file that includes something.
struct Include {
    QString file; ///< relative to the source tree
    QString target;
};

QList<Include> includes() {
    static const QRegularExpression pattern(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"),
                                            QRegularExpression::MultilineOption);
    const QDir root(QStringLiteral(PIXREC_SOURCE_DIR));
    QList<Include> found;
    for (const char* folder : {"core", "ui", "app", "tests"}) {
        QDirIterator files(root.filePath(QString::fromLatin1(folder)), {QStringLiteral("*.h"), QStringLiteral("*.cpp")},
                           QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!file.open(QIODevice::ReadOnly)) return {};
            auto matches = pattern.globalMatch(QString::fromUtf8(file.readAll()));
            while (matches.hasNext())
                found.append({root.relativeFilePath(file.fileName()), matches.next().captured(1)});
        }
    }
    return found;
}

bool startsWithAny(const QString& text, const QStringList& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](const QString& begin) { return text.startsWith(begin); });
}

bool isTorch(const QString& target) { return startsWithAny(target, {"torch/", "ATen/", "c10/", "caffe2/"}); }
bool isQt(const QString& target) {
    static const QRegularExpression qt(QStringLiteral("^(Q[A-Z]\\w*|Qt\\w*/.*)$"));
    return qt.match(target).hasMatch();
}

const QString torchHeader = QStringLiteral("core/tensors/torch.h");
/// The others include the first: only what runs TorchScript or chooses a precision pays for them.
const QStringList torchHeaders{torchHeader, QStringLiteral("core/tensors/torch_script.h"),
                               QStringLiteral("core/tensors/autocast.h")};

} // namespace

/// ATen's headers compile without linking torch and Qt's are on one path for all, so the linker cannot keep these.
class TestLayers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        all_ = includes();
        QVERIFY2(all_.size() > 200, "the sources were not found");
        static const QRegularExpression row(QStringLiteral("^\\| `(\\w+)`( \\(T\\))?"),
                                            QRegularExpression::MultilineOption);
        QFile table(QStringLiteral(PIXREC_SOURCE_DIR "/core/README.md"));
        QVERIFY(table.open(QIODevice::ReadOnly));
        auto rows = row.globalMatch(QString::fromUtf8(table.readAll()));
        while (rows.hasNext()) {
            const auto found = rows.next();
            layers_ << found.captured(1);
            if (!found.captured(2).isEmpty()) torchFolders_ << "core/" + found.captured(1) + "/";
        }
        torchFolders_ << "tests/engine/"
                      << "tests/benchmarks/";
        QVERIFY(torchFolders_.contains(QStringLiteral("core/tensors/")));
    }
    void libtorchIsIncludedThroughThreeHeadersOnly() {
        expectNone(
            [](const Include& include) { return isTorch(include.target) && !torchHeaders.contains(include.file); });
    }
    void tensorsStayInTheirFolders() {
        expectNone([this](const Include& include) {
            return torchHeaders.contains(include.target) && !startsWithAny(include.file, torchFolders_);
        });
    }
    void atMostFortyFilesIncludeLibtorch() {
        // Headers spread it: every source whose includes lead to torch.h costs 15 to 30 seconds of build.
        QMultiHash<QString, QString> includedBy;
        for (const auto& include : all_) includedBy.insert(include.target, include.file);
        QSet<QString> reached{torchHeader};
        QStringList open{torchHeader};
        while (!open.isEmpty())
            for (const auto& file : includedBy.values(open.takeLast()))
                if (!reached.contains(file)) {
                    reached.insert(file);
                    open.append(file);
                }
        const auto sources =
            std::count_if(reached.begin(), reached.end(), [](const QString& file) { return file.endsWith(".cpp"); });
        QVERIFY2(sources > 0 && sources <= 40, qPrintable(QString::number(sources) + " source files include LibTorch"));
    }
    void opencvStaysWherePicturesAreMade() {
        expectNone([](const Include& include) {
            return include.target.startsWith("opencv2/") &&
                   !startsWithAny(include.file, {"core/pictures/", "core/sample_shop/", "tests/engine/"});
        });
    }
    void aFolderOfCoreUsesOnlyRowsAboveIt() {
        expectNone([this](const Include& include) {
            const auto from = include.file.split('/'), to = include.target.split('/');
            if (from[0] != "core" || to[0] != "core") return false;
            return !layers_.contains(from[1]) || layers_.indexOf(to.value(1)) > layers_.indexOf(from[1]);
        });
    }
    void everyFolderOfCoreHasARow() {
        for (const auto& folder :
             QDir(QStringLiteral(PIXREC_SOURCE_DIR "/core")).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QVERIFY2(layers_.contains(folder), qPrintable(folder));
    }
    void coreKnowsNoQt() {
        expectNone([](const Include& include) { return isQt(include.target) && include.file.startsWith("core/"); });
    }
    void coreKnowsNeitherWindowNorProgram() {
        expectNone([](const Include& include) {
            return include.file.startsWith("core/") && startsWithAny(include.target, {"ui/", "app/", "tests/"});
        });
    }
    void theWindowKnowsNotTheProgram() {
        expectNone([](const Include& include) {
            return include.file.startsWith("ui/") && startsWithAny(include.target, {"app/", "tests/"});
        });
    }
    void windowAndProgramReachTheModuleThroughTheSeam() {
        expectNone([this](const Include& include) {
            return startsWithAny(include.file, {"ui/", "app/"}) && startsWithAny(include.target, torchFolders_);
        });
    }

private:
    void expectNone(const std::function<bool(const Include&)>& isForbidden) {
        QStringList offenders;
        for (const auto& include : all_)
            if (isForbidden(include)) offenders << include.file + " includes " + include.target;
        QVERIFY2(offenders.isEmpty(), qPrintable(offenders.join("\n")));
    }

    QList<Include> all_;
    QStringList layers_; ///< folders of core, bottom to top
    QStringList torchFolders_;
};
QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
