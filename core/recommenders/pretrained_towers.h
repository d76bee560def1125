#pragma once
#include "core/recommenders/encoders.h"

namespace core {

/// Encoders of Hugging Face folders that learn, wholly or in part, as `tower.tuning` says: what is trained is a
/// parameter, by its place in the network ("5/inner/weight"), and all else is read from the folder. float32. Throws
/// what reading the folder throws, and Error(invalidInput) for LoRA in a network of convolutions.
///
/// Texts are the folder's own ids, each one more (0 pads).
std::shared_ptr<TextEncoder> makeTunedTextEncoder(const PretrainedTower& tower);
/// Pictures of tower.side pixels, read as the folder's preprocessor says.
std::shared_ptr<PictureEncoder> makeTunedPictureEncoder(const PretrainedTower& tower);

} // namespace core
