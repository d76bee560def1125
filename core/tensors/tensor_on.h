#pragma once
#include "core/tensors/torch.h"
#include <algorithm>
#include <iterator>
#include <type_traits>

namespace core {

/// A range of numbers as a tensor on `device`: whole ones as int64, others as float32.
template <class Numbers>
torch::Tensor tensorOn(torch::Device device, const Numbers& numbers) {
    using Given = std::decay_t<decltype(*std::begin(numbers))>;
    using Kept = std::conditional_t<std::is_integral_v<Given>, std::int64_t, float>;
    auto tensor = torch::empty({static_cast<std::int64_t>(std::size(numbers))}, c10::CppTypeToScalarType<Kept>::value);
    std::transform(std::begin(numbers), std::end(numbers), tensor.template data_ptr<Kept>(),
                   [](Given number) { return static_cast<Kept>(number); });
    return tensor.to(device);
}

} // namespace core
