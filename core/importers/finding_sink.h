#pragma once
#include "core/importers/import.h"

namespace core {

/// Takes what a reader finds wrong.
class FindingSink {
public:
    virtual ~FindingSink() = default;
    virtual void add(const ImportFinding& finding) = 0;
    /// An error that no skipping of rows can mend: something unknown is missing.
    virtual void addBlocking(const ImportFinding& finding) = 0;
};

} // namespace core
