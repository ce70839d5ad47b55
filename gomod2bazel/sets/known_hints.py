"""Hints of module versions, kept in the cache: the files of a version never change, and reading them takes time."""

from __future__ import annotations

import contextlib
import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import read_text, write_file
from gomod2bazel.base.errors import FileError
from gomod2bazel.base.version import Version
from gomod2bazel.golang.command import gosource
from gomod2bazel.sets import evidence
from gomod2bazel.sets.classify import Seen, see
from gomod2bazel.sets.evidence.hint import Hint
from gomod2bazel.sets.reading.discover import MainPackage
from gomod2bazel.sets.reading.tree import Tree

__all__ = ["see_version"]


def see_version(version: Version, root: Path, zip_sum: str, ignore: tuple[str, ...], folder: Path) -> Seen:
    """Return what is seen of a module version: what is kept of it, else what its files show, which is then kept.

    Args:
        version: its path and version.
        root: its folder, verified and read-only.
        zip_sum: the ``h1:`` of its zip.
        ignore: paths of its go.mod's ignore directives.
        folder: where hints are kept.
    """
    file = folder / f"{_key(str(version), zip_sum, ignore)}.json"
    tree = Tree(root=root, path=version.path, overlay={}, ignore=ignore)
    try:
        return _read(file, tree)
    except (FileError, ValueError, KeyError, TypeError, AttributeError):
        seen = see(root, version.path, ignore=ignore)
    with contextlib.suppress(FileError):  # a full disk keeps nobody from a list
        write_file(file, _written(seen))
    return seen


def _key(version: str, zip_sum: str, ignore: tuple[str, ...]) -> str:
    text = json.dumps([version, zip_sum, ignore, __version__, _code()])
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a digest of the code that finds hints: other code finds others."""
    folder = Path(str(evidence.__file__)).parent
    files = [*folder.glob("*.py"), *folder.parent.glob("reading/*.py"), *Path(gosource.__file__).parent.glob("*.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _written(seen: Seen) -> str:
    table = {
        "packages": [
            [package.directory, package.files, package.test_files, package.others] for package in seen.packages
        ],
        "hints": {
            directory: [[hint.kind, hint.reason, hint.position] for hint in hints]
            for directory, hints in seen.hints.items()
        },
    }
    return json.dumps(table, separators=(",", ":"))


def _read(file: Path, tree: Tree) -> Seen:
    """Read what `_written` wrote.

    Raises:
        FileError, ValueError, KeyError, TypeError, AttributeError: there is no such file, or it is not one of these.
    """
    table: dict[str, Any] = json.loads(read_text(file))
    packages = tuple(
        MainPackage(
            tree=tree,
            directory=str(directory),
            files=tuple(map(str, files)),
            test_files=tuple(map(str, test_files)),
            others=tuple(map(str, others)),
        )
        for directory, files, test_files, others in table["packages"]
    )
    hints = {
        str(directory): [Hint(str(kind), str(reason), str(position)) for kind, reason, position in rows]
        for directory, rows in table["hints"].items()
    }
    if any(package.files and package.directory not in hints for package in packages):
        raise ValueError(f"{file}: a main package without hints")
    return Seen(packages=packages, hints=hints)
