#include "core/tensors/recomputed.h"
#include <mutex>

namespace core {

namespace {

using torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

struct Again final : torch::CustomClassHolder {
    TensorFunction function;
    torch::Tensor randomState; ///< of the device's generator before the first time
};

at::Generator generatorOf(const torch::Tensor& tensor) { return at::globalContext().defaultGenerator(tensor.device()); }

torch::Tensor stateOf(at::Generator& generator) {
    const std::lock_guard lock(generator.mutex());
    return generator.get_state();
}

/// The generator goes on from `state` while it lives, and then from where it was.
class WithRandomState {
public:
    WithRandomState(at::Generator generator, const torch::Tensor& state)
        : generator_(std::move(generator)), before_(stateOf(generator_)) {
        set(state);
    }
    ~WithRandomState() { set(before_); }
    WithRandomState(const WithRandomState&) = delete;
    WithRandomState& operator=(const WithRandomState&) = delete;

private:
    void set(const torch::Tensor& state) {
        const std::lock_guard lock(generator_.mutex());
        generator_.set_state(state);
    }
    at::Generator generator_;
    torch::Tensor before_;
};

struct Recomputed final : torch::autograd::Function<Recomputed> {
    static torch::Tensor forward(AutogradContext* context, const torch::Tensor& input,
                                 const c10::intrusive_ptr<Again>& again) {
        context->save_for_backward({input});
        context->saved_data["again"] = torch::IValue::make_capsule(again);
        return again->function(input);
    }
    static Tensors backward(AutogradContext* context, const Tensors& gradients) {
        const auto input = context->get_saved_variables()[0].detach().requires_grad_();
        const auto again = c10::static_intrusive_pointer_cast<Again>(context->saved_data["again"].toCapsule());
        torch::Tensor output;
        {
            const WithRandomState asThen(generatorOf(input), again->randomState);
            const torch::AutoGradMode withGradients(true);
            output = again->function(input);
        }
        output.backward(gradients[0]);
        return {input.grad(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor recomputed(const torch::Tensor& input, TensorFunction function) {
    if (!torch::GradMode::is_enabled()) return function(input);
    auto again = c10::make_intrusive<Again>();
    again->function = std::move(function);
    auto generator = generatorOf(input);
    again->randomState = stateOf(generator);
    // Weights inside may want a gradient where the input wants none.
    return Recomputed::apply(input.requires_grad() ? input : input.detach().requires_grad_(), again);
}

} // namespace core
