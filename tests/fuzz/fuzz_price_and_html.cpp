#include "core/catalog/text_language.h"
#include "core/importers/html_text.h"
#include "core/importers/price_value.h"
#include "core/workspace/id_rules.h"
#include "tests/fuzz/fuzz_input.h"
#include <cmath>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const std::string text = fuzz::textOf(bytes, count);
    if (const auto price = core::parsePrice(text)) fuzz::require(std::isfinite(price->value) && price->value >= 0);
    const std::string plain = core::plainTextOfHtml(text);
    fuzz::require(plain.size() <= 2 * text.size());
    if (core::isValidUtf8(text)) fuzz::require(core::isValidUtf8(plain));
    core::languageOf(text);
    return 0;
}
