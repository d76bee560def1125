#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests without a display. Safe to run again.
#
#   packaging/test.sh          release with every test, then core-only under the address and the thread sanitizer
#   packaging/test.sh --lint   clang-format and clang-tidy over all sources
#   packaging/test.sh --all    every preset
set -euo pipefail
. "$(dirname "$0")/common.sh"

summaries=()

# run_tests PRESET: builds it and runs its tests; keeps ctest's summary for the end.
run_tests() {
    build "$1"
    say "test $1"
    local log="build/$1-tests.log" status=0
    ctest --preset "$1" 2>&1 | tee "$log" || status=$?
    summaries+=("$1: $(grep -E 'tests passed' "$log" || echo 'no tests passed')")
    [ $status = 0 ] || { printf '%s\n' "${summaries[@]}"; fail "tests of $1 failed, see above and $root/$log"; }
}

lint() {
    install_packages clang-format clang-tidy
    local sources
    sources=$(find core ui app tests -name '*.cpp' -o -name '*.h' | sort)
    say "clang-format"
    # shellcheck disable=SC2086
    clang-format --dry-run -Werror $sources || fail "clang-format: run clang-format -i on the files above"
    say "clang-tidy"
    # clang cannot read gcc's precompiled headers; moc's files must exist
    cmake --preset dev -B build/lint -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >build/lint.log 2>&1 || fail "configuring failed, see build/lint.log"
    # shellcheck disable=SC2046
    cmake --build build/lint --target $(ninja -C build/lint -t targets all | sed -n 's/^\([^/:]*_autogen\):.*/\1/p') >>build/lint.log 2>&1 ||
        fail "moc failed, see build/lint.log"
    grep -o '"file": "[^"]*"' build/lint/compile_commands.json | cut -d'"' -f4 | grep -E "^$root/(core|ui|app|tests)/" | sort -u |
        xargs -P "$(jobs_here)" -n 1 clang-tidy -p build/lint --quiet || fail "clang-tidy found what stands above"
    say "clean"
}

presets=(release asan tsan)
case ${1-} in
'') ;;
--lint) presets=() ;;
--all) presets=(dev core-only asan tsan release bench coverage gpu) ;;
-h | --help)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
*) fail "unknown argument $1; see --help" ;;
esac

need_space "$root" $((${#presets[@]} > 3 ? 8 : 4))
install_build_packages
if [ ${#presets[@]} = 0 ]; then
    lint
    exit 0
fi
for preset in "${presets[@]}"; do run_tests "$preset"; done
say "all done"
printf '%s\n' "${summaries[@]}"
