#pragma once
#include "core/engine/engine.h"

namespace core {

/// Products by a picture or by words, with an encoder that was added to the workspace (Jobs::encode).
struct SearchRequest {
    std::filesystem::path workspace;
    std::filesystem::path encoder; ///< its folder
    std::filesystem::path picture; ///< a picture file; empty: `text` is asked for
    std::string text;
    int k = 60;
};

struct SearchResult {
    std::vector<SimilarItem> items;             ///< nearest first
    std::int64_t compared = 0;                  ///< products that have what was compared
    SimilarSpace space = SimilarSpace::picture; ///< what of the products was compared
    double elapsedMs = 0;
};

/// Keeps the newest encoder and its vectors of the newest workspace in memory. All calls from one thread, which need
/// not be the engine's.
class ProductSearch {
public:
    virtual ~ProductSearch();
    /// A picture finds products by their pictures; words find them by their pictures where the encoder has a joint
    /// space and pictures were encoded, else by their texts. Products that were not encoded yet are, which takes as
    /// long as Jobs::encode. Throws Error: notFound (encoder, picture), corrupt, invalidInput (the encoder reads no
    /// such thing, a picture that cannot be read), cancelled.
    virtual SearchResult find(const SearchRequest& request, const ProgressSink& progress, std::stop_token stop) = 0;
};

} // namespace core
