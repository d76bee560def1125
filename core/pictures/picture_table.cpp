#include "core/pictures/picture_table.h"
#include "core/base/picture_header.h"
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <thread>
#include <unordered_map>

namespace core {

namespace {
constexpr std::int64_t largestPixels = 100'000'000;
constexpr std::uintmax_t largestFile = std::uintmax_t{512} << 20;

std::vector<std::uint8_t> readWhole(const std::filesystem::path& file) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(file, failed)) return {};
    const auto size = std::filesystem::file_size(file, failed);
    if (failed || size == 0 || size > largestFile) return {};
    std::vector<std::uint8_t> bytes(size);
    std::ifstream stream(file, std::ios::binary);
    if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) return {};
    return bytes;
}

/// BGR over white, whatever the file holds.
cv::Mat decodeOpaque(const std::vector<std::uint8_t>& bytes) {
    cv::Mat colour = cv::imdecode(bytes, cv::IMREAD_COLOR); // turns by EXIF, drops transparency
    if (colour.empty()) return colour;
    const cv::Mat whole = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
    if (whole.channels() != 4 || whole.size() != colour.size()) return colour;
    cv::Mat alpha;
    cv::extractChannel(whole, alpha, 3);
    alpha.convertTo(alpha, CV_32F, alpha.depth() == CV_16U ? 1.0 / 65535 : 1.0 / 255);
    for (int y = 0; y < colour.rows; ++y)
        for (int x = 0; x < colour.cols; ++x) {
            auto& pixel = colour.at<cv::Vec3b>(y, x);
            const float share = alpha.at<float>(y, x);
            for (int channel = 0; channel < 3; ++channel)
                pixel[channel] = cv::saturate_cast<std::uint8_t>(share * static_cast<float>(pixel[channel]) +
                                                                 (1.0F - share) * 255.0F);
        }
    return colour;
}

/// The largest copy that fits into the square, in its middle; RGB.
cv::Mat fitSquare(const cv::Mat& picture, int side) {
    const double scale = static_cast<double>(side) / std::max(picture.cols, picture.rows);
    const cv::Size size(std::max(1, cvRound(picture.cols * scale)), std::max(1, cvRound(picture.rows * scale)));
    cv::Mat scaled;
    cv::resize(picture, scaled, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    cv::Mat square(side, side, CV_8UC3, cv::Scalar::all(255));
    scaled.copyTo(square(cv::Rect((side - size.width) / 2, (side - size.height) / 2, size.width, size.height)));
    cv::cvtColor(square, square, cv::COLOR_BGR2RGB);
    return square;
}

struct DistinctFiles {
    std::vector<const std::filesystem::path*> files;
    std::vector<std::int32_t> fileOfItem;
};

DistinctFiles distinctFiles(std::span<const std::filesystem::path> pictureOfItem) {
    DistinctFiles distinct;
    std::unordered_map<std::string, std::int32_t> numbers;
    for (const auto& file : pictureOfItem) {
        if (file.empty()) {
            distinct.fileOfItem.push_back(-1);
            continue;
        }
        const auto [found, isNew] =
            numbers.try_emplace(file.string(), static_cast<std::int32_t>(distinct.files.size()));
        if (isNew) distinct.files.push_back(&file);
        distinct.fileOfItem.push_back(found->second);
    }
    return distinct;
}

/// Decodes every file into its block of `pixels`; readable[f] says whether there is one. The calling thread works along
/// and is the only one that reports.
std::vector<char> decodeAll(const std::vector<const std::filesystem::path*>& files, int side,
                            std::vector<std::uint8_t>& pixels, const ProgressSink& progress, std::stop_token stop) {
    const std::size_t block = static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3;
    std::vector<char> readable(files.size(), 0);
    std::atomic<std::size_t> next{0};
    const auto work = [&](auto&& afterEach) {
        for (std::size_t file = next++; file < files.size() && !stop.stop_requested(); file = next++) {
            const auto decoded = decodePicture(*files[file], side);
            std::copy(decoded.begin(), decoded.end(), pixels.begin() + static_cast<std::ptrdiff_t>(file * block));
            readable[file] = decoded.empty() ? 0 : 1;
            afterEach(file);
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (unsigned helper = 1; helper < std::thread::hardware_concurrency(); ++helper)
            helpers.emplace_back([&work] { work([](std::size_t) {}); });
        auto reported = std::chrono::steady_clock::now();
        const auto total = static_cast<std::int64_t>(files.size());
        work([&](std::size_t file) {
            const auto now = std::chrono::steady_clock::now();
            if (now - reported < std::chrono::milliseconds(100)) return;
            reported = now;
            progress({"reading pictures", static_cast<std::int64_t>(file), total, "pictures"});
        });
    }
    throwIfStopped(stop, "read pictures");
    return readable;
}
} // namespace

std::vector<std::uint8_t> decodePicture(const std::filesystem::path& file, int side) {
    const auto bytes = readWhole(file);
    if (bytes.empty() || announcedPixels(bytes).value_or(0) > largestPixels) return {};
    try {
        const cv::Mat picture = decodeOpaque(bytes);
        if (picture.empty() || std::int64_t{picture.cols} * picture.rows > largestPixels) return {};
        const cv::Mat square = fitSquare(picture, side);
        return {square.datastart, square.dataend};
    } catch (const cv::Exception&) {
        return {};
    }
}

PixelArray decodeWholePicture(const std::filesystem::path& file) {
    const auto bytes = readWhole(file);
    if (bytes.empty() || announcedPixels(bytes).value_or(0) > largestPixels) return {};
    try {
        cv::Mat picture = decodeOpaque(bytes);
        if (picture.empty() || std::int64_t{picture.cols} * picture.rows > largestPixels) return {};
        cv::cvtColor(picture, picture, cv::COLOR_BGR2RGB); // makes it contiguous
        PixelArray pixels(picture.cols, picture.rows);
        pixels.values.assign(picture.datastart, picture.dataend);
        return pixels;
    } catch (const cv::Exception&) {
        return {};
    }
}

PictureTable loadPictureTable(std::span<const std::filesystem::path> pictureOfItem, int side,
                              const ProgressSink& progress, std::stop_token stop) {
    const auto distinct = distinctFiles(pictureOfItem);
    const std::size_t block = static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3;
    PictureTable table;
    table.side = side;
    table.pixels.resize(distinct.files.size() * block);
    const auto readable = decodeAll(distinct.files, side, table.pixels, progress, stop);

    // Close the gaps of unreadable files, so that every row is a picture.
    std::vector<std::int32_t> rowOfFile(distinct.files.size(), -1);
    std::int32_t rows = 0;
    for (std::size_t file = 0; file < readable.size(); ++file) {
        if (readable[file] == 0) continue;
        const auto from = table.pixels.begin() + static_cast<std::ptrdiff_t>(file * block);
        const auto to = table.pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(rows) * block);
        if (from != to) std::copy(from, from + static_cast<std::ptrdiff_t>(block), to);
        rowOfFile[file] = rows++;
    }
    table.pixels.resize(static_cast<std::size_t>(rows) * block);
    for (const auto file : distinct.fileOfItem)
        table.rowOfItem.push_back(file < 0 ? -1 : rowOfFile[static_cast<std::size_t>(file)]);
    return table;
}

} // namespace core
