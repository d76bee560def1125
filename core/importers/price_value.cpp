#include "core/importers/price_value.h"
#include "core/importers/characters.h"
#include <charconv>
#include <string>

namespace core {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// The position behind `number` at the front of `text`, which starts with a digit.
std::size_t endOfNumber(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && (isDigit(text[end]) || ((text[end] == '.' || text[end] == ',') &&
                                                        end + 1 < text.size() && isDigit(text[end + 1]))))
        ++end;
    return end;
}

/// "1,299.00", "1.299,00", "12,5", "1299".
std::optional<double> numberOf(std::string_view text) {
    const auto last = text.find_last_of(".,");
    std::size_t point = std::string_view::npos;
    if (last != std::string_view::npos) {
        const bool isAlone = text.find_first_of(".,") == last;
        const std::size_t behind = text.size() - last - 1;
        const bool isMixed = text.find(text[last] == '.' ? ',' : '.') != std::string_view::npos;
        const bool isThousands = behind == 3 && text[last] == ',' && !isMixed;
        if ((isAlone || isMixed) && !isThousands) point = last;
    }
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (isDigit(text[i]))
            plain += text[i];
        else if (i == point)
            plain += '.';
    }
    double value = 0;
    const auto [stop, failure] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (failure != std::errc{} || stop != plain.data() + plain.size()) return std::nullopt;
    return value;
}

/// Takes a currency, as a sign or as a word, from the front.
std::string_view withoutCurrency(std::string_view text) {
    text = trimmed(text);
    for (const std::string_view sign : {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "\xe2\x82\xb9", "US$", "CA$",
                                        "USD", "EUR", "GBP", "CHF", "kr", "from", "From"})
        if (text.starts_with(sign)) return withoutCurrency(text.substr(sign.size()));
    return text;
}

/// One price from the front of `text`, which is what is left then.
std::optional<double> takePrice(std::string_view& text) {
    text = withoutCurrency(text);
    if (text.empty() || !isDigit(text.front())) return std::nullopt;
    const std::size_t end = endOfNumber(text);
    const auto value = numberOf(text.substr(0, end));
    text = withoutCurrency(text.substr(end));
    return value;
}

} // namespace

std::optional<PriceValue> parsePrice(std::string_view text) {
    constexpr std::size_t longest = 64; // what is longer is a piece of a web page
    if (text.size() > longest) return std::nullopt;
    const auto low = takePrice(text);
    if (!low) return std::nullopt;
    if (text.empty()) return PriceValue{*low, false};
    for (const std::string_view dash : {"-", "\xe2\x80\x93", "\xe2\x80\x94", "to"}) {
        if (!text.starts_with(dash)) continue;
        text.remove_prefix(dash.size());
        const auto high = takePrice(text);
        if (!high || !text.empty() || *high < *low) return std::nullopt;
        return PriceValue{*low, true};
    }
    return std::nullopt;
}

} // namespace core
