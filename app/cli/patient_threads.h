#pragma once

namespace app {

/// Lets OpenMP's threads sleep while they wait for each other, unless the user has chosen (OMP_WAIT_POLICY,
/// GOMP_SPINCOUNT). By default they spin, and on two cores everything took twice as long as with sleeping ones; beside
/// another busy program twelve times (evaluation of 22,363 shoppers: 50 s in place of 4 s). libgomp reads its variables
/// before main(), and Debian's Qt loads it, so the program starts itself again, once. Goes on where it cannot.
void startWithPatientThreads(char** argv);

} // namespace app
