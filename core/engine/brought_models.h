#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// Models that users bring, and models that they take away: requests and answers of two jobs (jobs.h).
namespace core {

struct AddModelRequest {
    std::filesystem::path workspace;
    std::string name;
    /// Vectors (.npy, .npz, .safetensors), score lists (.csv, .csv.gz), a TorchScript (.pt), or a folder with a
    /// model.json of this program's.
    std::filesystem::path file;
    std::filesystem::path userVectors;      ///< a second file of vectors; empty: `file` has them, or there are none
    std::filesystem::path itemIds, userIds; ///< .txt, .json, .npy or .csv; empty: in `file` or beside it
    bool inCatalogOrder = false;            ///< no product ids: row n is the n-th product of the catalog
    std::string shopperVectors = "mean";    ///< where there are no user vectors: "mean" or "recent"
    std::string similarity = "dot";         ///< "dot", "cosine"
    bool allowMissing = false;              ///< even where fewer than half of the products are known to the model
    bool trustsCode = false;                ///< the user knows that a TorchScript runs code
    bool checkOnly = false;                 ///< adds nothing
};

enum class ModelFindingKind { error, warning, note };

struct ModelFinding {
    ModelFindingKind kind = ModelFindingKind::error;
    std::string file{};      ///< empty: of no file in particular
    std::int64_t line = 0;   ///< 1-based; 0: of no line
    std::int64_t column = 0; ///< field, 1-based; 0: of the whole line
    std::string what{};      ///< what is wrong, and what to do

    std::string text() const; ///< "lists.csv, line 3, column 2: ..."
};

/// One row of a mapping as a person checks it: does the id stand for the product that it should?
struct MappedId {
    std::int64_t row = 0; ///< in the model's files, 0-based
    std::string id;
    bool isKnown = false; ///< the workspace has it
    std::string title;    ///< of the product; empty for shoppers
};

/// Ids of a model held against those of the workspace.
struct IdMapping {
    std::int64_t rows = 0;                     ///< ids in the model's files
    std::int64_t matched = 0;                  ///< of them, in the workspace
    std::int64_t unknown = 0;                  ///< of them, not in the workspace: they are left alone
    std::int64_t duplicates = 0;               ///< ids that came before
    std::int64_t inWorkspace = 0, missing = 0; ///< ids of the workspace; of them, not in the model's files
    std::vector<std::string> unknownExamples, missingExamples, duplicateExamples; ///< ten at most
    std::vector<MappedId> first, last; ///< ten at most; `last` holds none of `first`
};

struct ModelFileFact {
    std::string name;
    std::int64_t bytes = 0;
};

struct ArrayFact {
    std::string name, dtype;
    std::vector<std::int64_t> shape;
};

/// What was found out before a model was added, and whether it was.
struct AddModelResult {
    bool isAdded = false;
    bool isFit = false;      ///< no error among the findings
    std::string recommender; ///< "vectors", "lists", "torchscript", "pixrec", ...
    std::string hash;        ///< once added
    bool followsEdits = false;
    std::vector<ModelFileFact> files;
    std::vector<ArrayFact> arrays;
    IdMapping items;
    std::optional<IdMapping> users;
    std::int64_t listEntries = 0;       ///< of score lists
    std::vector<ModelFinding> findings; ///< errors first; at most a hundred
    std::int64_t findingsInAll = 0;

    /// What the model cannot do, a sentence each.
    std::vector<std::string> limits;
};

struct ExportModelRequest {
    std::filesystem::path workspace;
    std::string model;
    std::filesystem::path vectors; ///< .safetensors; ids go beside it, into .items.json and .users.json; empty: none
    std::filesystem::path lists;   ///< .csv or .jsonl; empty: none
    int k = 20;
    std::string device = "auto";
};

struct ExportModelResult {
    std::vector<ModelFileFact> files;  ///< by path
    std::int64_t items = 0, users = 0; ///< vectors written
    int width = 0;
    std::int64_t lists = 0, entries = 0;
    std::int64_t usersLeftOut = 0; ///< shoppers that the model cannot score
    std::string leftOutBecause;    ///< for the first of them
};

} // namespace core
