#pragma once
#include "core/backbones/pretrained_encoders.h"
#include "core/backbones/token_choice.h"

namespace core {

/// A text that a network wrote.
struct GeneratedText {
    std::vector<std::int32_t> ids;        ///< new ones; an end token is the last
    std::vector<double> logProbabilities; ///< of each, by the network's own scores, before penalties and temperature
    double score = 0;                     ///< beams: what they are ordered by
};

/// A language network from a Hugging Face folder: Llama (SmolLM2 too), Gemma 2, and the vision-language networks
/// Idefics3 (SmolVLM too) and PaliGemma 2. Computes in float32 on the CPU and gives what Transformers gives within
/// 1e-4. Thread-safe.
///
/// Pictures come as rows from encodePictures(): `ids` hold pictureToken() once for each row of `pictures`, in their
/// order. Texts without pictures leave `pictures` out. PaliGemma's tokens of a prompt see each other; all others see
/// what stands before them.
class PretrainedDecoder {
public:
    /// As PretrainedTextEncoder::load().
    static std::unique_ptr<PretrainedDecoder> load(const std::filesystem::path& folder);
    ~PretrainedDecoder();

    /// The last hidden states, normalised, one row a token. Throws Error(invalidInput) for no ids, ids outside the
    /// vocabulary, more than mostTokens(), and other counts of picture rows than of their places.
    EncodedRows hiddenStates(std::span<const std::int32_t> ids, const EncodedRows& pictures = {}) const;
    /// Scores of what follows each token: one row a token, as wide as the vocabulary.
    EncodedRows logits(std::span<const std::int32_t> ids, const EncodedRows& pictures = {}) const;
    /// log P of each token of `text`, given `prompt` and the tokens before it. Places of pictures are in `prompt`.
    std::vector<double> logProbabilities(std::span<const std::int32_t> prompt, std::span<const std::int32_t> text,
                                         const EncodedRows& pictures = {}) const;
    /// Writes until an end token or `options.mostTokens`. Keys and values of what was read are kept, so each new token
    /// costs one step. With `options.beams` the best of them.
    GeneratedText generate(std::span<const std::int32_t> prompt, const GenerateOptions& options = {},
                           const EncodedRows& pictures = {}) const;
    /// All `options.beams` texts, best first.
    std::vector<GeneratedText> generateBeams(std::span<const std::int32_t> prompt, const GenerateOptions& options,
                                             const EncodedRows& pictures = {}) const;

    bool readsPictures() const;
    /// tokensPerPicture() rows a picture, as wide as hidden states. Throws Error(invalidInput) for pictures that are
    /// not pictureSide() x pictureSide(), and where the network reads none.
    EncodedRows encodePictures(std::span<const NetworkPixels> pictures) const;
    int pictureSide() const;
    std::int64_t tokensPerPicture() const;
    std::int32_t pictureToken() const;

    std::int64_t width() const;
    std::int64_t vocabularySize() const;
    std::int64_t mostTokens() const;

private:
    struct Network;
    explicit PretrainedDecoder(std::unique_ptr<Network> network);
    std::unique_ptr<Network> network_;
};

} // namespace core
