#pragma once
#include "core/engine/engine.h"
#include <QStringList>

namespace ui {

/// The names under which lists can be asked of a model: its own, and of a vision-language model one for each other way
/// in which it ranks ("NAME:generative", core/engine/headed_name.h).
QStringList headNames(const core::ModelInfo& model);

} // namespace ui
