#include "ui/dialogs/findings_model.h"
#include "ui/theme/icons.h"
#include <QFileInfo>
#include <QLocale>

namespace ui {
namespace {
QString toolTipOf(const core::ImportFinding& finding) {
    QStringList lines{QString::fromStdString(finding.text()), adviceText(finding.kind)};
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

bool isNumber(int column) { return column == FindingsModel::LineColumn || column == FindingsModel::ColumnColumn; }
} // namespace

QString adviceText(const std::string& kind) {
    const auto advice = core::whatToDo(kind);
    if (advice.empty()) return {};
    return FindingsModel::tr("What to do: %1.")
        .arg(QString::fromUtf8(advice.data(), static_cast<qsizetype>(advice.size())));
}

void FindingsModel::setFindings(std::vector<core::ImportFinding> findings) {
    beginResetModel();
    findings_ = std::move(findings);
    endResetModel();
}

int FindingsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(findings_.size());
}

int FindingsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant FindingsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const core::ImportFinding& finding = findings_[static_cast<std::size_t>(index.row())];
    if (role == Qt::ToolTipRole) return toolTipOf(finding);
    if (role == Qt::DecorationRole && index.column() == SeverityColumn)
        return icon(finding.severity == core::Severity::error     ? QStringLiteral("error")
                    : finding.severity == core::Severity::warning ? QStringLiteral("warning")
                                                                  : QStringLiteral("info"));
    if (role == Qt::TextAlignmentRole && isNumber(index.column())) return static_cast<int>(Qt::AlignCenter);
    if (role != Qt::DisplayRole) return {};
    const auto number = [](std::int64_t value) {
        return value > 0 ? QLocale().toString(static_cast<qlonglong>(value)) : QString();
    };
    switch (index.column()) {
    case SeverityColumn: {
        const auto name = core::severityName(finding.severity);
        return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    case FileColumn:
        return QFileInfo(QString::fromStdString(finding.file)).fileName();
    case LineColumn:
        return number(finding.line);
    case ColumnColumn:
        return number(finding.column);
    default:
        return QString::fromStdString(finding.why);
    }
}

QVariant FindingsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole && isNumber(section)) return static_cast<int>(Qt::AlignCenter);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case SeverityColumn:
        return tr("Severity");
    case FileColumn:
        return tr("File");
    case LineColumn:
        return tr("Line");
    case ColumnColumn:
        return tr("Column");
    default:
        return tr("Why");
    }
}

} // namespace ui
