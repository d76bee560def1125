#include "core/sample_shop/draw_types.h"
#include <cmath>

namespace core {

namespace {
const cv::Vec3f gold(0.83F, 0.70F, 0.38F);
const cv::Vec3f silver(0.78F, 0.79F, 0.82F);
} // namespace

void drawHandbag(Canvas& canvas) {
    canvas.stand(128, 214, 88, 8);
    const float top = canvas.cut() == 1 ? 120.0F : 104.0F, wide = canvas.cut() == 2 ? 70.0F : 84.0F;
    canvas.fill(Path::band({{128 - wide * 0.55F, top + 10},
                            {128 - wide * 0.5F, 60},
                            {128, 32},
                            {128 + wide * 0.5F, 60},
                            {128 + wide * 0.55F, top + 10}},
                           10),
                {.role = Role::accent, .roundness = 5, .depth = 0.9F, .castsShadow = true});
    Path bag(128 - wide + 12, top);
    bag.curve(128 - wide - 2, 160, 128 - wide - 6, 204)
        .curve(128 - wide - 4, 214, 128 - wide + 8, 214)
        .line(128, 215)
        .mirror();
    canvas.fill(bag, {.roundness = 26, .depth = 1.0F, .folds = 0.3F});
    Path flap(128 - wide + 11, top - 2);
    flap.curve(128 - wide + 6, 140, 128 - wide + 14, 158)
        .curve(100, canvas.cut() == 1 ? 168.0F : 184.0F, 128, canvas.cut() == 1 ? 168.0F : 184.0F)
        .mirror();
    canvas.fill(flap, {.roundness = 14, .depth = 0.9F, .castsShadow = true});
    for (const float side : {-1.0F, 1.0F})
        canvas.fill(Path::ellipse(128 + side * wide * 0.55F, top + 12, 7, 7),
                    {.role = Role::neutral, .roundness = 5, .gloss = 0.9F, .castsShadow = true, .colour = gold});
    canvas.fill(Path::band({{128 - wide + 14, 157},
                            {104, canvas.cut() == 1 ? 165.0F : 180.0F},
                            {152, canvas.cut() == 1 ? 165.0F : 180.0F},
                            {128 + wide - 14, 157}},
                           5),
                {.role = Role::accent, .roundness = 3, .depth = 0.6F});
    canvas.emblem(128, canvas.cut() == 1 ? 146.0F : 152.0F, 23);
}

void drawBackpack(Canvas& canvas) {
    canvas.stand(128, 222, 74, 8);
    for (const float side : {-1.0F, 1.0F})
        canvas.fill(
            Path::band({{128 + side * 50, 66}, {128 + side * 82, 104}, {128 + side * 84, 164}, {128 + side * 64, 206}},
                       13),
            {.role = Role::accent, .roundness = 6, .depth = 0.9F});
    canvas.fill(Path::band({{110, 46}, {114, 26}, {142, 26}, {146, 46}}, 8),
                {.role = Role::accent, .roundness = 4, .depth = 0.9F});
    const float shoulder = canvas.cut() == 2 ? 22.0F : 40.0F;
    Path body(128, 36);
    body.line(128 - 62 + shoulder, 38)
        .curve(66, 40, 64, 84)
        .line(58, 204)
        .curve(58, 224, 82, 224)
        .line(128, 225)
        .mirror();
    canvas.fill(body, {.roundness = 30, .depth = 1.0F, .folds = 0.5F});
    canvas.stroke({{74, 96}, {96, 62}, {128, 52}, {160, 62}, {182, 96}}, 3.2F, Role::neutral, 0.75F,
                  {0.12F, 0.12F, 0.13F});
    Path pocket(74, 140);
    pocket.line(182, 140).line(188, 206).curve(188, 216, 176, 216).line(80, 216).curve(68, 216, 68, 206);
    canvas.fill(pocket, {.roundness = 14, .depth = 0.9F, .castsShadow = true});
    canvas.stroke({{76, 148}, {128, 150}, {180, 148}}, 5.5F, Role::accent);
    canvas.fill(Path::box(canvas.cut() == 1 ? 128.0F : 172.0F, 156, 3, 9, 2),
                {.role = Role::neutral, .roundness = 3, .gloss = 0.8F, .castsShadow = true, .colour = silver});
    if (canvas.cut() == 1)
        for (const float x : {92.0F, 164.0F})
            canvas.fill(Path::box(x, 178, 5, 38, 2),
                        {.role = Role::plain, .roundness = 4, .depth = 0.8F, .castsShadow = true});
    canvas.emblem(128, 104, 25);
}

void drawCap(Canvas& canvas) {
    canvas.stand(122, 186, 88, 8);
    const float crown = canvas.cut() == 1 ? 60.0F : 72.0F;
    Path dome(42, 166);
    dome.curve(36, 120, 56, crown + 20)
        .curve(80, crown - 18, 118, crown - 16)
        .curve(172, crown - 10, 186, 116)
        .curve(192, 140, 190, 168)
        .curve(116, 186, 42, 166);
    canvas.fill(dome, {.roundness = 44, .depth = 1.0F, .folds = 0.3F});
    canvas.seam({{118, crown - 12}, {126, 110}, {128, 172}}, 0.35F);
    canvas.seam({{112, crown - 12}, {70, 100}, {58, 168}}, 0.3F);
    canvas.seam({{124, crown - 12}, {166, 96}, {178, 166}}, 0.3F);
    Path brim(78, 168);
    if (canvas.cut() == 2)
        brim.curve(120, 180, 190, 164).curve(230, 160, 236, 172).curve(220, 190, 170, 194).curve(110, 194, 78, 168);
    else
        brim.curve(120, 178, 188, 160).curve(232, 166, 242, 188).curve(220, 200, 172, 194).curve(110, 194, 78, 168);
    canvas.fill(brim, {.role = Role::accent, .roundness = 12, .depth = 0.8F, .castsShadow = true});
    canvas.stroke({{98, 178}, {150, 188}, {220, 190}}, 1.2F, Role::neutral, 0.3F, {0.05F, 0.05F, 0.05F});
    canvas.fill(Path::ellipse(118, crown - 13, 8, 5), {.role = Role::accent, .roundness = 4, .depth = 0.9F});
    canvas.emblem(128, 124, 26);
}

void drawSunglasses(Canvas& canvas) {
    canvas.stand(128, 186, 96, 5, 0.30F);
    Path temple(30, 98);
    temple.curve(26, 60, 50, 52).line(60, 54).curve(44, 66, 46, 100);
    for (const Path& side : {temple, temple.mirrored()})
        canvas.fill(side, {.role = Role::accent, .roundness = 5, .depth = 0.9F, .gloss = 0.5F});
    Path frame(26, 94), lens(40, 104);
    if (canvas.cut() == 0) {
        frame = Path::ellipse(76, 132, 53, 49);
        lens = Path::ellipse(76, 132, 39, 35);
    } else if (canvas.cut() == 1) {
        frame.curve(74, 82, 122, 96).curve(130, 130, 112, 166).curve(76, 188, 42, 168).curve(22, 140, 24, 94);
        lens.curve(76, 96, 109, 106).curve(112, 132, 100, 156).curve(76, 170, 52, 158).curve(38, 138, 40, 104);
    } else {
        frame.curve(14, 84, 20, 82)
            .curve(70, 88, 122, 98)
            .curve(128, 140, 104, 164)
            .curve(70, 180, 46, 160)
            .curve(26, 136, 26, 94);
        lens.curve(76, 100, 109, 108).curve(110, 138, 96, 152).curve(72, 164, 56, 150).curve(40, 132, 40, 104);
    }
    canvas.fill(Path::band({{112, 112}, {128, 104}, {144, 112}}, 13), {.roundness = 6, .depth = 0.9F, .gloss = 0.6F});
    for (const bool isRight : {false, true}) {
        const Path rim = isRight ? frame.mirrored() : frame, glass = isRight ? lens.mirrored() : lens;
        canvas.fill(rim, {.roundness = 9, .depth = 1.1F, .gloss = 0.6F});
        canvas.fill(
            glass,
            {.role = Role::neutral, .roundness = 26, .depth = 0.5F, .gloss = 0.6F, .colour = {0.17F, 0.18F, 0.21F}});
        const float x = isRight ? 152.0F : 48.0F;
        canvas.stroke({{x + 4, 136}, {x + 24, 108}}, 6, Role::neutral, 0.22F, {1, 1, 1});
        canvas.stroke({{x + 14, 142}, {x + 34, 112}}, 3, Role::neutral, 0.18F, {1, 1, 1});
        canvas.fill(Path::ellipse(isRight ? 222.0F : 34.0F, 104, 5, 5),
                    {.role = Role::accent, .roundness = 4, .gloss = 0.8F});
    }
    canvas.emblem(180, 140, 19);
}

void drawWatch(Canvas& canvas) {
    canvas.stand(132, 236, 30, 5, 0.30F);
    const float strap = canvas.cut() == 1 ? 21.0F : 25.0F;
    Path upper(128, 14), lower(128, 240);
    upper.line(128 - strap + 5, 14).curve(128 - strap - 1, 50, 128 - strap - 3, 90).line(128, 92).mirror();
    lower.line(128 - strap + 9, 240).curve(128 - strap, 206, 128 - strap - 3, 166).line(128, 164).mirror();
    canvas.fill(upper, {.roundness = 12, .depth = 0.9F});
    canvas.fill(lower, {.roundness = 12, .depth = 0.9F});
    for (const float y : {198.0F, 211.0F, 224.0F})
        canvas.fill(Path::ellipse(128, y, 2.6F, 3.4F),
                    {.role = Role::neutral, .roundness = 2, .depth = 0.3F, .colour = {0.1F, 0.1F, 0.1F}});
    canvas.fill(Path::box(128, 44, strap + 3, 6, 3),
                {.role = Role::accent, .roundness = 4, .depth = 0.9F, .castsShadow = true});
    canvas.fill(Path::box(186, 128, 7, 8, 3), {.role = Role::neutral, .roundness = 4, .gloss = 0.9F, .colour = silver});
    const cv::Vec3f metal = canvas.cut() == 2 ? gold : silver;
    const Paint casing{
        .role = Role::neutral, .roundness = 10, .depth = 1.1F, .gloss = 0.8F, .castsShadow = true, .colour = metal};
    if (canvas.cut() == 1)
        canvas.fill(Path::box(128, 128, 54, 54, 18), casing);
    else
        canvas.fill(Path::ellipse(128, 128, 57, 57), casing);
    if (canvas.cut() == 1) {
        canvas.fill(Path::box(128, 128, 45, 45, 13), {.role = Role::accent, .roundness = 3, .depth = 0.5F});
        canvas.fill(Path::box(128, 128, 38, 38, 10),
                    {.role = Role::body, .roundness = 4, .depth = 0.3F, .gloss = 0.1F});
    } else {
        canvas.fill(Path::ellipse(128, 128, 48, 48), {.role = Role::accent, .roundness = 3, .depth = 0.5F});
        canvas.fill(Path::ellipse(128, 128, 41, 41),
                    {.role = Role::body, .roundness = 4, .depth = 0.3F, .gloss = 0.1F});
    }
    for (int hour = 0; hour < 12; ++hour) {
        const float angle = static_cast<float>(hour) * 0.5235988F, x = std::sin(angle), y = -std::cos(angle);
        canvas.stroke({{128 + 31 * x, 128 + 31 * y}, {128 + 37 * x, 128 + 37 * y}}, 3, Role::neutral, 1,
                      {0.97F, 0.97F, 0.95F});
    }
    canvas.emblem(128, 145, 14);
    canvas.stroke({{128, 128}, {110, 112}}, 4, Role::neutral, 1, {0.97F, 0.97F, 0.95F});
    canvas.stroke({{128, 128}, {146, 100}}, 3, Role::neutral, 1, {0.97F, 0.97F, 0.95F});
    canvas.fill(Path::ellipse(128, 128, 4, 4), {.role = Role::neutral, .roundness = 3, .gloss = 0.8F, .colour = metal});
}

} // namespace core
