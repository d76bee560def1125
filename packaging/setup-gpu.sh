#!/usr/bin/env bash
# Fetches a LibTorch that computes on NVIDIA graphics processors (CUDA 13, 2.6 GB, pinned versions with checksums) and prints how to
# build with it. Needs a driver of version 580 or newer at run time, and no CUDA toolkit. Safe to run again.
#
#   packaging/setup-gpu.sh [DIR]     DIR: where to put it; build/libtorch-gpu unless named
set -euo pipefail
origin=$PWD
. "$(dirname "$0")/common.sh"

root=${root:?}
case ${1-} in
-h | --help)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
-*) fail "unknown argument $1; see --help" ;;
esac
folder=$(cd "$origin" && realpath -m -- "${1:-$root/build/libtorch-gpu}")
[ "$(uname -m)" = x86_64 ] || fail "these libraries are for x86-64, this machine is $(uname -m)"

mkdir -p "$folder" 2>/dev/null || fail "cannot make the folder $folder"
wanted=packaging/gpu-libraries.txt
if ! cmp -s "$wanted" "$folder/gpu-libraries.txt"; then
    need_space "$folder" 10
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    say "fetch LibTorch $(sed -n 's/^torch==\([^ ]*\).*/\1/p' "$wanted") and CUDA's libraries into $folder"
    log=$folder.log
    # Each is checked against its checksum before it is unpacked; nothing of it is run.
    python3 -m pip install --quiet --target "$folder" --upgrade --no-deps --no-compile --only-binary=:all: --require-hashes \
        --implementation cp --python-version 3.11 --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 \
        --platform manylinux_2_25_x86_64 --platform manylinux_2_18_x86_64 --platform manylinux2014_x86_64 \
        --platform manylinux2010_x86_64 --platform manylinux1_x86_64 \
        --requirement "$wanted" >"$log" 2>&1 || {
        if grep -q 'DO NOT MATCH THE HASHES' "$log"; then fail "a library is not the one that was pinned: its checksum differs; see $log"; fi
        if grep -qiE 'connection|resolution|network|timed out' "$log"; then fail "the libraries cannot be fetched: no network? See $log"; fi
        fail "fetching failed: $(grep -m1 ERROR "$log" || tail -n1 "$log"); all of it is in $log"
    }
    rm -f "$log"
    cp "$wanted" "$folder/gpu-libraries.txt" # last: complete from here on
fi

say "LibTorch is in $folder/torch"
cat <<END
The whole product, with the packages of packaging/apt-packages.txt:
  cmake --preset release -B build/release-gpu -DCMAKE_PREFIX_PATH=$folder/torch && cmake --build build/release-gpu
Networks, their tests and benchmarks alone (no Qt, OpenCV or SQLite needed):
  cmake --preset gpu -DCMAKE_PREFIX_PATH=$folder/torch && cmake --build --preset gpu && ctest --preset gpu
END
