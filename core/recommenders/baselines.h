#pragma once
#include "core/recommenders/recommender.h"
#include <memory>
#include <string>
#include <string_view>

/// The plain tables of counts that stand beside every network (methods.md 3). They see training events only: what
/// LeaveOneOut keeps for validation and test is read as history at most, never counted.
namespace core {

/// "popularity", "repeat-last", "co-occurrence": the names by which they are models, in the order of lists.
std::span<const std::string_view> baselineNames();
bool isBaseline(std::string_view name);

/// Over the products of all training events, user by user: what baselines depend on. Their times do not matter.
std::string trainingEventsHash(const Histories& histories);

/// What a list of models says; nothing is counted for it.
ModelInfo baselineInfo(std::string_view name, const std::string& trainingHash);

/// Counts `dataset`'s training events; keeps no reference to it. Throws Error: notFound for another name, cancelled.
std::unique_ptr<Recommender> makeBaseline(std::string_view name, const Dataset& dataset,
                                          const std::string& trainingHash, std::stop_token stop);

} // namespace core
