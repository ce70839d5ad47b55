#!/usr/bin/env bash
# Makes the files of a release and prints its notes; the workflow release.yml calls it with the tag.
set -euo pipefail
exec tools/release "$1" .
