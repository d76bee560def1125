# shellcheck shell=bash
# Read by the other scripts: what they need of a bare Debian 12. Every failure is one clear line.

# shellcheck disable=SC2034
origin=$PWD
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
script=$(realpath "$0")
cd "$root" || exit 1
export LC_ALL=C.UTF-8
started=$SECONDS

say() {
    local seconds=$((SECONDS - started))
    printf '== [%d:%02d] %s\n' $((seconds / 60)) $((seconds % 60)) "$*"
}

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# need_space FOLDER GIGABYTES
need_space() {
    local free
    free=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1048576) }')
    [ "$free" -ge "$2" ] || fail "too little disk: $free GB free at $1, $2 GB are needed"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# need_build_space GIGABYTES: what is built already counts as there.
need_build_space() {
    if ! mkdir -p build 2>/dev/null || [ ! -w build ]; then fail "cannot write into $root"; fi
    local there
    there=$(du -sk build 2>/dev/null | awk '{ print int($1 / 1048576) }')
    need_space build $(($1 > there ? $1 - there : 1))
}

# install_packages PACKAGE...: those that are missing; asks nothing of the network where none is.
install_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "this is not Debian or a relative of it: there is no apt-get"
    fi
    local have missing=() package log
    have=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        grep -qx "$package installed" <<<"$have" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        fail "${#missing[@]} packages are missing; run this as root, or install sudo"
    need_space / 4
    say "install ${#missing[@]} missing packages: ${missing[*]}"
    log=$(mktemp)
    as_root apt-get -o APT::Update::Error-Mode=any -q update >"$log" 2>&1 ||
        fail "apt-get update failed (no network?): $(grep -m1 '^[EW]:' "$log" || tail -n1 "$log")"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" >"$log" 2>&1 ||
        fail "apt-get install failed: $(grep -m1 '^E:' "$log" || tail -n1 "$log"); all of it is in $log"
    rm -f "$log"
}

# folder_argument DEFAULT ARGUMENT...: the one folder that a fetching script takes, as `folder`, made if need be. --help prints the
# lines of the script's head behind "#!".
folder_argument() {
    case ${2-} in
    -h | --help)
        sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$script"
        exit 0
        ;;
    -*) fail "unknown argument $2; see --help" ;;
    esac
    folder=$(cd "$origin" && realpath -m -- "${2:-$1}")
    mkdir -p "$folder" 2>/dev/null || fail "cannot make the folder $folder"
}

# fetch_pinned WHAT LIST LOG PIP-COMMAND OPTION...: runs pip on a list of pinned versions, each checked against its checksum before it
# is unpacked; nothing of it is run.
fetch_pinned() {
    local what=$1 list=$2 log=$3
    shift 3
    python3 -m pip "$@" --quiet --no-deps --only-binary=:all: --require-hashes --requirement "$list" >"$log" 2>&1 || {
        if grep -q 'DO NOT MATCH THE HASHES' "$log"; then fail "one of the $what is not the one that was pinned: its checksum differs; see $log"; fi
        if grep -qiE 'connection|resolution|network|timed out' "$log"; then fail "the $what cannot be fetched: no network? See $log"; fi
        fail "fetching failed: $(grep -m1 ERROR "$log" || tail -n1 "$log"); all of it is in $log"
    }
    rm -f "$log"
}

install_build_packages() {
    # shellcheck disable=SC2046
    install_packages $(sed 's/#.*//' packaging/apt-packages.txt)
}

# As many compilers at once as there are processors, and 2 GB of memory for each: LibTorch's headers are large. JOBS overrules.
jobs_here() {
    [ -z "${JOBS-}" ] || { echo "$JOBS"; return; }
    local processors memory
    processors=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 2097152) }' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    echo $((processors < memory ? processors : memory))
}

# build PRESET [TARGET...]
build() {
    local preset=$1 log="build/$1.log"
    shift
    if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER-ccache}; fi
    say "configure and build $preset; the compiler's words go to $log"
    local earlier=
    [ -e "build/$preset/CMakeCache.txt" ] && earlier=yes
    if ! cmake --preset "$preset" >"$log" 2>&1; then
        if [ -n "$earlier" ]; then
            say "the build folder of an earlier try cannot be used: begin anew"
            rm -rf "build/$preset"
        fi
        if [ -z "$earlier" ] || ! cmake --preset "$preset" >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            fail "configuring $preset failed, see above and $log"
        fi
    fi
    cmake --build --preset "$preset" --parallel "$(jobs_here)" ${1+--target "$@"} >>"$log" 2>&1 || {
        if grep -q 'No space left on device' "$log"; then fail "building $preset failed: the disk is full"; fi
        grep -m5 -A5 -E 'error:|FAILED|undefined reference' "$log" >&2 || tail -n 20 "$log" >&2
        fail "building $preset failed, see above and $log"
    }
}
