#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace core {

/// Sizes of a SASRec or BSARec network over product ids (methods.md 3); kept in model.json.
struct SequenceSettings {
    std::string recommender = "sasrec"; ///< "sasrec" or "bsarec"
    bool readsText = false;             ///< adds the score of a second tower that reads words instead of ids
    int width = 64;
    int window = 50; ///< newest events that are read
    int layers = 2, heads = 2;
    int innerWidth = 128;
    double dropout = 0.3;
    // BSARec alone: the share of the filtered branch and how many frequencies are low.
    double filterShare = 0.7;
    int lowFrequencies = 5;
    // With text alone: words are kept in so many hashed rows, and a product's first so many are read.
    int wordRows = 16384, words = 32;
    double textWeight = 1; ///< of the text tower's score; chosen on validation

    bool hasFilter() const { return recommender == "bsarec"; }
};

void to_json(nlohmann::json& json, const SequenceSettings& settings);
/// Throws Error(corrupt) where a size is missing, of the wrong type, or senseless.
void from_json(const nlohmann::json& json, SequenceSettings& settings);

} // namespace core
