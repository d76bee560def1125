#include "core/text/chat_template.h"
#include "core/text/checked_json.h"
#include "core/text/template_expression.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <sstream>

namespace core {

using nlohmann::json;

namespace {

constexpr std::size_t largestTemplate = 1'000'000, largestText = 64'000'000;
constexpr int deepest = 32;

/// A run of text, or what stands between braces.
struct Part {
    enum class Kind { text, expression, statement };
    Kind kind = Kind::text;
    std::string text;
    std::size_t line = 1;
};

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Jinja's rules with trim_blocks and lstrip_blocks, as Transformers sets them: a statement takes the blanks before it
/// on its line and the line's end after it; a minus takes all blanks.
std::vector<Part> partsOf(std::string_view text, const std::string& name) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    std::vector<Part> parts;
    std::size_t at = 0;
    bool takesBlanks = false, takesLineEnd = false;
    while (at <= text.size()) {
        std::size_t open = at;
        while ((open = text.find('{', open)) != std::string_view::npos && open + 1 < text.size() &&
               std::string_view("{%#").find(text[open + 1]) == std::string_view::npos)
            ++open;
        if (open != std::string_view::npos && open + 1 >= text.size()) open = std::string_view::npos;
        const char kind = open == std::string_view::npos ? 0 : text[open + 1];
        std::string_view plain = text.substr(at, open == std::string_view::npos ? open : open - at);
        const std::size_t line =
            1 + static_cast<std::size_t>(std::count(
                    text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(open, text.size())), '\n'));
        if (takesLineEnd && plain.starts_with('\n')) plain.remove_prefix(1);
        if (takesBlanks)
            while (!plain.empty() && isSpace(plain.front())) plain.remove_prefix(1);
        if (kind == 0) {
            parts.push_back({Part::Kind::text, std::string(plain), line});
            return parts;
        }
        const char mark = open + 2 < text.size() ? text[open + 2] : ' ';
        if (mark == '-') {
            while (!plain.empty() && isSpace(plain.back())) plain.remove_suffix(1);
        } else if (kind != '{' && mark != '+') {
            std::string_view cut = plain;
            while (!cut.empty() && (cut.back() == ' ' || cut.back() == '\t')) cut.remove_suffix(1);
            if (cut.empty() ? at == 0 || text[at - 1] == '\n' || takesLineEnd : cut.back() == '\n') plain = cut;
        }
        parts.push_back({Part::Kind::text, std::string(plain), line});
        const char* close = kind == '{' ? "}}" : kind == '%' ? "%}" : "#}";
        const std::size_t end = text.find(close, open + 2);
        if (end == std::string_view::npos)
            throw Error(ErrorKind::corrupt,
                        fmt::format("read a chat template: {}, line {}: \"{}\" is missing", name, line, close));
        std::string_view inside = text.substr(open + 2, end - open - 2);
        takesBlanks = inside.ends_with('-');
        takesLineEnd = kind != '{';
        if (takesBlanks || inside.ends_with('+')) inside.remove_suffix(1);
        if (inside.starts_with('-') || inside.starts_with('+')) inside.remove_prefix(1);
        if (kind != '#')
            parts.push_back({kind == '{' ? Part::Kind::expression : Part::Kind::statement, std::string(inside), line});
        at = end + 2;
    }
    return parts;
}

struct Node {
    enum class Kind { text, expression, loop, choice, set };
    Kind kind = Kind::text;
    std::string text = {}, member = {}; ///< text; a loop's or a set's name, and the member that is set
    std::vector<TemplateExpression> conditions = {};
    std::vector<std::vector<Node>> bodies = {}; ///< a choice has one more body than conditions: "else"
};

struct Scope {
    std::vector<std::map<std::string, json>> levels;
    json* find(const std::string& name) {
        for (auto level = levels.rbegin(); level != levels.rend(); ++level)
            if (const auto found = level->find(name); found != level->end()) return &found->second;
        return nullptr;
    }
};

} // namespace

struct ChatTemplate::Program {
    std::vector<Node> nodes;
    std::vector<std::pair<std::string, std::string>> tokens;
    bool wantsPieces = false; ///< else a message's content is one text
};

namespace {

class Builder {
public:
    Builder(std::vector<Part> parts, std::string name) : parts_(std::move(parts)), name_(std::move(name)) {}

    std::vector<Node> all() {
        auto nodes = until({});
        if (at_ < parts_.size()) fail("\"" + firstWord(parts_[at_].text) + "\" has no beginning");
        return nodes;
    }

private:
    std::string place() const {
        return fmt::format("{}, line {}", name_, parts_[std::min(at_, parts_.size() - 1)].line);
    }
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::corrupt, fmt::format("read a chat template: {}: {}", place(), what));
    }
    static std::string trimmed(std::string_view text) {
        while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
        while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
        return std::string(text);
    }
    static std::string firstWord(const std::string& text) {
        const std::string whole = trimmed(text);
        return whole.substr(0, whole.find_first_of(" \t\n("));
    }
    std::string rest() const { return trimmed(trimmed(parts_[at_].text).substr(firstWord(parts_[at_].text).size())); }

    /// Nodes up to a statement whose word is in `ends`, which stays.
    std::vector<Node> until(const std::vector<std::string>& ends) {
        if (++depth_ > deepest) fail("too deeply nested");
        std::vector<Node> nodes;
        for (; at_ < parts_.size(); ++at_) {
            const Part& part = parts_[at_];
            if (part.kind == Part::Kind::text) {
                if (!part.text.empty()) nodes.push_back({.kind = Node::Kind::text, .text = part.text});
            } else if (part.kind == Part::Kind::expression) {
                nodes.push_back({.kind = Node::Kind::expression});
                nodes.back().conditions.push_back(TemplateExpression::parse(part.text, place()));
            } else {
                const std::string word = firstWord(part.text);
                if (std::find(ends.begin(), ends.end(), word) != ends.end()) break;
                if (word.starts_with("end") || word == "else" || word == "elif") break;
                nodes.push_back(statement(word));
            }
        }
        --depth_;
        return nodes;
    }

    void expect(const std::string& word) const {
        if (at_ >= parts_.size() || firstWord(parts_[at_].text) != word) fail("\"" + word + "\" is missing");
    }

    Node statement(const std::string& word) {
        if (word == "for") return loop();
        if (word == "if") return choice();
        if (word == "set") return assignment();
        fail(fmt::format("\"{}\" is not supported", word));
    }

    Node loop() {
        const std::string head = rest();
        const auto in = head.find(" in ");
        if (in == std::string::npos) fail("\"for NAME in LIST\" was due");
        Node node{.kind = Node::Kind::loop, .text = trimmed(head.substr(0, in))};
        if (node.text.find_first_of(", (") != std::string::npos)
            fail("a loop over more than one name is not supported");
        node.conditions.push_back(TemplateExpression::parse(std::string_view(head).substr(in + 4), place()));
        ++at_;
        node.bodies.push_back(until({"endfor"}));
        expect("endfor");
        return node;
    }

    Node choice() {
        Node node{.kind = Node::Kind::choice};
        bool hasElse = false;
        for (;;) {
            const std::string word = firstWord(parts_[at_].text);
            if (word == "else")
                hasElse = true;
            else
                node.conditions.push_back(TemplateExpression::parse(rest(), place()));
            ++at_;
            node.bodies.push_back(until({"elif", "else", "endif"}));
            if (at_ < parts_.size() && !hasElse && firstWord(parts_[at_].text) != "endif") {
                const std::string next = firstWord(parts_[at_].text);
                if (next == "elif" || next == "else") continue;
            }
            expect("endif");
            break;
        }
        if (!hasElse) node.bodies.emplace_back();
        return node;
    }

    Node assignment() {
        const std::string head = rest();
        const auto equals = head.find('=');
        if (equals == std::string::npos) fail("\"set NAME = VALUE\" was due");
        Node node{.kind = Node::Kind::set, .text = trimmed(head.substr(0, equals))};
        if (const auto dot = node.text.find('.'); dot != std::string::npos) {
            node.member = node.text.substr(dot + 1);
            node.text.resize(dot);
        }
        node.conditions.push_back(TemplateExpression::parse(std::string_view(head).substr(equals + 1), place()));
        return node;
    }

    std::vector<Part> parts_;
    std::string name_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

void write(const std::vector<Node>& nodes, Scope& scope, std::string& out) {
    const auto lookup = [&](const std::string& name) -> const json* { return scope.find(name); };
    for (const auto& node : nodes) {
        if (out.size() > largestText) throw Error(ErrorKind::invalidInput, "write a conversation: it grows too long");
        switch (node.kind) {
        case Node::Kind::text:
            out += node.text;
            break;
        case Node::Kind::expression:
            out += TemplateExpression::written(node.conditions[0].evaluate(lookup));
            break;
        case Node::Kind::choice: {
            std::size_t i = 0;
            while (i < node.conditions.size() && !TemplateExpression::isTrue(node.conditions[i].evaluate(lookup))) ++i;
            write(node.bodies[i], scope, out);
            break;
        }
        case Node::Kind::set: {
            json value = node.conditions[0].evaluate(lookup);
            if (node.member.empty())
                scope.levels.back()[node.text] = std::move(value);
            else if (json* whole = scope.find(node.text); whole && whole->is_object())
                (*whole)[node.member] = std::move(value);
            else
                throw Error(ErrorKind::invalidInput,
                            fmt::format("write a conversation: \"{}\" is no namespace", node.text));
            break;
        }
        case Node::Kind::loop: {
            const json list = node.conditions[0].evaluate(lookup);
            const std::size_t size = list.is_array() ? list.size() : 0;
            for (std::size_t i = 0; i < size; ++i) {
                scope.levels.push_back({{node.text, list[i]},
                                        {"loop", json{{"index", i + 1},
                                                      {"index0", i},
                                                      {"first", i == 0},
                                                      {"last", i + 1 == size},
                                                      {"length", size}}}});
                write(node.bodies[0], scope, out);
                scope.levels.pop_back();
            }
        }
        }
    }
}

/// The value of bos_token and such: a text, or an object with one.
std::vector<std::pair<std::string, std::string>> tokensOf(const std::filesystem::path& folder) {
    std::vector<std::pair<std::string, std::string>> tokens;
    if (!std::filesystem::exists(folder / "tokenizer_config.json")) return tokens;
    const auto config = JsonPlace::read(folder / "tokenizer_config.json", 100'000'000);
    for (const char* name : {"bos_token", "eos_token", "pad_token", "unk_token"})
        if (const auto token = config.find(name))
            tokens.emplace_back(name, token->isString() ? token->asString() : token->at("content").asString());
    return tokens;
}

} // namespace

ChatTemplate ChatTemplate::parse(std::string_view text, const std::string& name,
                                 std::vector<std::pair<std::string, std::string>> tokens) {
    if (text.size() > largestTemplate)
        throw Error(ErrorKind::corrupt, fmt::format("read a chat template: {}: longer than a megabyte", name));
    auto program = std::make_shared<Program>();
    program->nodes = Builder(partsOf(text, name), name).all();
    program->tokens = std::move(tokens);
    for (const char* mark : {"'type'", "\"type\"", ".type"})
        program->wantsPieces = program->wantsPieces || text.find(mark) != std::string_view::npos;
    ChatTemplate made;
    made.program_ = std::move(program);
    return made;
}

std::optional<ChatTemplate> ChatTemplate::load(const std::filesystem::path& folder) {
    const auto plain = folder / "chat_template.jinja";
    if (std::filesystem::exists(plain)) {
        std::ostringstream text;
        text << std::ifstream(plain, std::ios::binary).rdbuf();
        return parse(text.str(), plain.string(), tokensOf(folder));
    }
    for (const char* file : {"chat_template.json", "tokenizer_config.json"}) {
        if (!std::filesystem::exists(folder / file)) continue;
        if (const auto found = JsonPlace::read(folder / file, 100'000'000).find("chat_template"))
            return parse(found->asString(), (folder / file).string() + ": chat_template", tokensOf(folder));
    }
    return std::nullopt;
}

std::string ChatTemplate::apply(std::span<const ChatMessage> messages, bool asksForAnswer) const {
    json list = json::array();
    for (const auto& message : messages) {
        json content = json::array();
        std::string text;
        bool hasPictures = false;
        for (const auto& piece : message.content) {
            hasPictures = hasPictures || piece.isPicture;
            content.push_back(piece.isPicture ? json{{"type", "image"}} : json{{"type", "text"}, {"text", piece.text}});
            text += piece.text;
        }
        if (hasPictures && !program_->wantsPieces)
            throw Error(ErrorKind::invalidInput, "write a conversation: this template has no place for pictures");
        list.push_back({{"role", message.role}, {"content", program_->wantsPieces ? content : json(text)}});
    }
    Scope scope;
    scope.levels.push_back({{"messages", std::move(list)}, {"add_generation_prompt", asksForAnswer}});
    for (const auto& [name, token] : program_->tokens) scope.levels[0][name] = token;
    std::string out;
    write(program_->nodes, scope, out);
    return out;
}

} // namespace core
