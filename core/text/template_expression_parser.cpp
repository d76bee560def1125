#include "core/base/error.h"
#include "core/text/template_expression.h"
#include <fmt/format.h>

namespace core {

using nlohmann::json;

namespace {

constexpr int deepest = 64;

} // namespace

class TemplateExpressionParser {
public:
    TemplateExpressionParser(std::string_view text, const std::string& place) : text_(text), place_(place) { next(); }

    TemplateExpression whole() {
        auto expression = choice();
        if (!token_.empty()) fail(fmt::format("\"{}\" was not expected", token_));
        return expression;
    }

private:
    using Expression = TemplateExpression;

    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::corrupt, fmt::format("read a chat template: {}: {}", place_, what));
    }

    static bool isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    void next() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
            ++at_;
        isString_ = false;
        token_.clear();
        if (at_ >= text_.size()) return;
        const char c = text_[at_];
        if (c == '\'' || c == '"') {
            isString_ = true;
            string_.clear();
            for (++at_; at_ < text_.size() && text_[at_] != c; ++at_) {
                if (text_[at_] != '\\' || at_ + 1 >= text_.size()) {
                    string_ += text_[at_];
                    continue;
                }
                const char escaped = text_[++at_];
                string_ += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
            }
            if (at_ >= text_.size()) fail("a text in quotes does not end");
            ++at_;
            token_ = '"';
        } else if (isWord(c)) {
            while (at_ < text_.size() && isWord(text_[at_])) token_ += text_[at_++];
        } else {
            token_ = c;
            const std::string two(text_.substr(at_, 2));
            for (const char* known : {"==", "!=", "<=", ">=", "//"})
                if (two == known) token_ = two;
            at_ += token_.size();
        }
    }

    bool take(const char* token) {
        if (isString_ || token_ != token) return false;
        next();
        return true;
    }
    void need(const char* token) {
        if (!take(token)) fail(fmt::format("\"{}\" was due, found \"{}\"", token, token_));
    }
    std::string word() {
        if (isString_ || token_.empty() || !isWord(token_[0]))
            fail(fmt::format("a name was due, found \"{}\"", token_));
        std::string name = token_;
        next();
        return name;
    }

    Expression make(std::string op, std::vector<Expression> parts = {}, std::string name = "", json value = {}) const {
        Expression made;
        made.op_ = std::move(op);
        made.place_ = place_;
        made.parts_ = std::move(parts);
        made.name_ = std::move(name);
        made.value_ = std::move(value);
        return made;
    }

    Expression choice() {
        if (++depth_ > deepest) fail("too deeply nested");
        auto expression = any();
        if (take("if")) {
            auto condition = any();
            auto otherwise = take("else") ? choice() : make("value", {}, "", undefined());
            expression = make("?", {std::move(condition), std::move(expression), std::move(otherwise)});
        }
        --depth_;
        return expression;
    }

    Expression any() {
        auto left = all();
        while (take("or")) left = make("or", {std::move(left), all()});
        return left;
    }
    Expression all() {
        auto left = negated();
        while (take("and")) left = make("and", {std::move(left), negated()});
        return left;
    }
    Expression negated() {
        if (++depth_ > deepest) fail("too deeply nested");
        auto expression = take("not") ? make("not", {negated()}) : compared();
        --depth_;
        return expression;
    }

    Expression compared() {
        auto left = sum();
        for (;;) {
            bool found = false;
            for (const char* op : {"==", "!=", "<=", ">=", "<", ">", "in"})
                if (take(op)) {
                    left = make(op, {std::move(left), sum()});
                    found = true;
                    break;
                }
            if (!found && take("not")) {
                need("in");
                left = make("not", {make("in", {std::move(left), sum()})});
                found = true;
            }
            if (!found && take("is")) {
                const bool isNot = take("not");
                left = make("is", {std::move(left)}, word());
                if (isNot) left = make("not", {std::move(left)});
                found = true;
            }
            if (!found) return left;
        }
    }

    Expression sum() {
        auto left = unary();
        for (;;) {
            if (take("+"))
                left = make("+", {std::move(left), unary()});
            else if (take("-"))
                left = make("-", {std::move(left), unary()});
            else if (take("~"))
                left = make("~", {std::move(left), unary()});
            else if (take("%"))
                left = make("%", {std::move(left), unary()});
            else
                return left;
        }
    }

    Expression unary() {
        if (take("-")) return make("-", {make("value", {}, "", 0), unary()});
        auto expression = primary();
        for (;;) {
            if (take(".")) {
                expression = make(".", {std::move(expression)}, word());
            } else if (take("[")) {
                expression = subscript(std::move(expression));
            } else if (take("(")) {
                expression = called(make("call", {std::move(expression)}));
            } else if (take("|")) {
                expression = make("|", {std::move(expression)}, word());
                if (take("(")) expression = called(std::move(expression));
            } else
                return expression;
        }
    }

    Expression subscript(Expression whole) {
        const auto none = [&] { return make("value", {}, "", nullptr); };
        auto first = !isString_ && token_ == ":" ? none() : choice();
        if (take("]")) return make("[]", {std::move(whole), std::move(first)});
        need(":");
        auto last = !isString_ && token_ == "]" ? none() : choice();
        need("]");
        return make("[:]", {std::move(whole), std::move(first), std::move(last)});
    }

    Expression called(Expression call) {
        while (!take(")")) {
            auto argument = choice();
            if (take("=")) {
                if (argument.op_ != "name") fail("a name was due before \"=\"");
                call.keywords_.push_back(argument.name_);
                argument = choice();
            }
            call.parts_.push_back(std::move(argument));
            if (!take(",") && (isString_ || token_ != ")")) fail("\",\" or \")\" was due");
        }
        return call;
    }

    Expression primary() {
        if (isString_) {
            std::string text = string_;
            next();
            return make("value", {}, "", text);
        }
        if (take("(")) {
            auto inner = choice();
            need(")");
            return inner;
        }
        if (take("[")) {
            auto list = make("list");
            while (!take("]")) {
                list.parts_.push_back(choice());
                if (!take(",") && token_ != "]") fail("\",\" or \"]\" was due");
            }
            return list;
        }
        const std::string name = word();
        if (name[0] >= '0' && name[0] <= '9') {
            if (name.size() > 9 || name.find_first_not_of("0123456789") != std::string::npos)
                fail(fmt::format("\"{}\" is no number", name));
            return make("value", {}, "", std::stoi(name));
        }
        if (name == "true" || name == "True") return make("value", {}, "", true);
        if (name == "false" || name == "False") return make("value", {}, "", false);
        if (name == "none" || name == "None") return make("value", {}, "", nullptr);
        return make("name", {}, name);
    }

    std::string_view text_;
    std::string place_, token_, string_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool isString_ = false;
};

TemplateExpression TemplateExpression::parse(std::string_view text, const std::string& place) {
    return TemplateExpressionParser(text, place).whole();
}

} // namespace core
