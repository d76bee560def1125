#include "core/backbones/weight_source.h"
#include "core/base/error.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace core {

WeightSource::WeightSource(std::shared_ptr<const CheckpointFiles> files, std::string prefix)
    : files_(std::move(files)), prefix_(std::move(prefix)) {}

WeightSource WeightSource::under(const std::string& prefix) const {
    WeightSource part = *this;
    part.prefix_ += prefix;
    return part;
}

torch::Tensor WeightSource::take(const std::string& name, std::vector<std::int64_t> shape) {
    const std::string whole = prefix_ + name;
    const auto found = borrowed(whole, shape);
    auto tensor = found.to(device_, shape.size() > 1 ? matrixType_ : torch::kFloat32, /*non_blocking=*/false,
                           /*copy=*/own_ != nullptr);
    if (!tensor.is_same(found)) files_->forget(*files_->find(whole));
    taken_->insert(whole);
    if (own_) own_->insert_or_assign(whole, tensor);
    return tensor;
}

torch::Tensor WeightSource::borrowed(const std::string& whole, const std::vector<std::int64_t>& shape) const {
    const MappedTensor* found = files_->find(whole);
    if (!found)
        throw Error(ErrorKind::corrupt, fmt::format("load weights {}: tensor \"{}\" of shape [{}] is missing",
                                                    files_->name(), whole, fmt::join(shape, ", ")));
    if (found->shape != shape)
        throw Error(ErrorKind::corrupt,
                    fmt::format("load weights {}: tensor \"{}\" has shape [{}], [{}] was due", found->file, whole,
                                fmt::join(found->shape, ", "), fmt::join(shape, ", ")));
    const bool isFloat = found->dtype == "F32";
    if (isFloat && reinterpret_cast<std::uintptr_t>(found->data) % alignof(float) == 0)
        return torch::from_blob(
            const_cast<std::byte*>(found->data), shape, [files = files_](void*) {},
            torch::kFloat32); // NOLINT: never written
    const auto type = isFloat ? torch::kFloat32 : found->dtype == "F16" ? torch::kFloat16 : torch::kBFloat16;
    if (type == torch::kBFloat16 && found->dtype != "BF16")
        throw Error(ErrorKind::corrupt,
                    fmt::format("load weights {}: tensor \"{}\" is of kind {}; F32, F16 or BF16 was due", found->file,
                                whole, found->dtype));
    const auto options = torch::TensorOptions().dtype(type);
    torch::Tensor stored;
    if (reinterpret_cast<std::uintptr_t>(found->data) % alignof(float) == 0)
        stored = torch::from_blob(const_cast<std::byte*>(found->data), shape, options); // NOLINT: never written
    else {
        stored = torch::empty(shape, options);
        if (found->byteCount > 0) std::memcpy(stored.data_ptr(), found->data, found->byteCount);
    }
    auto copy = stored.to(torch::kFloat32, /*non_blocking=*/false, /*copy=*/true);
    files_->forget(*found);
    return copy;
}

void WeightSource::expectAllTaken(const std::vector<std::string_view>& others) const {
    for (const auto& [name, tensor] : files_->tensors()) {
        const auto isOther = [&, &key = name](std::string_view other) { return key.starts_with(other); };
        if (taken_->contains(name) || std::any_of(others.begin(), others.end(), isOther)) continue;
        throw Error(ErrorKind::corrupt,
                    fmt::format("load weights {}: tensor \"{}\" of shape [{}] belongs to nothing in this architecture",
                                tensor.file, name, fmt::join(tensor.shape, ", ")));
    }
}

} // namespace core
