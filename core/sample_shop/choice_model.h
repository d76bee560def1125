#pragma once
#include "core/base/index.h"
#include "core/sample_shop/products.h"
#include <array>
#include <span>
#include <vector>

namespace core {

/// A shopper's taste at one moment: for each attribute the favourite values, best first; -1 where there is none.
struct Taste {
    std::array<std::array<std::int8_t, 3>, attributeCount> favourites{};
    friend bool operator==(const Taste&, const Taste&) = default;
};

/// What choosing needs to know of a product.
struct ChoiceItem {
    ProductAttributes attributes{};
    int line = 0; ///< dense, from 0
    float appeal = 0;
    bool isNew = false;
};

/// Who chooses what with which probability, as SampleShopParameters describes it. The simulation draws from it and
/// core::Truth recomputes from it. Not thread-safe (it keeps scratch memory): copy one for each thread.
class ChoiceModel {
public:
    ChoiceModel(const SampleShopParameters& parameters, std::vector<ChoiceItem> items);

    std::size_t itemCount() const { return items_.size(); }
    /// Fills `outV` (itemCount() long) with probabilities that sum to 1. `bought` get 0; new products too, unless
    /// `isClosing`.
    void probabilities(const Taste& taste, std::span<const ItemIndex> bought, bool isClosing, std::span<float> outV);

private:
    struct Line {
        float textualOdds = 0; ///< exp(appeal + textual tastes)
        float lookSum = 0;     ///< of exp(visual tastes) over products to be had
        int available = 0;
    };
    void fillFactors(const Taste& taste);
    float factor(const ChoiceItem& item, int fromAttribute, int toAttribute) const;

    SampleShopParameters parameters_;
    std::vector<ChoiceItem> items_;
    std::vector<float> popularityV_; ///< exp(appeal)
    std::vector<int> firstOfLine_;
    std::array<std::array<float, 32>, attributeCount> factors_{}; ///< exp(taste) by attribute and value
    std::vector<Line> lines_;
};

} // namespace core
