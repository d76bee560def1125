#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace core {

/// What a Hugging Face folder holds, from its small files and the headers of its weights; no tensor is read.
struct BackboneCard {
    std::string folder, architecture;          ///< as model_type says: "bert", "smolvlm"
    std::vector<std::string> uses;             ///< of "text encoder", "picture encoder", "language network"
    std::map<std::string, std::int64_t> sizes; ///< by name: "layers", "width", "vocabulary", "picture side", ...
    std::int64_t parameters = 0, weightBytes = 0;
    std::map<std::string, std::int64_t> parametersByType; ///< "F32", "BF16", ...
    std::vector<std::string> weightFiles;
    std::string computeType = "float32";
    std::int64_t computeBytes = 0; ///< what the weights take while it computes
    std::string licence;           ///< a licence file's name, or what README.md states; empty: none is there
    std::string tokenizer;         ///< its model: "BPE"; empty: none
    std::int64_t tokenizerSize = 0;
    std::string pictureProcessor;                        ///< its name; empty: none
    bool hasChatTemplate = false, hasJointSpace = false; ///< joint: texts and pictures can be compared
    std::string hash;                                    ///< over all files that decide what it computes
    std::vector<std::string> problems; ///< why it cannot be used, or not wholly; empty: nothing is wrong so far
};

/// Reads a few small files, the heads of the weights and, for the hash, all of them. Throws Error(notFound) where there
/// is no config.json, Error(cancelled). All else that is wrong is in `problems`.
BackboneCard readBackboneCard(const std::filesystem::path& folder, const std::stop_token& stop = {});
/// `folder` itself where it holds a checkpoint, else those of its subfolders that do, sorted. Throws Error(notFound).
std::vector<std::filesystem::path> backboneFolders(const std::filesystem::path& folder);
/// Over config.json, tokenizer.json, preprocessor_config.json and all weights.
/// Throws Error(notFound) naming a file that cannot be read, Error(cancelled).
std::string backboneHash(const std::filesystem::path& folder, const std::stop_token& stop = {});

} // namespace core
