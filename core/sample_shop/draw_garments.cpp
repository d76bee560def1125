#include "core/sample_shop/draw_types.h"

namespace core {

namespace {

const Paint cloth{.role = Role::body, .roundness = 22, .depth = 0.8F, .folds = 1.1F};
const Paint trim{.role = Role::accent, .roundness = 5, .depth = 0.5F};

Paint sleevePaint(float degrees) {
    Paint paint = cloth;
    paint.roundness = 14;
    paint.folds = 0.9F;
    paint.foldDegrees = degrees;
    paint.patternDegrees = degrees - 90;
    return paint;
}

/// Both sides of something that stands left; patterns turn the other way on the right.
void fillBoth(Canvas& canvas, const Path& path, Paint paint) {
    canvas.fill(path, paint);
    paint.patternDegrees = -paint.patternDegrees;
    paint.foldDegrees = 180 - paint.foldDegrees;
    canvas.fill(path.mirrored(), paint);
}

void bandBoth(Canvas& canvas, const std::vector<cv::Point2f>& through, float width, const Paint& paint) {
    fillBoth(canvas, Path::band(through, width), paint);
}

void seamBoth(Canvas& canvas, std::vector<cv::Point2f> points, float opacity = 0.3F) {
    canvas.seam(points, opacity);
    for (auto& point : points) point.x = 256 - point.x;
    canvas.seam(points, opacity);
}

/// Shoulders, sides and hem of an upper garment, its neck open `neckWidth` to each side and `neckDepth` down.
Path torso(float neckWidth, float neckDepth, float shoulder, float waist, float hem, float bottom) {
    Path path(128, 46 + neckDepth);
    path.curve(128 - neckWidth * 0.95F, 44 + neckDepth * 0.9F, 128 - neckWidth, 42);
    path.line(128 - shoulder, 54).curve(128 - shoulder + 6, 88, 128 - waist, 140);
    path.curve(128 - waist - 1, 180, 128 - hem, bottom).curve(100, bottom + 5, 128, bottom + 5);
    return path.mirror();
}

void innerNeck(Canvas& canvas, float neckWidth, float neckDepth) {
    canvas.fill(Path::ellipse(128, 44, neckWidth - 1, 5 + neckDepth * 0.35F),
                {.role = Role::plain, .roundness = 4, .depth = 0.3F, .shade = 0.45F});
}

void longSleeves(Canvas& canvas, float cuff, Role cuffRole) {
    Path sleeve(92, 50);
    sleeve.curve(70, 54, 62, 82).curve(50, 130, 44, 188).line(66, 193).curve(76, 150, 86, 112).line(92, 50);
    fillBoth(canvas, sleeve, sleevePaint(98));
    Paint paint = trim;
    paint.role = cuffRole;
    bandBoth(canvas, {{43, 190 - cuff / 2}, {67, 195 - cuff / 2}}, cuff, paint);
}

} // namespace

void drawTShirt(Canvas& canvas) {
    const float length = canvas.cut() == 2 ? 196.0F : 212.0F, neck = canvas.cut() == 1 ? 26.0F : 14.0F;
    innerNeck(canvas, 24, neck);
    Path sleeve(86, 50);
    sleeve.curve(66, 54, 54, 74).line(34, 112).curve(46, 124, 66, 126).line(82, 96).line(86, 50);
    fillBoth(canvas, sleeve, sleevePaint(118));
    bandBoth(canvas, {{35, 108}, {48, 118}, {67, 122}}, 8, trim);
    canvas.fill(torso(24, neck, 48, 46, 50, length), cloth);
    seamBoth(canvas, {{80, 54}, {85, 84}, {82, 120}});
    canvas.seam({{80, length - 6}, {128, length - 2}, {176, length - 6}}, 0.25F);
    const Path collar =
        Path::band({{103, 43}, {110, 40 + neck * 0.75F}, {128, 46 + neck}, {146, 40 + neck * 0.75F}, {153, 43}}, 7);
    canvas.fill(collar, trim);
    canvas.emblem(128, 112, 25);
}

void drawShirt(Canvas& canvas) {
    innerNeck(canvas, 20, 6);
    longSleeves(canvas, 13, Role::accent);
    const float bottom = canvas.cut() == 1 ? 206.0F : 218.0F;
    canvas.fill(torso(18, 8, 46, 44, 47, bottom), cloth);
    seamBoth(canvas, {{82, 54}, {87, 84}, {84, 124}});
    canvas.seam({{121, 54}, {120, bottom + 3}}, 0.3F);
    canvas.seam({{135, 54}, {135, bottom + 3}}, 0.3F);
    for (int i = 0; i < 6; ++i)
        canvas.fill(Path::ellipse(128, 72 + static_cast<float>(i) * 24, 4.2F, 4.2F),
                    {.role = Role::accent, .roundness = 3, .depth = 0.8F, .castsShadow = true});
    Path collar(128, 58);
    collar.line(114, 36).curve(106, 36, 104, 44).line(100, 66).line(118, 72).line(128, 58);
    Paint paint = trim;
    paint.roundness = 7;
    paint.castsShadow = true;
    if (canvas.cut() == 2) paint.role = Role::plain;
    fillBoth(canvas, collar, paint);
    Path pocket(148, 96);
    pocket.line(148, 132).line(163, 139).line(178, 132).line(178, 96);
    Paint pocketPaint = cloth;
    pocketPaint.roundness = 6;
    pocketPaint.folds = 0;
    pocketPaint.castsShadow = true;
    if (canvas.cut() != 0) pocketPaint.role = Role::plain;
    canvas.fill(pocket, pocketPaint);
    canvas.emblem(163, 115, 20);
}

void drawSweater(Canvas& canvas) {
    const float neck = canvas.cut() == 1 ? 30.0F : 10.0F;
    innerNeck(canvas, 23, neck);
    longSleeves(canvas, 17, Role::accent);
    Paint knit = cloth;
    knit.roundness = 28;
    knit.folds = 0.8F;
    canvas.fill(torso(23, neck, 48, 48, 48, 206), knit);
    seamBoth(canvas, {{80, 54}, {86, 84}, {82, 126}});
    canvas.fill(Path::band({{81, 205}, {128, 209}, {175, 205}}, 15), trim);
    for (int i = 0; i < 16; ++i) {
        const float x = 84 + static_cast<float>(i) * 6;
        canvas.seam({{x, 199}, {x, 214}}, 0.14F);
    }
    if (canvas.cut() == 2)
        canvas.fill(Path::box(128, 42, 25, 12, 7),
                    {.role = Role::plain, .roundness = 8, .depth = 0.9F, .castsShadow = true});
    else
        canvas.fill(
            Path::band({{104, 43}, {112, 41 + neck * 0.8F}, {128, 46 + neck}, {144, 41 + neck * 0.8F}, {152, 43}}, 9),
            {.role = Role::plain, .roundness = 5, .depth = 0.7F});
    canvas.emblem(128, 118, 25);
}

void drawJacket(Canvas& canvas) {
    const float bottom = canvas.cut() == 1 ? 222.0F : 198.0F;
    innerNeck(canvas, 20, 10);
    longSleeves(canvas, 11, Role::plain);
    Paint shell = cloth;
    shell.roundness = 26;
    shell.depth = 1.0F;
    canvas.fill(torso(20, 14, 49, 47, 48, bottom), shell);
    seamBoth(canvas, {{80, 54}, {86, 86}, {82, 126}}, 0.4F);
    canvas.stroke({{128, 58}, {128, bottom + 4}}, 8, Role::accent);
    for (float y = 66; y < bottom; y += 5)
        canvas.stroke({{124.5F, y}, {131.5F, y}}, 1.4F, Role::neutral, 0.45F, {0.1F, 0.1F, 0.1F});
    canvas.fill(Path::box(128, 72, 3.4F, 8, 2),
                {.role = Role::neutral, .roundness = 3, .gloss = 0.8F, .castsShadow = true});
    Path lapel(127, 74);
    lapel.line(113, 38).curve(104, 36, 101, 46).line(92, 78).line(108, 84).line(106, 92).line(127, 74);
    fillBoth(
        canvas, lapel,
        {.role = canvas.cut() == 2 ? Role::accent : Role::plain, .roundness = 8, .depth = 0.8F, .castsShadow = true});
    Path pocket(88, 158);
    pocket.line(112, 152).line(113, 160).line(89, 166);
    fillBoth(canvas, pocket, {.role = Role::accent, .roundness = 3, .depth = 0.6F, .castsShadow = true});
    if (canvas.cut() != 1)
        canvas.fill(Path::band({{80, bottom - 4}, {128, bottom + 1}, {176, bottom - 4}}, 13),
                    {.role = Role::plain, .roundness = 6, .depth = 0.8F});
    canvas.emblem(157, 116, 20);
}

void drawDress(Canvas& canvas) {
    const bool isLong = canvas.cut() == 1;
    const float hem = isLong ? 234.0F : 218.0F, flare = canvas.cut() == 2 ? 40.0F : 62.0F;
    canvas.fill(Path::ellipse(128, 44, 20, 8), {.role = Role::plain, .roundness = 4, .depth = 0.2F, .shade = 0.45F});
    Path bodice(128, 62);
    bodice.curve(108, 60, 104, 24).line(92, 24).curve(94, 60, 84, 78).curve(92, 100, 101, 116).line(128, 118).mirror();
    Paint top = cloth;
    top.folds = 0.5F;
    canvas.fill(bodice, top);
    Path skirt(101, 112);
    skirt.curve(94, 150, 128 - flare, hem - 8).curve(100, hem + 6, 128, hem + 4).mirror();
    Paint wide = cloth;
    wide.folds = 2.0F;
    wide.roundness = 26;
    canvas.fill(skirt, wide);
    canvas.fill(Path::band({{100, 115}, {128, 118}, {156, 115}}, 13),
                {.role = Role::accent, .roundness = 6, .depth = 0.7F, .castsShadow = true});
    canvas.fill(Path::box(128, 118, 8, 8, 3),
                {.role = Role::neutral, .roundness = 3, .gloss = 0.9F, .colour = {0.82F, 0.70F, 0.40F}});
    canvas.stroke({{104, 24}, {109, 50}, {128, 62}, {147, 50}, {152, 24}}, 4.5F, Role::accent);
    canvas.emblem(128, 172, 24);
}

void drawSkirt(Canvas& canvas) {
    const float hem = canvas.cut() == 1 ? 226.0F : 200.0F, flare = canvas.cut() == 2 ? 48.0F : 74.0F;
    canvas.fill(Path::ellipse(128, 50, 42, 6), {.role = Role::plain, .roundness = 3, .depth = 0.2F, .shade = 0.4F});
    Path skirt(84, 54);
    skirt.curve(74, 120, 128 - flare, hem - 12).curve(96, hem + 8, 128, hem + 6).mirror();
    Paint wide = cloth;
    wide.folds = canvas.cut() == 2 ? 0.9F : 2.3F;
    wide.roundness = 28;
    canvas.fill(skirt, wide);
    canvas.fill(Path::band({{84, 53}, {128, 59}, {172, 53}}, 15),
                {.role = Role::accent, .roundness = 7, .depth = 0.7F, .castsShadow = true});
    for (const float x : {100.0F, 156.0F})
        canvas.fill(Path::box(x, 58, 3.5F, 11, 2),
                    {.role = Role::plain, .roundness = 3, .depth = 0.8F, .castsShadow = true});
    canvas.fill(Path::ellipse(128, 59, 5, 5),
                {.role = Role::neutral, .roundness = 4, .gloss = 0.9F, .colour = {0.80F, 0.78F, 0.72F}});
    canvas.emblem(156, 132, 24);
}

void drawTrousers(Canvas& canvas) {
    const float width = canvas.cut() == 1   ? 26.0F
                        : canvas.cut() == 2 ? 40.0F
                                            : 32.0F,
                bottom = canvas.cut() == 0 ? 228.0F : 232.0F;
    Path leg(86, 34);
    leg.curve(78, 80, 76, 110).curve(74, 170, 98 - width * 0.75F, bottom).line(98 + width * 0.55F, bottom + 2);
    leg.curve(118, 160, 130, 88).line(130, 34);
    Paint paint = cloth;
    paint.roundness = 20;
    fillBoth(canvas, leg, paint);
    canvas.seam({{128, 40}, {128, 88}}, 0.5F);
    canvas.stroke({{128, 48}, {136, 52}, {136, 76}, {129, 84}}, 1.2F, Role::neutral, 0.4F, {0.05F, 0.05F, 0.05F});
    seamBoth(canvas, {{98, 46}, {92, 60}, {82, 66}}, 0.45F);
    bandBoth(canvas, {{98 - width * 0.75F, bottom - 5}, {98 + width * 0.58F, bottom - 3}}, 11, trim);
    canvas.fill(Path::band({{85, 37}, {128, 41}, {171, 37}}, 12),
                {.role = Role::accent, .roundness = 6, .depth = 0.7F, .castsShadow = true});
    canvas.fill(Path::box(128, 41, 8, 7, 2),
                {.role = Role::neutral, .roundness = 3, .gloss = 0.9F, .castsShadow = true});
    canvas.emblem(98, 104, 20);
}

} // namespace core
