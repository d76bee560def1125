#include "core/text/pretrained_tokenizer.h"
#include "core/text/added_tokens.h"
#include "core/text/byte_letters.h"
#include "core/text/code_point_classes.h"
#include "core/text/piece_cache.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/worker_pool.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

namespace {

constexpr std::size_t largestText = 256'000'000;

struct Worker {
    TextPieces pieces;
    PieceCache cache;
};

/// A text with its broken bytes replaced, and where each byte came from.
struct RepairedText {
    std::string bytes;
    std::vector<std::uint32_t> sourceOf; ///< one more than bytes

    explicit RepairedText(std::string_view text) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t valid = validUtf8Prefix(text.substr(at));
            for (std::size_t i = 0; i < valid; ++i) put(text[at + i], at + i);
            at += valid;
            if (at == text.size()) break;
            for (const char c : std::string_view("\xEF\xBF\xBD")) put(c, at);
            at += brokenUtf8Length(text.substr(at));
        }
        sourceOf.push_back(static_cast<std::uint32_t>(text.size()));
    }

private:
    void put(char c, std::size_t source) {
        bytes.push_back(c);
        sourceOf.push_back(static_cast<std::uint32_t>(source));
    }
};

/// White space at the ends of a token, in characters.
struct TokenSpaces {
    std::uint32_t before = 0, after = 0;
};

TokenSpaces spacesOf(std::string_view token) {
    static const char32_t spaceLetter = letterOfByte(' ');
    const auto isSpace = [](char32_t code) { return code == spaceLetter || isWhiteSpace(code); };
    TokenSpaces spaces;
    for (std::size_t at = 0; at < token.size() && isSpace(nextCodePoint(token, at));) ++spaces.before;
    for (std::size_t at = token.size(); at > 0 && isSpace(previousCodePoint(token, at));) ++spaces.after;
    return spaces;
}

/// One of the texts on its way to the post-processor.
struct EncodedPart {
    std::string_view source;
    std::unique_ptr<RepairedText> repaired; ///< holds `source` where the user's text was broken
    TokenizedText text;
    std::vector<TokenSpaces> spaces; ///< one a token where spans are trimmed, else empty

    void keep(std::size_t count, bool cutsAtStart) {
        if (text.size() <= count) return;
        const auto keepIn = [&](auto& list) {
            if (list.empty()) return;
            const auto extra = static_cast<std::ptrdiff_t>(list.size() - count);
            if (cutsAtStart)
                list.erase(list.begin(), list.begin() + extra);
            else
                list.erase(list.end() - extra, list.end());
        };
        keepIn(text.ids);
        keepIn(text.spans);
        keepIn(text.typeIds);
        keepIn(text.isSpecial);
        keepIn(spaces);
    }

    /// Moves the ends of spans inwards over white space.
    void trim(bool knowsAddedSpace) {
        for (std::size_t i = 0; i < spaces.size(); ++i) {
            auto [before, after] = spaces[i];
            if (before == 0 && after == 0) continue;
            std::size_t begin = text.spans[i].begin, end = text.spans[i].end;
            if (before == 1 && knowsAddedSpace && (i == 0 || begin == 0)) before = 0; // it is not the user's
            for (; before > 0 && begin < end; --before) nextCodePoint(source, begin);
            for (; after > 0 && end > begin; --after) previousCodePoint(source, end);
            text.spans[i] = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
        }
    }

    void toUsersBytes() {
        if (!repaired) return;
        for (auto& span : text.spans) span = {repaired->sourceOf[span.begin], repaired->sourceOf[span.end]};
    }
};

/// Cuts the longer of two texts, then both alike.
void keepLongestFirst(std::vector<EncodedPart>& parts, std::size_t most, bool cutsAtStart) {
    std::size_t total = 0;
    for (const auto& part : parts) total += part.text.size();
    if (total <= most) return;
    if (parts.size() == 1) return parts[0].keep(most, cutsAtStart);
    const bool isSwapped = parts[0].text.size() > parts[1].text.size();
    EncodedPart &shorter = parts[isSwapped], &longer = parts[!isSwapped];
    std::size_t kept = shorter.text.size();
    std::size_t keptLonger = kept > most ? kept : std::max(kept, most - kept);
    if (kept + keptLonger > most) {
        kept = most / 2;
        keptLonger = kept + most % 2;
    }
    shorter.keep(kept, cutsAtStart);
    longer.keep(keptLonger, cutsAtStart);
}

} // namespace

struct PretrainedTokenizer::Parts {
    std::unique_ptr<Normalizer> normalizer;
    std::unique_ptr<PreTokenizer> preTokenizer;
    std::unique_ptr<TokenModel> model;
    std::unique_ptr<PostProcessor> postProcessor;
    std::unique_ptr<TokenDecoder> decoder;
    AddedTokens added;
    std::string modelName;
    std::optional<std::size_t> mostTokens;
    std::int32_t size = 0;
    bool alwaysTracks = false;
    mutable WorkerPool<Worker> workers;

    EncodedPart encode(std::string_view text, std::int32_t typeId, bool wantsSpans) const;

    explicit Parts(const JsonPlace& root) {
        if (!root.isObject()) root.fail("an object was due");
        if (root.stringOr("version", "1.0") != "1.0") root.at("version").fail("only version 1.0 is known");
        const auto cutter = root.find("pre_tokenizer");
        const PreTokenizerTraits traits = cutter ? traitsOf(*cutter) : PreTokenizerTraits{};
        if (const auto place = root.find("normalizer")) normalizer = Normalizer::fromJson(*place);
        model = TokenModel::fromJson(root.at("model"), traits.endsWithByteLetters);
        if (cutter)
            preTokenizer =
                model->takesPlainBytes() ? preTokenizerWithoutByteLetters(*cutter) : PreTokenizer::fromJson(*cutter);
        if (const auto place = root.find("post_processor")) postProcessor = PostProcessor::fromJson(*place);
        if (const auto place = root.find("decoder")) decoder = TokenDecoder::fromJson(*place);
        if (const auto place = root.find("truncation"))
            mostTokens = static_cast<std::size_t>(place->at("max_length").asInteger(0, 1'000'000'000));
        added = AddedTokens(root, model->table(), normalizer.get());
        modelName = model->name();
        alwaysTracks = traits.asksForFirst && normalizer;
        for (const auto& [text, id] : model->table().all()) size = std::max(size, id + 1);
        for (const auto& [id, token] : added.all()) size = std::max(size, id + 1);
    }

    std::string_view textOf(std::int32_t id) const {
        if (const std::string* text = model->table().textOf(id)) return *text;
        const AddedToken* token = added.find(id);
        return token ? std::string_view(token->text) : std::string_view();
    }
};

PretrainedTokenizer::PretrainedTokenizer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PretrainedTokenizer::~PretrainedTokenizer() = default;

std::unique_ptr<PretrainedTokenizer> PretrainedTokenizer::load(const std::filesystem::path& path) {
    const auto file = std::filesystem::is_directory(path) ? path / "tokenizer.json" : path;
    return std::unique_ptr<PretrainedTokenizer>(
        new PretrainedTokenizer(std::make_unique<Parts>(JsonPlace::read(file))));
}

std::unique_ptr<PretrainedTokenizer> PretrainedTokenizer::parse(std::string_view json, const std::string& name) {
    return std::unique_ptr<PretrainedTokenizer>(
        new PretrainedTokenizer(std::make_unique<Parts>(JsonPlace::parse(json, name))));
}

EncodedPart PretrainedTokenizer::Parts::encode(std::string_view text, std::int32_t typeId, bool wantsSpans) const {
    if (text.size() > largestText)
        throw Error(ErrorKind::invalidInput,
                    fmt::format("cut a text into tokens: {} bytes; at most {} can be", text.size(), largestText));
    EncodedPart part;
    part.source = text;
    if (validUtf8Prefix(text) != text.size()) {
        part.repaired = std::make_unique<RepairedText>(text);
        part.source = part.repaired->bytes;
    }
    const auto worker = workers.take([] { return std::make_unique<Worker>(); });
    TextPieces& pieces = worker->pieces;
    pieces.clear(wantsSpans || alwaysTracks);
    added.cut(part.source, normalizer.get(), pieces);
    if (preTokenizer) preTokenizer->apply(pieces);

    const bool trims = wantsSpans && postProcessor && postProcessor->trimsSpans();
    const auto put = [&](std::int32_t id, std::uint32_t begin, std::uint32_t end, std::string_view written) {
        part.text.ids.push_back(id);
        const bool hasSpan = wantsSpans && begin < end;
        part.text.spans.push_back(hasSpan ? ByteSpan{pieces.text.origin[begin].begin, pieces.text.origin[end - 1].end}
                                          : ByteSpan{});
        if (trims) part.spaces.push_back(spacesOf(written));
    };
    for (const auto& piece : pieces.pieces) {
        if (piece.token >= 0) {
            put(piece.token, piece.begin, piece.end, pieces.textOf(piece));
            continue;
        }
        for (const auto& token : worker->cache.tokensOf(pieces.textOf(piece), *model))
            put(token.id, piece.begin + token.begin, piece.begin + token.end,
                trims ? textOf(token.id) : std::string_view());
    }
    part.text.typeIds.assign(part.text.ids.size(), typeId);
    part.text.isSpecial.assign(part.text.ids.size(), 0);
    return part;
}

TokenizedText PretrainedTokenizer::encodeAll(std::span<const std::string_view> texts,
                                             const TokenizeOptions& options) const {
    std::vector<EncodedPart> encoded;
    for (const auto text : texts)
        encoded.push_back(parts_->encode(text, static_cast<std::int32_t>(encoded.size()), options.wantsSpans));
    if (options.mostTokens) {
        const std::size_t special = options.addsSpecial ? specialTokenCount(texts.size() > 1) : 0;
        if (*options.mostTokens < special)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("cut a text into at most {} tokens: {} special ones are always there",
                                    *options.mostTokens, special));
        keepLongestFirst(encoded, *options.mostTokens - special, options.cutsAtStart);
    }
    std::vector<TokenizedText> parts;
    for (auto& part : encoded) {
        if (parts_->postProcessor) part.trim(parts_->postProcessor->knowsAddedSpace());
        part.toUsersBytes();
        parts.push_back(std::move(part.text));
    }
    if (parts_->postProcessor) parts_->postProcessor->apply(parts, options.addsSpecial);
    if (parts.empty()) return {};
    for (std::size_t i = 1; i < parts.size(); ++i) parts[0].append(parts[i]);
    return std::move(parts[0]);
}

TokenizedText PretrainedTokenizer::encode(std::string_view text, const TokenizeOptions& options) const {
    return encodeAll(std::span(&text, 1), options);
}

TokenizedText PretrainedTokenizer::encodePair(std::string_view first, std::string_view second,
                                              const TokenizeOptions& options) const {
    const std::string_view both[] = {first, second};
    return encodeAll(both, options);
}

std::string PretrainedTokenizer::decode(std::span<const std::int32_t> ids, bool leavesOutSpecial) const {
    std::vector<std::string> tokens;
    for (const auto id : ids) {
        const auto token = tokenOf(id);
        if (token && !(leavesOutSpecial && parts_->added.isSpecial(*token))) tokens.push_back(*token);
    }
    std::string text;
    if (parts_->decoder) {
        parts_->decoder->apply(tokens);
        for (const auto& token : tokens) text += token;
    } else {
        for (std::size_t i = 0; i < tokens.size(); ++i) text += (i > 0 ? " " : "") + tokens[i];
    }
    return text;
}

std::optional<std::int32_t> PretrainedTokenizer::idOf(std::string_view token) const {
    const auto added = parts_->added.idOf(token);
    return added ? added : parts_->model->table().idOf(token);
}

std::optional<std::string> PretrainedTokenizer::tokenOf(std::int32_t id) const {
    if (const AddedToken* token = parts_->added.find(id)) return token->text;
    const std::string* text = parts_->model->table().textOf(id);
    return text ? std::optional(*text) : std::nullopt;
}

std::int32_t PretrainedTokenizer::size() const { return parts_->size; }
const std::string& PretrainedTokenizer::modelName() const { return parts_->modelName; }
std::optional<std::size_t> PretrainedTokenizer::mostTokensOfFile() const { return parts_->mostTokens; }
std::size_t PretrainedTokenizer::specialTokenCount(bool isPair) const {
    return parts_->postProcessor ? parts_->postProcessor->addedCount(isPair) : 0;
}

} // namespace core
