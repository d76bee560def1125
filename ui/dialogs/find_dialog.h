#pragma once
#include "core/catalog/catalog.h"
#include "core/engine/search.h"
#include "core/workspace/known_encoders.h"
#include <QDialog>
#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ui {

class PathField;
class StatePanel;
class ThumbnailProvider;

/// Find by picture or words: the products nearest to a picture that is dropped or chosen, or to a text. Asks by signal.
class FindDialog : public QDialog {
    Q_OBJECT
public:
    using Facts = std::function<const core::CatalogItem&(core::ItemIndex)>;

    /// `facts` of a product, for titles and pictures; `thumbnails` outlives the dialog.
    FindDialog(std::filesystem::path workspace, Facts facts, ThumbnailProvider* thumbnails, QWidget* parent = nullptr);

    void setEncoders(const std::vector<core::KnownEncoder>& encoders);
    void setPicture(const QString& file); ///< and asks for it
    void setWords(const QString& words);
    core::SearchRequest request() const;
    QString problem() const; ///< why Find is off; empty: it is on

    void showProgress(const core::Progress& progress);
    void showResult(const core::SearchResult& result);
    void showError(const QString& message);
    int resultCount() const;
    QString stateTitle() const; ///< of what is shown in the place of products; empty: products are

Q_SIGNALS:
    void findRequested(const core::SearchRequest& request);
    void cancelRequested();
    void addEncoderRequested();
    void productChosen(core::ItemIndex item); ///< looked at
    void addRequested(core::ItemIndex item);  ///< to the history

protected:
    void dragEnterEvent(QDragEnterEvent* drag) override;
    void dropEvent(QDropEvent* drop) override;

private:
    void formChanged();
    void ask();
    void showState(const QString& iconName, const QString& title, const QString& text, const QString& action = {});
    void paintResults();
    const core::KnownEncoder* encoder() const;
    core::ItemIndex currentItem() const;

    std::filesystem::path workspace_;
    Facts facts_;
    ThumbnailProvider* thumbnails_;
    std::vector<core::KnownEncoder> encoders_;
    bool isRunning_ = false;
    QComboBox* encoder_;
    PathField* picture_;
    QLineEdit* words_;
    QPushButton *find_, *add_ = nullptr;
    QLabel* message_;
    QProgressBar* bar_;
    StatePanel* state_;
    QListWidget* products_;
    QStackedWidget* stack_;
};

} // namespace ui
