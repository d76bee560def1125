#pragma once
#include "core/catalog/catalog.h"
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace ui {

/// What the catalog panel reads; core::Catalog behind a seam, so that tests need no database. Used by one thread.
class CatalogSource {
public:
    virtual ~CatalogSource() = default;
    virtual std::int64_t itemCount() = 0;
    virtual std::vector<core::CatalogItem> items(std::span<const core::ItemIndex> indices) = 0;
    virtual core::CatalogPage search(const core::CatalogQuery& query, std::int64_t offset, std::int64_t limit) = 0;
    virtual std::vector<core::CategoryCount> categories() = 0;
};

/// Called on the thread that will read. May throw core::Error.
using OpenCatalog = std::function<std::unique_ptr<CatalogSource>()>;

/// Opens the workspace in `folder` a second time, read-only, for the reading thread.
OpenCatalog workspaceCatalog(const std::filesystem::path& folder);

} // namespace ui
