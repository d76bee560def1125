#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace core {

/// What an expression is that names nothing.
inline nlohmann::json undefined() { return nlohmann::json(nlohmann::json::value_t::discarded); }

/// An expression of a chat template, parsed. Values are JSON, or undefined().
class TemplateExpression {
public:
    /// Finds the value of a name; null pointer: undefined.
    using Lookup = std::function<const nlohmann::json*(const std::string&)>;

    /// Throws Error(corrupt) with `place` for what is not understood.
    static TemplateExpression parse(std::string_view text, const std::string& place);
    /// Throws Error(invalidInput) with the expression's place for operations that its values do not allow.
    nlohmann::json evaluate(const Lookup& lookup) const;

    static bool isTrue(const nlohmann::json& value);
    static std::string written(const nlohmann::json& value);

private:
    [[noreturn]] void fail(const std::string& what) const;
    nlohmann::json called(const Lookup& lookup) const;
    nlohmann::json filtered(const nlohmann::json& left, const Lookup& lookup) const;

    friend class TemplateExpressionParser;
    std::string op_, place_; ///< op_: "value", "name", ".", "[]", "[:]", "|", "call", "?", or an operator
    std::string name_;
    nlohmann::json value_;
    std::vector<TemplateExpression> parts_;
    std::vector<std::string> keywords_; ///< of a call's last arguments
};

} // namespace core
