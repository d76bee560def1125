#pragma once
// The only place that includes LibTorch. ivalue.h first: clang in C++20 mode needs IValue complete.
#include <ATen/core/ivalue.h>
#include <torch/torch.h>
#if defined(PIXREC_CUDA)
#include <ATen/cuda/CUDAContext.h>
#endif
#include <torch/version.h>
#undef CHECK
#undef LOG
