#include "core/sample_shop/draw.h"
#include "core/base/error.h"
#include "core/sample_shop/draw_types.h"
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace core {

namespace {

void drawType(Canvas& canvas) {
    switch (canvas.attributes().type()) {
    case ProductType::tShirt:
        return drawTShirt(canvas);
    case ProductType::shirt:
        return drawShirt(canvas);
    case ProductType::sweater:
        return drawSweater(canvas);
    case ProductType::jacket:
        return drawJacket(canvas);
    case ProductType::dress:
        return drawDress(canvas);
    case ProductType::skirt:
        return drawSkirt(canvas);
    case ProductType::trousers:
        return drawTrousers(canvas);
    case ProductType::sneaker:
        return drawSneaker(canvas);
    case ProductType::boot:
        return drawBoot(canvas);
    case ProductType::heel:
        return drawHeel(canvas);
    case ProductType::handbag:
        return drawHandbag(canvas);
    case ProductType::backpack:
        return drawBackpack(canvas);
    case ProductType::cap:
        return drawCap(canvas);
    case ProductType::sunglasses:
        return drawSunglasses(canvas);
    case ProductType::watch:
        return drawWatch(canvas);
    case ProductType::mug:
        return drawMug(canvas);
    case ProductType::vase:
        return drawVase(canvas);
    case ProductType::lamp:
        return drawLamp(canvas);
    case ProductType::chair:
        return drawChair(canvas);
    case ProductType::cushion:
        return drawCushion(canvas);
    }
}

std::vector<std::uint8_t> encode(const cv::Mat& picture) {
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".png", picture, bytes, {cv::IMWRITE_PNG_COMPRESSION, 1}))
        throw Error(ErrorKind::internal, "draw sample picture: PNG could not be encoded");
    return bytes;
}

} // namespace

DrawnProduct drawProduct(const ProductAttributes& attributes, std::uint64_t seed) {
    Canvas canvas(attributes, seed);
    drawType(canvas);
    Canvas::Picture picture = canvas.finish();
    cv::Mat3b rgb;
    cv::cvtColor(picture.bgr, rgb, cv::COLOR_BGR2RGB);
    DrawnProduct drawn;
    drawn.side = Canvas::side;
    drawn.pixels.assign(rgb.datastart, rgb.dataend);
    for (std::size_t a = 0; a < attributeCount; ++a)
        if (!picture.masks[a].empty()) drawn.masks[a].assign(picture.masks[a].datastart, picture.masks[a].dataend);
    return drawn;
}

std::vector<std::uint8_t> encodePng(const DrawnProduct& drawn) {
    const cv::Mat rgb(drawn.side, drawn.side, CV_8UC3, const_cast<std::uint8_t*>(drawn.pixels.data()));
    cv::Mat bgr;
    cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
    return encode(bgr);
}

std::vector<std::uint8_t> encodeMaskPng(const DrawnProduct& drawn, Attribute attribute) {
    const auto& mask = drawn.masks[static_cast<std::size_t>(attribute)];
    return encode(cv::Mat(drawn.side, drawn.side, CV_8UC1, const_cast<std::uint8_t*>(mask.data())));
}

} // namespace core
