#include "core/sample_shop/truth.h"
#include "core/base/error.h"
#include "core/sample_shop/truth_files.h"
#include <fmt/format.h>

namespace core {

struct Truth::Impl {
    Impl(std::filesystem::path folder_, TruthFiles files_)
        : folder(std::move(folder_)), files(std::move(files_)), model(files.parameters, files.items) {
        for (const ChoiceItem& item : files.items) lineCount = std::max(lineCount, item.line + 1);
    }
    std::span<const ItemIndex> boughtBefore(UserIndex user, Split split) const {
        const auto& all = files.bought[user.slot()];
        const std::size_t target = all.size() - (split == Split::test ? 1 : 2);
        return {all.data(), target};
    }

    std::filesystem::path folder;
    TruthFiles files;
    ChoiceModel model;
    int lineCount = 0;
};

bool Truth::existsIn(const std::filesystem::path& workspaceFolder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(workspaceFolder / "truth" / "shoppers.json", ignored);
}

Truth::Truth(const std::filesystem::path& workspaceFolder) {
    if (!existsIn(workspaceFolder))
        throw Error(ErrorKind::notFound,
                    fmt::format("read the truth of {}: this is no sample shop", workspaceFolder.string()));
    impl_ = std::make_unique<Impl>(workspaceFolder / "truth", readTruthFiles(workspaceFolder / "truth"));
}
Truth::~Truth() = default;
Truth::Truth(Truth&&) noexcept = default;
Truth& Truth::operator=(Truth&&) noexcept = default;

const SampleShopParameters& Truth::parameters() const { return impl_->files.parameters; }
std::int64_t Truth::itemCount() const { return static_cast<std::int64_t>(impl_->files.items.size()); }
std::int64_t Truth::userCount() const { return static_cast<std::int64_t>(impl_->files.bought.size()); }
const ProductAttributes& Truth::attributes(ItemIndex item) const { return impl_->files.items[item.slot()].attributes; }

void Truth::choiceProbabilities(UserIndex user, Split split, std::span<float> outV) {
    const bool isTest = split == Split::test; // the last event falls into the closing weeks, see simulateShopper()
    impl_->model.probabilities(impl_->files.tastes[user.slot()][isTest ? 1 : 0], impl_->boughtBefore(user, split),
                               isTest, outV);
}

void Truth::textProbabilities(UserIndex user, Split split, std::span<float> outV) {
    choiceProbabilities(user, split, outV);
    const auto& items = impl_->files.items;
    std::vector<char> isBought(items.size());
    for (const ItemIndex item : impl_->boughtBefore(user, split)) isBought[item.slot()] = 1;
    std::vector<double> sums(static_cast<std::size_t>(impl_->lineCount));
    std::vector<int> counts(sums.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (isBought[i]) continue;
        sums[static_cast<std::size_t>(items[i].line)] += outV[i];
        ++counts[static_cast<std::size_t>(items[i].line)];
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto line = static_cast<std::size_t>(items[i].line);
        outV[i] = isBought[i] ? 0 : static_cast<float>(sums[line] / counts[line]);
    }
}

std::vector<std::uint8_t> Truth::mask(ItemIndex item, Attribute attribute) const {
    return readMask(impl_->folder, item, attribute);
}
int Truth::maskSide() const { return 256; }

} // namespace core
