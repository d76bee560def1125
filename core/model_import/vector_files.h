#pragma once
#include "core/model_import/findings.h"
#include "core/recommenders/brought_folder.h"

namespace core {

/// Vectors and ids as they stand in the files of a request; ids are empty where there are none. What is wrong goes to
/// the findings; throws Error where a file cannot be read at all.
BroughtVectors readVectorFiles(const AddModelRequest& request, ModelFindings& findings, std::vector<ArrayFact>& arrays);

/// Shapes and kinds of what fits together: as many ids as rows, equal widths, finite numbers.
void checkVectors(const AddModelRequest& request, const BroughtVectors& vectors, ModelFindings& findings);

} // namespace core
