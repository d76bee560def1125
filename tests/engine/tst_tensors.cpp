#include "core/tensors/device.h"
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
        const core::WithPrecision precise("cpu", core::Precision::bf16);
        COMPARE(std::string(core::precisionName(core::currentPrecision())), std::string("bf16"));
        VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kBFloat16);
    }
    COMPARE(std::string(core::precisionName(core::currentPrecision())), std::string("fp32"));
    VERIFY(torch::matmul(matrix, matrix).scalar_type() == torch::kFloat);
}
