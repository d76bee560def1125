#include "core/training/losses.h"
#include <algorithm>

namespace core {

namespace {
/// Scores of one block: some 8 MB on the CPU, so that packing the candidates for a product is a small part of it; a GPU
/// wants more work at once.
std::int64_t blockRows(const torch::Tensor& candidatesCD) {
    const std::int64_t elements = candidatesCD.is_cuda() ? std::int64_t{1} << 27 : std::int64_t{1} << 21;
    return std::max<std::int64_t>(16, elements / std::max<std::int64_t>(1, candidatesCD.size(0)));
}

class CatalogSoftmax final : public torch::autograd::Function<CatalogSoftmax> {
public:
    static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& statesND,
                                 const torch::Tensor& candidatesCD, const torch::Tensor& offsetC,
                                 const torch::Tensor& targetN) {
        const auto count = statesND.size(0);
        const auto candidatesDC = candidatesCD.t();
        auto statesGradND = torch::empty_like(statesND);
        auto candidatesGradCD = torch::zeros_like(candidatesCD);
        auto loss = torch::zeros({}, statesND.options().dtype(torch::kFloat64));
        for (std::int64_t from = 0; from < count; from += blockRows(candidatesCD)) {
            const auto rows = std::min(blockRows(candidatesCD), count - from);
            const auto statesBD = statesND.narrow(0, from, rows);
            const auto targetB1 = targetN.narrow(0, from, rows).unsqueeze(1);
            auto chanceBC = torch::softmax(torch::addmm(offsetC, statesBD, candidatesDC), /*dim=*/1);
            // A chance below the smallest float counts as that: a loss of 87, not infinity.
            loss -= chanceBC.gather(1, targetB1).clamp_min(1e-38).log().sum().to(torch::kFloat64);
            chanceBC.scatter_add_(1, targetB1, torch::full({rows, 1}, -1.0, chanceBC.options()));
            statesGradND.narrow(0, from, rows).copy_(torch::matmul(chanceBC, candidatesCD));
            candidatesGradCD.addmm_(chanceBC.t(), statesBD);
        }
        const double share = 1.0 / static_cast<double>(std::max<std::int64_t>(1, count));
        context->save_for_backward({statesGradND.mul_(share), candidatesGradCD.mul_(share)});
        return (loss * share).to(statesND.scalar_type());
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::tensor_list outer) {
        const auto saved = context->get_saved_variables();
        return {saved[0] * outer[0], saved[1] * outer[0], torch::Tensor(), torch::Tensor()};
    }
};
} // namespace

torch::Tensor nextItemLoss(const NextItem& next, const torch::Tensor& temperature) {
    auto scoresNC = torch::matmul(next.usersNP / temperature, next.itemsCP.t()) + next.logWeightC;
    if (next.excludedByK.numel() > 0)
        scoresNC = scoresNC.index_put({next.excludedRowK, next.excludedColumnK}, next.excludedByK, /*accumulate=*/true);
    return torch::nn::functional::cross_entropy(scoresNC, next.targetN);
}

torch::Tensor infoNce(const torch::Tensor& anchorsBP, const torch::Tensor& candidatesBP, const torch::Tensor& rowB,
                      const torch::Tensor& temperature) {
    const auto batch = anchorsBP.size(0);
    const auto isItselfBB = torch::eye(batch, anchorsBP.options()).to(torch::kBool);
    const auto isDuplicateBB = (rowB.unsqueeze(0) == rowB.unsqueeze(1)).logical_and(isItselfBB.logical_not());
    const auto scoresBB = (torch::matmul(anchorsBP, candidatesBP.t()) / temperature).masked_fill(isDuplicateBB, -1e9);
    return torch::nn::functional::cross_entropy(scoresBB, torch::arange(batch, rowB.options()));
}

torch::Tensor catalogSoftmaxLoss(const torch::Tensor& statesND, const torch::Tensor& candidatesCD,
                                 const torch::Tensor& offsetC, const torch::Tensor& targetN) {
    return CatalogSoftmax::apply(statesND, candidatesCD, offsetC, targetN);
}

} // namespace core
