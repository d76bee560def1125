#include "core/sample_shop/draw_types.h"

namespace core {

namespace {
const Paint upper{.role = Role::body, .roundness = 26, .depth = 1.0F, .folds = 0.25F};
const Paint soleWhite{.role = Role::neutral, .roundness = 8, .depth = 0.9F, .colour = {0.93F, 0.93F, 0.91F}};
} // namespace

void drawSneaker(Canvas& canvas) {
    canvas.stand(130, 204, 100, 8);
    const bool isHigh = canvas.cut() == 1;
    const float collar = isHigh ? 62.0F : 92.0F;
    canvas.fill(Path::ellipse(76, collar + 7, 32, 10, 4),
                {.role = Role::neutral, .roundness = 6, .depth = 0.3F, .colour = {0.22F, 0.22F, 0.24F}});
    Path shoe(42, collar + 4);
    shoe.curve(74, collar + 20, 108, collar + 8);
    shoe.curve(124, 118, 160, 136).curve(206, 144, 222, 168).curve(230, 182, 228, 192).line(34, 192);
    shoe.curve(30, 150, 42, collar + 4);
    canvas.fill(shoe, upper);
    Path tongue(92, collar - 6);
    tongue.curve(112, collar - 10, 118, collar + 6).line(158, 134).line(140, 148).line(100, collar + 22);
    canvas.fill(tongue, {.role = Role::plain, .roundness = 8, .depth = 0.8F, .castsShadow = true});
    for (int i = 0; i < 5; ++i) {
        const float t = static_cast<float>(i) / 4, x = 104 + 44 * t, y = collar + 18 + (118 - collar) * t;
        canvas.fill(Path::band({{x - 9, y + 9}, {x + 2, y + 2}, {x + 14, y - 3}}, 6.5F),
                    {.role = Role::accent, .roundness = 3, .depth = 0.9F, .castsShadow = true});
    }
    Path toe(182, 143);
    toe.curve(214, 146, 226, 176).curve(229, 186, 228, 192).line(188, 192).curve(198, 164, 182, 143);
    canvas.fill(toe, {.role = canvas.cut() == 2 ? Role::plain : Role::neutral,
                      .roundness = 16,
                      .depth = 0.9F,
                      .colour = {0.92F, 0.92F, 0.90F}});
    Path heel(36, 144);
    heel.curve(52, 150, 58, 192).line(33, 192).curve(32, 166, 36, 144);
    canvas.fill(heel, {.role = Role::plain, .roundness = 10, .depth = 0.8F, .shade = 0.86F});
    Path sole(30, 184);
    sole.line(228, 184).curve(236, 196, 228, 206).curve(130, 210, 38, 208).curve(24, 204, 30, 184);
    canvas.fill(sole, soleWhite);
    canvas.fill(Path::band({{31, 200}, {130, 203}, {230, 199}}, 9),
                {.role = Role::accent, .roundness = 5, .depth = 0.7F});
    canvas.emblem(82, 146, 22);
}

void drawBoot(Canvas& canvas) {
    canvas.stand(128, 224, 84, 8);
    const float top = canvas.cut() == 1 ? 26.0F : 58.0F;
    canvas.fill(Path::ellipse(96, top + 4, 37, 8),
                {.role = Role::neutral, .roundness = 5, .depth = 0.3F, .colour = {0.20F, 0.17F, 0.15F}});
    Path boot(58, top + 4);
    boot.curve(96, top + 16, 134, top + 4)
        .curve(130, 110, 142, 136)
        .curve(160, 156, 184, 164)
        .curve(212, 176, 208, 210)
        .line(56, 210);
    boot.curve(60, 130, 58, top + 4);
    canvas.fill(boot, upper);
    canvas.seam({{62, 160}, {92, 150}, {128, 152}, {150, 148}}, 0.35F);
    if (canvas.cut() == 2) {
        Path gore(84, 72);
        gore.curve(96, 76, 108, 72).line(106, 136).curve(96, 144, 86, 136);
        canvas.fill(gore, {.role = Role::accent, .roundness = 5, .depth = 0.5F});
    } else {
        for (int i = 0; i < 5; ++i) {
            const float t = static_cast<float>(i) / 4, y = top + 34 + (124 - top) * t * 0.92F, x = 126 + 26 * t * t;
            canvas.fill(Path::band({{x - 14, y + 7}, {x - 2, y + 1}, {x + 8, y - 4}}, 6.5F),
                        {.role = Role::accent, .roundness = 3, .depth = 0.9F, .castsShadow = true});
        }
    }
    canvas.fill(Path::band({{57, top + 9}, {96, top + 18}, {135, top + 9}}, 10),
                {.role = Role::accent, .roundness = 5, .depth = 0.8F});
    Path sole(52, 204);
    sole.line(208, 204)
        .curve(216, 212, 212, 222)
        .line(112, 222)
        .line(106, 218)
        .line(100, 228)
        .line(54, 228)
        .curve(50, 214, 52, 204);
    canvas.fill(sole, {.role = Role::neutral, .roundness = 7, .depth = 0.9F, .colour = {0.22F, 0.18F, 0.16F}});
    canvas.stroke({{54, 204}, {130, 205}, {209, 204}}, 3.5F, Role::accent);
    canvas.emblem(84, canvas.cut() == 2 ? 170.0F : 116.0F, 21);
}

void drawHeel(Canvas& canvas) {
    canvas.stand(126, 214, 90, 6);
    const float tall = canvas.cut() == 1 ? 1.0F : 0.0F;
    Path post(34, 116);
    if (canvas.cut() == 2)
        post.curve(34, 170, 36, 214).line(66, 214).curve(70, 170, 88, 150);
    else
        post.curve(42, 170, 44, 214).line(56, 214).curve(62, 170, 82, 146);
    canvas.fill(post, {.role = Role::accent, .roundness = 9, .depth = 1.0F, .gloss = 0.5F});
    canvas.fill(Path::band({{34, 124}, {70, 146}, {120, 188}, {160, 210}, {226, 212}}, 9, 8),
                {.role = Role::accent, .roundness = 4, .depth = 0.8F});
    canvas.fill(Path::ellipse(98, 134, 60, 22, 34),
                {.role = Role::neutral, .roundness = 12, .depth = 0.4F, .colour = {0.86F, 0.74F, 0.62F}});
    Path shoe(30, 88 - tall * 4);
    shoe.curve(58, 100, 78, 136)
        .curve(104, 166, 132, 158)
        .curve(150, 152, 164, 160)
        .curve(206, 182, 226, 204)
        .curve(230, 212, 218, 212);
    shoe.curve(176, 214, 150, 202).curve(112, 182, 74, 148).curve(52, 130, 32, 124).curve(26, 104, 30, 88 - tall * 4);
    Paint paint = upper;
    paint.roundness = 20;
    paint.gloss = 0.45F;
    canvas.fill(shoe, paint);
    if (canvas.cut() == 1) {
        canvas.fill(Path::band({{34, 94}, {70, 84}, {104, 96}, {112, 120}}, 7),
                    {.role = Role::accent, .roundness = 4, .depth = 0.8F, .castsShadow = true});
        canvas.fill(Path::ellipse(104, 98, 5, 5), {.role = Role::neutral, .roundness = 4, .gloss = 0.9F});
    }
    canvas.emblem(158, 182, 21);
}

} // namespace core
