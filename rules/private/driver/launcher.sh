#!/bin/sh
# Starts the driver out of Bazel's runfiles: beside this file, or those of the program that has it among its own.
set -eu
export GOMOD2BAZEL_REPOSITORY='{REPOSITORY}'
entry='{REPOSITORY}/{ENTRY}'

real=$(readlink -f "$0")
for folder in "$0.runfiles" "${0%.runfiles/*}.runfiles" "$real.runfiles" "${RUNFILES_DIR:-}"; do
    if [ -f "$folder/$entry" ]; then
        RUNFILES_DIR=$(cd "$folder" && pwd)
        export RUNFILES_DIR
        exec /bin/sh "$RUNFILES_DIR/$entry" "$@"
    fi
done
for manifest in "$0.runfiles_manifest" "$real.runfiles_manifest" "${RUNFILES_MANIFEST_FILE:-}"; do
    if [ -f "$manifest" ]; then
        found=$(sed -n "s|^$entry ||p" "$manifest")
        if [ -f "$found" ]; then
            export RUNFILES_MANIFEST_FILE="$manifest"
            exec /bin/sh "$found" "$@"
        fi
    fi
done
echo "gomod2bazel: error: $entry is not among the runfiles of $0" >&2
echo "hint: run it with bazel run, or out of the bazel-bin folder of the workspace" >&2
exit 5
