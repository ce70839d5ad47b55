"""The go command in a test: its environment, as `go test` in a checkout has it, but without network and machine."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["fill_cache", "go_variables"]


def go_variables(environment: Mapping[str, str], root: Path, command: Mapping[str, Any], top: Path) -> dict[str, str]:
    """Return the variables for a test that runs the go command; those that are set already stay.

    Args:
        environment: That of the test.
        root: The folder of runfiles.
        command: The variables of the build's configuration, and in lower case where things are among the runfiles:
            `sdk` (the folder of programs), and `modules`, a module cache.
        top: The folder that stands for the repository's root.
    """
    # Its real place: the go command expects folders where an SDK has them.
    programs = Path(os.path.realpath(root / command["sdk"] / "go")).parent
    folder = Path(environment.get("TEST_TMPDIR") or top.parent)
    variables = {
        "GOCACHE": str(folder / "go-build"),
        "GOENV": "off",
        "GOMODCACHE": os.path.realpath(root / command["modules"]),
        "GOPATH": str(folder / "go"),
        "GOPROXY": "off",
        "GOROOT": str(programs.parent),
        "GOSUMDB": "off",
        "GOTOOLCHAIN": "local",
        **{name: value for name, value in command.items() if name.isupper()},
    }
    if not (top / "go.work").exists() and any((above / "go.work").exists() for above in top.parents):
        # Of another repository, which only happens to be around the copy.
        variables["GOWORK"] = "off"
    path = f"{programs}{os.pathsep}{environment.get('PATH', os.defpath)}"
    return {**{name: environment.get(name, value) for name, value in variables.items()}, "PATH": path}


def fill_cache(source: Path, cache: Path) -> None:
    """Let a build cache begin with the entries of another, which is never written.

    Entries are copied; what they name is linked.

    Args:
        source: The other cache.
        cache: The folder of the cache.
    """
    for folder in source.iterdir():
        target = cache / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if file.name.endswith("-d"):
                if not (target / file.name).exists():
                    (target / file.name).symlink_to(os.path.realpath(file))
            else:
                shutil.copyfile(file, target / file.name)
    # The go command looks for entries to remove only a day after this time.
    (cache / "trim.txt").write_text(str(int(time.time())), encoding="ascii")
