#include "core/tensors/recomputed.h"

namespace core {

namespace {

using torch::autograd::AutogradContext;
using Tensors = torch::autograd::variable_list;

struct Again final : torch::CustomClassHolder {
    TensorFunction function;
    torch::Tensor randomState; ///< of the device's generator before the first time
};

at::Generator generatorOf(const torch::Tensor& tensor) { return at::globalContext().defaultGenerator(tensor.device()); }

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
        auto generator = generatorOf(input);
        const auto stateNow = generator.get_state();
        generator.set_state(again->randomState);
        torch::Tensor output;
        {
            const torch::AutoGradMode withGradients(true);
            output = again->function(input);
        }
        generator.set_state(stateNow);
        output.backward(gradients[0]);
        return {input.grad(), torch::Tensor()};
    }
};

} // namespace

torch::Tensor recomputed(const torch::Tensor& input, TensorFunction function) {
    if (!torch::GradMode::is_enabled()) return function(input);
    auto again = c10::make_intrusive<Again>();
    again->function = std::move(function);
    again->randomState = generatorOf(input).get_state();
    // Weights inside may want a gradient where the input wants none.
    return Recomputed::apply(input.requires_grad() ? input : input.detach().requires_grad_(), again);
}

} // namespace core
