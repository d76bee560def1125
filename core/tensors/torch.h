#pragma once
// The only place that includes LibTorch. ivalue.h first: clang in C++20 mode needs IValue complete.
#include <ATen/core/ivalue.h>
#include <torch/torch.h>
#include <torch/version.h>
#undef CHECK
#undef LOG
