#pragma once
#include "core/text/pretrained_tokenizer.h"

namespace core {

/// Products' texts as the text encoder of a Hugging Face folder reads them: cut to what it reads at most, and padded
/// where it wants padding (SigLIP). Thread-safe.
class ItemTokenizer {
public:
    /// Throws Error(notFound) or Error(corrupt) naming file and place.
    static ItemTokenizer load(const std::filesystem::path& folder);
    /// At least one.
    std::vector<std::int32_t> ids(const std::string& text) const;
    /// All ids are smaller.
    std::int32_t size() const { return tokenizer_->size(); }

private:
    std::shared_ptr<const PretrainedTokenizer> tokenizer_;
    std::size_t mostTokens_ = 0;
    bool isPadded_ = false;
    std::int32_t padding_ = 0;
};

} // namespace core
