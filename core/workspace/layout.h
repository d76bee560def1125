#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// What lies in a workspace folder.
namespace core::layout {

inline constexpr std::string_view database = "workspace.sqlite";
inline constexpr std::string_view lock = "workspace.lock";
inline constexpr std::string_view models = "models";
inline constexpr std::string_view modelCard = "model.json";
inline constexpr std::string_view pictures = "pictures";
inline constexpr std::string_view trainingLockEnd = ".lock";
/// In `models`; held while a model of that name is trained.
inline std::string trainingLock(std::string_view model) {
    return "." + std::string(model) + std::string(trainingLockEnd);
}
inline constexpr std::string_view importReport = "import-report.jsonl";

/// "PxRc", in the header of workspace.sqlite.
inline constexpr std::uint32_t applicationId = 0x50785263;

} // namespace core::layout
