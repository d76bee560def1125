#pragma once
#include "core/text/aligned_text.h"
#include <memory>
#include <optional>

namespace core {

/// SentencePiece's rules of normalisation as its model files hold them: a length, a double-array trie (Aoe 1989; the
/// layout of the darts-clone library) of what to replace, and the replacements. Thread-safe.
class PrecompiledMap {
public:
    /// `base64` as in tokenizer.json. Nothing where it is not such a table.
    static std::unique_ptr<PrecompiledMap> fromBase64(std::string_view base64);
    ~PrecompiledMap();
    void apply(AlignedText& text) const;

private:
    PrecompiledMap();
    /// The rule for the shortest beginning of `text` that has one, as in the reference.
    std::optional<std::string_view> replacement(std::string_view text) const;
    /// Calls `visit(part)` for each user-perceived character.
    template <class Visit>
    void forEachGrapheme(std::string_view text, Visit visit) const;

    struct Breakers;
    std::vector<std::uint32_t> units_;
    std::string replacements_;
    std::unique_ptr<Breakers> breakers_;
};

} // namespace core
