#pragma once
#include <QWidget>

class QLineEdit;

namespace ui {

/// A path that is typed, chosen or dropped.
class PathField : public QWidget {
    Q_OBJECT
public:
    enum class Kind { existingFile, existingFolder, newFolder };

    /// `title` heads the file dialog; `filter` as in QFileDialog.
    PathField(Kind kind, const QString& title, const QString& filter = {}, QWidget* parent = nullptr);

    QString path() const; ///< trimmed; empty: none chosen
    void setPath(const QString& path);
    void setPlaceholder(const QString& text);
    QLineEdit* edit() const { return edit_; }

Q_SIGNALS:
    void pathChanged(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* drag) override;
    void dropEvent(QDropEvent* drop) override;

private:
    void browse();

    Kind kind_;
    QString title_, filter_;
    QLineEdit* edit_;
};

} // namespace ui
