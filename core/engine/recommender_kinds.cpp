#include "core/engine/recommender_kinds.h"
#include <algorithm>
#include <array>

namespace core {

namespace {
constexpr std::array<std::string_view, 1> none{"none"};
constexpr std::array<std::string_view, 2> idsOrText{"none", "text"};
constexpr std::array<std::string_view, 3> content{"both", "text", "image"};

constexpr std::array<RecommenderKind, 9> kinds{{
    {"popularity", "Popularity", "The most bought products, the same for everybody.", none},
    {"repeat-last", "Repeat last", "The history again, newest first.", none},
    {"co-occurrence", "Co-occurrence", "What was bought near the products of the history; a table of counts.", none},
    {"pixrec", "PixRec", "Reads texts, pictures or both; ranks products that nobody has bought yet.", content, true,
     false, true},
    {"pixrec-vlm", "PixRec (VLM)",
     "PixRec as published: a vision-language network reads the last products, word by word; slower than PixRec.",
     content, true, false, true},
    {"sasrec", "SASRec", "Learns the order of purchases by product id; text as an option.", idsOrText, true},
    {"bsarec", "BSARec", "SASRec with a frequency filter; often the best of those that learn order.", idsOrText, true},
    {"bpr-mf", "BPR-MF", "Learns what kinds of products go together, whatever their order.", none, true},
    {"mix", "Mix", "Adds the scores of other models, with weights chosen on the validation events.", none, true, true},
}};
} // namespace

bool RecommenderKind::takes(std::string_view modality) const {
    return std::find(modalities.begin(), modalities.end(), modality) != modalities.end();
}

Capabilities RecommenderKind::capabilities(std::string_view modality) const {
    const bool readsText = modality == "text" || modality == "both";
    const bool readsPicture = modality == "image" || modality == "both";
    return {.newHistory = true,
            .readsText = readsText,
            .readsPicture = readsPicture,
            .itemVectors = readsItems,
            .trainable = isTrained};
}

std::span<const RecommenderKind> recommenderKinds() { return kinds; }

const RecommenderKind* findRecommenderKind(std::string_view name) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [name](const RecommenderKind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : &*found;
}

std::string trainableKindNames() {
    std::string names;
    std::size_t left = 0;
    for (const auto& kind : kinds) left += kind.isTrained ? 1 : 0;
    for (const auto& kind : kinds) {
        if (!kind.isTrained) continue;
        names += kind.name;
        if (--left > 0) names += left == 1 ? " or " : ", ";
    }
    return names;
}

} // namespace core
