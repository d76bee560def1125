#include "core/model_import/model_import.h"
#include "core/array_files/safetensors.h"
#include "core/base/error.h"
#include "core/importers/import_report.h"
#include "core/model_import/id_mapping.h"
#include "core/model_import/list_file.h"
#include "core/model_import/vector_files.h"
#include "core/workspace/workspace.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>

namespace core {

namespace {

namespace fs = std::filesystem;

bool hasEnding(const fs::path& file, std::initializer_list<std::string_view> endings) {
    const auto name = file.filename().string();
    return std::any_of(endings.begin(), endings.end(), [&name](std::string_view end) { return name.ends_with(end); });
}

/// Checks one request, step by step; every step adds to the findings.
class Preparation {
public:
    Preparation(const AddModelRequest& request, Workspace& workspace, const std::stop_token& stop)
        : request_(request), workspace_(workspace), stop_(stop) {}

    PreparedModel run(const ProgressSink& progress) {
        progress({"reading " + request_.file.filename().string(), 0, 0, {}});
        try {
            read();
            throwIfStopped(stop_, "check a model");
            progress({"holding its ids against the workspace", 0, 0, {}});
            check();
        } catch (const Error& error) {
            const bool isAboutTheFiles = error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::notFound ||
                                         error.kind() == ErrorKind::invalidInput;
            if (!isAboutTheFiles) throw;
            findings_.error({.what = error.what()}); // names the file
        }
        model_.found.followsEdits = followsEdits(model_.settings) || isForeignNative_;
        findings_.finish(model_.found);
        return std::move(model_);
    }

private:
    void read() {
        const auto& file = request_.file;
        if (fs::is_directory(file)) return readNative();
        if (!fs::exists(file)) throw Error(ErrorKind::notFound, fmt::format("read {}: no such file", file.string()));
        for (const auto& part : {file, request_.userVectors, request_.itemIds, request_.userIds}) noteFile(part);
        if (hasEnding(file, {".npy", ".npz", ".safetensors"}))
            readVectors();
        else if (hasEnding(file, {".csv", ".csv.gz"}))
            readLists();
        else if (hasEnding(file, {".pt", ".pth", ".ts"}))
            readScript();
        else
            throw Error(
                ErrorKind::invalidInput,
                fmt::format("read {}: its name does not tell what it is; vectors are .npy, .npz or .safetensors, "
                            "score lists .csv, a TorchScript .pt, a model of this program a folder",
                            file.string()));
        model_.found.recommender = model_.settings.recommender;
    }

    void noteFile(const fs::path& file) {
        std::error_code failure;
        const auto bytes = file.empty() ? 0 : fs::file_size(file, failure);
        if (!file.empty() && !failure)
            model_.found.files.push_back({file.filename().string(), static_cast<std::int64_t>(bytes)});
    }

    void readVectors() {
        model_.settings.recommender = brought::vectors;
        model_.vectors = readVectorFiles(request_, findings_, model_.found.arrays);
        auto& vectors = *model_.vectors;
        if (vectors.itemIds.empty()) nameByCatalogOrder();
        checkVectors(request_, vectors, findings_);
        auto& settings = model_.settings;
        settings.similarity = request_.similarity == "cosine" ? Similarity::cosine : Similarity::dot;
        settings.shopperVectors = vectors.users.rows > 0                ? ShopperVectors::given
                                  : request_.shopperVectors == "recent" ? ShopperVectors::recent
                                                                        : ShopperVectors::mean;
    }

    void nameByCatalogOrder() {
        auto& vectors = *model_.vectors;
        const auto known = knownItems(workspace_);
        if (!request_.inCatalogOrder) {
            findings_.error({.file = request_.file.string(),
                             .what =
                                 "it is not known which product each row is: give a list of product ids, one a row, or "
                                 "say that the rows stand in the order of the catalog (--in-catalog-order)"});
        } else if (vectors.items.rows != known.count) {
            findings_.error({.file = request_.file.string(),
                             .what = fmt::format("{} rows cannot stand for the {} products of the catalog in order",
                                                 vectors.items.rows, known.count)});
        } else {
            for (std::int32_t item = 0; item < known.count; ++item) vectors.itemIds.push_back(known.id(item));
            findings_.warning({.file = request_.file.string(),
                               .what = "there are no product ids: row n is taken for the n-th product of the catalog"});
        }
    }

    void readLists() {
        model_.settings.recommender = brought::lists;
        model_.lists = readListFile(request_.file, findings_, stop_);
    }

    void readScript() {
        model_.settings.recommender = brought::script;
        model_.script = request_.file;
        std::ifstream stream(request_.file, std::ios::binary);
        std::string start(4, '\0');
        if (!stream.read(start.data(), 4) || start != "PK\3\4")
            throw Error(ErrorKind::corrupt, fmt::format("read {}: it is no TorchScript file; write it with "
                                                        "torch.jit.save(torch.jit.script(model), file)",
                                                        request_.file.string()));
        model_.scriptIds = request_.itemIds.empty() ? std::vector<std::string>{} : readIdFile(request_.itemIds);
        const auto known = knownItems(workspace_);
        if (request_.itemIds.empty() && request_.inCatalogOrder)
            for (std::int32_t item = 0; item < known.count; ++item) model_.scriptIds.push_back(known.id(item));
        if (model_.scriptIds.empty())
            findings_.error({.file = request_.file.string(),
                             .what =
                                 "it is not known which product each number of the script is: give a list of product "
                                 "ids, or say that they are in the order of the catalog (--in-catalog-order)"});
        warnOfCode();
    }

    void warnOfCode() {
        ModelFinding finding{.file = request_.file.string(),
                             .what =
                                 "a TorchScript is a program: it runs with all your rights whenever the model is used"};
        if (request_.trustsCode) return findings_.warning(std::move(finding));
        finding.what += "; add it only if you trust where it comes from, and say so (--i-trust-this-file)";
        findings_.error(std::move(finding));
    }

    /// A folder as this program writes them: ours from training, or one that was brought to another workspace.
    void readNative() {
        const auto& folder = request_.file;
        model_.native = folder;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.is_symlink() || !entry.is_regular_file())
                throw Error(ErrorKind::invalidInput,
                            fmt::format("read {}: {} is no plain file; a model folder holds nothing else",
                                        folder.string(), inQuotes(entry.path().filename().string())));
            noteFile(entry.path());
        }
        std::sort(model_.found.files.begin(), model_.found.files.end(),
                  [](const auto& a, const auto& b) { return a.name < b.name; });
        const auto card = readModelFolder(folder);
        if (card.hash.empty()) throw Error(ErrorKind::corrupt, fmt::format("read {}: {}", folder.string(), card.card));
        model_.found.recommender = card.recommender;
        model_.found.hash = card.hash;
        for (const auto& file : model_.found.files)
            if (file.name.ends_with(".safetensors"))
                for (auto& [name, tensor] : readTensorHeader(folder / file.name).tensors)
                    model_.found.arrays.push_back({name, tensor.dtype, tensor.shape});
        if (card.recommender != brought::vectors && card.recommender != brought::lists &&
            card.recommender != brought::script) {
            isForeignNative_ = true;
            findings_.note({.what =
                                "a model of this program that knows products by what they are; it is tried out before "
                                "it is added"});
            return;
        }
        model_.settings = readBroughtSettings(folder);
        checkBroughtHash(folder, model_.settings, card.hash);
        if (card.recommender == brought::vectors) {
            model_.vectors = readBroughtVectors(folder);
            checkVectors(request_, *model_.vectors, findings_);
        } else if (card.recommender == brought::lists) {
            model_.lists = readBroughtLists(folder);
        } else {
            model_.scriptIds = readIds(folder / brought::itemsFile);
            warnOfCode();
        }
    }

    void check() {
        if (model_.vectors) {
            if (model_.vectors->itemIds.empty()) return; // said already
            checkItems(model_.vectors->itemIds, "have a vector");
            if (model_.vectors->users.rows > 0) checkUsers(model_.vectors->userIds);
        } else if (model_.lists) {
            if (model_.lists->items.empty()) return;
            model_.found.listEntries = static_cast<std::int64_t>(model_.lists->items.size());
            checkItems(model_.lists->itemIds, nullptr);
            checkUsers(model_.lists->userIds);
        } else if (!model_.scriptIds.empty()) {
            checkItems(model_.scriptIds, "are known to it");
        }
        nameLimits();
    }

    /// `have`: what a product of the workspace is missing that is not among the ids; null where that is as it should
    /// be.
    void checkItems(std::span<const std::string> ids, const char* have) {
        auto& mapping = model_.found.items;
        mapping = mapIds(ids, knownItems(workspace_));
        checkMapping(mapping, "product");
        if (!have || mapping.matched == 0) return;
        const auto text =
            fmt::format("{} of {} products of the workspace {}", mapping.matched, mapping.inWorkspace, have);
        if (2 * mapping.matched < mapping.inWorkspace && !request_.allowMissing)
            findings_.error({.what = text + "; if that is meant, allow missing products (--allow-missing)"});
        else if (mapping.missing > 0)
            findings_.warning({.what = text + "; the others stand below all of them"});
    }

    void checkUsers(std::span<const std::string> ids) {
        const auto& mapping = model_.found.users.emplace(mapIds(ids, knownUsers(workspace_)));
        checkMapping(mapping, "shopper");
        if (mapping.matched > 0 && mapping.missing > 0)
            findings_.warning(
                {.what = fmt::format("{} of {} shoppers of the workspace are not listed: the model can say "
                                     "nothing for them",
                                     mapping.missing, mapping.inWorkspace)});
    }

    void checkMapping(const IdMapping& mapping, const char* whose) {
        const auto example = [](const std::vector<std::string>& ids) { return inQuotes(ids.front()); };
        if (mapping.duplicates > 0)
            findings_.error({.what = fmt::format("{} {} ids stand more than once, for example {}; keep one row of each",
                                                 mapping.duplicates, whose, example(mapping.duplicateExamples))});
        if (mapping.matched == 0 && mapping.inWorkspace > 0)
            findings_.error({.what = fmt::format(
                                 "not one {} id is known to the workspace; the model says {}, the workspace "
                                 "{}",
                                 whose, mapping.unknownExamples.empty() ? "nothing" : example(mapping.unknownExamples),
                                 mapping.missingExamples.empty() ? "nothing" : example(mapping.missingExamples))});
        else if (mapping.unknown > 0)
            findings_.warning(
                {.what = fmt::format("{} of {} {} ids are not known to the workspace, for example {}; they "
                                     "are left alone",
                                     mapping.unknown, mapping.rows, whose, example(mapping.unknownExamples))});
    }

    void nameLimits() {
        auto& limits = model_.found.limits;
        if (model_.lists)
            limits.emplace_back("It is lists made beforehand: it cannot follow edits, nor made-up histories.");
        if (model_.vectors && model_.settings.shopperVectors == ShopperVectors::given)
            limits.emplace_back(
                "It has one vector for each listed shopper, made beforehand: it cannot follow edits, nor "
                "made-up histories.");
        if (!isForeignNative_) {
            limits.emplace_back("It has no text or picture vectors: no look-alikes, no read-alikes.");
            limits.emplace_back(
                "Whether it saw the held-out products when it was made is not known; an evaluation here "
                "is fair only if it did not.");
        }
    }

    const AddModelRequest& request_;
    Workspace& workspace_;
    const std::stop_token& stop_;
    PreparedModel model_;
    ModelFindings findings_;
    bool isForeignNative_ = false;
};

} // namespace

PreparedModel prepareModel(const AddModelRequest& request, Workspace& workspace, const ProgressSink& progress,
                           const std::stop_token& stop) {
    return Preparation(request, workspace, stop).run(progress);
}

} // namespace core
