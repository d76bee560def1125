#pragma once
#include "core/importers/csv_reader.h"
#include "core/importers/input_file.h"
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// The beginning of a file, and what it looks like: what formats are recognised by.
struct FileSample {
    InputFile file;
    std::string name;               ///< InputFile::plainName()
    std::vector<std::string> lines; ///< the first 100, or as many as fit into 1 MB
    bool isJson = false;            ///< the first line is a JSON object
    std::string problem;            ///< why it is no text that can be read, in a few words; then there are no rows
    std::set<std::string> keys;     ///< of the first objects
    /// Where it is not JSON: the likeliest separator, and whether the first row names columns.
    TableForm form;
    std::vector<std::string> columns;           ///< names, or "column 1", ...
    std::vector<std::vector<std::string>> rows; ///< behind the header

    bool hasColumns(std::initializer_list<std::string_view> names) const;
    bool hasKeys(std::initializer_list<std::string_view> names) const;
    bool isTable() const { return !isJson && columns.size() >= 2; }
};

/// Throws Error(invalidInput) where it cannot be read.
FileSample sampleFile(const InputFile& file);
FileSample sampleOfText(std::string text, std::string name);

/// "column 1", "column 2", ...
std::vector<std::string> numberedColumns(std::size_t count);

} // namespace core
