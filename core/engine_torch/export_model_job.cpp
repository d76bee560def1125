#include "core/array_files/safetensors.h"
#include "core/base/whole_file.h"
#include "core/engine_torch/brought_model_jobs.h"
#include "core/engine_torch/model_loader.h"
#include "core/recommenders/brought_folder.h"
#include "core/retrieval/top_k.h"
#include "core/tensors/device.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace core {

namespace {

namespace fs = std::filesystem;

StoredTensor stored(VectorTable table) {
    StoredTensor tensor{"F32", {table.rows, table.width}, std::vector<std::byte>(table.values.size() * sizeof(float))};
    if (!table.values.empty()) std::memcpy(tensor.bytes.data(), table.values.data(), tensor.bytes.size());
    return tensor;
}

std::string csvField(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

class Export {
public:
    Export(const ExportModelRequest& request, const JobContext& context)
        : request_(request), context_(context), workspace_(request.workspace), model_(load()) {
        const auto& histories = workspace_.dataset().histories;
        for (std::int32_t user = 0; user < static_cast<std::int32_t>(workspace_.userCount()); ++user) {
            const HistoryView history{histories.of({user}), workspace_.dataset().hasTimes, UserIndex{user}};
            const auto missing = model_.recommender->missing(history);
            if (missing.empty()) {
                users_.push_back({user});
                views_.push_back(history);
            } else {
                ++result_.usersLeftOut;
                if (result_.leftOutBecause.empty()) result_.leftOutBecause = missing;
            }
        }
    }

    ExportModelResult run() {
        if (!request_.vectors.empty()) writeVectors();
        if (!request_.lists.empty()) writeLists();
        return std::move(result_);
    }

private:
    LoadedModel load() {
        const auto all = workspace_.models();
        const auto found =
            std::find_if(all.begin(), all.end(), [this](const auto& one) { return one.name == request_.model; });
        if (found == all.end())
            throw Error(ErrorKind::notFound,
                        fmt::format("export model {}: the workspace has no model of this name", request_.model));
        return loadModel(workspace_, *found, {pickDevice(request_.device), Precision::fp32}, context_.progress,
                         context_.stop);
    }

    void note(const fs::path& file) {
        result_.files.push_back({file.string(), static_cast<std::int64_t>(fs::file_size(file))});
    }

    void writeVectors() {
        auto items = model_.recommender->scoringVectors();
        if (!items)
            throw Error(ErrorKind::unavailable,
                        fmt::format("export vectors of {}: its scores are no products of vectors; "
                                    "its lists can be exported",
                                    request_.model));
        context_.progress({"computing shopper vectors", 0, 0, {}});
        auto users = model_.recommender->shopperVectors(views_, context_.stop);
        result_.items = items->rows;
        result_.users = users.rows;
        result_.width = items->width;
        TensorFile content;
        content.metadata = {{"model", request_.model},
                            {"model_hash", model_.info.hash},
                            {"catalog_hash", workspace_.dataset().catalogHash},
                            {"score", "item_vectors @ user_vector"}};
        content.tensors["item_vectors"] = stored(*std::move(items));
        content.tensors["user_vectors"] = stored(std::move(users));
        std::vector<std::string> itemIds, userIds;
        for (const auto& item : workspace_.dataset().items) itemIds.push_back(item.id);
        for (const auto user : users_) userIds.push_back(workspace_.userId(user));
        for (const auto& [ending, ids] : {std::pair{".items.json", &itemIds}, {".users.json", &userIds}}) {
            auto file = request_.vectors;
            file.replace_extension(ending);
            writeIds(file, *ids);
            note(file);
        }
        writeTensorFile(request_.vectors, content); // last: with it the export is complete
        note(request_.vectors);
    }

    void writeLists() {
        const bool isCsv = request_.lists.extension() == ".csv";
        WholeFile file(request_.lists);
        if (isCsv) file.stream() << "user,item,rank,score\n";
        std::vector<float> scoresV(static_cast<std::size_t>(workspace_.itemCount()));
        const bool excludesHistory = workspace_.excludesHistoryItems(HistoryItems::automatic);
        for (std::size_t at = 0; at < users_.size(); ++at) {
            throwIfStopped(context_.stop, "export lists");
            if (at % 64 == 0)
                context_.progress({"writing lists", static_cast<std::int64_t>(at),
                                   static_cast<std::int64_t>(users_.size()), "shoppers"});
            model_.recommender->score({&views_[at], 1}, scoresV, context_.stop);
            const EligibilityFilter filter(workspace_.itemCount(), {}, excludesHistory, views_[at].events,
                                           workspace_.categories());
            const auto list = topK(scoresV, filter, request_.k);
            const auto user = workspace_.userId(users_[at]);
            file.stream() << (isCsv ? csvRows(user, list) : jsonLine(user, list));
            ++result_.lists;
            result_.entries += static_cast<std::int64_t>(list.size());
        }
        file.finish();
        note(request_.lists);
    }

    const std::string& itemId(ItemIndex item) const { return workspace_.dataset().items[item.slot()].id; }

    std::string csvRows(const std::string& user, std::span<const Recommendation> list) const {
        std::string rows;
        for (const auto& entry : list)
            rows += fmt::format("{},{},{},{}\n", csvField(user), csvField(itemId(entry.item)), entry.rank, entry.score);
        return rows;
    }

    std::string jsonLine(const std::string& user, std::span<const Recommendation> list) const {
        nlohmann::ordered_json line{{"user", user}, {"items", nlohmann::ordered_json::array()}};
        for (const auto& entry : list)
            line["items"].push_back({{"id", itemId(entry.item)}, {"rank", entry.rank}, {"score", entry.score}});
        return line.dump() + "\n";
    }

    const ExportModelRequest& request_;
    const JobContext& context_;
    LoadedWorkspace workspace_;
    LoadedModel model_;
    std::vector<UserIndex> users_;
    std::vector<HistoryView> views_;
    ExportModelResult result_;
};

void check(const ExportModelRequest& request) {
    const auto refuse = [](const fs::path& file, const char* why) {
        throw Error(ErrorKind::invalidInput, fmt::format("export {}: {}", file.string(), why));
    };
    if (!request.vectors.empty() && request.vectors.extension() != ".safetensors")
        refuse(request.vectors, "vectors are written to a .safetensors file");
    if (!request.lists.empty() && request.lists.extension() != ".csv" && request.lists.extension() != ".jsonl")
        refuse(request.lists, "lists are written to a .csv or .jsonl file");
    if (request.vectors.empty() && request.lists.empty()) refuse({}, "name a file for vectors or for lists");
    if (request.k < 1) refuse(request.lists, "lists hold at least one product");
}

} // namespace

ExportModelResult runExportModel(const ExportModelRequest& request, const JobContext& context) {
    check(request);
    return Export(request, context).run();
}

} // namespace core
