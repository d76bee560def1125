#pragma once

namespace app {

/// The whole program: reads the command line, runs the command or the window, and turns every failure into a message
/// and an exit code. 0 done, 1 failed, 2 wrong usage, 3 input rejected, 130 cancelled.
int runProgram(int argc, char** argv);

} // namespace app
