#pragma once
#include "core/sample_shop/canvas.h"

/// How each product type is built from parts; one function a type, by family in draw_<family>.cpp.
namespace core {

void drawTShirt(Canvas& canvas);
void drawShirt(Canvas& canvas);
void drawSweater(Canvas& canvas);
void drawJacket(Canvas& canvas);
void drawDress(Canvas& canvas);
void drawSkirt(Canvas& canvas);
void drawTrousers(Canvas& canvas);
void drawSneaker(Canvas& canvas);
void drawBoot(Canvas& canvas);
void drawHeel(Canvas& canvas);
void drawHandbag(Canvas& canvas);
void drawBackpack(Canvas& canvas);
void drawCap(Canvas& canvas);
void drawSunglasses(Canvas& canvas);
void drawWatch(Canvas& canvas);
void drawMug(Canvas& canvas);
void drawVase(Canvas& canvas);
void drawLamp(Canvas& canvas);
void drawChair(Canvas& canvas);
void drawCushion(Canvas& canvas);

} // namespace core
