"""Curated answers from labels: what people were sure of, as the tables of `gomod2bazel/sets/curated.toml`."""

from __future__ import annotations

from collections.abc import Iterable

from classification.labels import Label
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.curated import without_major

__all__ = ["curated_text"]

_HEADING = """\
# Sets of main packages of well-known modules, each with a reason and where it can be checked (docs/sets.md).
# They hold for all versions of a module; its path has no major version suffix. Sorted by module and folder.
"""


def curated_text(labels: Iterable[Label]) -> str:
    """Return the text of the file: labels whose reader was sure, of modules with a target.

    A module without one is not packaged. Labels of two major versions that differ are left out.
    """
    sure = [label for label in labels if label.sure and label.set in SETS]
    packaged = {without_major(label.path) for label in sure if label.set == "target"}
    answers: dict[tuple[str, str], dict[str, Label]] = {}
    for label in sure:
        if without_major(label.path) in packaged:
            key = without_major(label.path), f"./{label.directory}" if label.directory else "."
            answers.setdefault(key, {}).setdefault(label.set, label)
    tables = [_table(*key, *by_set.values()) for key, by_set in sorted(answers.items()) if len(by_set) == 1]
    return "\n".join([_HEADING, *tables])


def _table(module: str, import_path: str, label: Label) -> str:
    pairs = {
        "module": module,
        "import-path": import_path,
        "set": label.set,
        "reason": label.reason,
        "source": f"labelled in {label.module}",
    }
    return "\n".join(["[[binary]]", *(f"{key} = {_quoted(value)}" for key, value in pairs.items()), ""])


def _quoted(text: str) -> str:
    """Return a basic string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
