#pragma once
#include "core/engine/engine.h"
#include "core/model_import/model_facts.h"
#include <QDialog>

class QTextBrowser;

namespace ui {

/// One model as it stands in the workspace: hash, what it can and cannot do, sizes and shapes, and its card.
class ModelCardDialog : public QDialog {
    Q_OBJECT
public:
    ModelCardDialog(const core::ModelInfo& model, const core::ModelFacts& facts, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* change) override;

private:
    QTextBrowser* text_;
};

} // namespace ui
