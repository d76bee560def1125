#include "core/sample_shop/draw_types.h"

namespace core {

namespace {
const cv::Vec3f beech(0.80F, 0.62F, 0.42F);
} // namespace

void drawMug(Canvas& canvas) {
    canvas.stand(118, 212, 66, 8);
    const float right = canvas.cut() == 1 ? 172.0F : 178.0F, bottomIn = canvas.cut() == 1   ? 14.0F
                                                                        : canvas.cut() == 2 ? 2.0F
                                                                                            : 6.0F;
    canvas.fill(Path::band({{right - 6, 90}, {214, 88}, {222, 130}, {206, 168}, {right - 10, 176}}, 15),
                {.role = Role::accent, .roundness = 8, .depth = 1.1F, .gloss = 0.5F});
    Path body(52, 66);
    body.curve(52, 140, 52 + bottomIn, 200)
        .curve(58 + bottomIn, 212, 78, 213)
        .line(right - 24, 213)
        .curve(right - 4 - bottomIn, 212, right - bottomIn, 200)
        .curve(right, 140, right, 66);
    canvas.fill(body, {.roundness = 52, .depth = 1.0F});
    const float middle = (52 + right) / 2, half = (right - 52) / 2;
    canvas.fill(Path::ellipse(middle, 66, half, 14),
                {.role = Role::accent, .roundness = 3, .depth = 0.6F, .gloss = 0.5F});
    canvas.fill(Path::ellipse(middle, 66.5F, half - 5, 10.5F),
                {.role = Role::neutral, .roundness = 8, .depth = 0.2F, .shade = 0.8F, .colour = {0.90F, 0.89F, 0.86F}});
    canvas.fill(Path::ellipse(middle, 71, half - 14, 6.5F),
                {.role = Role::neutral, .roundness = 5, .depth = 0.2F, .colour = {0.30F, 0.17F, 0.09F}});
    canvas.emblem(middle, 140, 29);
}

void drawVase(Canvas& canvas) {
    canvas.stand(128, 226, 50, 7);
    Path vase(106, 40);
    if (canvas.cut() == 0)
        vase.curve(112, 84, 84, 104).curve(50, 140, 72, 190).curve(82, 224, 98, 226);
    else if (canvas.cut() == 1)
        vase.curve(96, 60, 82, 84).curve(72, 150, 92, 226);
    else
        vase.curve(108, 70, 112, 104).curve(116, 120, 88, 134).curve(46, 176, 88, 226);
    vase.line(128, 227).mirror();
    canvas.fill(vase, {.roundness = 46, .depth = 1.0F});
    canvas.fill(Path::band({{105, 46}, {128, 50}, {151, 46}}, 12),
                {.role = Role::accent, .roundness = 5, .depth = 0.8F, .gloss = 0.5F});
    canvas.fill(Path::ellipse(128, 40, 24, 7), {.role = Role::accent, .roundness = 3, .depth = 0.6F, .gloss = 0.5F});
    canvas.fill(Path::ellipse(128, 40.5F, 18, 4.5F),
                {.role = Role::neutral, .roundness = 4, .depth = 0.2F, .colour = {0.13F, 0.12F, 0.12F}});
    canvas.fill(Path::band({{96, 221}, {128, 224}, {160, 221}}, 9),
                {.role = Role::accent, .roundness = 4, .depth = 0.8F, .gloss = 0.5F});
    canvas.emblem(128, canvas.cut() == 2 ? 174.0F : 150.0F, 26);
}

void drawLamp(Canvas& canvas) {
    canvas.stand(128, 232, 52, 7);
    canvas.fill(Path::ellipse(128, 226, 46, 10), {.role = Role::accent, .roundness = 6, .depth = 0.9F, .gloss = 0.5F});
    if (canvas.cut() == 1) {
        canvas.fill(Path::ellipse(128, 188, 30, 30),
                    {.role = Role::accent, .roundness = 26, .depth = 1.0F, .gloss = 0.6F});
    } else {
        Path stem(120, 130);
        if (canvas.cut() == 0)
            stem.curve(122, 180, 108, 196).curve(100, 214, 114, 224);
        else
            stem.line(119, 224);
        stem.line(128, 224).mirror();
        canvas.fill(stem, {.role = Role::accent, .roundness = 12, .depth = 1.0F, .gloss = 0.6F});
    }
    canvas.fill(Path::box(128, 148, 5, 14, 2),
                {.role = Role::neutral, .roundness = 4, .gloss = 0.9F, .colour = {0.80F, 0.68F, 0.40F}});
    canvas.fill(Path::ellipse(128, 142, 66, 9),
                {.role = Role::neutral, .roundness = 6, .depth = 0.2F, .colour = {1.0F, 0.90F, 0.66F}});
    const float top = canvas.cut() == 2 ? 58.0F : 36.0F;
    Path shade(128 - top, 30);
    shade.curve(128 - (top + 66) / 2 - 2, 88, 60, 140).curve(94, 152, 128, 152).mirror();
    canvas.fill(shade, {.roundness = 50, .depth = 0.8F, .gloss = 0.06F, .shade = 1.06F});
    canvas.fill(Path::ellipse(128, 30, top, 5),
                {.role = Role::neutral, .roundness = 4, .depth = 0.2F, .colour = {1.0F, 0.93F, 0.76F}});
    canvas.stroke({{62, 137}, {94, 148}, {128, 150}, {162, 148}, {194, 137}}, 5, Role::accent);
    canvas.emblem(128, 92, 25);
}

void drawChair(Canvas& canvas) {
    canvas.stand(128, 234, 78, 7);
    const Paint leg{.role = Role::accent, .roundness = 5, .depth = 1.0F};
    for (const float side : {-1.0F, 1.0F}) { // behind
        canvas.fill(Path::band({{128 + side * 44, 150}, {128 + side * 52, 222}}, 8, 6),
                    {.role = Role::neutral, .roundness = 4, .depth = 1.0F, .shade = 0.7F, .colour = beech});
        canvas.fill(Path::band({{128 + side * 38, 118}, {128 + side * 40, 152}}, 8),
                    {.role = Role::neutral, .roundness = 4, .depth = 1.0F, .shade = 0.8F, .colour = beech});
    }
    Path back(128, 24);
    if (canvas.cut() == 0)
        back.curve(74, 22, 68, 52).curve(66, 96, 80, 124).curve(100, 134, 128, 134);
    else if (canvas.cut() == 1)
        back.line(72, 26).curve(64, 26, 66, 40).line(74, 122).curve(76, 132, 90, 132).line(128, 132);
    else
        back.curve(62, 30, 70, 84).curve(76, 128, 128, 134);
    back.mirror();
    canvas.fill(back, {.roundness = 22, .depth = 1.0F});
    Path seat(70, 146);
    seat.curve(128, 134, 186, 146)
        .line(200, 176)
        .curve(204, 192, 186, 192)
        .line(70, 192)
        .curve(52, 192, 56, 176)
        .line(70, 146);
    canvas.fill(seat, {.roundness = 16, .depth = 1.0F, .castsShadow = true});
    for (const float side : {-1.0F, 1.0F})
        canvas.fill(Path::band({{128 + side * 62, 186}, {128 + side * 70, 236}}, 11, 8), leg);
    canvas.fill(Path::band({{60, 191}, {128, 194}, {196, 191}}, 7), leg);
    canvas.emblem(128, 78, 26);
}

void drawCushion(Canvas& canvas) {
    canvas.stand(128, 222, 88, 7);
    Path pillow(128, 46);
    const float corner = canvas.cut() == 1 ? 0.0F : 8.0F, pinch = canvas.cut() == 2 ? 4.0F : 12.0F;
    pillow.curve(80, 46 - 2, 32 + corner, 32 + corner)
        .curve(46 - pinch * 0.2F + 2, 82, 44, 128)
        .curve(46, 176, 32 + corner, 224 - corner)
        .curve(82, 212, 128, 214)
        .mirror();
    std::vector<cv::Point2f> edge = pillow.points();
    canvas.fill(pillow, {.roundness = 62, .depth = 0.8F, .folds = 0.6F, .foldDegrees = 45});
    edge.push_back(edge.front());
    canvas.stroke(edge, 5, Role::accent);
    if (canvas.cut() == 1)
        for (const cv::Point2f at :
             {cv::Point2f(32, 32), cv::Point2f(224, 32), cv::Point2f(32, 224), cv::Point2f(224, 224)})
            canvas.fill(Path::ellipse(at.x, at.y, 9, 9),
                        {.role = Role::accent, .roundness = 8, .depth = 1.1F, .castsShadow = true});
    canvas.emblem(128, 130, 30);
}

} // namespace core
