#!/bin/sh
# Starts the Python of this machine. The caches of Bazel know this script, not which Python that is: the programs of
# these rules write the same with each.
real=$(PATH="${PATH-}:/usr/bin:/bin" readlink -f "$0")

# What a repository rule or the driver has found, in a file that actions do not list among their inputs.
if [ -r "${real%/*}/python_of_this_machine" ]; then
    IFS= read -r python <"${real%/*}/python_of_this_machine"
    [ -x "$python" ] && exec "$python" "$@"
fi
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    python=$(command -v "$name") || continue
    "$python" -I -S -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && exec "$python" "$@"
done
echo "no Python 3.11 or newer on PATH (${PATH-}) to run the builder of Go packages" >&2
echo "hint: install one, or register a Python toolchain, such as that of rules_python" >&2
exit 1
