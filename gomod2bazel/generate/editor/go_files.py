"""What a Go file tells: whether the configuration has it, its package clause and its imports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gomod2bazel.generate.editor.memory import FileMemory
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.provision.rulesroot import add_builder

if TYPE_CHECKING:
    from builder.compile.constraints import Context

__all__ = ["GoFile", "GoFiles"]

# Blanks and comments (Go specification, "Comments"), with the semicolons between declarations; nothing is tried twice.
_BLANKS = r"(?:[\s;]++|//[^\n]*+|/\*.*?\*/)*+"
_STRING = r"\"[^\"\n]*+\"|`[^`]*+`"
_PACKAGE = re.compile(rf"{_BLANKS}package\b{_BLANKS}(\w+)", re.DOTALL)
_IMPORT = re.compile(rf"{_BLANKS}import\b{_BLANKS}(\()?", re.DOTALL)
_SPEC = re.compile(rf"{_BLANKS}(?:[\w.]+{_BLANKS})?({_STRING})", re.DOTALL)
_END = re.compile(rf"{_BLANKS}\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GoFile:
    """A file: whether the build has it, the name in its package clause, and the paths that it imports."""

    fits: bool
    package: str
    imports: list[str]


@dataclass(frozen=True, slots=True)
class _Target:
    """The target, as the builder's requests have it."""

    goos: str
    goarch: str
    goversion: str
    arch: str
    tags: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFiles:
    """Reads files for one configuration, as the builder of the rules does.

    Attributes:
        context: which files the configuration has.
        memory: of files that were read before.
        overlay: texts of files that are not saved.
        key: what distinguishes the configuration in the memory.
    """

    context: Context
    memory: FileMemory
    overlay: Mapping[str, str]
    key: str

    @classmethod
    def of(
        cls,
        configuration: Configuration,
        environment: Mapping[str, str],
        memory: FileMemory,
        overlay: Mapping[str, str],
    ) -> GoFiles:
        """Return a reader; ``environment`` tells where the rules are."""
        add_builder(environment)
        from builder.compile.constraints import context_of  # noqa: PLC0415

        tags = [*configuration.tags, *(["cgo"] if configuration.cgo else [])]
        tags += [configuration.instrument] if configuration.instrument else []
        tags += [f"goexperiment.{name}" for name in configuration.experiment.split(",") if name]
        target = _Target(configuration.goos, configuration.goarch, configuration.go, configuration.arch, tags)
        context = context_of(target)
        return cls(context=context, memory=memory, overlay=overlay, key=_key(context))

    def without_cgo(self) -> GoFiles:
        """Return a reader for the same configuration with CGO_ENABLED=0."""
        context = replace(self.context, tags={tag for tag in self.context.tags if tag != "cgo"})
        return replace(self, context=context, key=_key(context))

    def read(self, path: str) -> GoFile | None:
        """Return what a file tells, or None where there is none."""
        if path in self.overlay:
            return _parsed(self.overlay[path])
        facts = self.memory.facts(path, self._facts, self.key)
        return None if facts is None else GoFile(*facts)

    def parsed(self, path: str) -> GoFile | None:
        """Return what a file tells, whether the configuration has it or not."""
        if path in self.overlay:
            return _parsed(self.overlay[path])
        try:
            return _parsed(_text(path))
        except OSError:
            return None

    def _facts(self, path: str) -> list[object]:
        if not self._has(path):
            return [False, "", []]
        source = _parsed(_text(path))
        return [source.fits, source.package, source.imports]

    def _has(self, path: str) -> bool:
        from builder.base.tools import BuilderError  # noqa: PLC0415

        try:
            return self.context.has(path)
        except BuilderError:
            # A malformed constraint, which Bazel reports.
            return True


def _key(context: Context) -> str:
    words = " ".join((context.goos, context.goarch, *sorted(context.tags)))
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123 - thousands of them
        return file.read().removeprefix("\ufeff")


def _parsed(text: str) -> GoFile:
    """Return what the text of a file tells; as much of it as is Go."""
    clause = _PACKAGE.match(text)
    name = clause[1] if clause else ""
    # What go/build ignores.
    return GoFile(name != "documentation", name, _imports(text, clause.end()) if clause else [])


def _imports(text: str, at: int) -> list[str]:
    imports = dict[str, None]()
    while declaration := _IMPORT.match(text, at):
        at = declaration.end()
        while spec := _SPEC.match(text, at):
            imports[spec[1][1:-1]] = None
            at = spec.end()
            if not declaration[1]:
                break
        end = _END.match(text, at) if declaration[1] else None
        at = end.end() if end else at
    return list(imports)
