#pragma once
#include <QDialog>
#include <QStringList>

class QLabel;
class QLineEdit;
class QListWidget;
class QTextBrowser;

namespace ui {

/// The pages of resources/help, with a list of them and a search inside the page.
class HelpViewer : public QDialog {
    Q_OBJECT
public:
    explicit HelpViewer(QWidget* parent = nullptr);

    static QStringList pages();                ///< "index", "first-steps", ... in reading order
    static QString title(const QString& page); ///< its first heading
    void showPage(const QString& page);
    QString currentPage() const;

protected:
    void changeEvent(QEvent* change) override;

private:
    void find();
    void follow(const QUrl& source);

    QListWidget* contents_;
    QTextBrowser* text_;
    QLineEdit* search_;
    QLabel* notFound_;
};

} // namespace ui
