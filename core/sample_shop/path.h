#pragma once
#include <opencv2/core.hpp>
#include <vector>

namespace core {

/// A closed outline in picture units (256 x 256, y down), built like a pen stroke; curves are flattened as they are
/// added.
class Path {
public:
    Path(float x, float y) : points_{{x, y}} {}
    explicit Path(std::vector<cv::Point2f> points) : points_(std::move(points)) {}
    static Path ellipse(float x, float y, float radiusX, float radiusY, float degrees = 0);
    /// A rectangle around (x, y) with round corners.
    static Path box(float x, float y, float halfWidth, float halfHeight, float corner);
    /// A band of the given width along a smooth line through the points.
    static Path band(const std::vector<cv::Point2f>& through, float width, float endWidth = -1);

    Path& line(float x, float y);
    /// Quadratic Bezier.
    Path& curve(float controlX, float controlY, float x, float y);
    /// Cubic Bezier.
    Path& curve(float c1x, float c1y, float c2x, float c2y, float x, float y);
    /// Adds the mirror image at x = 128, backwards, so that half an outline becomes a whole one.
    Path& mirror();
    Path mirrored() const; ///< a copy on the other side
    Path moved(float dx, float dy) const;

    const std::vector<cv::Point2f>& points() const { return points_; }

private:
    std::vector<cv::Point2f> points_;
};

} // namespace core
