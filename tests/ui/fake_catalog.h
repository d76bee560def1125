#pragma once
#include "core/base/error.h"
#include "ui/views/catalog/catalog_source.h"
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

namespace test {

/// A catalog by arithmetic: product n is "item n", in one of eight categories, at n / 100. A search text matches the
/// products whose number starts with it.
class FakeCatalog final : public ui::CatalogSource {
public:
    struct Counts {
        std::atomic<std::int64_t> items{0}, searches{0};
    };

    FakeCatalog(std::int64_t size, std::shared_ptr<Counts> counts) : size_(size), counts_(std::move(counts)) {}

    static ui::OpenCatalog opener(std::int64_t size, std::shared_ptr<Counts> counts = std::make_shared<Counts>()) {
        return [size, counts] { return std::make_unique<FakeCatalog>(size, counts); };
    }
    static ui::OpenCatalog failing(const std::string& why) {
        return [why]() -> std::unique_ptr<CatalogSource> { throw core::Error(core::ErrorKind::corrupt, why); };
    }

    static core::CatalogItem item(std::int32_t number) {
        core::CatalogItem item;
        item.index = {number};
        item.text.id = "item-" + std::to_string(number);
        item.text.title = "Product number " + std::to_string(number);
        item.text.category = categoryOf(number);
        item.text.price = number / 100.0;
        return item;
    }
    static std::string categoryOf(std::int32_t number) {
        static const char* names[] = {"Bags",  "Gear",          "Gear > Bottles",  "Gear > Mugs > Large",
                                      "Lamps", "Shoes > Boots", "Shoes > Sandals", "Watches"};
        return names[number % 8];
    }

    std::int64_t itemCount() override { return size_; }
    std::vector<core::CatalogItem> items(std::span<const core::ItemIndex> indices) override {
        std::vector<core::CatalogItem> result;
        for (const core::ItemIndex index : indices) result.push_back(item(index.value));
        counts_->items += static_cast<std::int64_t>(indices.size());
        return result;
    }
    core::CatalogPage search(const core::CatalogQuery& query, std::int64_t offset, std::int64_t limit) override {
        ++counts_->searches;
        core::CatalogPage page;
        for (std::int32_t number = 0; number < size_; ++number) {
            if (!query.text.empty() && !std::to_string(number).starts_with(query.text)) continue;
            if (query.category && !categoryOf(number).starts_with(*query.category)) continue;
            if (query.priceFrom && number / 100.0 < *query.priceFrom) continue;
            if (query.priceTo && number / 100.0 > *query.priceTo) continue;
            if (page.total >= offset && page.total < offset + limit) page.items.push_back({number});
            ++page.total;
        }
        return page;
    }
    std::vector<core::CategoryCount> categories() override {
        std::vector<core::CategoryCount> counted;
        for (std::int32_t number = 0; number < 8; ++number) counted.push_back({categoryOf(number), size_ / 8});
        return counted;
    }

private:
    std::int64_t size_;
    std::shared_ptr<Counts> counts_;
};

} // namespace test
