#pragma once
#include "core/sample_shop/attributes.h"
#include "core/sample_shop/path.h"
#include "core/sample_shop/random.h"
#include <array>
#include <opencv2/core.hpp>

namespace core {

/// What a part of a product is painted with, and so which attributes decide its pixels.
enum class Role {
    body,    ///< the product's colour, pattern and material
    plain,   ///< its colour and material, without the pattern: linings, insides
    accent,  ///< its accent colour
    neutral, ///< nothing that shoppers care for: metal, dark openings, white lining; see Paint::colour
};

struct Paint {
    Role role = Role::body;
    float roundness = 18;                  ///< how far from its edge a part curves away, in pixels
    float depth = 1;                       ///< how strongly: 0 is flat
    float folds = 0;                       ///< strength of cloth folds
    float foldDegrees = 90;                ///< the way they run: 90 is down
    float patternDegrees = 0;              ///< turns the pattern, for sleeves and straps
    float gloss = -1;                      ///< below 0: the material's own
    float shade = 1;                       ///< darkens (< 1) or lightens the whole part
    bool castsShadow = false;              ///< a soft shadow on the parts below
    cv::Vec3f colour{0.75F, 0.75F, 0.77F}; ///< of Role::neutral, RGB in [0, 1]
};

/// Paints one product, part over part, on a transparent layer, lit from the upper left as a low relief, and keeps
/// account of which attribute decided which pixel. finish() sets it on the light studio ground.
class Canvas {
public:
    static constexpr int side = 256;
    Canvas(const ProductAttributes& attributes, std::uint64_t seed);

    const ProductAttributes& attributes() const { return attributes_; }
    int cut() const { return attributes_[Attribute::cut]; }
    Material material() const { return static_cast<Material>(attributes_[Attribute::material]); }
    Random& random() { return random_; }

    void fill(const Path& path, const Paint& paint);
    /// A line: a seam, a lace, a highlight; no relief.
    void stroke(const std::vector<cv::Point2f>& points, float width, Role role, float opacity = 1,
                cv::Vec3f colour = {0, 0, 0});
    /// A dark thread along a line, as seams look.
    void seam(const std::vector<cv::Point2f>& points, float opacity = 0.35F) {
        stroke(points, 1.3F, Role::neutral, opacity, {0.05F, 0.05F, 0.07F});
    }
    /// The round patch with the product's emblem; the patch has the accent colour.
    void emblem(float x, float y, float radius);
    /// The shadow where it stands; x, y: its middle.
    void stand(float x, float y, float radiusX, float radiusY, float strength = 0.45F);

    struct Picture {
        cv::Mat3b bgr;
        std::array<cv::Mat1b, attributeCount>
            masks; ///< empty where an attribute has no pixels: brand, price band, department
    };
    Picture finish();

private:
    enum Layer { colourLayer, patternLayer, materialLayer, accentLayer, emblemLayer, layerCount };
    struct Relief {
        cv::Mat1f light, shine, slopeX, slopeY;
    };
    cv::Mat1f coverage(const Path& path, cv::Rect& area) const;
    Relief relief(const cv::Mat1f& cover, const Paint& paint, float gloss);
    void blend(const cv::Rect& area, const cv::Mat1f& cover, const cv::Mat3f& colour,
               const std::array<bool, layerCount>& marks);
    void paintShadow(const cv::Rect& area, const cv::Mat1f& cover);
    cv::Vec3f accentColour() const;

    ProductAttributes attributes_;
    Random random_;
    cv::Point2f patternPhase_;
    cv::Mat3f colour_; ///< RGB, premultiplied
    cv::Mat1f alpha_, ground_;
    std::array<cv::Mat1f, layerCount> layers_;
};

} // namespace core
