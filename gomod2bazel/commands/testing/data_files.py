"""The files of a module as data of all its tests: what they read beyond what generate finds in their sources."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import read_text, walk, write_file
from gomod2bazel.commands.testing.module_copy import HOST, LOCK, ModuleCopy
from gomod2bazel.generate.loading.repository import read_ignored
from gomod2bazel.generate.loading.unreachable import fits_label

__all__ = ["add_data"]

# Each test gets a copy of its data: with more files than that, tests have those that generate finds.
_MOST_FILES = 2000

_BUILD = "BUILD.bazel"
_MACRO = "gomod2bazel_tests.bzl"
_NAME = "gomod2bazel_data"
_NOT_DATA = frozenset((_BUILD, _MACRO, HOST, LOCK, "MODULE.bazel", "WORKSPACE.bzlmod"))

_MACRO_TEXT = """\
load("@gomod2bazel//rules:defs.bzl", _go_test = "go_test")

def go_test(name, data = [], **kwargs):
    _go_test(name = name, data = data + {labels}, **kwargs)
"""

_FILES = """
filegroup(
    name = "{name}",
    srcs = {srcs},
    visibility = ["//visibility:public"],
)
"""

_LOAD = re.compile(r'^load\((?P<file>\s*"@gomod2bazel//rules:defs\.bzl"),(?P<names>[^)]*)\)\n', re.MULTILINE)


def add_data(copy: ModuleCopy) -> None:
    """Let each go_test have the module's files as data, but for Go sources outside of testdata.

    `go test` runs tests in the module's folder, where they find all of them. An edit of a Go source then does not run
    the tests of packages that do not import it.

    Args:
        copy: the module's copy, with generated BUILD files.

    Raises:
        FileError: a file cannot be read or written.
    """
    packages = {path.parent.relative_to(copy.root).as_posix() for path in copy.module.rglob(_BUILD)}
    packages -= {package for package in packages if "testdata" in package.split("/")}
    by_package: dict[str, list[str]] = {}
    for file in _data(copy):
        owner = next((above for above in map(str, PurePosixPath(file).parents) if above in packages), None)
        if owner is not None:
            by_package.setdefault(owner, []).append(os.path.relpath(file, owner))
    if not by_package or sum(map(len, by_package.values())) > _MOST_FILES:
        return
    home = copy.home.relative_to(copy.root).as_posix()
    labels = [f"{_label(package)}:{_NAME}" for package in sorted(by_package)]
    write_file(copy.home / _MACRO, _MACRO_TEXT.format(labels=json.dumps(labels, ensure_ascii=False)))
    for package in sorted(packages):
        path = copy.root / package / _BUILD
        text = _LOAD.sub(lambda match: _loads(match, f"{_label(home)}:{_MACRO}"), read_text(path))
        if srcs := sorted(f":{name}" for name in by_package.get(package, ())):
            text += _FILES.format(name=_NAME, srcs=json.dumps(srcs, ensure_ascii=False))
        write_file(path, text)


def _loads(match: re.Match[str], macro: str) -> str:
    """Return a load statement as two where it has go_test."""
    names = re.findall(r'"(\w+)"', match["names"])
    if "go_test" not in names:
        return match[0]
    others = "".join(f', "{name}"' for name in names if name != "go_test")
    first = f'load("@gomod2bazel//rules:defs.bzl"{others})\n' if others else ""
    return f'{first}load("{macro}", "go_test")\n'


def _label(package: str) -> str:
    return f"//{'' if package == '.' else package}"


def _data(copy: ModuleCopy) -> Iterator[str]:
    """Yield the files that may be data, relative to the root of the copy."""
    ignored = read_ignored(copy.root)
    for folder, names, files in walk(copy.module):
        place = Path(folder).relative_to(copy.root).as_posix()
        above = "" if place == "." else f"{place}/"
        names[:] = sorted(name for name in names if f"{above}{name}" not in ignored)
        in_testdata = "testdata" in place.split("/")
        for name in sorted(files):
            is_source = name.endswith(".go") and not in_testdata
            if not is_source and name not in _NOT_DATA and fits_label(f"{above}{name}"):
                yield f"{above}{name}"
