#pragma once
#include "core/engine/brought_models.h"

namespace core {

/// Collects what is found wrong with a model's files: the first hundred in full, all of them counted.
class ModelFindings {
public:
    void error(ModelFinding finding) { add(ModelFindingKind::error, std::move(finding)); }
    void warning(ModelFinding finding) { add(ModelFindingKind::warning, std::move(finding)); }
    void note(ModelFinding finding) { add(ModelFindingKind::note, std::move(finding)); }
    bool hasErrors() const { return errors_ > 0; }
    /// Into `result`, errors first.
    void finish(AddModelResult& result) const;

private:
    static constexpr std::size_t shown = 100;
    void add(ModelFindingKind kind, ModelFinding finding);

    std::vector<ModelFinding> first_;
    std::int64_t errors_ = 0, all_ = 0;
};

} // namespace core
