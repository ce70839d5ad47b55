#!/bin/sh
# Runs the go command of the SDK in the folder that the user is in.
set -eu
file='{GOROOT}'

for folder in "$0.runfiles" "${RUNFILES_DIR:-}" "${0%.runfiles/*}.runfiles" "$(readlink -f "$0").runfiles"; do
    if [ -n "$file" ] && [ -f "$folder/$file" ]; then
        GOROOT=$(cat "$folder/$file")
        if [ ! -x "$GOROOT/bin/go" ]; then
            echo "gomod2bazel: error: the Go SDK in $GOROOT has no program bin/go" >&2
            echo "hint: bazel fetch --force @go_sdk//... fetches it again" >&2
            exit 5
        fi
        export GOROOT GOTOOLCHAIN=local
        cd "${BUILD_WORKING_DIRECTORY:-.}"
        exec "$GOROOT/bin/go" "$@"
    fi
done
echo "gomod2bazel: error: this workspace has no Go SDK" >&2
echo 'hint: MODULE.bazel needs a lock and register_toolchains("@go_sdk//:all"): gomod2bazel generate -init' >&2
exit 5
