#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! dpkg-query -W libtorch-dev libqt6charts6 >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(grep -v '^#' packaging/apt-packages.txt)
fi
cmake --preset release
cmake --build --preset release
ctest --preset release
