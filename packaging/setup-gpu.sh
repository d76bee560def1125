#!/usr/bin/env bash
# Fetches a LibTorch that computes on NVIDIA graphics processors (CUDA 13, 2.6 GB, pinned versions with checksums) and prints how to
# build with it. Needs a driver of version 580 or newer at run time, and no CUDA toolkit. Safe to run again.
#
#   packaging/setup-gpu.sh [DIR]     DIR: where to put it; build/libtorch-gpu unless named
set -euo pipefail
. "$(dirname "$0")/common.sh"

root=${root:?}
folder_argument "$root/build/libtorch-gpu" "$@"
[ "$(uname -m)" = x86_64 ] || fail "these libraries are for x86-64, this machine is $(uname -m)"
wanted=packaging/gpu-libraries.txt
if ! cmp -s "$wanted" "$folder/gpu-libraries.txt"; then
    need_space "$folder" 10
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    say "fetch LibTorch $(sed -n 's/^torch==\([^ ]*\).*/\1/p' "$wanted") and CUDA's libraries into $folder"
    fetch_pinned libraries "$wanted" "$folder.log" install --target "$folder" --upgrade --no-compile \
        --implementation cp --python-version 3.11 --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 \
        --platform manylinux_2_25_x86_64 --platform manylinux_2_18_x86_64 --platform manylinux2014_x86_64 \
        --platform manylinux2010_x86_64 --platform manylinux1_x86_64
    cp "$wanted" "$folder/gpu-libraries.txt" # last: complete from here on
fi

say "LibTorch is in $folder/torch"
cat <<END
The whole product, with the packages of packaging/apt-packages.txt:
  cmake --preset release -B build/release-gpu -DCMAKE_PREFIX_PATH=$folder/torch && cmake --build build/release-gpu
Networks, their tests and benchmarks alone (no Qt, OpenCV or SQLite needed):
  cmake --preset gpu -DCMAKE_PREFIX_PATH=$folder/torch && cmake --build --preset gpu && ctest --preset gpu
END
