#pragma once
#include "core/backbones/token_choice.h"

namespace core {

/// Beam search over one prompt, as Transformers 4.57 defines it: in each step the best `(1 + ends) * beams`
/// continuations of all texts; those among the first `beams` that end are kept by score / length^lengthPenalty; the
/// best that go on are the next step's. It stops where no running text can beat the worst that is kept, or at the
/// length.
class BeamSearch {
public:
    struct Text {
        std::vector<std::int32_t> ids;
        std::vector<double> logProbabilities; ///< of each token, before penalties
        double score = 0;     ///< the sum after penalties and temperature; of finished texts, over their length
        std::size_t from = 0; ///< the running text of the step before that this goes on from
    };

    /// `room`: tokens at most.
    BeamSearch(const GenerateOptions& options, std::vector<std::int32_t> endTokens, int room);

    /// In the first step one, then `beams` texts.
    const std::vector<Text>& running() const { return running_; }
    bool isDone() const { return isDone_; }
    /// log-probabilities of what follows each running text, row after row: `own` by the network, `chosen` after
    /// penalties. Sampling draws the continuations without replacement, from log-probabilities over the temperature;
    /// top-k and top-p are not heard.
    void advance(std::span<const float> own, std::span<const float> chosen, std::mt19937_64& random);
    /// Best first.
    std::vector<Text> finished() const { return finished_; }

private:
    struct Continuation {
        std::size_t text = 0;
        std::int32_t token = 0;
        double score = 0, key = 0; ///< ordered by `key`
    };
    std::vector<Continuation> best(std::span<const float> chosen, std::mt19937_64& random) const;

    GenerateOptions options_;
    std::vector<std::int32_t> endTokens_;
    int room_;
    bool isDone_ = false;
    std::vector<Text> running_, finished_;
};

} // namespace core
