#include "core/tensors/weights.h"
#include "core/base/error.h"
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace core {

namespace {

struct Dtype {
    const char* name;
    torch::ScalarType type;
};
constexpr Dtype dtypes[] = {{"F32", torch::kFloat32},
                            {"F64", torch::kFloat64},
                            {"I64", torch::kInt64},
                            {"I32", torch::kInt32},
                            {"U8", torch::kUInt8}};

/// Parameters, then buffers.
template <class Visit>
void forEachTensor(const torch::nn::Module& module, Visit visit) {
    for (const auto& entry : module.named_parameters()) visit(entry.key(), entry.value());
    for (const auto& entry : module.named_buffers()) visit(entry.key(), entry.value());
}

} // namespace

StoredTensor toStored(const torch::Tensor& tensor) {
    const auto plain = tensor.detach().to(torch::kCPU).contiguous();
    StoredTensor stored;
    for (const auto& dtype : dtypes)
        if (dtype.type == plain.scalar_type()) stored.dtype = dtype.name;
    if (stored.dtype.empty()) throw Error(ErrorKind::internal, "store a tensor: its element type is not supported");
    stored.shape = plain.sizes().vec();
    stored.bytes.resize(static_cast<std::size_t>(plain.nbytes()));
    if (!stored.bytes.empty()) std::memcpy(stored.bytes.data(), plain.data_ptr(), stored.bytes.size());
    return stored;
}

torch::Tensor toTensor(const StoredTensor& stored) {
    for (const auto& dtype : dtypes) {
        if (stored.dtype != dtype.name) continue;
        auto tensor = torch::empty(stored.shape, torch::TensorOptions().dtype(dtype.type));
        if (!stored.bytes.empty()) std::memcpy(tensor.data_ptr(), stored.bytes.data(), stored.bytes.size());
        return tensor;
    }
    throw Error(ErrorKind::corrupt, fmt::format("load a tensor: dtype {} is not supported", stored.dtype));
}

void storeWeights(const torch::nn::Module& module, const std::string& prefix, TensorFile& into) {
    forEachTensor(module, [&](const std::string& name, const torch::Tensor& tensor) {
        into.tensors[prefix + name] = toStored(tensor);
    });
}

void loadWeights(torch::nn::Module& module, const std::string& prefix, const TensorFile& from,
                 const std::string& source) {
    const torch::NoGradGuard noGrad;
    std::set<std::string> used;
    forEachTensor(module, [&](const std::string& name, torch::Tensor tensor) {
        const auto found = from.tensors.find(prefix + name);
        if (found == from.tensors.end())
            throw Error(ErrorKind::corrupt,
                        fmt::format("load weights {}: tensor \"{}\" is missing", source, prefix + name));
        if (found->second.shape != tensor.sizes().vec())
            throw Error(ErrorKind::corrupt, fmt::format("load weights {}: tensor \"{}\" has shape [{}], [{}] was due",
                                                        source, prefix + name, fmt::join(found->second.shape, ", "),
                                                        fmt::join(tensor.sizes().vec(), ", ")));
        tensor.copy_(toTensor(found->second));
        used.insert(prefix + name);
    });
    for (const auto& [name, stored] : from.tensors)
        if (name.starts_with(prefix) && !used.contains(name))
            throw Error(ErrorKind::corrupt,
                        fmt::format("load weights {}: tensor \"{}\" belongs to nothing here", source, name));
}

} // namespace core
