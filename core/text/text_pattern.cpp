#include "core/text/text_pattern.h"
#include "core/text/code_point_classes.h"
#include "core/text/worker_pool.h"
#include <fmt/format.h>
#include <unicode/uregex.h>
#include <unicode/ustring.h>

namespace core {

namespace {

constexpr std::int32_t mostSteps = 2'000; // ICU's unit, about a millisecond each

struct CloseRegex {
    void operator()(URegularExpression* regex) const { uregex_close(regex); }
};
using Regex = std::unique_ptr<URegularExpression, CloseRegex>;

/// UTF-16, which ICU matches fastest, and where each unit came from.
struct WideText {
    std::vector<UChar> units;
    std::vector<std::uint32_t> byteOfUnit; ///< one more than units

    void assign(std::string_view text) {
        units.clear();
        byteOfUnit.clear();
        for (std::size_t at = 0; at < text.size();) {
            const auto begin = static_cast<std::uint32_t>(at);
            const char32_t code = nextCodePoint(text, at);
            if (code >= 0x10000) {
                units.push_back(static_cast<UChar>(0xD7C0 + (code >> 10)));
                byteOfUnit.push_back(begin);
            }
            units.push_back(static_cast<UChar>(code >= 0x10000 ? 0xDC00 | (code & 0x3FF) : code));
            byteOfUnit.push_back(begin);
        }
        byteOfUnit.push_back(static_cast<std::uint32_t>(text.size()));
    }
};

} // namespace

/// A compiled expression keeps state while it matches, so each search takes one of its own from the pool.
struct TextPattern::Expression {
    struct Worker {
        Regex regex;
        WideText text;
    };
    Regex compiled;
    mutable WorkerPool<Worker> workers;

    std::unique_ptr<Worker> makeWorker() const {
        UErrorCode status = U_ZERO_ERROR;
        auto worker = std::make_unique<Worker>();
        worker->regex.reset(uregex_clone(compiled.get(), &status));
        if (U_FAILURE(status)) throw Error(ErrorKind::internal, "split a text: the expression cannot be copied");
        uregex_setTimeLimit(worker->regex.get(), mostSteps, &status);
        return worker;
    }
};

TextPattern TextPattern::literal(std::string text) {
    TextPattern pattern;
    pattern.literal_ = std::move(text);
    return pattern;
}

TextPattern TextPattern::fromJson(const JsonPlace& place) {
    if (const auto text = place.find("String")) return literal(text->asString());
    const auto source = place.find("Regex");
    if (!source) place.fail("\"String\" or \"Regex\" was due");
    const std::string& text = source->asString();
    if (text.size() > 20'000) source->fail(fmt::format("an expression of {} bytes is too long", text.size()));
    if (text.find("\\h") != std::string::npos) source->fail("\\h has two meanings and is not supported");
    WideText wide;
    wide.assign(text);
    UParseError where{};
    UErrorCode status = U_ZERO_ERROR;
    auto expression = std::make_shared<Expression>();
    // Lines: in the reference ^ and $ match at every one.
    expression->compiled.reset(uregex_open(wide.units.data(), static_cast<std::int32_t>(wide.units.size()),
                                           UREGEX_MULTILINE, &where, &status));
    if (U_FAILURE(status) || !expression->compiled)
        source->fail(
            fmt::format("the expression cannot be read at character {}: {}", where.offset, u_errorName(status)));
    TextPattern pattern;
    pattern.expression_ = std::move(expression);
    return pattern;
}

void TextPattern::findAll(std::string_view text, std::vector<ByteSpan>& matches) const {
    matches.clear();
    if (!expression_) {
        if (literal_.empty()) return;
        for (std::size_t at = text.find(literal_); at != std::string_view::npos;
             at = text.find(literal_, at + literal_.size()))
            matches.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + literal_.size())});
        return;
    }
    const auto worker = expression_->workers.take([&] { return expression_->makeWorker(); });
    worker->text.assign(text);
    UErrorCode status = U_ZERO_ERROR;
    auto* regex = worker->regex.get();
    uregex_setText(regex, worker->text.units.data(), static_cast<std::int32_t>(worker->text.units.size()), &status);
    std::uint32_t lastEnd = UINT32_MAX;
    while (U_SUCCESS(status) && uregex_findNext(regex, &status)) {
        const ByteSpan match{worker->text.byteOfUnit[static_cast<std::size_t>(uregex_start(regex, 0, &status))],
                             worker->text.byteOfUnit[static_cast<std::size_t>(uregex_end(regex, 0, &status))]};
        // An empty match right after a match does not count.
        if (match.begin != match.end || match.begin != lastEnd) matches.push_back(match);
        lastEnd = match.end;
    }
    if (U_FAILURE(status))
        throw Error(ErrorKind::invalidInput,
                    fmt::format("split a text of {} bytes: the tokenizer's expression gives up ({})", text.size(),
                                u_errorName(status)));
}

void findGpt2Words(std::string_view text, std::vector<ByteSpan>& words) {
    enum class Kind { letter, number, space, other };
    const auto kindOf = [](char32_t code) {
        return isLetter(code)       ? Kind::letter
               : isWhiteSpace(code) ? Kind::space
               : isNumber(code)     ? Kind::number
                                    : Kind::other;
    };
    /// The end of the run of one kind that starts at `at`.
    const auto runEnd = [&](std::size_t at, Kind kind) {
        while (at < text.size()) {
            std::size_t next = at;
            if (kindOf(nextCodePoint(text, next)) != kind) break;
            at = next;
        }
        return at;
    };
    const auto contraction = [&](std::size_t at) -> std::size_t {
        const auto rest = text.substr(at, 3);
        for (const std::string_view ending : {"'s", "'t", "'m", "'d", "'re", "'ve", "'ll"})
            if (rest.starts_with(ending)) return ending.size();
        return 0;
    };
    words.clear();
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        if (text[at] == '\'')
            if (const std::size_t length = contraction(at)) at += length;
        if (at == begin) {
            std::size_t next = at;
            Kind kind = kindOf(nextCodePoint(text, next));
            if (text[at] == ' ' && next < text.size()) {
                std::size_t after = next;
                const Kind following = kindOf(nextCodePoint(text, after));
                if (following != Kind::space) {
                    kind = following;
                    next = after;
                }
            }
            at = runEnd(next, kind);
            if (kind == Kind::space &&
                at < text.size()) { // the last space belongs to what follows, if there are others
                std::size_t last = at;
                previousCodePoint(text, last);
                if (last > begin) at = last;
            }
        }
        words.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at)});
    }
}

} // namespace core
