#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests without a display. Safe to run again.
#
#   packaging/test.sh          release with every test, then core-only under the address and the thread sanitizer
#   packaging/test.sh --lint   clang-format and clang-tidy over all sources
#   packaging/test.sh --all    every preset, fuzzing included (a minute for each target)
set -euo pipefail
. "$(dirname "$0")/common.sh"

root=${root:?}
summaries=()

# run_tests PRESET: builds it and runs its tests; keeps ctest's summary for the end.
run_tests() {
    [ "$1" != fuzz ] || install_packages clang
    build "$1"
    say "test $1"
    local log="build/$1-tests.log" status=0
    ctest --preset "$1" 2>&1 | tee "$log" || status=$?
    summaries+=("$1: $(grep -E 'tests passed' "$log" || echo 'no tests passed')")
    [ $status = 0 ] || { printf '%s\n' "${summaries[@]}"; fail "tests of $1 failed, see above and $root/$log"; }
}

# tidy_one FOLDER FILE: clang-tidy, silent where there is nothing to say. A file that only includes others (unity) and does not
# compile, because two of them use one name, is read file by file; that a name hides one of another source is no fault there.
tidy_one() {
    local words parts=
    words=$(clang-tidy -p "$1" --quiet --header-filter="^$root/(core|ui|app|tests)/" \
        ${unity:+--checks=-bugprone-suspicious-include --extra-arg=-Wno-shadow} "$2" 2>/dev/null) && return 0
    if [ -n "$unity" ] && grep -q 'clang-diagnostic-error' <<<"$words"; then
        parts=$(sed -n 's/^#include "\(.*\)"$/\1/p' "$2")
        for part in $parts; do unity='' tidy_one build/lint "$part" || return 1; done
        return 0
    fi
    printf '%s\n' "$words"
    return 1
}

# Sources of a compilation database in FOLDER: one a line.
sources_of() {
    sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$1/compile_commands.json" | sort -u
}

lint() {
    install_packages clang-format clang-tidy
    local sources failed=
    sources=$(find core ui app tests -name '*.cpp' -o -name '*.h' | sort)
    say "clang-format"
    # shellcheck disable=SC2086
    clang-format --dry-run -Werror $sources || fail "clang-format: run clang-format -i on the files above"
    say "clang-tidy"
    # Most of its time goes into headers of Qt and LibTorch, so the files of a library are read a dozen at once. clang cannot
    # read gcc's precompiled headers.
    local options=(-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DPIXREC_BENCHMARKS=ON)
    { cmake --preset dev -B build/lint "${options[@]}" &&
        cmake --preset dev -B build/lint-unity "${options[@]}" -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12; } \
        >build/lint.log 2>&1 || fail "configuring failed, see build/lint.log"
    # What moc writes must be there. Not through its targets: those wait for every library.
    find build/lint -name AutogenInfo.json -exec cmake -E cmake_autogen {} Debug \; >>build/lint.log 2>&1 ||
        fail "moc failed, see build/lint.log"
    export root
    export -f tidy_one
    sources_of build/lint-unity | grep -E '/build/lint-unity/(core|ui|app)/.*/unity_[^/]*$' | grep -v '/ui/resources/' |
        unity=yes xargs -P "$(jobs_here)" -I FILE bash -c 'tidy_one build/lint-unity FILE' || failed=yes
    sources_of build/lint | grep "^$root/tests/" |
        unity='' xargs -P "$(jobs_here)" -I FILE bash -c 'tidy_one build/lint FILE' || failed=yes
    [ -z "$failed" ] || fail "clang-tidy found what stands above"
    say "clean"
}

presets=(release asan tsan)
case ${1-} in
'') ;;
--lint) presets=() ;;
--all) presets=(dev core-only asan tsan release bench coverage gpu fuzz) ;;
-h | --help)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*) fail "unknown argument $1; see --help" ;;
esac

need_build_space $((${#presets[@]} > 3 ? 8 : 4))
install_build_packages
if [ ${#presets[@]} = 0 ]; then
    lint
    exit 0
fi
for preset in "${presets[@]}"; do run_tests "$preset"; done
say "all done"
printf '%s\n' "${summaries[@]}"
