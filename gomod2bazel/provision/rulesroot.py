"""Where the Starlark rules are: in Bazel's runfiles, next to an installed driver, or in the checkout."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.errors import ToolError

__all__ = ["add_builder", "find_rules", "rules_root"]

_MARK = "MODULE.bazel"


def rules_root(environment: Mapping[str, str]) -> Path:
    """Return the folder that holds the rules' MODULE.bazel.

    Raises:
        ToolError: it is nowhere; the installation is broken.
    """
    return find_rules(environment)[0]


def add_builder(environment: Mapping[str, str]) -> None:
    """Let Python import the package `builder`, which is installed with the rules, and not with the driver.

    Raises:
        ToolError: the rules are nowhere; the installation is broken.
    """
    folder = str(rules_root(environment) / "rules" / "private")
    if folder not in sys.path:
        sys.path.append(folder)


def find_rules(environment: Mapping[str, str]) -> tuple[Path, str]:
    """Return the folder that holds the rules' MODULE.bazel, and what kind of place it is.

    Args:
        environment: the launcher that Bazel runs says in it where the runfiles are.

    Raises:
        ToolError: it is nowhere; the installation is broken.
    """
    package = Path(__file__).resolve().parents[1]
    places = (
        (_from_runfiles(environment), "Bazel's runfiles"),
        (package / "data", "installed with the driver"),
        (package.parent, "this checkout"),
    )
    for folder, kind in places:
        if folder and (folder / _MARK).is_file() and (folder / "rules" / "defs.bzl").is_file():
            return folder, kind
    raise ToolError("the Starlark rules are missing from this installation", hint="install gomod2bazel again")


def _from_runfiles(environment: Mapping[str, str]) -> Path | None:
    """Return the real folder behind the runfiles, when Bazel runs the driver (rules/private/driver/launcher.sh).

    The launcher names our repository: it has another name in each workspace, and runfiles may be another program's.
    """
    repository = environment.get("GOMOD2BAZEL_REPOSITORY")
    if not repository:
        return None
    # Imported here: start-up counts, and most runs are not under Bazel.
    from runfiles import Runfiles  # noqa: PLC0415

    runfiles = Runfiles.Create(dict(environment))
    # The name is canonical, so it is the same from any repository; and this very file may lie outside of the runfiles.
    module_file = runfiles.Rlocation(f"{repository}/{_MARK}", source_repo="") if runfiles else None
    return Path(module_file).resolve().parent if module_file and Path(module_file).is_file() else None
