#pragma once
// TorchScript's part of LibTorch, for the one file that runs scripts; apart from torch.h, which all others pay for.
#include "core/tensors/torch.h"
#include <torch/csrc/jit/serialization/import.h>
#undef CHECK
#undef LOG
