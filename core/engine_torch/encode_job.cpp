#include "core/engine_torch/encode_job.h"
#include "core/backbones/item_encoders.h"
#include "core/base/hash_file.h"
#include "core/checkpoints/backbone_card.h"
#include "core/pictures/picture_table.h"
#include "core/workspace/known_encoders.h"
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <numeric>
#include <set>
#include <unordered_map>

namespace core {

namespace {

constexpr std::size_t textsAtOnce = 64, picturesAtOnce = 16; // what a stop may cost

class Clock {
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Takes blocks of rows from the cache, or from `encode`, which then go there.
class Blocks {
public:
    Blocks(CacheStore& cache, std::string kind, const std::string& encoder)
        : cache_(cache), kind_(std::move(kind)), encoder_(encoder) {}

    template <class Encode>
    EncodedRows take(const std::string& content, std::int64_t rows, Encode encode) {
        const std::string key = fmt::format("{} 1|{}|{}", kind_, encoder_, content);
        if (const auto found = cache_.matrix(key); found && found->rows() == rows) {
            cached += rows;
            const auto values = found->values();
            return {.rows = rows, .width = found->width(), .values = {values.begin(), values.end()}};
        }
        EncodedRows made = encode();
        cache_.putMatrix(key, made.rows, static_cast<int>(made.width), made.values);
        return made;
    }

    std::int64_t cached = 0;

private:
    CacheStore& cache_;
    std::string kind_, encoder_;
};

/// Writes the rows of a block to their places.
void place(EncodedTable& table, std::size_t count, std::span<const std::size_t> places, const EncodedRows& rows) {
    table.width = static_cast<int>(rows.width);
    const auto width = static_cast<std::size_t>(rows.width);
    table.values.resize(count * width);
    for (std::size_t i = 0; i < places.size(); ++i)
        std::copy_n(rows.values.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                    table.values.begin() + static_cast<std::ptrdiff_t>(places[i] * width));
}

std::string contentHash(const std::filesystem::path& file) {
    Hasher hasher;
    static_cast<void>(addFile(hasher, file)); // a picture that is gone hashes as empty
    return hasher.hex();
}

/// Remembers the encoder in the workspace.
void note(const std::filesystem::path& workspace, const std::filesystem::path& folder) {
    const auto card = readBackboneCard(folder);
    const auto can = [&card](const char* use) {
        return std::find(card.uses.begin(), card.uses.end(), use) != card.uses.end();
    };
    noteEncoder(workspace, {.folder = std::filesystem::absolute(folder).lexically_normal().string(),
                            .hash = card.hash,
                            .architecture = card.architecture,
                            .readsTexts = can("text encoder"),
                            .readsPictures = can("picture encoder"),
                            .hasJointSpace = card.hasJointSpace});
}

} // namespace

EncodedTable encodedTexts(LoadedWorkspace& workspace, const std::filesystem::path& folder, const JobContext& context,
                          EncodedPart* part) {
    const Clock clock;
    const auto encoder = ItemTextEncoder::load(folder);
    EncodedTable table{.encoder = encoder.hash(), .width = 0, .values = {}, .rowOfItem = {}};
    std::vector<std::string> texts;
    table.rowOfItem = textTwinGroups(workspace.dataset().items);
    for (std::size_t item = 0; item < table.rowOfItem.size(); ++item)
        if (static_cast<std::size_t>(table.rowOfItem[item]) == texts.size())
            texts.push_back(workspace.dataset().items[item].modelText());
    // Texts of like length go together: nothing is padded, and the products are large.
    std::vector<std::size_t> lengths, order(texts.size());
    for (const auto& text : texts) lengths.push_back(encoder.tokensOf(text));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lengths[a] < lengths[b]; });

    Blocks blocks(workspace.cache(), "encoded texts", encoder.hash());
    for (std::size_t begin = 0; begin < order.size(); begin += textsAtOnce) {
        throwIfStopped(context.stop, "encode texts");
        context.progress(
            {"encoding texts", static_cast<std::int64_t>(begin), static_cast<std::int64_t>(order.size()), "texts"});
        const auto places = std::span(order).subspan(begin, std::min(textsAtOnce, order.size() - begin));
        std::vector<std::string> some;
        Hasher content;
        for (const auto index : places) {
            some.push_back(texts[index]);
            content.add(texts[index]);
        }
        place(table, texts.size(), places,
              blocks.take(content.hex(), static_cast<std::int64_t>(some.size()), [&] { return encoder.encode(some); }));
    }
    if (part)
        *part = {encoder.hash(), table.width, static_cast<std::int64_t>(texts.size()),
                 blocks.cached,  0,           clock.seconds()};
    return table;
}

EncodedTable encodedPictures(LoadedWorkspace& workspace, const std::filesystem::path& folder, const JobContext& context,
                             EncodedPart* part) {
    const Clock clock;
    const auto encoder = ItemPictureEncoder::load(folder);
    EncodedTable table{.encoder = encoder.hash(), .width = 0, .values = {}, .rowOfItem = {}};
    // Equal files are one picture.
    std::unordered_map<std::string, std::string> hashOfFile;
    std::unordered_map<std::string, std::int32_t> rowOfHash;
    std::vector<std::filesystem::path> files;
    std::vector<std::string> hashes;
    for (const auto& file : workspace.pictureFiles()) {
        throwIfStopped(context.stop, "encode pictures");
        if (file.empty() || !std::filesystem::exists(file)) {
            table.rowOfItem.push_back(-1);
            continue;
        }
        auto& hash = hashOfFile[file.string()];
        if (hash.empty()) hash = contentHash(file);
        const auto [found, isNew] = rowOfHash.try_emplace(hash, static_cast<std::int32_t>(files.size()));
        if (isNew) {
            files.push_back(file);
            hashes.push_back(hash);
        }
        table.rowOfItem.push_back(found->second);
    }

    std::vector<bool> isReadable(files.size(), true);
    Blocks blocks(workspace.cache(), "encoded pictures", encoder.hash());
    for (std::size_t begin = 0; begin < files.size(); begin += picturesAtOnce) {
        throwIfStopped(context.stop, "encode pictures");
        context.progress({"encoding pictures", static_cast<std::int64_t>(begin),
                          static_cast<std::int64_t>(files.size()), "pictures"});
        const std::size_t end = std::min(begin + picturesAtOnce, files.size());
        std::vector<std::size_t> places(end - begin);
        std::iota(places.begin(), places.end(), begin);
        Hasher content;
        for (std::size_t i = begin; i < end; ++i) content.add(hashes[i]);
        const auto rows = blocks.take(content.hex(), static_cast<std::int64_t>(places.size()), [&] {
            std::vector<PixelArray> pictures;
            std::vector<std::size_t> read;
            for (const auto i : places)
                if (auto picture = decodeWholePicture(files[i]); picture.width > 0) {
                    pictures.push_back(std::move(picture));
                    read.push_back(i - begin);
                }
            // What cannot be read gets a row of zeros, which no encoder makes.
            EncodedTable whole;
            if (!pictures.empty()) place(whole, places.size(), read, encoder.encode(pictures));
            return EncodedRows{static_cast<std::int64_t>(places.size()), whole.width, std::move(whole.values)};
        });
        if (rows.width == 0) {
            std::fill(isReadable.begin() + static_cast<std::ptrdiff_t>(begin),
                      isReadable.begin() + static_cast<std::ptrdiff_t>(end), false);
            continue;
        }
        place(table, files.size(), places, rows);
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto row = rows.row(static_cast<std::int64_t>(i));
            isReadable[places[i]] = std::any_of(row.begin(), row.end(), [](float value) { return value != 0; });
        }
    }
    for (auto& row : table.rowOfItem)
        if (row >= 0 && !isReadable[static_cast<std::size_t>(row)]) row = -1;
    if (part)
        *part = {encoder.hash(),
                 table.width,
                 static_cast<std::int64_t>(files.size()),
                 blocks.cached,
                 std::count(isReadable.begin(), isReadable.end(), false),
                 clock.seconds()};
    return table;
}

EncodeResult runEncode(const EncodeRequest& request, const JobContext& context) {
    LoadedWorkspace workspace(request.workspace);
    EncodeResult result{.items = workspace.itemCount(), .text = {}, .picture = {}};
    if (!request.textEncoder.empty()) encodedTexts(workspace, request.textEncoder, context, &result.text.emplace());
    if (!request.pictureEncoder.empty())
        encodedPictures(workspace, request.pictureEncoder, context, &result.picture.emplace());
    if (const auto problem = workspace.cache().statistics().problem; !problem.empty())
        throw Error(ErrorKind::unavailable, "encode products: the vectors cannot be kept: " + problem);
    std::set<std::filesystem::path> folders{request.textEncoder, request.pictureEncoder};
    folders.erase(std::filesystem::path());
    for (const auto& folder : folders) note(request.workspace, folder);
    return result;
}

} // namespace core
