#pragma once
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/pixels/resample.h"
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

namespace core {

/// One decoded picture: `side` x `side` x RGB, 8 bit, row-major. The picture keeps its shape and stands in the middle
/// of a white square; transparency shows white. EXIF orientation is applied, of several frames the first is taken.
/// Empty where the file is absent, no regular file, no picture that OpenCV reads, or larger than 100 megapixels.
std::vector<std::uint8_t> decodePicture(const std::filesystem::path& file, int side);

/// The same picture in its own size, as encoders from elsewhere read it; width 0 where decodePicture() gives nothing.
PixelArray decodeWholePicture(const std::filesystem::path& file);

/// Decodes the pictures of a catalog, `pictureOfItem[i]` for item i (empty: it has none), each file once, on all cores.
/// What cannot be read has row -1. Throws Error(cancelled). Threads that it starts have the caller's priority.
PictureTable loadPictureTable(std::span<const std::filesystem::path> pictureOfItem, int side,
                              const ProgressSink& progress, std::stop_token stop);

} // namespace core
