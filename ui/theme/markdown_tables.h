#pragma once
class QPalette;
class QTextDocument;

namespace ui {

/// Gives the tables of a document made from Markdown thin lines and air, and takes away a head without words, which
/// Markdown asks for.
void styleTables(QTextDocument& document, const QPalette& palette);

} // namespace ui
