"""Where the Starlark rules are: in Bazel's runfiles, beside an installed driver, or in the checkout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.errors import ToolError

__all__ = ["rules_root"]

_MARK = "MODULE.bazel"


def rules_root(environment: Mapping[str, str]) -> Path:
    """Return the folder that holds the rules' MODULE.bazel.

    Raises:
        ToolError: it is nowhere; the installation is broken.
    """
    package = Path(__file__).resolve().parent
    for folder in (_from_runfiles(environment), package / "data", package.parent):
        if folder and (folder / _MARK).is_file() and (folder / "rules" / "defs.bzl").is_file():
            return folder
    raise ToolError("the Starlark rules are missing from this installation", hint="install gomod2bazel again")


def _from_runfiles(environment: Mapping[str, str]) -> Path | None:
    """Return the real folder behind the runfiles, when Bazel runs the driver."""
    if not (environment.get("RUNFILES_DIR") or environment.get("RUNFILES_MANIFEST_FILE")):
        return None
    # Imported here: start-up counts, and most runs are not under Bazel.
    from runfiles import Runfiles  # noqa: PLC0415

    runfiles = Runfiles.Create(dict(environment))
    for repository in ("_main", "gomod2bazel", "gomod2bazel~", "gomod2bazel+"):
        found = runfiles.Rlocation(f"{repository}/{_MARK}") if runfiles else None
        if found and Path(found).is_file():
            folder = Path(found).resolve().parent
            if (folder / "rules").is_dir():
                return folder
    return None
