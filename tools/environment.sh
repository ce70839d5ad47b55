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

# Usage: prepare_python REQUIREMENTS-FILE
# The environment is named by what it is made of: the pins, the Pythons found and the machine (a home folder may be shared).
prepare_python() {
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
    found=$(candidates)
    key=$({ cat "$1"; printf '%s\n' "$found"; uname -m; } | sha256sum)
    key=${key%"${key#????????????????}"}
    venv=$cache/gomod2bazel/tools/python-$key
    python=$venv/bin/python
    if [ -e "$venv/.complete" ] && [ -x "$python" ]; then return; fi

    base=$(printf '%s\n' "$found" | find_python)
    [ -n "$base" ] || fail 5 "no Python 3.11 or newer: ${PYTHON:-python3, python3.11 ... python3.14 on PATH}" \
        "install one, or name it in \$PYTHON"
    "$base" -P "$root/tools/make_environment.py" "$venv" "$1" </dev/null >&2 || exit
}
