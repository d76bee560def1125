#include "core/sample_shop/path.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace core {

namespace {
constexpr float middle = 128;
constexpr int curveSteps = 16;
} // namespace

Path Path::ellipse(float x, float y, float radiusX, float radiusY, float degrees) {
    std::vector<cv::Point2f> points;
    const float turn = degrees * std::numbers::pi_v<float> / 180, cosine = std::cos(turn), sine = std::sin(turn);
    for (int i = 0; i < 72; ++i) {
        const float angle = static_cast<float>(i) * 2 * std::numbers::pi_v<float> / 72;
        const float px = radiusX * std::cos(angle), py = radiusY * std::sin(angle);
        points.emplace_back(x + px * cosine - py * sine, y + px * sine + py * cosine);
    }
    return Path(std::move(points));
}

Path Path::box(float x, float y, float halfWidth, float halfHeight, float corner) {
    const float left = x - halfWidth, right = x + halfWidth, top = y - halfHeight, bottom = y + halfHeight;
    Path path(left + corner, top);
    path.line(right - corner, top).curve(right, top, right, top + corner);
    path.line(right, bottom - corner).curve(right, bottom, right - corner, bottom);
    path.line(left + corner, bottom).curve(left, bottom, left, bottom - corner);
    path.line(left, top + corner).curve(left, top, left + corner, top);
    return path;
}

Path Path::band(const std::vector<cv::Point2f>& through, float width, float endWidth) {
    if (endWidth < 0) endWidth = width;
    std::vector<cv::Point2f> spine; // Catmull-Rom through the points
    for (std::size_t i = 0; i + 1 < through.size(); ++i) {
        const cv::Point2f p0 = through[i > 0 ? i - 1 : 0], p1 = through[i], p2 = through[i + 1],
                          p3 = through[std::min(i + 2, through.size() - 1)];
        for (int step = 0; step < 12; ++step) {
            const float t = static_cast<float>(step) / 12, t2 = t * t, t3 = t2 * t;
            spine.push_back(0.5F * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t2 +
                                    (3 * p1 - p0 - 3 * p2 + p3) * t3));
        }
    }
    spine.push_back(through.back());
    std::vector<cv::Point2f> left, right;
    for (std::size_t i = 0; i < spine.size(); ++i) {
        cv::Point2f along = spine[std::min(i + 1, spine.size() - 1)] - spine[i > 0 ? i - 1 : 0];
        along /= std::max(1e-3F, std::hypot(along.x, along.y));
        const float share = static_cast<float>(i) / static_cast<float>(spine.size() - 1);
        const float half = (width + (endWidth - width) * share) / 2;
        left.push_back(spine[i] + cv::Point2f(along.y, -along.x) * half);
        right.push_back(spine[i] - cv::Point2f(along.y, -along.x) * half);
    }
    left.insert(left.end(), right.rbegin(), right.rend());
    return Path(std::move(left));
}

Path& Path::line(float x, float y) {
    points_.emplace_back(x, y);
    return *this;
}

Path& Path::curve(float controlX, float controlY, float x, float y) {
    const cv::Point2f from = points_.back(), control(controlX, controlY), to(x, y);
    for (int i = 1; i <= curveSteps; ++i) {
        const float t = static_cast<float>(i) / curveSteps, s = 1 - t;
        points_.push_back(from * (s * s) + control * (2 * s * t) + to * (t * t));
    }
    return *this;
}

Path& Path::curve(float c1x, float c1y, float c2x, float c2y, float x, float y) {
    const cv::Point2f from = points_.back(), c1(c1x, c1y), c2(c2x, c2y), to(x, y);
    for (int i = 1; i <= curveSteps; ++i) {
        const float t = static_cast<float>(i) / curveSteps, s = 1 - t;
        points_.push_back(from * (s * s * s) + c1 * (3 * s * s * t) + c2 * (3 * s * t * t) + to * (t * t * t));
    }
    return *this;
}

Path& Path::mirror() {
    for (std::size_t i = points_.size(); i-- > 0;) points_.emplace_back(2 * middle - points_[i].x, points_[i].y);
    return *this;
}

Path Path::mirrored() const {
    Path other = *this;
    for (auto& point : other.points_) point.x = 2 * middle - point.x;
    return other;
}

Path Path::moved(float dx, float dy) const {
    Path other = *this;
    for (auto& point : other.points_) point += cv::Point2f(dx, dy);
    return other;
}

} // namespace core
