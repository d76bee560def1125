#pragma once
#include "core/backbones/item_encoders.h"
#include "core/checkpoints/backbone_card.h"
#include "core/dataset/encoded_table.h"
#include "core/engine/search.h"
#include "core/engine_torch/loaded_workspace.h"

namespace core {

class TorchSearch final : public ProductSearch {
public:
    SearchResult find(const SearchRequest& request, const ProgressSink& progress, std::stop_token stop) override;

private:
    /// Vectors of all products in one space, of length 1.
    struct Space {
        EncodedTable table;
        std::int64_t products = 0; ///< that have one
    };
    void open(const SearchRequest& request);
    const Space& space(SimilarSpace kind, const ProgressSink& progress, std::stop_token stop);
    std::vector<float> question(const SearchRequest& request) const;

    std::filesystem::path workspaceFolder_, encoderFolder_;
    std::unique_ptr<LoadedWorkspace> workspace_;
    BackboneCard card_;
    std::optional<ItemTextEncoder> texts_;
    std::optional<ItemPictureEncoder> pictures_;
    std::optional<Space> textSpace_, pictureSpace_;
};

} // namespace core
