#pragma once
#include "core/text/checked_json.h"
#include <memory>
#include <string>
#include <vector>

namespace core {

/// Tokens back to text. Thread-safe.
class TokenDecoder {
public:
    virtual ~TokenDecoder() = default;
    /// Changes the texts of the tokens so that, one after the other, they are the text.
    virtual void apply(std::vector<std::string>& tokens) const = 0;

    /// Of tokenizer.json's "decoder". Throws Error(corrupt) for kinds that are not known.
    static std::unique_ptr<TokenDecoder> fromJson(const JsonPlace& place);
};

} // namespace core
