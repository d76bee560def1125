#include "core/training/train_step.h"
#include "core/recommenders/pixrec_inference.h"
#include "core/tensors/tensor_on.h"
#include <algorithm>
#include <cmath>
#include <set>

namespace core {

namespace {

constexpr float noCandidate = -1e9F;

bool happens(double chance, std::mt19937_64& random) {
    return static_cast<double>(drawBelow(1'000'000, random)) < chance * 1e6;
}

} // namespace

TrainStep::TrainStep(PixRecNetwork network, const Dataset& dataset, const LeaveOneOut& split, const ItemInputs& inputs,
                     const TrainRecipe& recipe, bool excludesHistory)
    : network_(std::move(network)), dataset_(dataset), split_(split), inputs_(inputs), recipe_(recipe),
      excludesHistory_(excludesHistory), device_(deviceOf(*network_)),
      tokensTL_(inputs.encoded.texts ? torch::Tensor() : tokenTensor(inputs, device_)),
      shareOfRow_(static_cast<std::size_t>(inputs.rowCount())) {
    double events = 0;
    for (std::int32_t user = 0; user < static_cast<std::int32_t>(dataset.histories.userCount()); ++user)
        for (const auto& event : split.training({user})) {
            ++shareOfRow_[static_cast<std::size_t>(inputs.rowOfItem[event.item.slot()])];
            ++events;
        }
    for (auto& share : shareOfRow_) share /= std::max(1.0, events);
    network_->userTower->setDropout(recipe.dropout);
    network_->itemTower->setFeatureDropout(recipe.featureDropout);
}

TrainStep::Plain TrainStep::plain(std::span<const Segment> batch, std::mt19937_64& random) const {
    Plain result;
    for (const auto& segment : batch) result.length = std::max(result.length, segment.count);
    const auto cells = batch.size() * static_cast<std::size_t>(result.length);
    result.rows.resize(cells);
    result.times.resize(cells);
    std::vector<std::pair<std::int64_t, int>> seen; // rows of the history so far, and how many of their items
    for (std::size_t b = 0; b < batch.size(); ++b) {
        const auto events =
            split_.training(batch[b].user)
                .subspan(static_cast<std::size_t>(batch[b].from), static_cast<std::size_t>(batch[b].count));
        const auto start = static_cast<std::int64_t>(b) * (result.length + 1);
        const auto picked = static_cast<std::int64_t>(drawBelow(events.size(), random));
        seen.clear();
        for (std::int64_t t = 0; t < batch[b].count; ++t) {
            const auto& event = events[static_cast<std::size_t>(t)];
            const std::int64_t row = inputs_.rowOfItem[event.item.slot()];
            const auto cell = b * static_cast<std::size_t>(result.length) + static_cast<std::size_t>(t);
            result.rows[cell] = row;
            result.times[cell] = event.time;
            if (t == picked) {
                result.pickedUser.push_back(start + t);
                result.pickedJoint.push_back(start + t + 1);
                result.pickedRow.push_back(row);
            }
            for (const auto& [seenRow, count] : seen) {
                const int items = inputs_.itemsOfRow[static_cast<std::size_t>(seenRow)];
                result.excludedRow.push_back(static_cast<std::int64_t>(result.targetRow.size()));
                result.excludedColumn.push_back(seenRow);
                result.excludedBy.push_back(
                    count < items ? std::log(static_cast<float>(items - count) / static_cast<float>(items))
                                  : noCandidate);
            }
            result.position.push_back(start + t);
            result.targetRow.push_back(row);
            if (!excludesHistory_) continue;
            const auto known =
                std::find_if(seen.begin(), seen.end(), [row](const auto& entry) { return entry.first == row; });
            if (known == seen.end())
                seen.emplace_back(row, 1);
            else
                ++known->second;
        }
    }
    return result;
}

TrainStep::Candidates TrainStep::candidates(const Plain& batch, std::mt19937_64& random) const {
    const auto rowCount = static_cast<std::size_t>(inputs_.rowCount());
    const bool isSampled = rowCount > static_cast<std::size_t>(recipe_.fullSoftmax);
    Candidates chosen;
    chosen.placeOfRow.assign(rowCount, isSampled ? -1 : 0);
    if (isSampled) {
        for (const auto row : batch.targetRow) chosen.placeOfRow[static_cast<std::size_t>(row)] = 0;
        for (int i = 0; i < recipe_.negatives; ++i) chosen.placeOfRow[drawBelow(rowCount, random)] = 0;
    }
    const double batchDraws = static_cast<double>(batch.targetRow.size());
    const double uniformDraws = static_cast<double>(recipe_.negatives) / static_cast<double>(rowCount);
    for (std::size_t row = 0; row < rowCount; ++row) {
        // What nobody bought yet may not have been for sale: were it a wrong answer each time, a new product would be
        // learnt to be one.
        if (shareOfRow_[row] == 0) chosen.placeOfRow[row] = -1;
        if (chosen.placeOfRow[row] < 0) continue;
        chosen.placeOfRow[row] = static_cast<std::int64_t>(chosen.rows.size());
        chosen.rows.push_back(static_cast<std::int64_t>(row));
        const double chance = isSampled ? -std::expm1(-(batchDraws * shareOfRow_[row] + uniformDraws)) : 1.0;
        chosen.logWeight.push_back(static_cast<float>(std::log(inputs_.itemsOfRow[row] / chance)));
    }
    return chosen;
}

std::vector<std::int64_t> TrainStep::some(std::span<const std::int64_t> rows,
                                          const std::vector<std::int32_t>& numberOfRow, int most,
                                          std::mt19937_64& random) const {
    std::set<std::int64_t> distinct;
    for (const auto row : rows)
        if (const auto number = numberOfRow[static_cast<std::size_t>(row)]; number >= 0) distinct.insert(number);
    std::vector<std::int64_t> numbers(distinct.begin(), distinct.end());
    shuffle(numbers, random);
    numbers.resize(std::min(numbers.size(), static_cast<std::size_t>(most)));
    return numbers;
}

void TrainStep::refreshPictures(std::span<const std::int64_t> rows, std::mt19937_64& random) {
    const auto pictures = some(rows, inputs_.pictureOfRow, recipe_.picturesPerStep, random);
    if (pictures.empty()) return;
    std::vector<torch::Tensor> pixels;
    for (const auto picture : pictures) pixels.push_back(pixelTensor(inputs_, picture, 1, device_));
    const auto freshNW = network_->pictureEncoder->encode(torch::cat(pixels));
    pictureQW_ = pictureQW_.detach().index_copy(0, tensorOn(device_, pictures), freshNW);
}

void TrainStep::refreshTexts(std::span<const std::int64_t> rows, std::mt19937_64& random) {
    const auto texts = some(rows, inputs_.textOfRow, recipe_.textsPerStep, random);
    if (texts.empty()) return;
    const auto textsN = tensorOn(device_, texts);
    const auto freshNW = network_->textEncoder->encode(tokensTL_.index_select(0, textsN));
    textTW_ = textTW_.detach().index_copy(0, textsN, freshNW);
}

torch::Tensor TrainStep::loss(std::span<const Segment> batch, std::mt19937_64& random, const std::stop_token& stop) {
    const Plain numbers = plain(batch, random);
    const Candidates chosen = candidates(numbers, random);
    const auto places = [&](const std::vector<std::int64_t>& rows) {
        std::vector<std::int64_t> result;
        result.reserve(rows.size());
        for (const auto row : rows) // padding is row 0, which need not be a candidate
            result.push_back(std::max<std::int64_t>(0, chosen.placeOfRow[static_cast<std::size_t>(row)]));
        return result;
    };

    // Encoders, then the item tower, on the candidates alone.
    if (pictureQW_.defined() && picturesLearn_ && !inputs_.encoded.pictures) refreshPictures(numbers.targetRow, random);
    if (textTW_.defined() && !inputs_.encoded.texts) refreshTexts(numbers.targetRow, random);
    throwIfStopped(stop, "train");
    std::vector<std::int64_t> textOfC, pictureOfC;
    for (const auto row : chosen.rows) {
        textOfC.push_back(inputs_.textOfRow[static_cast<std::size_t>(row)]);
        const bool hidden = network_->settings.readsText() && happens(recipe_.pictureDropout, random);
        pictureOfC.push_back(hidden ? -1 : inputs_.pictureOfRow[static_cast<std::size_t>(row)]);
    }
    torch::Tensor textTW = textTW_;
    auto textPlacesC = tensorOn(device_, textOfC);
    if (!textTW.defined() && !inputs_.encoded.texts && tokensTL_.size(0) > 0) {
        const auto needed = std::set<std::int64_t>(textOfC.begin(), textOfC.end());
        const std::vector<std::int64_t> texts(needed.begin(), needed.end());
        for (auto& text : textOfC) text = std::lower_bound(texts.begin(), texts.end(), text) - texts.begin();
        textTW = network_->textEncoder->encode(tokensTL_.index_select(0, tensorOn(device_, texts)));
        textPlacesC = tensorOn(device_, textOfC);
    }
    const auto itemsCD =
        network_->itemTower->forward(network_->gather(textTW, textPlacesC, pictureQW_, tensorOn(device_, pictureOfC)))
            .itemND;
    const auto itemsCP = network_->projectItem(network_->userTower->alone(itemsCD));
    throwIfStopped(stop, "train");

    // One causal pass gives every prefix of every segment, and every target in its history.
    const auto rows = static_cast<std::int64_t>(batch.size());
    HistoryBatch histories;
    histories.itemsBTD =
        itemsCD.index_select(0, tensorOn(device_, places(numbers.rows))).view({rows, numbers.length, itemsCD.size(1)});
    if (dataset_.hasTimes && !happens(recipe_.timeDropout, random))
        histories.timesBT = torch::tensor(numbers.times, torch::kInt64).view({rows, numbers.length});
    const auto hiddenXD = network_->userTower->forward(histories).flatten(0, 1); // X = B x (T + 1)
    const auto usersXP = network_->projectUser(hiddenXD);
    throwIfStopped(stop, "train");

    const auto temperature = network_->temperature();
    const auto nextItem = nextItemLoss({.usersNP = usersXP.index_select(0, tensorOn(device_, numbers.position)),
                                        .itemsCP = itemsCP,
                                        .targetN = tensorOn(device_, places(numbers.targetRow)),
                                        .logWeightC = tensorOn(device_, chosen.logWeight),
                                        .excludedRowK = tensorOn(device_, numbers.excludedRow),
                                        .excludedColumnK = tensorOn(device_, places(numbers.excludedColumn)),
                                        .excludedByK = tensorOn(device_, numbers.excludedBy)},
                                       temperature);
    const auto pickedRowB = tensorOn(device_, numbers.pickedRow);
    const auto aloneBP = itemsCP.index_select(0, tensorOn(device_, places(numbers.pickedRow)));
    const auto jointBP = network_->projectItem(hiddenXD.index_select(0, tensorOn(device_, numbers.pickedJoint)));
    const auto usersBP = usersXP.index_select(0, tensorOn(device_, numbers.pickedUser));
    return (1 - recipe_.itemItem - recipe_.userItem) * nextItem +
           recipe_.itemItem * infoNce(jointBP, aloneBP, pickedRowB, temperature) +
           recipe_.userItem * infoNce(usersBP, aloneBP, pickedRowB, temperature);
}

} // namespace core
