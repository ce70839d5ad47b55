#!/bin/sh
# The driver out of Bazel's runfiles: it starts, finds its rules there, and works on the bundled example.
set -eu

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    exit 1
}

[ -n "${GOMOD2BAZEL_PYTHON:-}" ] || fail "no Python with the driver's packages is named: run tools/test, or give bazel test
--test_env=GOMOD2BAZEL_PYTHON=PYTHON, where PYTHON has what tools/requirements.txt lists"

runfiles=${TEST_SRCDIR:?}/${TEST_WORKSPACE:?}
export XDG_CACHE_HOME="${TEST_TMPDIR:?}/cache" HOME="$TEST_TMPDIR"

# From another folder, as a user's, and without the variables of this test: the launcher finds its runfiles by itself.
driver() {
    (cd "$TEST_TMPDIR" && unset RUNFILES_DIR RUNFILES_MANIFEST_FILE && "$runfiles/gomod2bazel_/gomod2bazel" "$@")
}

version=$(driver version)
case $version in
"gomod2bazel "[0-9]*) ;;
*) fail "version: $version" ;;
esac

# doctor exits with 5 where a tool is missing; the rules must be found all the same.
report=$(driver doctor) || [ $? = 5 ] || fail "doctor: $report"
printf '%s\n' "$report" | grep -qE "^ok +rules .*\(Bazel's runfiles\)" || fail "doctor does not find the rules in the runfiles:
$report"

# The user's folder is BUILD_WORKING_DIRECTORY, as bazel run sets it: the input is relative to it.
listed=$(GOPROXY=off BUILD_WORKING_DIRECTORY="$runfiles/examples" driver list -offline -sumfile "$runfiles/examples/go.sum" \
    goproxy/example.com/hello/@v/v1.1.0.mod) || fail "list: $listed"
expected='example.com/hello/cmd/hello target
example.com/hello/cmd/hello-admin target
example.com/hello/examples/greet example
example.com/hello/integration/check integration
example.com/hello/internal/gen maintenance
example.com/hello/internal/testprog/echo test-helper'
found=$(printf '%s\n' "$listed" | awk '{ print $1, $2 }')
[ "$found" = "$expected" ] || fail "list: $listed"
