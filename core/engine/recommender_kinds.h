#pragma once
#include "core/engine/engine.h"
#include <span>
#include <string_view>

/// Which recommenders there are, for whoever lists or checks them: command line, window, engine. How each is loaded
/// and trained stands beside its code, under the same name.
namespace core {

struct RecommenderKind {
    std::string_view name;    ///< "sasrec": in model.json and after --recommender
    std::string_view title;   ///< "SASRec"
    std::string_view summary; ///< one sentence, for people who choose
    /// Words of --modality that it takes, the default first; "none" alone: it reads ids and order only.
    std::span<const std::string_view> modalities;
    bool isTrained = false;  ///< a folder in models/; else counted from the training events when it is opened
    bool isOfParts = false;  ///< made of other models: a mix
    bool readsItems = false; ///< PixRec: what it reads of a product decides alone, ids are not known to it

    bool takes(std::string_view modality) const;
    Capabilities capabilities(std::string_view modality) const;
};

/// Baselines first, in the order of lists.
std::span<const RecommenderKind> recommenderKinds();
/// nullptr where there is none of this name.
const RecommenderKind* findRecommenderKind(std::string_view name);
/// "bpr-mf, sasrec, bsarec, mix or pixrec": those that can be trained, for messages.
std::string trainableKindNames();

} // namespace core
