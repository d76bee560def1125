#include "core/sample_shop/canvas.h"
#include "core/sample_shop/surfaces.h"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace core {

namespace {

constexpr int oversampling = 2;
constexpr float pi = std::numbers::pi_v<float>;
const cv::Vec3f cream(0.97F, 0.95F, 0.90F); ///< a pattern's second colour

float luminance(const cv::Vec3f& colour) { return 0.3F * colour[0] + 0.59F * colour[1] + 0.11F * colour[2]; }

cv::Vec3f clamped(cv::Vec3f colour) {
    for (int c = 0; c < 3; ++c) colour[c] = std::clamp(colour[c], 0.0F, 1.0F);
    return colour;
}

cv::Mat1f blurred(const cv::Mat1f& map, double sigma) {
    cv::Mat1f result;
    cv::GaussianBlur(map, result, {}, sigma, sigma, cv::BORDER_REPLICATE);
    return result;
}

float sample(const cv::Mat1f& map, float x, float y) { // bilinear, repeating every 512
    const float floorX = std::floor(x), floorY = std::floor(y), shareX = x - floorX, shareY = y - floorY;
    const int left = static_cast<int>(floorX) & 511, top = static_cast<int>(floorY) & 511, right = (left + 1) & 511,
              bottom = (top + 1) & 511;
    return (map(top, left) * (1 - shareX) + map(top, right) * shareX) * (1 - shareY) +
           (map(bottom, left) * (1 - shareX) + map(bottom, right) * shareX) * shareY;
}

} // namespace

Canvas::Canvas(const ProductAttributes& attributes, std::uint64_t seed)
    : attributes_(attributes), random_(seed), colour_(side, side, cv::Vec3f(0, 0, 0)), alpha_(side, side, 0.0F),
      ground_(side, side, 0.0F) {
    patternPhase_ = {static_cast<float>(random_.uniform(0, 512)), static_cast<float>(random_.uniform(0, 512))};
    for (auto& layer : layers_) layer = cv::Mat1f(side, side, 0.0F);
}

cv::Vec3f Canvas::accentColour() const { return accentColourOf(attributes_[Attribute::accent]); }

cv::Mat1f Canvas::coverage(const Path& path, cv::Rect& area) const {
    const cv::Rect whole(0, 0, side, side);
    cv::Rect bounds = cv::boundingRect(path.points());
    area = cv::Rect(bounds.x - 3, bounds.y - 3, bounds.width + 6, bounds.height + 6) & whole;
    if (area.empty()) return {};
    cv::Mat1b large(area.height * oversampling, area.width * oversampling, static_cast<uchar>(0));
    std::vector<cv::Point> outline;
    for (const auto& point : path.points()) // 4 fractional bits
        outline.emplace_back(cvRound((point.x - static_cast<float>(area.x)) * oversampling * 16),
                             cvRound((point.y - static_cast<float>(area.y)) * oversampling * 16));
    cv::fillPoly(large, std::vector{outline}, 255, cv::LINE_AA, 4);
    cv::Mat1b small;
    cv::resize(large, small, area.size(), 0, 0, cv::INTER_AREA);
    cv::Mat1f cover;
    small.convertTo(cover, CV_32F, 1.0 / 255);
    return cover;
}

Canvas::Relief Canvas::relief(const cv::Mat1f& cover, const Paint& paint, float gloss) {
    cv::Mat1b inside;
    cv::Mat(cover > 0.5F).copyTo(inside);
    cv::copyMakeBorder(inside, inside, 1, 1, 1, 1, cv::BORDER_CONSTANT, 0);
    cv::Mat1f height;
    cv::distanceTransform(inside, height, cv::DIST_L2, 5);
    height = height(cv::Rect(1, 1, cover.cols, cover.rows)).clone();
    const float radius = std::max(1.0F, paint.roundness);
    for (float& h : cv::Mat1f(height)) {
        const float in = 1 - std::min(h / radius, 1.0F);
        h = paint.depth * radius * 0.62F * std::sqrt(std::max(0.0F, 1 - in * in));
    }
    height = blurred(height, 1.0 + static_cast<double>(radius) * 0.10);
    if (paint.folds > 0) {
        const float turn = paint.foldDegrees * pi / 180, across = std::sin(turn), along = -std::cos(turn);
        struct Wave {
            float period, phase, bend, strength;
        };
        std::array<Wave, 3> waves;
        for (auto& one : waves)
            one = {static_cast<float>(random_.uniform(24, 60)), static_cast<float>(random_.uniform(0, 6.28)),
                   static_cast<float>(random_.uniform(-0.25, 0.25)), static_cast<float>(random_.uniform(0.5, 1.1))};
        for (int y = 0; y < height.rows; ++y)
            for (int x = 0; x < height.cols; ++x) {
                const float u = static_cast<float>(x) * across + static_cast<float>(y) * along,
                            v = static_cast<float>(y) * across - static_cast<float>(x) * along;
                float sum = 0;
                for (const auto& one : waves)
                    sum += one.strength * std::sin((u + one.bend * v) * 2 * pi / one.period + one.phase);
                height(y, x) += paint.folds * sum;
            }
    }
    Relief result;
    cv::Sobel(height, result.slopeX, CV_32F, 1, 0, 3, 0.125);
    cv::Sobel(height, result.slopeY, CV_32F, 0, 1, 3, 0.125);
    result.light = cv::Mat1f(cover.size());
    result.shine = cv::Mat1f(cover.size());
    static const cv::Vec3f lamp = cv::normalize(cv::Vec3f(-0.45F, -0.62F, 0.75F)),
                           half = cv::normalize(lamp + cv::Vec3f(0, 0, 1));
    const Surface& surface = surfaceOf(material());
    const bool ownSurface = paint.role == Role::body || paint.role == Role::plain;
    const float sharpness = ownSurface ? surface.sharpness : 22.0F, sheen = ownSurface ? surface.sheen : 0.0F;
    for (int y = 0; y < cover.rows; ++y)
        for (int x = 0; x < cover.cols; ++x) {
            const float sx = result.slopeX(y, x), sy = result.slopeY(y, x),
                        length = 1 / std::sqrt(1 + sx * sx + sy * sy);
            const cv::Vec3f normal(-sx * length, -sy * length, length);
            const float facing = std::max(0.0F, normal.dot(lamp));
            result.light(y, x) = paint.shade * (0.50F + 0.66F * facing);
            const float mirror = std::max(0.0F, normal.dot(half));
            result.shine(y, x) = gloss * 0.8F * std::pow(mirror, sharpness) * (1 - 0.75F * std::pow(normal[2], 6.0F)) +
                                 sheen * (1 - normal[2]) * 0.55F;
        }
    return result;
}

void Canvas::blend(const cv::Rect& area, const cv::Mat1f& cover, const cv::Mat3f& colour,
                   const std::array<bool, layerCount>& marks) {
    for (int y = 0; y < area.height; ++y)
        for (int x = 0; x < area.width; ++x) {
            const float a = cover(y, x);
            if (a <= 0) continue;
            const int py = area.y + y, px = area.x + x;
            colour_(py, px) = colour_(py, px) * (1 - a) + colour(y, x) * a;
            alpha_(py, px) = alpha_(py, px) * (1 - a) + a;
            for (std::size_t layer = 0; layer < layerCount; ++layer) {
                float& mark = layers_[layer](py, px);
                mark = mark * (1 - a) + (marks[layer] ? a : 0);
            }
        }
}

void Canvas::paintShadow(const cv::Rect& area, const cv::Mat1f& cover) {
    cv::Mat1f shadow(side, side, 0.0F);
    const cv::Rect shifted = (area + cv::Point(2, 4)) & cv::Rect(0, 0, side, side);
    cover(cv::Rect(0, 0, shifted.width, shifted.height)).copyTo(shadow(shifted));
    shadow = blurred(shadow, 3.5);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) colour_(y, x) *= 1 - 0.40F * shadow(y, x);
}

void Canvas::fill(const Path& path, const Paint& paint) {
    cv::Rect area;
    const cv::Mat1f cover = coverage(path, area);
    if (area.empty()) return;
    if (paint.castsShadow) paintShadow(area, cover);
    const Surface& surface = surfaceOf(material());
    const bool isBody = paint.role == Role::body, ownSurface = isBody || paint.role == Role::plain;
    const float gloss = paint.gloss >= 0 ? paint.gloss : ownSurface ? surface.gloss : 0.18F;
    const Relief shape = relief(cover, paint, gloss);
    const cv::Vec3f base = paint.role == Role::accent ? accentColour()
                           : ownSurface               ? bodyColour(attributes_[Attribute::colour])
                                                      : paint.colour;
    const auto pattern = static_cast<Pattern>(attributes_[Attribute::pattern]);
    const cv::Mat1f& second = patternMap(pattern);
    const float turn = paint.patternDegrees * pi / 180, cosine = std::cos(turn), sine = std::sin(turn);
    cv::Mat3f painted(area.size());
    for (int y = 0; y < area.height; ++y)
        for (int x = 0; x < area.width; ++x) {
            if (cover(y, x) <= 0) continue;
            const float px = static_cast<float>(area.x + x), py = static_cast<float>(area.y + y);
            cv::Vec3f colour = base;
            if (isBody && pattern != Pattern::plain) { // a pattern bends with the surface that bears it
                const float bentX = px - 5 * shape.slopeX(y, x), bentY = py - 5 * shape.slopeY(y, x);
                const float mix = sample(second, cosine * bentX + sine * bentY + patternPhase_.x,
                                         -sine * bentX + cosine * bentY + patternPhase_.y);
                colour = base * (1 - 0.92F * mix) + cream * (0.92F * mix);
            }
            if (ownSurface) colour *= surface.texture(static_cast<int>(py) & 511, static_cast<int>(px) & 511);
            const float shine = shape.shine(y, x);
            painted(y, x) = clamped(colour * shape.light(y, x) + cv::Vec3f(shine, shine, shine));
        }
    blend(area, cover, painted, {ownSurface, isBody, ownSurface, paint.role == Role::accent, false});
}

void Canvas::stroke(const std::vector<cv::Point2f>& points, float width, Role role, float opacity, cv::Vec3f colour) {
    cv::Rect area;
    cv::Mat1f cover = coverage(Path::band(points, width), area);
    if (area.empty()) return;
    cover *= opacity;
    const cv::Vec3f ink = role == Role::accent    ? accentColour()
                          : role == Role::neutral ? colour
                                                  : bodyColour(attributes_[Attribute::colour]);
    const bool own = role == Role::body || role == Role::plain;
    if (role == Role::neutral && opacity < 1) { // what shines through still decides the pixel
        for (int y = 0; y < area.height; ++y)
            for (int x = 0; x < area.width; ++x) {
                const float a = cover(y, x) * alpha_(area.y + y, area.x + x);
                colour_(area.y + y, area.x + x) = colour_(area.y + y, area.x + x) * (1 - a) + ink * a;
            }
        return;
    }
    blend(area, cover, cv::Mat3f(area.size(), ink), {own, false, own, role == Role::accent, false});
}

namespace {

/// The emblem's outline around (0, 0), about 1 in radius.
std::vector<Path> emblemShapes(Emblem emblem) {
    switch (emblem) {
    case Emblem::star: {
        std::vector<cv::Point2f> points;
        for (int i = 0; i < 10; ++i) {
            const float angle = static_cast<float>(i) * pi / 5 - pi / 2, radius = i % 2 == 0 ? 1.0F : 0.42F;
            points.emplace_back(radius * std::cos(angle), radius * std::sin(angle));
        }
        return {Path(points)};
    }
    case Emblem::heart: {
        Path path(0, 0.88F);
        path.curve(-0.55F, 0.42F, -1.0F, 0.1F, -0.95F, -0.35F).curve(-0.85F, -0.95F, -0.15F, -0.9F, 0, -0.35F);
        path.curve(0.15F, -0.9F, 0.85F, -0.95F, 0.95F, -0.35F).curve(1.0F, 0.1F, 0.55F, 0.42F, 0, 0.88F);
        return {path};
    }
    case Emblem::moon: {
        Path path(0.25F, -0.95F);
        path.curve(-1.25F, -0.95F, -1.25F, 0.95F, 0.25F, 0.95F).curve(-0.45F, 0.45F, -0.45F, -0.45F, 0.25F, -0.95F);
        return {path.moved(0.22F, 0)};
    }
    case Emblem::leaf: {
        Path path(-0.75F, 0.8F);
        path.curve(-1.05F, -0.5F, -0.1F, -0.95F, 0.85F, -0.85F)
            .curve(0.95F, 0.1F, 0.4F, 0.95F, -0.55F, 0.62F)
            .line(-0.75F, 0.8F);
        return {path};
    }
    case Emblem::bolt:
        return {Path(
            {{0.25F, -1}, {-0.62F, 0.15F}, {-0.08F, 0.15F}, {-0.3F, 1}, {0.62F, -0.2F}, {0.06F, -0.2F}, {0.45F, -1}})};
    }
    return {};
}

} // namespace

void Canvas::emblem(float x, float y, float radius) {
    cv::Rect area;
    const cv::Mat1f patch = coverage(Path::ellipse(x, y, radius, radius), area);
    const cv::Vec3f ground = accentColour();
    const bool isLight = luminance(ground) > 0.5F;
    const cv::Vec3f ink = isLight ? cv::Vec3f(0.10F, 0.10F, 0.13F) : cv::Vec3f(0.98F, 0.96F, 0.92F);
    const std::array<bool, layerCount> marks{false, false, false, true, true};
    cv::Mat3f paint(area.size());
    for (int py = 0; py < area.height; ++py)
        for (int px = 0; px < area.width; ++px) {
            const float dx = (static_cast<float>(area.x + px) - x) / radius,
                        dy = (static_cast<float>(area.y + py) - y) / radius;
            const float rim = std::hypot(dx, dy) > 0.88F ? 0.72F : 1.0F; // a sewn edge
            paint(py, px) = clamped(ground * rim * (1.02F - 0.08F * (dx + dy)));
        }
    blend(area, patch, paint, marks);
    for (const Path& shape : emblemShapes(static_cast<Emblem>(attributes_[Attribute::emblem]))) {
        std::vector<cv::Point2f> points;
        for (const auto& point : shape.points()) points.push_back(cv::Point2f(x, y) + point * (radius * 0.70F));
        cv::Rect inner;
        const cv::Mat1f cover = coverage(Path(points), inner);
        blend(inner, cover, cv::Mat3f(inner.size(), ink), marks);
    }
}

void Canvas::stand(float x, float y, float radiusX, float radiusY, float strength) {
    cv::Rect area;
    const cv::Mat1f cover = coverage(Path::ellipse(x, y, radiusX, radiusY), area);
    cv::Mat1f wide(side, side, 0.0F), tight;
    cover.copyTo(wide(area));
    tight = blurred(wide, 3.0);
    ground_ = cv::max(ground_, strength * (0.55F * tight + 0.45F * blurred(wide, 10.0)));
}

Canvas::Picture Canvas::finish() {
    cv::Mat1f cast(side, side, 0.0F);
    alpha_(cv::Rect(0, 0, side - 3, side - 6)).copyTo(cast(cv::Rect(3, 6, side - 3, side - 6)));
    cast = 0.16F * blurred(cast, 8.0);
    Picture picture;
    picture.bgr = cv::Mat3b(side, side);
    cv::Mat1b silhouette(side, side);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const float fromLamp = std::hypot(static_cast<float>(x) - 96, static_cast<float>(y) - 80) / 256;
            const float light = 0.972F - 0.055F * fromLamp * fromLamp;
            const float shadow = std::max(cast(y, x), ground_(y, x));
            const cv::Vec3f ground = cv::Vec3f(light, light, light * 0.996F) * (1 - shadow);
            const cv::Vec3f colour = clamped(colour_(y, x) + ground * (1 - alpha_(y, x)));
            picture.bgr(y, x) = {cv::saturate_cast<uchar>(colour[2] * 255), cv::saturate_cast<uchar>(colour[1] * 255),
                                 cv::saturate_cast<uchar>(colour[0] * 255)};
            silhouette(y, x) =
                cv::saturate_cast<uchar>(std::ceil(255 * std::max(alpha_(y, x), shadow > 0.003F ? 0.02F : 0.0F)));
        }
    const auto export8 = [&](Layer layer, Attribute attribute) {
        cv::Mat1b mask(side, side);
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x)
                mask(y, x) = cv::saturate_cast<uchar>(std::ceil(layers_[layer](y, x) * 255 - 0.01F));
        picture.masks[static_cast<std::size_t>(attribute)] = mask;
    };
    export8(colourLayer, Attribute::colour);
    export8(patternLayer, Attribute::pattern);
    export8(materialLayer, Attribute::material);
    export8(accentLayer, Attribute::accent);
    export8(emblemLayer, Attribute::emblem);
    picture.masks[static_cast<std::size_t>(Attribute::type)] = silhouette;
    picture.masks[static_cast<std::size_t>(Attribute::cut)] = silhouette;
    return picture;
}

} // namespace core
