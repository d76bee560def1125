#include "core/tensors/torch.h"
