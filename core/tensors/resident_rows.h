#pragma once
#include "core/tensors/device.h"
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace core {

/// Vectors of products that stay on a device and are searched exactly by inner product. No LibTorch header is needed to
/// use it. One thread at a time.
class ResidentRows {
public:
    struct Found {
        std::int64_t row = 0;
        float score = 0;
    };

    /// `values`: row-major, `width` numbers a row; kept in `precision`. Throws Error(invalidInput) where they are no
    /// whole rows, and what rethrowDeviceFailure() does.
    ResidentRows(std::span<const float> values, int width, const std::string& device, Precision precision);
    /// Standard normal numbers, drawn on the device: to measure what is larger than the memory beside it.
    static ResidentRows random(std::int64_t rows, int width, const std::string& device, Precision precision,
                               std::uint64_t seed);
    ~ResidentRows();
    ResidentRows(ResidentRows&&) noexcept;

    /// For each of `queries` (row-major, as wide as the rows) the `k` rows of largest inner product, best first, equal
    /// ones in any order; all rows where there are fewer. Products are computed in the rows' precision, in blocks of
    /// rows: memory grows with queries times k, not with queries times rows.
    std::vector<std::vector<Found>> best(std::span<const float> queries, int k) const;
    std::int64_t rowCount() const;
    int width() const;
    std::int64_t bytes() const; ///< of the rows, as they are kept

private:
    struct Impl;
    explicit ResidentRows(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace core
