#include "core/recommenders/vlm_heads.h"
#include <algorithm>
#include <chrono>

namespace core {

namespace {
constexpr std::chrono::milliseconds betweenReports{100};
} // namespace

void GenerativeHead::score(std::span<const HistoryView> histories, std::span<float> scoresBV, std::stop_token stop) {
    const auto items = static_cast<std::size_t>(itemCount());
    for (std::size_t b = 0; b < histories.size(); ++b) {
        write(histories[b], stop);
        const auto scores = model_->generativeScores(written_);
        std::copy(scores.begin(), scores.end(), scoresBV.begin() + static_cast<std::ptrdiff_t>(b * items));
    }
}

void GenerativeHead::write(const HistoryView& history, std::stop_token stop) {
    std::vector<ItemIndex> items;
    for (const auto& event : history.events) items.push_back(event.item);
    if (writtenFor_ == items) return;
    writtenFor_.reset();
    std::int64_t tokens = 0;
    std::chrono::steady_clock::time_point told;
    written_ = model_->write(
        history, options_,
        [&](const std::vector<std::string>& texts, std::int64_t mostTokens) {
            ++tokens;
            const auto now = std::chrono::steady_clock::now();
            if (!onWriting_ || texts.empty() || now - told < betweenReports) return;
            told = now;
            onWriting_({texts.front().substr(std::min(texts.front().find_first_not_of(' '), texts.front().size())),
                        tokens, mostTokens, "tokens"});
        },
        std::move(stop));
    writtenFor_ = std::move(items);
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
