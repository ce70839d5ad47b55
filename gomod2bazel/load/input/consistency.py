"""A module's go.mod comes twice, as .mod and in its zip: a source that serves two different ones is refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gomod2bazel.base.disk.files import read_bytes
from gomod2bazel.base.errors import TrustError
from gomod2bazel.base.version import Version, escape
from gomod2bazel.golang.command.golist import Module

__all__ = ["check_go_mods"]


def check_go_mods(cache: Path, modules: Iterable[Module]) -> None:
    """Compare both go.mod files of modules in a module cache.

    go.sum has a line for each; if nothing verifies a module, the go command does not compare them. A zip
    without a go.mod is fine, and so is one of a +incompatible version, whose go.mod counts for nothing (Go Modules
    Reference, "Compatibility with non-module repositories").

    Args:
        cache: the module cache.
        modules: unpacked in it; others are passed over.

    Raises:
        TrustError: two differ; the message names all such modules.
    """
    problems = []
    for module in {each.path: each for each in modules}.values():
        if not module.version or not module.dir or module.version.endswith("+incompatible"):
            continue
        name = f"{escape(module.path)}/@v/{escape(module.version)}.mod"
        served, packed = cache / "cache" / "download" / name, Path(module.dir, "go.mod")
        if served.is_file() and packed.is_file() and read_bytes(served) != read_bytes(packed):
            problems.append(f"{Version(module.path, module.version)}: the go.mod in the zip differs from the .mod file")
    if problems:
        raise TrustError("\n".join(sorted(problems)), hint="do not use it: the proxy returned inconsistent files")
