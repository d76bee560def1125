#pragma once
#include "core/backbones/pretrained_encoders.h"
#include "core/backbones/token_choice.h"

namespace core {

/// A text that a network wrote.
struct GeneratedText {
    std::vector<std::int32_t> ids;        ///< new ones; an end token is the last
    std::vector<double> logProbabilities; ///< of each, by the network's own scores, before penalties and temperature
};

/// A language network of the Llama family (SmolLM2 too) from a Hugging Face folder. Computes in float32 on the CPU and
/// gives what Transformers gives within 1e-4. Thread-safe.
class PretrainedDecoder {
public:
    /// As PretrainedTextEncoder::load().
    static std::unique_ptr<PretrainedDecoder> load(const std::filesystem::path& folder);
    ~PretrainedDecoder();

    /// The last hidden states, normalised, one row a token. Throws Error(invalidInput) for no ids, ids outside the
    /// vocabulary, and more than mostTokens().
    EncodedRows hiddenStates(std::span<const std::int32_t> ids) const;
    /// Scores of what follows each token: one row a token, as wide as the vocabulary.
    EncodedRows logits(std::span<const std::int32_t> ids) const;
    /// Writes until an end token or `options.mostTokens`. Keys and values of what was read are kept, so each new token
    /// costs one step.
    GeneratedText generate(std::span<const std::int32_t> prompt, const GenerateOptions& options = {}) const;

    std::int64_t width() const;
    std::int64_t vocabularySize() const;
    std::int64_t mostTokens() const;

private:
    struct Network;
    explicit PretrainedDecoder(std::unique_ptr<Network> network);
    std::unique_ptr<Network> network_;
};

} // namespace core
