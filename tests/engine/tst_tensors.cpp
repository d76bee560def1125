#include "core/tensors/torch.h"
#include "tests/support/cases.h"

TEST_CASE(matrixProductsWork) {
    const auto product = torch::matmul(torch::ones({2, 3}), torch::ones({3, 2}));
    COMPARE_NEAR(product.sum().item<double>(), 12.0, 1e-6);
}
