#include "tests/app/program.h"
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcessEnvironment>

namespace test {

namespace {
constexpr int patienceMs = 120'000;

QProcessEnvironment headless() {
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const char* display : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(display));
    return environment;
}
} // namespace

QJsonObject Run::json() const { return QJsonDocument::fromJson(output).object(); }

QByteArray Run::text() const { return "exit " + QByteArray::number(exitCode) + "\n" + output + errors; }

void startPixrec(QProcess& process, const QStringList& arguments) {
    process.setProcessEnvironment(headless());
    process.start(QStringLiteral(PIXREC_PROGRAM), arguments);
}

Run pixrec(const QStringList& arguments, const QString& workingFolder) {
    QProcess process;
    if (!workingFolder.isEmpty()) process.setWorkingDirectory(workingFolder);
    startPixrec(process, arguments);
    Run run;
    if (!process.waitForFinished(patienceMs) || process.exitStatus() != QProcess::NormalExit)
        run.errors = "the program did not end by itself: " + process.errorString().toUtf8() + "\n";
    else
        run.exitCode = process.exitCode();
    run.output = process.readAllStandardOutput();
    run.errors += process.readAllStandardError();
    return run;
}

Run drawShop(const QString& workspace) {
    return pixrec({"sample-shop", workspace, "--items", "50", "--users", "40", "--seed", "3"});
}

QStringList idsOf(const QJsonArray& list) {
    QStringList ids;
    for (const auto& entry : list) ids << (entry.isString() ? entry.toString() : entry.toObject()["id"].toString());
    return ids;
}

QStringList listOf(const QJsonObject& recommended) {
    return idsOf(recommended["results"].toArray()[0].toObject()["items"].toArray());
}

QString writeFile(const QString& path, const QByteArray& bytes) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(bytes);
    return path;
}

} // namespace test
