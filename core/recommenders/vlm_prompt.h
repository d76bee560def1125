#pragma once
#include "core/recommenders/item_inputs.h"
#include "core/recommenders/vlm_settings.h"
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace core {

/// Token ids with places for pictures: a run of picture tokens for each of `pictures`, in their order.
struct VlmText {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> pictures; ///< ItemInputs' distinct pictures
    std::vector<bool> isWritten;        ///< by id: a token that a writer would write, no part of a picture

    std::int64_t size() const { return static_cast<std::int64_t>(ids.size()); }
    void append(const VlmText& other);
};

/// Some tokens of a text: `from` to `to`, exclusive.
struct VlmSpan {
    std::int64_t from = 0, to = 0;
};

/// The catalog as a vision-language network reads it. Rows are ItemInputs' rows: distinct pairs of text and picture.
/// A text has two forms, after a space in a history and alone as a target.
struct VlmCatalog {
    ItemInputs inputs;
    std::vector<std::vector<std::int32_t>> historyText, targetText; ///< by distinct text
    std::vector<std::string> textOfRow;                             ///< as words; empty where the model reads none

    std::int64_t rowCount() const { return inputs.rowCount(); }
    std::int32_t rowOf(ItemIndex item) const { return inputs.rowOfItem[item.slot()]; }
};

/// Writes what the network reads, from a checkpoint's own tokenizer and chat template (methods.md 1): a history is
/// announced, its products follow one after the other, each introduced by a sentence, and the last such sentence stands
/// before the target. Products are tokenized one by one, so that equal products are equal tokens in any history.
/// Thread-safe.
class VlmPrompt {
public:
    /// `folder`: a checkpoint. Throws Error(notFound), Error(corrupt), and Error(invalidInput) where it has no chat
    /// template for `prompt` "chat", or reads no pictures for a modality that needs them.
    VlmPrompt(const std::filesystem::path& folder, const VlmSettings& settings);
    ~VlmPrompt();
    VlmPrompt(VlmPrompt&&) noexcept;

    /// Pictures of `dataset` of another side than pictureSide() are resized.
    VlmCatalog catalog(const Dataset& dataset) const;
    /// Everything before the target: the newest `window` of `rows`, oldest first.
    VlmText history(const VlmCatalog& catalog, std::span<const std::int32_t> rows) const;
    /// The target, and the token that ends a text, except in the "even" prompt, where the next product's sentence does.
    VlmText target(const VlmCatalog& catalog, std::int32_t row) const;
    /// The "even" prompt: all of `rows` and where each stands. Up to the beginning of each it is history() of those
    /// before it.
    VlmText stretch(const VlmCatalog& catalog, std::span<const std::int32_t> rows, std::vector<VlmSpan>& items) const;
    /// Where a writer's text ends, beside the network's own end: the token that begins a picture, or what follows a
    /// product.
    std::vector<std::int32_t> writingEnds() const;
    std::string decode(std::span<const std::int32_t> ids) const;

    /// 0 where the modality has no pictures.
    int pictureSide() const;
    /// All that a plain prompt says beside the products: what a vocabulary for it must know.
    static std::vector<std::string> sentences();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace core
