# Sourced by the commands beside it, with $root set to the checkout; prepare_python sets $python.
# POSIX sh, and no Python until something is missing: when all is there, this costs a few milliseconds.

fail() { # EXIT-CODE MESSAGE HINT
    printf 'gomod2bazel: error: %s\nhint: %s\n' "$2" "$3" >&2
    exit "$1"
}

# Prints the Pythons that may serve, best first, one path a line. A $PYTHON is the user's choice: no other is tried.
candidates() {
    for name in ${PYTHON:+"$PYTHON"} ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        command -v "$name" 2>/dev/null || :
    done
}

find_python() {
    while read -r candidate; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 </dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# Prints the first environment of a key that is complete and whose Python is still there.
complete_environment() { # FOLDER-WITHOUT-THE-PYTHON'S-KEY [THE-PYTHON'S-KEY]
    for made in "$1-"${2:-*}; do
        if [ -e "$made/.complete" ] && [ -x "$made/bin/python" ]; then
            printf '%s\n' "$made"
            return
        fi
    done
}

key_of() { # reads standard input
    sum=$(sha256sum)
    printf '%s\n' "${sum%"${sum#????????????????}"}"
}

# Whether the arguments, up to --, ask for -offline; of several the last one counts, as for the driver.
is_offline() {
    offline=1
    for word in "$@"; do
        case $word in
        --) break ;;
        -offline | --offline) offline=0 ;;
        -offline=* | --offline=*) case ${word#*=} in 1 | [tT] | true | TRUE | True) offline=0 ;; *) offline=1 ;; esac ;;
        esac
    done
    return $offline
}

# Whether a command works without the packages: what prints a text or stops a server must not install anything first.
needs_no_packages() {
    case ${1:-help} in
    bazel | gocacheprog) return 1 ;;
    help | -h | -help | --help | version | -V | -version | --version | shutdown | clean | completion) return 0 ;;
    esac
    case ${2:-} in -h | -help | --help) return 0 ;; esac
    return 1
}

# Usage: prepare_python REQUIREMENTS-FILE [ARGUMENTS-OF-THE-DRIVER]
# An environment is named by what it is made of: the pins and the machine (a home folder may be shared), then the Python.
# Whichever Python it was made with, it serves: another one that comes first on PATH, as in a virtual environment, does
# not matter. But a $PYTHON is the user's choice.
prepare_python() {
    requirements=$1
    shift
    case $root in
    *:*) fail 5 "$root: Python cannot import from a folder with a colon in its path" "move the checkout" ;;
    esac
    unset PYTHONDONTWRITEBYTECODE PYTHONHOME
    export PYTHONPATH="$root"
    # For where nothing can be set up, such as Bazel's tests: a Python that has the packages already.
    if [ -n "${GOMOD2BAZEL_PYTHON:-}" ]; then
        python=$GOMOD2BAZEL_PYTHON
        return
    fi
    case ${XDG_CACHE_HOME:-} in
    /*) cache=$XDG_CACHE_HOME ;;
    *) cache=${HOME:-} && [ -n "$cache" ] && cache=$cache/.cache ||
        fail 2 "neither XDG_CACHE_HOME nor HOME is set" "set XDG_CACHE_HOME to a folder for caches" ;;
    esac
    name=$cache/gomod2bazel/tools/python-$({ cat "$requirements"; uname -m; } | key_of)
    if [ -z "${PYTHON:-}" ]; then
        venv=$(complete_environment "$name")
        python=$venv/bin/python
        [ -z "$venv" ] || return 0
    fi
    base=$(candidates | find_python)
    [ -n "$base" ] || fail 5 "no Python 3.11 or newer: ${PYTHON:-python3, python3.11 ... python3.14 on PATH}" \
        "install one, or name it in \$PYTHON"
    key=$(readlink -f "$base" | key_of)
    venv=$(complete_environment "$name" "$key")
    if [ -z "$venv" ]; then
        if [ $# -gt 0 ] && needs_no_packages "$@"; then
            python=$base
            return
        fi
        ! is_offline "$@" || fail 5 "-offline: the Python packages of ${requirements#"$root/"} are not set up" \
            "run gomod2bazel doctor once without -offline, which sets them up"
        venv=$name-$key
        "$base" -P "$root/tools/make_environment.py" "$venv" "$requirements" </dev/null >&2 || exit
    fi
    python=$venv/bin/python
}
