#include "core/text/post_processor.h"
#include <fmt/format.h>
#include <map>

namespace core {

namespace {

constexpr std::int64_t largestId = 16'000'000;

void addSpecial(TokenizedText& text, std::int32_t id, std::int32_t typeId) {
    text.ids.push_back(id);
    text.spans.push_back({});
    text.typeIds.push_back(typeId);
    text.isSpecial.push_back(1);
}

/// `$A`, `$B` and special tokens in the order of a template.
class TemplateProcessor final : public PostProcessor {
public:
    explicit TemplateProcessor(const JsonPlace& place) {
        if (const auto tokens = place.find("special_tokens"))
            for (const auto& name : tokens->keys()) {
                const JsonPlace ids = tokens->at(name).at("ids");
                for (std::size_t i = 0; i < ids.size(); ++i)
                    special_[name].push_back(static_cast<std::int32_t>(ids.at(i).asInteger(0, largestId)));
            }
        single_ = readTemplate(place.at("single"), false);
        pair_ = readTemplate(place.at("pair"), true);
    }

    std::size_t addedCount(bool isPair) const override {
        std::size_t count = 0;
        for (const auto& piece : isPair ? pair_ : single_)
            if (piece.sequence < 0) count += special_.at(piece.special).size();
        return count;
    }

    void apply(std::vector<TokenizedText>& parts, bool addsSpecial) const override {
        std::vector<TokenizedText> result;
        for (const auto& piece : parts.size() > 1 ? pair_ : single_) {
            if (piece.sequence >= 0) {
                result.push_back(parts.at(static_cast<std::size_t>(piece.sequence)));
                result.back().typeIds.assign(result.back().size(), piece.typeId);
            } else if (addsSpecial) {
                result.emplace_back();
                for (const auto id : special_.at(piece.special)) addSpecial(result.back(), id, piece.typeId);
            }
        }
        parts = std::move(result);
    }

private:
    struct Piece {
        int sequence = -1; ///< 0 or 1; -1: a special token
        std::string special;
        std::int32_t typeId = 0;
    };

    std::vector<Piece> readTemplate(const JsonPlace& list, bool isPair) const {
        std::vector<Piece> pieces;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const JsonPlace place = list.at(i);
            Piece piece;
            if (const auto sequence = place.find("Sequence")) {
                const std::string& id = sequence->at("id").asString();
                if (id != "A" && !(id == "B" && isPair))
                    sequence->at("id").fail(fmt::format("\"{}\" is no text of this template", id));
                piece.sequence = id == "B";
                piece.typeId = static_cast<std::int32_t>(sequence->integerOr("type_id", 0, 0, largestId));
            } else {
                const JsonPlace token = place.at("SpecialToken");
                piece.special = token.at("id").asString();
                if (!special_.contains(piece.special))
                    token.at("id").fail(fmt::format("\"{}\" is not among the special_tokens", piece.special));
                piece.typeId = static_cast<std::int32_t>(token.integerOr("type_id", 0, 0, largestId));
            }
            pieces.push_back(std::move(piece));
        }
        return pieces;
    }

    std::map<std::string, std::vector<std::int32_t>> special_;
    std::vector<Piece> single_, pair_;
};

/// BERT: [CLS] A [SEP] B [SEP]. RoBERTa: <s> A </s></s> B </s>, all of type 0.
class ClassifierProcessor final : public PostProcessor {
public:
    ClassifierProcessor(const JsonPlace& place, bool isRoberta)
        : isRoberta_(isRoberta), first_(idOf(place.at("cls"))), separator_(idOf(place.at("sep"))),
          trims_(isRoberta && place.boolOr("trim_offsets", true)),
          knowsSpace_(isRoberta && place.boolOr("add_prefix_space", true)) {}

    std::size_t addedCount(bool isPair) const override { return isPair ? (isRoberta_ ? 4 : 3) : 2; }
    bool trimsSpans() const override { return trims_; }
    bool knowsAddedSpace() const override { return knowsSpace_; }

    void apply(std::vector<TokenizedText>& parts, bool addsSpecial) const override {
        if (isRoberta_)
            for (auto& part : parts) part.typeIds.assign(part.size(), 0);
        if (!addsSpecial) return;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const std::int32_t typeId = i > 0 && !isRoberta_;
            TokenizedText whole;
            if (i == 0)
                addSpecial(whole, first_, 0);
            else if (isRoberta_)
                addSpecial(whole, separator_, 0);
            whole.append(parts[i]);
            addSpecial(whole, separator_, typeId);
            parts[i] = std::move(whole);
        }
    }

private:
    static std::int32_t idOf(const JsonPlace& place) { // ["[CLS]", 101]
        return static_cast<std::int32_t>(place.at(std::size_t{1}).asInteger(0, largestId));
    }

    bool isRoberta_;
    std::int32_t first_, separator_;
    bool trims_, knowsSpace_;
};

class ByteLevelProcessor final : public PostProcessor {
public:
    explicit ByteLevelProcessor(const JsonPlace& place)
        : trims_(place.at("trim_offsets").asBool()), knowsSpace_(place.at("add_prefix_space").asBool()) {}
    std::size_t addedCount(bool) const override { return 0; }
    void apply(std::vector<TokenizedText>&, bool) const override {}
    bool trimsSpans() const override { return trims_; }
    bool knowsAddedSpace() const override { return knowsSpace_; }

private:
    bool trims_, knowsSpace_;
};

class SequenceOfProcessors final : public PostProcessor {
public:
    explicit SequenceOfProcessors(const JsonPlace& place) {
        const JsonPlace list = place.at("processors");
        for (std::size_t i = 0; i < list.size(); ++i) steps_.push_back(PostProcessor::fromJson(list.at(i)));
    }
    std::size_t addedCount(bool isPair) const override {
        std::size_t count = 0;
        for (const auto& part : steps_) count += part->addedCount(isPair);
        return count;
    }
    void apply(std::vector<TokenizedText>& parts, bool addsSpecial) const override {
        for (const auto& part : steps_) part->apply(parts, addsSpecial);
    }
    bool trimsSpans() const override { return trimming() != nullptr; }
    bool knowsAddedSpace() const override { return trimming() && trimming()->knowsAddedSpace(); }

private:
    const PostProcessor* trimming() const {
        for (const auto& part : steps_)
            if (part->trimsSpans()) return part.get();
        return nullptr;
    }
    std::vector<std::unique_ptr<PostProcessor>> steps_;
};

} // namespace

void TokenizedText::append(const TokenizedText& other) {
    ids.insert(ids.end(), other.ids.begin(), other.ids.end());
    spans.insert(spans.end(), other.spans.begin(), other.spans.end());
    typeIds.insert(typeIds.end(), other.typeIds.begin(), other.typeIds.end());
    isSpecial.insert(isSpecial.end(), other.isSpecial.begin(), other.isSpecial.end());
}

std::unique_ptr<PostProcessor> PostProcessor::fromJson(const JsonPlace& place) {
    const std::string type = place.type();
    if (type == "TemplateProcessing") return std::make_unique<TemplateProcessor>(place);
    if (type == "BertProcessing") return std::make_unique<ClassifierProcessor>(place, false);
    if (type == "RobertaProcessing") return std::make_unique<ClassifierProcessor>(place, true);
    if (type == "ByteLevel") return std::make_unique<ByteLevelProcessor>(place);
    if (type == "Sequence") return std::make_unique<SequenceOfProcessors>(place);
    place.failUnknownType("BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
}

} // namespace core
