#include "core/base/error.h"
#include "core/base/picture_header.h"
#include "core/pictures/picture_table.h"
#include "tests/support/cases.h"
#include <cstdlib>
#include <fstream>
#include <opencv2/imgcodecs.hpp>

namespace {
namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "pixrec-pictures-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path); }
    fs::path path;
};

fs::path write(const fs::path& file, const cv::Mat& picture) {
    VERIFY(cv::imwrite(file.string(), picture));
    return file;
}

void writeBytes(const fs::path& file, const std::vector<std::uint8_t>& bytes) {
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

/// Red, green and blue at a place of a decoded square.
std::vector<int> at(const std::vector<std::uint8_t>& square, int side, int x, int y) {
    const auto from = static_cast<std::size_t>((y * side + x) * 3);
    return {square[from], square[from + 1], square[from + 2]};
}

const auto ignoreProgress = [](const core::Progress&) {};
} // namespace

TEST_CASE(aPictureKeepsItsShapeInsideAWhiteSquareAndIsRgb) {
    const Folder folder;
    const auto file = write(folder.path / "wide.png", cv::Mat(10, 40, CV_8UC3, cv::Scalar(/*b*/ 255, 0, 0)));
    const auto square = core::decodePicture(file, 8);
    COMPARE(square.size(), std::size_t(8 * 8 * 3));
    VERIFY(at(square, 8, 4, 0) == (std::vector{255, 255, 255})); // padding
    VERIFY(at(square, 8, 4, 4) == (std::vector{0, 0, 255}));     // blue
    VERIFY(at(square, 8, 0, 3) == (std::vector{0, 0, 255}));     // the full width
}

TEST_CASE(transparencyShowsWhite) {
    const Folder folder;
    const auto file = write(folder.path / "clear.png", cv::Mat(8, 8, CV_8UC4, cv::Scalar(0, 0, 0, 0)));
    VERIFY(at(core::decodePicture(file, 4), 4, 1, 1) == (std::vector{255, 255, 255}));
}

TEST_CASE(exifOrientationIsApplied) {
    const Folder folder;
    cv::Mat halves(16, 32, CV_8UC3, cv::Scalar::all(0));
    halves.colRange(16, 32).setTo(cv::Scalar::all(255));
    std::vector<std::uint8_t> jpeg;
    cv::imencode(".jpg", halves, jpeg);
    // An EXIF segment that says: turn by 90 degrees clockwise (orientation 6), right after the start of the file.
    const std::vector<std::uint8_t> exif{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                                         0,    1,    1, 18, 0,   3,   0,   0,   0, 1, 0,   6,   0, 0,  0, 0, 0, 0};
    jpeg.insert(jpeg.begin() + 2, exif.begin(), exif.end());
    writeBytes(folder.path / "turned.jpg", jpeg);
    const auto square = core::decodePicture(folder.path / "turned.jpg", 16);
    VERIFY(at(square, 16, 8, 1)[0] < 40);   // what was left is on top
    VERIFY(at(square, 16, 8, 14)[0] > 215); // what was right is below
}

TEST_CASE(filesThatAreNoPicturesAreEmpty) {
    const Folder folder;
    std::ofstream(folder.path / "text.jpg") << "not a picture";
    std::ofstream(folder.path / "empty.png");
    std::vector<std::uint8_t> cut;
    cv::imencode(".png", cv::Mat(64, 64, CV_8UC3, cv::Scalar(1, 2, 3)), cut);
    cut.resize(30);
    writeBytes(folder.path / "cut.png", cut);
    for (const char* name : {"text.jpg", "empty.png", "cut.png", "absent.png", "."})
        VERIFY2(core::decodePicture(folder.path / name, 8).empty(), name);
}

TEST_CASE(aPictureOverAHundredMegapixelsIsNotDecoded) {
    const Folder folder;
    std::vector<std::uint8_t> png;
    cv::imencode(".png", cv::Mat(4, 4, CV_8UC3, cv::Scalar(1, 2, 3)), png);
    COMPARE(core::announcedPixels(png).value_or(0), std::int64_t(16));
    png[16 + 2] = 0x80; // now 32,772 pixels wide
    png[20 + 2] = 0x80;
    COMPARE(core::announcedPixels(png).value_or(0), std::int64_t(32772) * 32772);
    writeBytes(folder.path / "bomb.png", png);
    VERIFY(core::decodePicture(folder.path / "bomb.png", 8).empty());
    std::vector<std::uint8_t> jpeg;
    cv::imencode(".jpg", cv::Mat(6, 9, CV_8UC3, cv::Scalar(1, 2, 3)), jpeg);
    COMPARE(core::announcedPixels(jpeg).value_or(0), std::int64_t(54));
    for (std::size_t size = 0; size < 30; ++size) core::announcedPixels(std::span(jpeg).first(size)); // stays inside
}

TEST_CASE(aCmykJpegIsReadInItsColours) {
    const auto square = core::decodePicture(fs::path(PIXREC_TEST_DATA) / "pictures/cmyk.jpg", 16);
    const auto red = at(square, 16, 3, 8), white = at(square, 16, 12, 8);
    VERIFY(red[0] > 240 && red[1] < 20 && red[2] < 20);
    VERIFY(white[0] > 240 && white[1] > 240 && white[2] > 240);
}

TEST_CASE(anAnimatedGifIsNotSeenByModels) { // the import says so for each
    const Folder folder;
    writeBytes(folder.path / "moving.gif", {'G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0, 0x80, 0, 0, 0,  0, 0, 255, 255,
                                            255, ',', 0,   0,   0,   0,   1, 0, 1, 0, 0,    2, 2, 68, 1, 0, ';'});
    VERIFY(core::decodePicture(folder.path / "moving.gif", 8).empty());
}

TEST_CASE(aPictureOf30000By30000IsNotDecoded) {
    const Folder folder;
    std::vector<std::uint8_t> png;
    cv::imencode(".png", cv::Mat(4, 4, CV_8UC3, cv::Scalar(1, 2, 3)), png);
    for (const int at : {16, 20}) {
        png[static_cast<std::size_t>(at) + 2] = 0x75; // 30,000
        png[static_cast<std::size_t>(at) + 3] = 0x30;
    }
    COMPARE(core::announcedPixels(png).value_or(0), std::int64_t(900'000'000));
    writeBytes(folder.path / "huge.png", png);
    VERIFY(core::decodePicture(folder.path / "huge.png", 8).empty());
}

TEST_CASE(itemsThatShareAFileShareARow) {
    const Folder folder;
    const auto red = write(folder.path / "red.png", cv::Mat(4, 4, CV_8UC3, cv::Scalar(0, 0, 255)));
    const auto green = write(folder.path / "green.png", cv::Mat(4, 4, CV_8UC3, cv::Scalar(0, 255, 0)));
    const std::vector<fs::path> files{folder.path / "absent.png", red, {}, green, red};
    const auto table = core::loadPictureTable(files, 4, ignoreProgress, {});
    VERIFY(table.rowOfItem == (std::vector<std::int32_t>{-1, 0, -1, 1, 0}));
    COMPARE(table.rowCount(), std::size_t(2));
    VERIFY(at(table.pixels, 4, 0, 0) == (std::vector{255, 0, 0}));
    VERIFY(at(table.pixels, 4, 0, 4) == (std::vector{0, 255, 0})); // the second block
    VERIFY(table.has({4}) && !table.has({0}));
}

TEST_CASE(aStopEndsTheReading) {
    std::stop_source stop;
    stop.request_stop();
    const std::vector<fs::path> files{"a.png", "b.png"};
    THROWS_ERROR(core::loadPictureTable(files, 4, ignoreProgress, stop.get_token()), core::ErrorKind::cancelled);
}
