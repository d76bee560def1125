#include "core/text/template_expression.h"
#include "core/base/error.h"
#include <algorithm>
#include <fmt/format.h>

namespace core {

using nlohmann::json;

namespace {

constexpr std::size_t longestText = 64'000'000;

std::string cased(std::string text, bool isUpper) {
    for (char& c : text)
        if (isUpper && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 'a' + 'A');
        else if (!isUpper && c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

std::string stripped(const std::string& text, bool left, bool right) {
    constexpr const char* spaces = " \t\n\r\f\v";
    const auto begin = left ? text.find_first_not_of(spaces) : 0;
    if (begin == std::string::npos) return "";
    const auto end = right ? text.find_last_not_of(spaces) : text.size() - 1;
    return end == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
    return text;
}

} // namespace

bool TemplateExpression::isTrue(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0;
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    if (value.is_array() || value.is_object()) return !value.empty();
    return false; // none, undefined
}

std::string TemplateExpression::written(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
    if (value.is_null()) return "None";
    return value.is_discarded() ? "" : value.dump();
}

void TemplateExpression::fail(const std::string& what) const {
    throw Error(ErrorKind::invalidInput, fmt::format("write a conversation: {}: {}", place_, what));
}

json TemplateExpression::called(const Lookup& lookup) const {
    const auto part = [&](std::size_t i) { return parts_[i].evaluate(lookup); };
    const auto& callee = parts_[0];
    if (callee.op_ == "name" && callee.name_ == "raise_exception")
        fail("the template refuses it: " + (parts_.size() > 1 ? written(part(1)) : std::string()));
    if (callee.op_ == "name" && callee.name_ == "namespace") {
        json made = json::object();
        for (std::size_t i = 0; i < keywords_.size(); ++i)
            made[keywords_[i]] = part(parts_.size() - keywords_.size() + i);
        return made;
    }
    if (callee.op_ != ".") fail(fmt::format("the function \"{}\" is not supported", callee.name_));
    const json of = callee.parts_[0].evaluate(lookup);
    if (callee.name_ == "get" && of.is_object() && parts_.size() > 1) {
        const auto found = of.find(written(part(1)));
        return found != of.end() ? *found : parts_.size() > 2 ? part(2) : json(nullptr);
    }
    const std::string name = callee.name_, first = parts_.size() > 1 ? written(part(1)) : "";
    if (!of.is_string()) fail(fmt::format("\"{}\" of what is no text", name));
    const auto text = of.get<std::string>();
    if (parts_.size() == 1 && name == "strip") return stripped(text, true, true);
    if (parts_.size() == 1 && name == "lstrip") return stripped(text, true, false);
    if (parts_.size() == 1 && name == "rstrip") return stripped(text, false, true);
    if (name == "lower") return cased(text, false);
    if (name == "upper") return cased(text, true);
    if (name == "startswith") return text.starts_with(first);
    if (name == "endswith") return text.ends_with(first);
    if (name == "replace" && parts_.size() == 3) return replaced(text, first, written(part(2)));
    if (name == "split" && parts_.size() == 2 && !first.empty()) {
        json list = json::array();
        std::size_t begin = 0;
        for (std::size_t at = 0; (at = text.find(first, begin)) != std::string::npos; begin = at + first.size())
            list.push_back(text.substr(begin, at - begin));
        list.push_back(text.substr(begin));
        return list;
    }
    fail(fmt::format("the method \"{}\" is not supported", name));
}

json TemplateExpression::filtered(const json& left, const Lookup& lookup) const {
    if (name_ == "default") return left.is_discarded() && parts_.size() > 1 ? parts_[1].evaluate(lookup) : left;
    if (name_ == "length" || name_ == "count") {
        if (left.is_string()) { // characters, not bytes
            const auto text = left.get<std::string>();
            return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
        }
        return left.size();
    }
    if (name_ == "tojson") return left.dump();
    if (name_ == "first" && left.is_array()) return left.empty() ? undefined() : left.front();
    if (name_ == "last" && left.is_array()) return left.empty() ? undefined() : left.back();
    if (name_ == "list" && left.is_array()) return left;
    const std::string text = written(left);
    if (name_ == "string" || name_ == "safe") return text;
    if (name_ == "trim") return stripped(text, true, true);
    if (name_ == "upper") return cased(text, true);
    if (name_ == "lower") return cased(text, false);
    if (name_ == "capitalize" && !text.empty()) return cased(text.substr(0, 1), true) + cased(text.substr(1), false);
    if (name_ == "capitalize") return text;
    fail(fmt::format("the filter \"{}\" is not supported", name_));
}

json TemplateExpression::evaluate(const Lookup& lookup) const {
    const auto part = [&](std::size_t i) { return parts_[i].evaluate(lookup); };
    if (op_ == "value") return value_;
    if (op_ == "name") {
        const json* found = lookup(name_);
        return found ? *found : undefined();
    }
    if (op_ == "?") return isTrue(part(0)) ? part(1) : part(2);
    if (op_ == "not") return !isTrue(part(0));
    if (op_ == "and" || op_ == "or") {
        json left = part(0);
        return isTrue(left) == (op_ == "or") ? left : part(1);
    }
    if (op_ == "list") {
        json list = json::array();
        for (std::size_t i = 0; i < parts_.size(); ++i) list.push_back(part(i));
        return list;
    }
    if (op_ == "call") return called(lookup);
    const json left = part(0);
    if (op_ == "is") {
        if (name_ == "defined") return !left.is_discarded();
        if (name_ == "undefined") return left.is_discarded();
        if (name_ == "none") return left.is_null();
        if (name_ == "string") return left.is_string();
        if (name_ == "mapping") return left.is_object();
        if (name_ == "iterable" || name_ == "sequence") return left.is_array() || left.is_string() || left.is_object();
        if (name_ == "true") return left == json(true);
        if (name_ == "false") return left == json(false);
        fail(fmt::format("the test \"{}\" is not supported", name_));
    }
    if (op_ == "|") return filtered(left, lookup);
    if (op_ == ".") {
        if (left.is_discarded()) fail(fmt::format("\"{}\" of something undefined", name_));
        return left.is_object() && left.contains(name_) ? left.at(name_) : undefined();
    }
    const json right = part(1);
    if (op_ == "[]") {
        if (left.is_discarded()) fail("a part of something undefined");
        if (left.is_object())
            return right.is_string() && left.contains(right.get<std::string>()) ? left.at(right.get<std::string>())
                                                                                : undefined();
        if (left.is_array() && right.is_number_integer()) {
            const auto size = static_cast<std::int64_t>(left.size());
            auto index = right.get<std::int64_t>();
            if (index < 0) index += size;
            return index >= 0 && index < size ? left.at(static_cast<std::size_t>(index)) : undefined();
        }
        return undefined();
    }
    if (op_ == "[:]") {
        const json last = part(2);
        if (!left.is_array()) fail("a slice of what is no list");
        const auto size = static_cast<std::int64_t>(left.size());
        const auto bound = [&](const json& value, std::int64_t otherwise) {
            const std::int64_t given = value.is_number_integer() ? value.get<std::int64_t>() : otherwise;
            return std::clamp<std::int64_t>(given < 0 ? given + size : given, 0, size);
        };
        json list = json::array();
        for (auto i = bound(right, 0); i < bound(last, size); ++i) list.push_back(left.at(static_cast<std::size_t>(i)));
        return list;
    }
    if (op_ == "==" || op_ == "!=") {
        const bool isEqual =
            left.is_discarded() || right.is_discarded() ? left.is_discarded() && right.is_discarded() : left == right;
        return isEqual == (op_ == "==");
    }
    if (op_ == "~" || (op_ == "+" && left.is_string() && right.is_string())) {
        const std::string text = written(left), more = written(right);
        if (text.size() + more.size() > longestText) fail("a text grows too long");
        return text + more;
    }
    if (op_ == "in") {
        if (right.is_string())
            return left.is_string() && right.get<std::string>().find(left.get<std::string>()) != std::string::npos;
        if (right.is_object()) return left.is_string() && right.contains(left.get<std::string>());
        return std::find(right.begin(), right.end(), left) != right.end();
    }
    if (op_ == "+" && left.is_array() && right.is_array()) {
        json list = left;
        list.insert(list.end(), right.begin(), right.end());
        return list;
    }
    if (!left.is_number_integer() || !right.is_number_integer())
        fail(fmt::format("\"{}\" between {} and {} is not supported", op_, left.type_name(), right.type_name()));
    const auto a = left.get<std::int64_t>(), b = right.get<std::int64_t>();
    if (op_ == "+") return a + b;
    if (op_ == "-") return a - b;
    if (op_ == "<") return a < b;
    if (op_ == ">") return a > b;
    if (op_ == "<=") return a <= b;
    if (op_ == ">=") return a >= b;
    if (b == 0) fail("a division by 0");
    return ((a % b) + b) % b;
}

} // namespace core
