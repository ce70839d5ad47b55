#!/bin/sh
# Runs a program from Bazel's runfiles in the folder that the user is in.
set -eu
program='{PROGRAM}'

for folder in "$0.runfiles" "${RUNFILES_DIR:-}" "${0%.runfiles/*}.runfiles" "$(readlink -f "$0").runfiles"; do
    if [ -x "$folder/$program" ]; then
        RUNFILES_DIR=$(cd "$folder" && pwd)
        export RUNFILES_DIR
        cd "${BUILD_WORKING_DIRECTORY:-.}"
        exec "$RUNFILES_DIR/$program" "$@"
    fi
done
echo "$0: $program is not among its runfiles; start it with bazel run" >&2
exit 5
