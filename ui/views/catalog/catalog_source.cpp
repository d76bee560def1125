#include "ui/views/catalog/catalog_source.h"
#include "core/workspace/workspace.h"

namespace ui {
namespace {

class WorkspaceCatalog final : public CatalogSource {
public:
    explicit WorkspaceCatalog(const std::filesystem::path& folder)
        : workspace_(folder, core::WorkspaceAccess::readOnly) {}

    std::int64_t itemCount() override { return workspace_.catalog().itemCount(); }
    std::vector<core::CatalogItem> items(std::span<const core::ItemIndex> indices) override {
        return workspace_.catalog().items(indices);
    }
    core::CatalogPage search(const core::CatalogQuery& query, std::int64_t offset, std::int64_t limit) override {
        return workspace_.catalog().search(query, offset, limit);
    }
    std::vector<core::CategoryCount> categories() override { return workspace_.catalog().categories(); }

private:
    core::Workspace workspace_;
};

} // namespace

OpenCatalog workspaceCatalog(const std::filesystem::path& folder) {
    return [folder] { return std::make_unique<WorkspaceCatalog>(folder); };
}

} // namespace ui
