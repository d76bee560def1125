#include "core/workspace/known_encoders.h"
#include "core/base/error.h"
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace core {

namespace {

std::filesystem::path fileOf(const std::filesystem::path& workspace) { return workspace / "encoders.json"; }

} // namespace

std::vector<KnownEncoder> knownEncoders(const std::filesystem::path& workspace) {
    std::ifstream stream(fileOf(workspace), std::ios::binary);
    const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
    std::vector<KnownEncoder> encoders;
    try {
        for (const auto& entry : json.at("encoders"))
            encoders.push_back({.folder = entry.at("folder"),
                                .hash = entry.at("hash"),
                                .architecture = entry.at("architecture"),
                                .readsTexts = entry.at("reads_texts"),
                                .readsPictures = entry.at("reads_pictures"),
                                .hasJointSpace = entry.at("joint_space")});
    } catch (const nlohmann::json::exception&) {
        return {};
    }
    return encoders;
}

void noteEncoder(const std::filesystem::path& workspace, const KnownEncoder& encoder) {
    auto encoders = knownEncoders(workspace);
    const auto same = std::find_if(encoders.begin(), encoders.end(),
                                   [&](const KnownEncoder& known) { return known.folder == encoder.folder; });
    if (same == encoders.end())
        encoders.push_back(encoder);
    else if (*same == encoder)
        return;
    else
        *same = encoder;
    auto list = nlohmann::json::array();
    for (const auto& known : encoders)
        list.push_back({{"folder", known.folder},
                        {"hash", known.hash},
                        {"architecture", known.architecture},
                        {"reads_texts", known.readsTexts},
                        {"reads_pictures", known.readsPictures},
                        {"joint_space", known.hasJointSpace}});
    const auto file = fileOf(workspace), fresh = workspace / ".encoders.json.new";
    {
        std::ofstream stream(fresh, std::ios::binary);
        stream << nlohmann::json{{"encoders", list}}.dump(2) << '\n';
        if (!stream.flush())
            throw Error(ErrorKind::unavailable, fmt::format("write {}: failed; is the disk full?", file.string()));
    }
    std::error_code failed;
    std::filesystem::rename(fresh, file, failed);
    if (failed) throw Error(ErrorKind::unavailable, fmt::format("write {}: {}", file.string(), failed.message()));
}

} // namespace core
