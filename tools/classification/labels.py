"""Tables of labelled directories: the sets that a person assigned to main packages of real modules."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.set_names import ALL

__all__ = ["Label", "read_labels"]

COLUMNS = ("module@version", "import_path", "class", "confidence", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One row.

    Attributes:
        module: MODULE@VERSION.
        import_path: module path and directory.
        set: the class it is given.
        sure: whether the person was sure of it.
        reason: why, in the person's words.
    """

    module: str
    import_path: str
    set: str
    sure: bool
    reason: str

    @property
    def path(self) -> str:
        """The module path."""
        return self.module.rpartition("@")[0]

    @property
    def directory(self) -> str:
        """The directory below the module's root; empty for the root."""
        return self.import_path.removeprefix(self.path).strip("/")


def read_labels(files: Iterable[Path]) -> tuple[Label, ...]:
    """Read tab-separated tables with a heading line.

    Of a directory that is labelled twice, for two versions of a module say, the first row counts.

    Raises:
        UsageError: a file cannot be read, or is not such a table.
    """
    labels: dict[tuple[str, str], Label] = {}
    for file in files:
        try:
            with file.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.reader(stream, delimiter="\t", strict=True))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise UsageError(f"{file}: {error}") from error
        if not rows or tuple(rows[0]) != COLUMNS:
            raise UsageError(f"{file}:1: the heading is not {' '.join(COLUMNS)}")
        for number, row in enumerate(rows[1:], 2):
            label = _label(row, f"{file}:{number}")
            labels.setdefault((label.path, label.import_path), label)
    return tuple(labels.values())


def _label(row: list[str], where: str) -> Label:
    if len(row) != len(COLUMNS):
        raise UsageError(f"{where}: {len(row)} columns, not {len(COLUMNS)}")
    module, import_path, name, confidence, reason = row
    if name not in ALL:
        raise UsageError(f"{where}: no class is called {name!r}", hint=f"classes are {', '.join(ALL)}")
    path, at, version = module.rpartition("@")
    if not path or not at or not version:
        raise UsageError(f"{where}: {module!r} is no MODULE@VERSION")
    if import_path != path and not import_path.startswith(f"{path}/"):
        raise UsageError(f"{where}: {import_path!r} is no directory of {path}")
    if confidence not in ("sure", "ambiguous"):
        raise UsageError(f"{where}: {confidence!r} is neither sure nor ambiguous")
    return Label(module=module, import_path=import_path, set=name, sure=confidence == "sure", reason=reason)
