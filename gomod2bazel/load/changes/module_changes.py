"""Which modules a build would take otherwise than at an earlier commit, by go.mod, go.work, the sums and vendor."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.command.golist import Module
from gomod2bazel.load.changes.git import Git
from gomod2bazel.load.load import Loaded

__all__ = ["ModuleChanges", "module_changes"]

_RECORDS_ALL = (1, 17)
"""The language version whose go.mod names every module that packages come from (go.dev/ref/mod#graph-pruning)."""


@dataclass(slots=True)
class ModuleChanges:
    """What changed.

    Attributes:
        everything: why every package is affected; empty where that is not so.
        modules: why all packages of a module are affected, by the module's path.
    """

    everything: str = ""
    modules: dict[str, str] = field(default_factory=dict)


def module_changes(git: Git, base: str, changed: Iterable[str], loaded: Loaded) -> ModuleChanges:
    """Return what changed in files about modules.

    Args:
        git: git in the repository's root folder.
        base: The commit to compare with.
        changed: Files that differ, relative to that folder.
        loaded: The module, as it is now.
    """
    if loaded.opened is None:
        return ModuleChanges()
    comparison = _Comparison(git=git, base=base, changed=frozenset(changed), go=loaded.opened.go)
    modules = {package.module for package in loaded.packages if package.module}
    workspace = loaded.settings.get("GOWORK", "")
    for module in sorted(modules, key=lambda module: module.path):
        comparison.go_mod(module)
    for folder in sorted({module.dir for module in modules if module.main} | ({str(loaded.root)} - {"None"})):
        comparison.sums(Path(folder, "go.sum"))
        comparison.vendored(Path(folder, "vendor", "modules.txt"))
    if workspace not in ("", "off"):
        comparison.go_work(Path(workspace))
        comparison.sums(Path(f"{workspace}.sum"))
        comparison.vendored(Path(workspace).parent / "vendor" / "modules.txt")
    return comparison.result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Compares files with those of a commit, and collects what that means."""

    git: Git
    base: str
    changed: frozenset[str]
    go: GoCommand
    result: ModuleChanges = field(default_factory=ModuleChanges)

    def go_mod(self, module: Module) -> None:
        """Compare the go.mod of a main module, or of a module that is replaced by a folder."""
        replacement = module.replace
        folder = module.dir if module.main else replacement.dir if replacement and not replacement.version else ""
        file = Path(folder, "go.mod")
        texts = self._texts(file) if folder else None
        if not texts:
            return
        before, now = (self._edited("mod", text) for text in texts)
        name = self._name(file)
        lines = ("Module", "Go", "Toolchain", "Godebug")
        different = [line.lower() for line in lines if before.get(line) != now.get(line)]
        if different and module.main:
            self._everything(f"{name}: {different[0]} line")
        elif different:
            self._module(module.path, f"{name}: {different[0]} line")
        if not module.main:
            # Which versions it needs, the main module records.
            return
        differing = [*_differing(_required(before), _required(now)), *_replaced(before, now)]
        if differing and _language(now) < _RECORDS_ALL:
            self._everything(f"{name}: {differing[0]}, and go.mod does not name all modules before go 1.17")
        for path in differing:
            self._module(path, f"{name}: {path}")

    def go_work(self, file: Path) -> None:
        """Compare go.work."""
        texts = self._texts(file)
        if not texts:
            return
        before, now = (self._edited("work", text) for text in texts)
        lines = ("Go", "Toolchain", "Godebug", "Use")
        different = [line for line in lines if before.get(line) != now.get(line)]
        if different:
            self._everything(f"{self._name(file)}: {different[0].lower()} line")
        for path in _replaced(before, now):
            self._module(path, f"{self._name(file)}: {path}")

    def sums(self, file: Path) -> None:
        """Compare a go.sum: other content of a version, as lines that are new follow go.mod."""
        texts = self._texts(file)
        if not texts:
            return
        before, now = ({tuple(words[:2]): words[2:] for words in map(str.split, text.splitlines())} for text in texts)
        for (path, *version), value in now.items():
            key = (path, *version)
            if key in before and before[key] != value:
                self._module(path, f"{self._name(file)}: {' '.join(key)}")

    def vendored(self, file: Path) -> None:
        """Compare vendor/modules.txt, which has language versions; vendored files are compared by themselves."""
        texts = self._texts(file)
        if not texts:
            return
        before, now = (dict(re.findall(r"^# (\S+) ?(.*(?:\n##.*)?)$", text, re.M)) for text in texts)
        for path in _differing(before, now):
            self._module(path, f"{self._name(file)}: {path}")

    def _texts(self, file: Path) -> tuple[str, str] | None:
        """Return a file's text at the commit and now, if it changed; a missing file is empty."""
        name = self._name(file)
        if name not in self.changed:
            return None
        now = file.read_text("utf-8", "surrogateescape") if file.is_file() else ""
        before = self.git.text(self.base, name)
        if bool(now) != bool(before) and file.name in ("go.mod", "go.work"):
            self._everything(f"{name}: it is {'new' if now else 'gone'}")
            return None
        return before, now

    def _edited(self, command: str, text: str) -> Mapping[str, Any]:
        with temporary_folder() as folder:
            file = Path(folder, f"go.{command}")
            write_file(file, text)
            directives = self.go.object(command, "edit", "-json", str(file), cwd=Path(folder))
        return {**directives, "Godebug": _godebug(text)}

    def _name(self, file: Path) -> str:
        return os.path.relpath(os.path.realpath(file), self.git.root)

    def _everything(self, reason: str) -> None:
        self.result.everything = self.result.everything or reason

    def _module(self, path: str, reason: str) -> None:
        self.result.modules.setdefault(path, reason)


def _godebug(text: str) -> list[str]:
    """Return the settings of godebug lines, which -json leaves out."""
    lines = re.sub(r"//.*", "", text)
    blocks = re.findall(r"^\s*godebug\s*\(([^)]*)\)", lines, re.M)
    alone = re.findall(r"^\s*godebug\s+([^\s(]+)", lines, re.M)
    return sorted([*alone, *(word for block in blocks for word in block.split())])


def _required(directives: Mapping[str, Any]) -> dict[str, Any]:
    return {item["Path"]: item["Version"] for item in directives.get("Require") or ()}


def _replaced(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    old, new = ([*(directives.get("Replace") or ())] for directives in (before, now))
    yield from dict.fromkeys(item["Old"]["Path"] for item in (*old, *new) if (item in old) != (item in new))


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [path for path in now if before.get(path) != now[path]]


def _language(directives: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(int(word) for word in re.findall(r"\d+", directives.get("Go", "1.16"))[:2])
