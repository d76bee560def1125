#include "core/importers/csv_reader.h"
#include "tests/fuzz/fuzz_input.h"
#include <array>

/// The first byte chooses the form; the rest is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    if (count == 0) return 0;
    constexpr std::array<const char*, 6> separators{",", ";", "\t", "|", "::", " "};
    const std::string separator = separators[bytes[0] % separators.size()];
    const core::TableForm form{separator, (bytes[0] & 0x40) == 0 && separator.size() == 1, true};
    const auto encoding = (bytes[0] & 0x80) == 0 ? core::TextEncoding::utf8 : core::TextEncoding::latin1;
    const auto lines = core::LineReader::ofText(fuzz::textOf(bytes + 1, count - 1), encoding);
    core::CsvReader csv(*lines, form);
    std::int64_t line = 0;
    for (auto read = csv.next(); read != core::CsvReader::Read::end; read = csv.next()) {
        fuzz::require(csv.lineNumber() > line); // never the same row twice
        line = csv.lineNumber();
        if (read == core::CsvReader::Read::bad) {
            fuzz::require(!csv.problem().kind.empty() && !csv.problem().why.empty());
            if (csv.problem().endsFile) break;
            continue;
        }
        fuzz::require(!csv.fields().empty());
        std::size_t size = 0;
        for (const auto field : csv.fields()) size += field.size();
        fuzz::require(size <= 2 * count);
    }
    return 0;
}
