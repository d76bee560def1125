#!/usr/bin/env bash
# Installs what is missing, builds the release, and opens the sample shop in the window. Without a display it draws the window
# into a PNG and prints two top-10 lists. Safe to run again: what is there is used.
#
#   packaging/demo.sh [--workspace DIR]     DIR: a workspace of one's own instead of the sample shop
set -euo pipefail
. "$(dirname "$0")/common.sh"

workspace=
root=${root:?}
while [ $# -gt 0 ]; do
    case $1 in
    --workspace)
        [ $# -ge 2 ] || fail "--workspace needs a folder"
        workspace=$(cd "$origin" && realpath -m -- "$2")
        shift 2
        ;;
    -h | --help)
        sed -n '2,6s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) fail "unknown argument $1; see --help" ;;
    esac
done

need_build_space 3
install_build_packages
build release pixrec engine_torch
pixrec=$root/build/release/bin/pixrec

if [ -z "$workspace" ]; then
    workspace=$root/build/sample-shop
    # By another generator or with other checkpoints, a shop drawn earlier is not the one that this program speaks of.
    recipe=$(cat core/sample_shop/*.h core/sample_shop/*.cpp core/storage/migrations/*.sql data/models/*/model.json | sha256sum)
    if [ "$recipe" != "$(cat "$workspace.recipe" 2>/dev/null)" ] || ! "$pixrec" info "$workspace" >/dev/null 2>&1; then
        if [ -e "$workspace" ]; then
            say "the sample shop of an earlier version is set aside as $workspace.old"
            rm -rf "$workspace.old"
            mv "$workspace" "$workspace.old"
        fi
        say "draw the sample shop in $workspace"
        "$pixrec" sample-shop "$workspace" || fail "drawing the sample shop failed, see above"
        echo "$recipe" >"$workspace.recipe" # last: complete from here on
    fi
fi

if [ -n "${DISPLAY-}${WAYLAND_DISPLAY-}" ]; then
    say "open $workspace"
    exec "$pixrec" "$workspace"
fi

user=$("$pixrec" users "$workspace" --limit 1 --json | sed -n 's/.*"users":\[{"id":"\([^"]*\)".*/\1/p')
[ -n "$user" ] || fail "$workspace has no shoppers, and there is no display to make one up in"
models=()
for model in $("$pixrec" models "$workspace" --json | grep -o '"name":"[^"]*"' | cut -d'"' -f4); do
    case $model in popularity | repeat-last | co-occurrence) ;; *) models+=("$model") ;; esac
done
case " ${models[*]-} " in *" text-only "*" multimodal "* | *" multimodal "*" text-only "*) models=(text-only multimodal) ;; esac
[ ${#models[@]} -ge 2 ] || models=(popularity "${models[0]-co-occurrence}")

say "there is no display: draw the window of shopper $user"
"$pixrec" screenshot "$workspace" --user "$user" --model "${models[0]}" --model "${models[1]}" --out build/demo.png >/dev/null ||
    fail "drawing the window failed, see above"
say "the window: $root/build/demo.png"
say "top 10 for shopper $user by ${models[0]} and by ${models[1]}"
"$pixrec" recommend "$workspace" --user "$user" --model "${models[0]}" --model "${models[1]}"
say "done"
