#include "ui/dialogs/model_card_dialog.h"
#include "ui/theme/markdown_tables.h"
#include <QDialogButtonBox>
#include <QEvent>
#include <QLocale>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace ui {
namespace {

QString escaped(const std::string& text) {
    // Names of files and arrays come from outside: none of their characters may mean something in Markdown.
    QString plain = QString::fromStdString(text);
    for (const QChar mark : QStringLiteral("\\`*_{}[]()#+-.!|<>~"))
        plain.replace(mark, QLatin1Char('\\') + QString(mark));
    return plain.replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QString row(const QString& what, const QString& value) { return QStringLiteral("| %1 | %2 |\n").arg(what, value); }

QString facts(const core::ModelInfo& model, const core::ModelFacts& facts) {
    const auto yesOrNo = [](bool can) { return can ? ModelCardDialog::tr("yes") : ModelCardDialog::tr("no"); };
    const auto& can = model.capabilities;
    QString text = QStringLiteral("| | |\n| --- | --- |\n");
    text += row(ModelCardDialog::tr("Kind"), escaped(model.recommender));
    text += row(ModelCardDialog::tr("Hash"), escaped(model.hash));
    if (!model.problem.empty()) text += row(ModelCardDialog::tr("Cannot be used"), escaped(model.problem));
    text += row(ModelCardDialog::tr("Follows edits and made-up histories"), yesOrNo(can.newHistory));
    text += row(ModelCardDialog::tr("Reads product texts"), yesOrNo(can.readsText));
    text += row(ModelCardDialog::tr("Reads product pictures"), yesOrNo(can.readsPicture));
    text += row(ModelCardDialog::tr("Look-alikes and read-alikes"), yesOrNo(can.itemVectors));
    if (!facts.files.empty()) text += row(ModelCardDialog::tr("Size"), QLocale().formattedDataSize(facts.bytes()));
    for (const auto& file : facts.files)
        text += row(ModelCardDialog::tr("File"),
                    QStringLiteral("%1, %2").arg(escaped(file.name), QLocale().formattedDataSize(file.bytes)));
    constexpr std::size_t shown = 12;
    for (std::size_t at = 0; at < std::min(shown, facts.arrays.size()); ++at) {
        QStringList sides;
        for (const auto side : facts.arrays[at].shape) sides += QLocale().toString(static_cast<qlonglong>(side));
        text += row(ModelCardDialog::tr("Array"),
                    QStringLiteral("%1: %2, %3")
                        .arg(escaped(facts.arrays[at].name), sides.join(QStringLiteral(" × ")),
                             escaped(facts.arrays[at].dtype)));
    }
    if (facts.arrays.size() > shown)
        text += row(ModelCardDialog::tr("Arrays"),
                    ModelCardDialog::tr("%1 of %2 shown").arg(shown).arg(facts.arrays.size()));
    return text;
}

} // namespace

ModelCardDialog::ModelCardDialog(const core::ModelInfo& model, const core::ModelFacts& modelFacts, QWidget* parent)
    : QDialog(parent), text_(new QTextBrowser(this)) {
    setWindowTitle(tr("Model card: %1").arg(QString::fromStdString(model.name)));
    resize(720, 620);
    text_->setAccessibleName(windowTitle());
    text_->setOpenLinks(false); // a card from elsewhere opens nothing
    QTextDocument* document = text_->document();
    document->setMarkdown(facts(model, modelFacts) + QStringLiteral("\n\n") + QString::fromStdString(modelFacts.readme),
                          QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                              QTextDocument::MarkdownNoHTML);
    styleTables(*document, palette());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text_);
    layout->addWidget(buttons);
}

void ModelCardDialog::changeEvent(QEvent* change) {
    if (change->type() == QEvent::PaletteChange) styleTables(*text_->document(), palette());
    QDialog::changeEvent(change);
}

} // namespace ui
