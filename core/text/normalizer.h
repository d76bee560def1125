#pragma once
#include "core/text/aligned_text.h"
#include "core/text/checked_json.h"
#include <memory>

namespace core {

/// Changes a text before it is cut into tokens. Thread-safe.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(AlignedText& text) const = 0;

    /// Of tokenizer.json's "normalizer". Throws Error(corrupt) for kinds that are not known.
    static std::unique_ptr<Normalizer> fromJson(const JsonPlace& place);
};

} // namespace core
