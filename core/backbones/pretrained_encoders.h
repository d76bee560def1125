#pragma once
#include "core/pixels/picture_preprocessor.h"
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

/// Encoders of Hugging Face checkpoint folders: `config.json` and `*.safetensors`. They compute in float32 on the CPU,
/// and give what Transformers gives within 1e-4. No LibTorch header is needed to use them.
namespace core {

/// N rows of W numbers.
struct EncodedRows {
    std::int64_t rows = 0, width = 0;
    std::vector<float> values;

    std::span<const float> row(std::int64_t index) const {
        return std::span(values).subspan(static_cast<std::size_t>(index * width), static_cast<std::size_t>(width));
    }
};

/// One text as a tokenizer made it.
struct EncoderText {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> typeIds; ///< BERT alone asks for them; empty: all 0
};

/// BERT (MiniLM too), or the text tower of CLIP or SigLIP. Thread-safe.
class PretrainedTextEncoder {
public:
    /// Throws Error(notFound), or Error(corrupt) naming file and tensor, for what is missing, superfluous or misshapen.
    static std::unique_ptr<PretrainedTextEncoder> load(const std::filesystem::path& folder);
    ~PretrainedTextEncoder();

    /// The last hidden state of every token, text after text: as many rows as there are ids. Texts do not influence
    /// each other. Throws Error(invalidInput) for an empty text, for ids outside the vocabulary, and for texts above
    /// mostTokens().
    EncodedRows hiddenStates(std::span<const EncoderText> texts) const;
    /// One row a text: the pooled output of the architecture (BERT: tanh of the first token's projection; CLIP: the end
    /// token; SigLIP: the last token through its head), projected to the space shared with pictures where there is one.
    EncodedRows encode(std::span<const EncoderText> texts) const;
    /// One row a text: the mean of the hidden states, of length 1; what sentence encoders like MiniLM are trained for.
    EncodedRows encodeByMean(std::span<const EncoderText> texts) const;

    std::int64_t width() const; ///< of a hidden state
    std::int64_t mostTokens() const;
    /// SigLIP reads all texts padded to mostTokens(): the caller appends its padding id.
    bool needsPadding() const;

private:
    struct Network;
    explicit PretrainedTextEncoder(std::unique_ptr<Network> network);
    std::unique_ptr<Network> network_;
};

/// The picture tower of CLIP or SigLIP, or a network for ImageNet: MobileNetV2, EfficientNet-Lite0. Thread-safe.
class PretrainedPictureEncoder {
public:
    /// As PretrainedTextEncoder::load().
    static std::unique_ptr<PretrainedPictureEncoder> load(const std::filesystem::path& folder);
    ~PretrainedPictureEncoder();

    /// The last hidden state of every patch (CLIP: after one for the whole picture; ImageNet: of every place of the
    /// last map), picture after picture. Throws
    /// Error(invalidInput) for pictures that are not side() x side().
    EncodedRows hiddenStates(std::span<const NetworkPixels> pictures) const;
    /// One row a picture: pooled (ImageNet: averaged), and projected to the space shared with texts where there is one.
    EncodedRows encode(std::span<const NetworkPixels> pictures) const;

    std::int64_t width() const;
    int side() const; ///< pixels

private:
    struct Network;
    explicit PretrainedPictureEncoder(std::unique_ptr<Network> network);
    std::unique_ptr<Network> network_;
};

} // namespace core
