#include "core/tensors/device.h"
#include "core/tensors/recomputed.h"
#include "core/tensors/resident_rows.h"
#include "core/tensors/torch.h"
#include "tests/support/cases.h"

TEST_CASE(matrixProductsWork) {
    const auto product = torch::matmul(torch::ones({2, 3}), torch::ones({3, 2}));
    COMPARE_NEAR(product.sum().item<double>(), 12.0, 1e-6);
}

TEST_CASE(whatLibtorchThrowsOfADeviceBecomesErrors) {
    const auto thrownAs = [](const std::function<void()>& failing) {
        try {
            try {
                failing();
            } catch (...) {
                core::rethrowDeviceFailure("score products");
            }
        } catch (const core::DeviceLost&) {
            return std::string("lost");
        } catch (const core::Error& error) {
            return std::string(core::kindName(error.kind()));
        } catch (const std::exception&) {
            return std::string("as it was");
        }
        return std::string("nothing");
    };
    COMPARE(
        thrownAs([] { TORCH_CHECK_WITH(OutOfMemoryError, false, "CUDA out of memory. Tried to allocate 2.00 GiB"); }),
        std::string("out-of-memory"));
    COMPARE(thrownAs([] { torch::empty({std::int64_t{1} << 50}); }), std::string("out-of-memory"));
    COMPARE(thrownAs([] { TORCH_CHECK(false, "CUDA error: device-side assert triggered"); }), std::string("lost"));
    COMPARE(thrownAs([] { torch::ones({2}) + torch::ones({3}); }), std::string("internal"));
    COMPARE(thrownAs([] { throw core::Error(core::ErrorKind::cancelled, "stopped"); }), std::string("cancelled"));
    COMPARE(thrownAs([] { throw std::runtime_error("other"); }), std::string("as it was"));
}

TEST_CASE(lessPrecisionHoldsForTheScopeAlone) {
    const auto matrix = torch::rand({4, 4});
    const torch::NoGradGuard noGrad;
    {
        const core::WithPrecision precise({"cpu", core::Precision::bf16});
        VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kBFloat16);
        {
            const core::WithPrecision exact({"cpu", core::Precision::fp32});
            VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kFloat);
        }
        VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kBFloat16);
    }
    VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kFloat);
}

TEST_CASE(whatIsRecomputedHasTheSameGradients) {
    const auto weight = torch::randn({8, 8}).requires_grad_(), input = torch::randn({4, 8});
    const auto gradientsOf = [&](bool again, const torch::Tensor& from, int& calls) {
        const core::TensorFunction layer = [&](const torch::Tensor& given) {
            ++calls;
            return torch::dropout(torch::tanh(torch::matmul(given, weight)), 0.5, /*train=*/true);
        };
        weight.mutable_grad() = torch::Tensor();
        torch::manual_seed(3);
        auto hidden = from;
        for (int i = 0; i < 3; ++i) hidden = again ? core::recomputed(hidden, layer) : layer(hidden);
        const auto noise = torch::rand({4, 8}); // what comes after draws the same numbers too
        (hidden * noise).sum().backward();
        return weight.grad().clone();
    };
    for (const bool wantsInput : {false, true}) {
        const auto plainInput = input.clone().requires_grad_(wantsInput),
                   again = input.clone().requires_grad_(wantsInput);
        int plainCalls = 0, calls = 0;
        const auto due = gradientsOf(false, plainInput, plainCalls), found = gradientsOf(true, again, calls);
        COMPARE(plainCalls, 3);
        COMPARE(calls, 6);
        VERIFY(due.abs().max().item<double>() > 0.01);
        VERIFY(torch::equal(due, found));
        VERIFY(!wantsInput || torch::equal(plainInput.grad(), again.grad()));
    }
    const torch::NoGradGuard noGradient;
    VERIFY(!core::recomputed(input, [](const torch::Tensor& given) { return given * 2; }).requires_grad());
}

TEST_CASE(whatIsRecomputedIsNotKept) {
    for (const bool again : {false, true}) {
        auto weight = torch::ones({2, 2}).requires_grad_();
        const core::TensorFunction layer = [&](const torch::Tensor& given) { return torch::matmul(given, weight); };
        const auto input = torch::ones({1, 2}).requires_grad_();
        const auto output = again ? core::recomputed(input, layer) : layer(input);
        {
            const torch::NoGradGuard noGradient;
            weight.mul_(3); // autograd refuses where the old weight is needed
        }
        std::string refused;
        try {
            output.sum().backward();
        } catch (const c10::Error& error) {
            refused = error.what();
        }
        COMPARE(refused.empty(), again);
        if (again) COMPARE_NEAR(input.grad().sum().item<double>(), 12, 1e-6); // of the weight that is there now
    }
}

TEST_CASE(whatFailsWhileItIsRecomputedIsThrown) {
    int calls = 0;
    const auto output = core::recomputed(torch::ones({2}).requires_grad_(), [&](const torch::Tensor& given) {
        if (++calls > 1) throw core::Error(core::ErrorKind::cancelled, "stopped");
        return given * 2;
    });
    THROWS_ERROR(output.sum().backward(), core::ErrorKind::cancelled);
}

namespace {
std::vector<float> numbers(const torch::Tensor& tensor) {
    const auto flat = tensor.contiguous();
    return {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()};
}
} // namespace

TEST_CASE(residentRowsAreSearchedExactlyAcrossBlocks) {
    torch::manual_seed(1);
    constexpr int rows = 2500, width = 8, k = 20;
    const auto rowsRD = torch::randn({rows, width});
    const core::ResidentRows resident(numbers(rowsRD), width, "cpu", core::Precision::fp32);
    COMPARE(resident.rowCount(), std::int64_t{rows});
    COMPARE(resident.bytes(), std::int64_t{rows} * width * 4);
    for (const int queries : {1, 3, 2048}) { // 2048: a block is 1024 rows
        const auto queriesQD = torch::randn({queries, width});
        const auto found = resident.best(numbers(queriesQD), k);
        COMPARE(found.size(), static_cast<std::size_t>(queries));
        const auto [expectedQK, placeQK] = torch::matmul(queriesQD, rowsRD.t()).topk(k);
        for (int query = 0; query < queries; ++query)
            for (int i = 0; i < k; ++i) {
                const auto& one = found[static_cast<std::size_t>(query)].at(static_cast<std::size_t>(i));
                COMPARE_NEAR(one.score, expectedQK[query][i].item<float>(), 1e-5);
                COMPARE_NEAR(one.score, rowsRD[one.row].dot(queriesQD[query]).item<float>(), 1e-5);
            }
        if (queries > 3) COMPARE(found.back().front().row, placeQK[queries - 1][0].item<std::int64_t>());
    }
}

TEST_CASE(residentRowsKnowTheirLimits) {
    const std::vector<float> three{1, 0, 0, 1, 2, 2};
    const core::ResidentRows rows(three, 2, "cpu", core::Precision::fp32);
    const auto found = rows.best(std::vector<float>{1, 0}, 10);
    COMPARE(found.at(0).size(), std::size_t{3}); // all that there are
    COMPARE(found[0][0].row, std::int64_t{2});
    COMPARE(rows.best({}, 10).size(), std::size_t{0});
    COMPARE(core::ResidentRows({}, 2, "cpu", core::Precision::fp32).best(std::vector<float>{1, 0}, 3).at(0).size(),
            std::size_t{0});
    THROWS_ERROR(rows.best(std::vector<float>{1, 0, 0}, 1), core::ErrorKind::invalidInput);
    THROWS_ERROR(rows.best(std::vector<float>{1, 0}, 0), core::ErrorKind::invalidInput);
    THROWS_ERROR(core::ResidentRows(three, 4, "cpu", core::Precision::fp32), core::ErrorKind::invalidInput);
    const auto drawn = core::ResidentRows::random(50, 4, "cpu", core::Precision::bf16, 3);
    COMPARE(drawn.bytes(), std::int64_t{50 * 4 * 2});
    COMPARE(drawn.best(std::vector<float>{1, 0, 0, 0}, 5).at(0).size(), std::size_t{5});
}
