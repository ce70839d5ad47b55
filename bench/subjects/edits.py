"""Edits of a tree's sources: in the body of a function, of a package's API, and of its imports."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure.errors import BenchError

__all__ = ["Edits", "json_values", "prepare_edits"]

_FUNCTION = re.compile(r"^func .*\{\n(?:.*\n)*?\}\n", re.M)

_IMPORTS = re.compile(r"^import \(\n", re.M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """Changes one file of the package that most others of the tree depend on.

    Attributes:
        path: The file with the longest function of the package.
        text: Its content before any edit.
        body: Where the body of that function begins in it.
        imported: A package that the file can import in addition to those that it does.
    """

    path: Path
    text: str
    body: int
    imported: str

    def write(self, *, body: int = 0, api: int = 0, imports: bool = False) -> None:
        """Write the file.

        Args:
            body: A number for a branch in the function, which is never taken.
            api: A number for an exported constant: packages that import this one are compiled again.
            imports: Whether to add an import.
        """
        branch = f'\tif benchEdit == 1 {{\n\t\tprintln("edit {body}")\n\t}}\n'
        end = f"\nvar benchEdit int\n\nconst BenchEdit = {api}\n"
        text = self.text[: self.body] + branch + self.text[self.body :] + end
        self.path.write_text(self._with_import(text) if imports else text, encoding="utf-8")

    def _with_import(self, text: str) -> str:
        line = f'\t_ "{self.imported}"\n'
        if match := _IMPORTS.search(text):
            return text[: match.end()] + line + text[match.end() :]
        clause = re.search(r"^package .*\n", text, re.M)
        if clause is None:
            raise BenchError(f"{self.path}: no package clause")
        return f"{text[: clause.end()]}\nimport (\n{line})\n{text[clause.end() :]}"


def json_values(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that `go list -json` prints one after the other."""
    return [json.loads(part) for part in re.split(r"(?<=\n\})\n(?=\{)", text.strip()) if part]


def prepare_edits(packages: Sequence[Mapping[str, Any]], tree: Path) -> Edits:
    """Choose the package and the function.

    Args:
        packages: What `go list -deps -json=ImportPath,Dir,Deps,GoFiles,CgoFiles,Imports,Module,Standard` printed in the
            tree.
        tree: The folder that the edits are for, another copy than the listed one perhaps.

    Raises:
        BenchError: No package has a function.
    """
    known = [package for package in packages if (package.get("Module") or {}).get("Main")]
    counts = {package["ImportPath"]: 0 for package in known}
    for package in known:
        for path in package.get("Deps", ()):
            if path in counts:
                counts[path] += 1
    by_depth = sorted(known, key=lambda package: (counts[package["ImportPath"]], package["ImportPath"]), reverse=True)
    for package in by_depth:
        folder = tree / Path(package["Dir"]).relative_to(package["Module"]["Dir"])
        texts = {folder / name: (folder / name).read_text(encoding="utf-8") for name in package.get("GoFiles") or ()}
        functions = [(len(m[0]), path, m) for path, text in texts.items() for m in _FUNCTION.finditer(text)]
        if functions:
            _, path, function = max(functions, key=lambda item: (item[0], str(item[1])))
            body = function.start() + function[0].index("{\n") + 2
            return Edits(path=path, text=texts[path], body=body, imported=_importable(package, packages))
    raise BenchError(f"{tree}: no function to edit")


def _importable(package: Mapping[str, Any], packages: Sequence[Mapping[str, Any]]) -> str:
    """Return a package of another module that the tree imports and this package does not, or a standard one."""
    others = {
        item["ImportPath"]
        for item in packages
        if not item.get("Standard") and not (item.get("Module") or {}).get("Main")
    }
    imported = {
        path for item in packages if (item.get("Module") or {}).get("Main") for path in item.get("Imports") or ()
    }
    usable = sorted(path for path in (others & imported) - set(package.get("Imports") or ()) if "internal" not in path)
    return usable[0] if usable else "container/ring"
