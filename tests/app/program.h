#pragma once
#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace test {

/// How one run of the built program ended.
struct Run {
    int exitCode = -1;
    QByteArray output, errors;

    /// The whole of standard output as the one object that --json promises; empty where it is anything else.
    QJsonObject json() const;
    /// The object under "error".
    QJsonObject error() const { return json()[QStringLiteral("error")].toObject(); }
    /// All of it, for the message of a failed test.
    QByteArray text() const;
};

/// Runs the program to its end; no display, two minutes at most.
Run pixrec(const QStringList& arguments, const QString& workingFolder = {});

/// Starts it; `process` runs in the same environment.
void startPixrec(QProcess& process, const QStringList& arguments);

/// The small sample shop of the tests: 50 products, 40 shoppers.
Run drawShop(const QString& workspace);

/// The ids of a JSON list of ids, or of objects with an "id".
QStringList idsOf(const QJsonArray& list);
/// The ids of the first list that `recommend --json` printed, best first.
QStringList listOf(const QJsonObject& recommended);

/// Writes a file, its folders too, and returns its path.
QString writeFile(const QString& path, const QByteArray& bytes);

} // namespace test
