#pragma once
#include "core/importers/finding_sink.h"
#include <array>
#include <fstream>

namespace core {

/// Collects the findings of one import: all of them in a file, the first ones and the counts in memory.
class ImportReport : public FindingSink {
public:
    static constexpr std::size_t shownFindings = 1000;

    explicit ImportReport(const std::filesystem::path& file);

    void add(const ImportFinding& finding) override;
    void addBlocking(const ImportFinding& finding) override;
    bool hasBlocking() const { return hasBlocking_; }
    std::int64_t errors() const { return countOf(Severity::error); }

    /// Counts and findings into `result`, and as the last line of the file. Throws Error(unavailable) where it could
    /// not be written.
    void finish(ImportResult& result);

private:
    std::int64_t countOf(Severity severity) const { return counts_[static_cast<std::size_t>(severity)]; }

    std::filesystem::path path_;
    std::ofstream file_;
    std::array<std::int64_t, 3> counts_{};
    std::array<std::vector<ImportFinding>, 3> first_; ///< by severity
    std::map<std::string, std::int64_t> countOfKind_;
    bool hasBlocking_ = false;
};

/// At most some 80 bytes of `text` in quotes, fit for a message: no control characters, valid UTF-8.
std::string inQuotes(std::string_view text);

} // namespace core
