#include "core/sample_shop/choice_model.h"
#include <algorithm>
#include <cmath>

namespace core {

ChoiceModel::ChoiceModel(const SampleShopParameters& parameters, std::vector<ChoiceItem> items)
    : parameters_(parameters), items_(std::move(items)) {
    popularityV_.reserve(items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
        popularityV_.push_back(std::exp(items_[i].appeal));
        const auto line = static_cast<std::size_t>(items_[i].line);
        if (line >= firstOfLine_.size()) firstOfLine_.resize(line + 1, -1);
        if (firstOfLine_[line] < 0) firstOfLine_[line] = static_cast<int>(i);
    }
    lines_.resize(firstOfLine_.size());
}

void ChoiceModel::fillFactors(const Taste& taste) {
    for (std::size_t a = 0; a < attributeCount; ++a) {
        factors_[a].fill(1.0F);
        const TasteParameters& parameters = parameters_.tastes[a];
        const double shares[] = {1.0, parameters.second, parameters.third};
        for (std::size_t rank = 3; rank-- > 0;)
            if (const int value = taste.favourites[a][rank]; value >= 0)
                factors_[a][static_cast<std::size_t>(value)] =
                    static_cast<float>(std::exp(parameters.weight * shares[rank]));
    }
}

float ChoiceModel::factor(const ChoiceItem& item, int fromAttribute, int toAttribute) const {
    float product = 1; // exp of a sum of tastes, so that no product needs an exp of its own
    for (auto a = static_cast<std::size_t>(fromAttribute); a < static_cast<std::size_t>(toAttribute); ++a)
        product *= factors_[a][static_cast<std::size_t>(item.attributes.values[a])];
    return product;
}

void ChoiceModel::probabilities(const Taste& taste, std::span<const ItemIndex> bought, bool isClosing,
                                std::span<float> outV) {
    fillFactors(taste);
    for (std::size_t g = 0; g < lines_.size(); ++g) {
        const auto first = static_cast<std::size_t>(firstOfLine_[g]);
        lines_[g] = {popularityV_[first] * factor(items_[first], 0, textualAttributeCount), 0, 0};
    }
    for (std::size_t i = 0; i < items_.size(); ++i)
        outV[i] = items_[i].isNew && !isClosing ? 0 : factor(items_[i], textualAttributeCount, attributeCount);
    for (const ItemIndex item : bought) outV[item.slot()] = 0;

    double popularityTotal = 0, lineTotal = 0;
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (outV[i] <= 0) continue;
        popularityTotal += popularityV_[i];
        Line& line = lines_[static_cast<std::size_t>(items_[i].line)];
        line.lookSum += outV[i];
        ++line.available;
    }
    for (Line& line : lines_) {
        if (line.available == 0) continue;
        const float count = static_cast<float>(line.available);
        line.textualOdds *= count * std::pow(line.lookSum / count, static_cast<float>(parameters_.lookAcrossLines));
        lineTotal += line.textualOdds;
    }
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (outV[i] <= 0) continue;
        const Line& line = lines_[static_cast<std::size_t>(items_[i].line)];
        const double byTaste = line.textualOdds / lineTotal * (outV[i] / line.lookSum);
        outV[i] = static_cast<float>((1 - parameters_.noise) * byTaste +
                                     parameters_.noise * popularityV_[i] / popularityTotal);
    }
}

} // namespace core
