#!/usr/bin/env python3
"""Starts the driver's installer from Bazel's runfiles, for a go_install target."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

SETTINGS = "{SETTINGS}"


def main() -> int:
    """Find the runfiles; run the installer with what the rule wrote."""
    settings = json.loads(SETTINGS)
    places = [os.environ.get("RUNFILES_DIR"), sys.argv[0] + ".runfiles"]
    root = next((Path(place).absolute() for place in places if place and Path(place).is_dir()), None)
    if root is None:
        sys.stderr.write("gomod2bazel: error: runfiles folder not found\nhint: start it with bazel run\n")
        return 5
    sys.path.insert(0, str(root / settings["driver"]))
    from gomod2bazel.base.errors import Gomod2bazelError  # noqa: PLC0415
    from gomod2bazel.install.install_target import install_built  # noqa: PLC0415

    manifest = json.loads((root / settings["manifest"]).read_text(encoding="utf-8"))
    # Where the user is; the working directory is Bazel's.
    cwd = Path(os.environ.get("BUILD_WORKING_DIRECTORY") or ".")
    try:
        install_built(sys.argv[1:], manifest, root=root, cwd=cwd, say=_say)
    except Gomod2bazelError as error:
        _say(f"error: {error}")
        if error.hint:
            sys.stderr.write(f"hint: {error.hint}\n")
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"gomod2bazel: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
