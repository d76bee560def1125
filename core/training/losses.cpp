#include "core/training/losses.h"

namespace core {

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

} // namespace core
