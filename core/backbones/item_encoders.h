#pragma once
#include "core/backbones/item_tokenizer.h"
#include "core/backbones/pretrained_encoders.h"
#include <string>

namespace core {

/// Texts to vectors by a Hugging Face folder: tokenizer, padding and pooling as its architecture has them. BERT's
/// vectors are means of length 1 (sentence encoders), CLIP's and SigLIP's those of the space shared with pictures.
/// Thread-safe.
class ItemTextEncoder {
public:
    /// Throws Error(notFound) or Error(corrupt) naming file and tensor.
    static ItemTextEncoder load(const std::filesystem::path& folder);
    /// One row a text. What is longer than the network reads is cut.
    EncodedRows encode(std::span<const std::string> texts) const;
    /// Tokens that encode() reads of a text.
    std::size_t tokensOf(const std::string& text) const;
    /// What stands for the folder in caches.
    const std::string& hash() const { return hash_; }

private:
    std::string hash_;
    std::shared_ptr<const ItemTokenizer> tokenizer_;
    std::shared_ptr<const PretrainedTextEncoder> encoder_;
    bool isMean_ = false;
};

/// Pictures to vectors by a Hugging Face folder. Thread-safe.
class ItemPictureEncoder {
public:
    static ItemPictureEncoder load(const std::filesystem::path& folder);
    /// One row a picture of any size.
    EncodedRows encode(std::span<const PixelArray> pictures) const;
    const std::string& hash() const { return hash_; }

private:
    std::string hash_;
    std::shared_ptr<const PicturePreprocessor> preprocessor_;
    std::shared_ptr<const PretrainedPictureEncoder> encoder_;
};

} // namespace core
