#pragma once
#include "core/tensors/torch.h"

// Shapes: B batch, H heads, T queries, P keys, E width of a head.
namespace core {

/// What stands between scores and softmax.
struct AttentionOptions {
    torch::Tensor mask = {}; ///< is added to the scores; broadcasts to BHTP. Undefined: nothing is
    bool isCausal = false;   ///< no query sees a later key; for as many keys as queries, and then without a mask
    double dropout = 0;      ///< of the softmax's weights
};

/// softmax(scale Q K' + mask) V: BHTE from BHTE, BHPE and BHPE (Vaswani et al. 2017, arXiv 1706.03762). LibTorch 2.1
/// and later do it in one pass where they have one for the device and the type.
inline torch::Tensor attention(const torch::Tensor& queriesBHTE, const torch::Tensor& keysBHPE,
                               const torch::Tensor& valuesBHPE, double scale, const AttentionOptions& options = {}) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
    c10::optional<torch::Tensor> mask;
    if (options.mask.defined()) mask = options.mask.to(queriesBHTE.scalar_type());
    return at::scaled_dot_product_attention(queriesBHTE, keysBHPE, valuesBHPE, mask, options.dropout, options.isCausal,
                                            scale);
#else
    auto scoresBHTP = torch::matmul(queriesBHTE * scale, keysBHPE.transpose(-1, -2));
    if (options.mask.defined()) scoresBHTP = scoresBHTP + options.mask;
    if (options.isCausal) {
        const auto count = queriesBHTE.size(-2);
        const auto laterTT = torch::ones({count, count}, scoresBHTP.options().dtype(torch::kBool)).triu(1);
        scoresBHTP = scoresBHTP.masked_fill(laterTT, -std::numeric_limits<double>::infinity());
    }
    auto weightsBHTP = torch::softmax(scoresBHTP, /*dim=*/-1);
    if (options.dropout > 0) weightsBHTP = torch::dropout(weightsBHTP, options.dropout, /*train=*/true);
    return torch::matmul(weightsBHTP.to(valuesBHPE.scalar_type()), valuesBHPE);
#endif
}

} // namespace core
