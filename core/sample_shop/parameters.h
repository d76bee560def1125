#pragma once
#include "core/sample_shop/attributes.h"
#include <array>
#include <cstdint>
#include <string>

namespace core {

/// What a shopper's taste for one attribute is worth.
struct TasteParameters {
    double weight = 0; ///< added to a product's utility (natural log of odds) where it has the first favourite value
    double second = 0; ///< share of `weight` for the second favourite value
    double third = 0;  ///< and for the third
    double drift = 0;  ///< chance, before each basket, that one favourite is replaced
};

/// EVERY number that the sample shop is generated from, frozen: the shipped checkpoints are trained for these values.
/// Changing one changes the catalog hash; bump `version` when the code changes what they mean.
///
/// How a shopper chooses. A *line* is what one text describes: a text-twin group or a single product.
/// 1. With probability `noise`, by popularity alone: product i with odds exp(appeal_i).
/// 2. Else first a line g, with odds n_g exp(appeal_g + textual tastes) m_g^lookAcrossLines. n_g is the number of its
///    products to be had, m_g the mean of exp(visual tastes) over them. Then a product of that line, with odds
///    exp(visual tastes). This is a nested logit: the text decides between lines, the look within one, and
///    `lookAcrossLines` says how far a look draws a shopper to another line.
/// Products bought before and products not yet launched are never chosen, so no history holds a product twice.
struct SampleShopParameters {
    int version = 5;
    std::int64_t items = 2000;
    std::int64_t users = 5000;
    std::uint64_t seed = 1;

    // Catalog
    double twinShare = 0.80;                                          ///< products in text-twin groups
    std::array<double, 6> groupSizeWeights{0.2, 0.2, 0.3, 0.6, 3, 6}; ///< for groups of 3, 4, .. 8
    double newShare = 0.03;     ///< products launched in the closing weeks: no training event names them
    double appealSpread = 0.07; ///< deviation of a text group's appeal (log odds): what makes some things popular
    double singleAppeal = -3.0; ///< added for products without twins: a long tail that sells little, and says so

    // Tastes, in order of Attribute. Textual: department, type, brand, price band, material; visual: the rest.
    std::array<TasteParameters, attributeCount> tastes{{
        {0.0, 0.0, 0.0, 0.000}, // department
        {6.0, 1.0, 1.0, 0.002}, // type: three favourites
        {3.0, 1.0, 0.0, 0.002}, // brand: two
        {0.0, 0.0, 0.0, 0.000}, // price band
        {0.0, 0.0, 0.0, 0.000}, // material
        {7.0, 1.0, 1.0, 0.002}, // colour: three
        {0.0, 0.0, 0.0, 0.000}, // pattern
        {0.5, 0.0, 0.0, 0.002}, // emblem
        {0.5, 0.0, 0.0, 0.002}, // accent
        {0.0, 0.0, 0.0, 0.000}, // cut
    }};
    double noise = 0.005;
    double lookAcrossLines = 0.03; ///< 0: the look decides within a line only; 1: plain logit over all products

    // Histories
    int fewestEvents = 20, mostEvents = 28;
    std::array<double, 3> basketSizeWeights{6, 3, 1}; ///< baskets of 1, 2, 3 products, all at one time
    std::int64_t firstDay = 1672531200000;            ///< 2023-01-01 UTC in milliseconds
    int days = 540;                                   ///< from the first day to the last
    int closingDays = 14; ///< every shopper's last visit, one product, falls here, after the new products' launch

    /// The share of the taste weights that lies on attributes that the text holds.
    double textualShare() const;
    /// Over all numbers above: the sample shop's catalog hash.
    std::string hash() const;
};

} // namespace core
