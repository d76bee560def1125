#include "core/recommenders/vlm_heads.h"
#include <algorithm>

namespace core {

void GenerativeHead::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto items = static_cast<std::size_t>(itemCount());
    for (std::size_t b = 0; b < histories.size(); ++b) {
        written_ = model_->write(
            histories[b], options_, [](const std::vector<std::string>&) {}, stop);
        const auto scores = model_->generativeScores(written_);
        std::copy(scores.begin(), scores.end(), scoresBV.begin() + static_cast<std::ptrdiff_t>(b * items));
    }
}

std::string writtenNotice(std::span<const WrittenText> written) {
    constexpr std::size_t shown = 3;
    std::vector<const WrittenText*> order;
    for (const auto& one : written) order.push_back(&one);
    std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->score > b->score; });
    std::vector<std::string> texts;
    for (const auto* one : order)
        if (texts.size() < shown && !one->text.empty() &&
            std::find(texts.begin(), texts.end(), one->text) == texts.end())
            texts.push_back(one->text);
    if (texts.empty()) return {};
    std::string notice = "It wrote:";
    for (const auto& text : texts) notice += " \"" + text.substr(text.find_first_not_of(' ')) + "\"";
    return notice + ".";
}

} // namespace core
