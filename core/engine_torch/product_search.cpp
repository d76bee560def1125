#include "core/engine_torch/product_search.h"
#include "core/engine_torch/encode_job.h"
#include "core/pictures/picture_table.h"
#include "core/retrieval/top_k.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace core {

namespace {

bool reads(const BackboneCard& card, const char* use) {
    return std::find(card.uses.begin(), card.uses.end(), use) != card.uses.end();
}

/// Zero vectors stay zero.
void scaleToUnit(std::span<float> vector) {
    double squares = 0;
    for (const float value : vector) squares += double{value} * double{value};
    const auto scale = static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
    for (float& value : vector) value *= scale;
}

} // namespace

SearchResult TorchSearch::find(const SearchRequest& request, const ProgressSink& progress, std::stop_token stop) {
    const auto start = std::chrono::steady_clock::now();
    open(request);
    const bool isPicture = !request.picture.empty();
    if (!reads(card_, isPicture ? "picture encoder" : "text encoder"))
        throw Error(ErrorKind::invalidInput, fmt::format("search with {}: this encoder reads no {}",
                                                         request.encoder.string(), isPicture ? "pictures" : "texts"));
    const auto kind = isPicture || card_.hasJointSpace ? SimilarSpace::picture : SimilarSpace::text;
    const auto wanted = question(request);
    throwIfStopped(stop, "search products");
    const auto& found = space(kind, progress, stop);
    if (found.products > 0 && found.table.width != static_cast<int>(wanted.size()))
        throw Error(ErrorKind::corrupt, fmt::format("search with {}: its texts and pictures have vectors of {} and {} "
                                                    "numbers",
                                                    request.encoder.string(), wanted.size(), found.table.width));
    SearchResult result{.items = {}, .compared = found.products, .space = kind, .elapsedMs = 0};
    result.items = nearestTo(wanted, found.table, request.k, stop);
    result.elapsedMs = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return result;
}

void TorchSearch::open(const SearchRequest& request) {
    if (!workspace_ || workspaceFolder_ != request.workspace) {
        textSpace_.reset();
        pictureSpace_.reset();
        workspace_ = std::make_unique<LoadedWorkspace>(request.workspace);
        workspaceFolder_ = request.workspace;
    }
    if (encoderFolder_ == request.encoder) return;
    encoderFolder_.clear();
    textSpace_.reset();
    pictureSpace_.reset();
    texts_.reset();
    pictures_.reset();
    card_ = readBackboneCard(request.encoder);
    if (!card_.problems.empty())
        throw Error(ErrorKind::corrupt,
                    fmt::format("search with {}: {}", request.encoder.string(), card_.problems.front()));
    if (reads(card_, "text encoder")) texts_ = ItemTextEncoder::load(request.encoder);
    if (reads(card_, "picture encoder")) pictures_ = ItemPictureEncoder::load(request.encoder);
    encoderFolder_ = request.encoder;
}

std::vector<float> TorchSearch::question(const SearchRequest& request) const {
    EncodedRows rows;
    if (request.picture.empty()) {
        rows = texts_->encode(std::span(&request.text, 1));
    } else {
        if (!std::filesystem::exists(request.picture))
            throw Error(ErrorKind::notFound,
                        fmt::format("search by picture: {} does not exist", request.picture.string()));
        const auto picture = decodeWholePicture(request.picture);
        if (picture.width == 0)
            throw Error(ErrorKind::invalidInput,
                        fmt::format("search by picture: {} cannot be read; take a JPEG, PNG or WebP file",
                                    request.picture.string()));
        rows = pictures_->encode(std::span(&picture, 1));
    }
    scaleToUnit(rows.values);
    return std::move(rows.values);
}

const TorchSearch::Space& TorchSearch::space(SimilarSpace kind, const ProgressSink& progress, std::stop_token stop) {
    auto& space = kind == SimilarSpace::picture ? pictureSpace_ : textSpace_;
    if (space) return *space;
    JobContext context;
    context.progress = progress;
    context.stop = stop;
    Space made;
    made.table = kind == SimilarSpace::picture ? encodedPictures(*workspace_, encoderFolder_, context)
                                               : encodedTexts(*workspace_, encoderFolder_, context);
    made.products =
        std::ssize(made.table.rowOfItem) - std::count(made.table.rowOfItem.begin(), made.table.rowOfItem.end(), -1);
    const auto width = static_cast<std::size_t>(made.table.width);
    for (std::size_t at = 0; at + width <= made.table.values.size() && width > 0; at += width)
        scaleToUnit(std::span(made.table.values).subspan(at, width));
    return space.emplace(std::move(made));
}

} // namespace core
