#pragma once
#include "core/backbones/language_network.h"
#include "core/backbones/picture_tower.h"
#include "core/checkpoints/language_model_settings.h"
#include "core/tensors/device.h"

// Shapes: as in language_network.h; Q tokens of a picture, R rows of all pictures of a text.
namespace core {

/// A language network with its picture tower and connector, if it has them, from a Hugging Face folder. For code that
/// works with tensors (training, batches); others use PretrainedDecoder. Sets no inference mode.
class LanguageModel {
public:
    enum class Weights {
        mapped, ///< borrowed from the files where those hold float32: never written
        own,    ///< copies that may be trained; weights() names them
    };
    /// The language network's mapped matrices are kept in the precision that they are computed in; own ones in float32.
    /// Throws Error(notFound), or Error(corrupt) naming file and tensor, for what is missing, superfluous or misshapen;
    /// Error(invalidInput) for fp16, whose range sums of a language network leave.
    explicit LanguageModel(const std::filesystem::path& folder, Weights kind = Weights::mapped,
                           const Computing& computing = {});

    /// What stands in the places of picture tokens, NQD, float32; pixels from any device. Throws Error(invalidInput)
    /// where the network reads no pictures.
    torch::Tensor pictureTokens(const torch::Tensor& pixelsNCSS) const;
    /// Rows of the vocabulary; where `ids` holds the picture token, rows of `picturesRD` in their order (undefined:
    /// none; then the picture token is a token like others). Throws Error(invalidInput) for ids outside the vocabulary,
    /// or other counts of rows than of places.
    torch::Tensor embed(std::span<const std::int32_t> ids, const torch::Tensor& picturesRD) const;
    /// For texts whose first `prompt` tokens are given and the rest written.
    LanguageNetwork::Mask maskAfter(std::int64_t prompt) const;

    /// The folder's tensors by their names in it, the very ones that the network computes with; only Weights::own.
    /// Changed in place they change the network, except Gemma's norms, which were copied.
    const std::map<std::string, torch::Tensor>& weights() const { return weights_; }
    const LanguageNetwork& network() const { return *network_; }
    LanguageNetwork& network() { return *network_; }
    const PictureTower& tower() const { return *tower_; }
    const LanguageModelSettings& settings() const { return settings_; }

private:
    LanguageModelSettings settings_;
    Computing computing_;
    std::unique_ptr<LanguageNetwork> network_;
    std::unique_ptr<PictureTower> tower_;
    LinearWeights connector_;
    std::map<std::string, torch::Tensor> weights_;
};

} // namespace core
