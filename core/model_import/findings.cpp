#include "core/model_import/findings.h"
#include <algorithm>

namespace core {

void ModelFindings::add(ModelFindingKind kind, ModelFinding finding) {
    ++all_;
    if (kind == ModelFindingKind::error) ++errors_;
    finding.kind = kind;
    if (first_.size() < shown) first_.push_back(std::move(finding));
}

void ModelFindings::finish(AddModelResult& result) const {
    result.findings = first_;
    std::stable_sort(result.findings.begin(), result.findings.end(),
                     [](const auto& a, const auto& b) { return a.kind < b.kind; });
    result.findingsInAll = all_;
    result.isFit = errors_ == 0;
}

} // namespace core
