"""Which files of a package a build has: by the GOOS and GOARCH in their names, and by their build constraints.

The rules are those of go/build (matchFile, shouldBuild, goodOSArchFile, matchTag) and go/build/constraint.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from builder.base.tools import BuilderError
from builder.compile.experiments import enabled_experiments

__all__ = ["Context", "architecture_tags", "context_of"]

# internal/syslist: every name that was ever known, as file names are matched by all of them.
_SYSTEMS = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
))  # fmt: skip
_UNIX = frozenset((
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd",
    "solaris",
))  # fmt: skip
_ARCHITECTURES = frozenset((
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
))  # fmt: skip
_IMPLIED = {"android": "linux", "illumos": "solaris", "ios": "darwin"}

_BUILD = re.compile(r"//go:build(?:[ \t]+(.*))?")
_PLUS_BUILD = re.compile(r"//[ \t]*\+build(?:[ \t]+(.*))?")
_EXPERIMENT = "goexperiment."
_TAG = re.compile(r"[\w.]+")
_WORD = re.compile(r"\s*(&&|\|\||!|[()]|[\w.]+)")


@dataclass(frozen=True, kw_only=True)
class Context:
    """The target of a build.

    Attributes:
        goos, goarch: as usual.
        tags: all others that hold: those of -tags, cgo, the compiler's, race and the like, those of the architecture's
            variable, and of the Go release.
    """

    goos: str
    goarch: str
    tags: Collection[str]

    def has(self, path: str) -> bool:
        """Return whether the build has a file.

        Raises:
            BuilderError: a constraint that is not one.
        """
        name = os.path.basename(path)
        if name.startswith(("_", ".")) or not self._fits_name(name):
            return False
        if name.endswith(".syso"):
            return True
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return self._fits_header(path, file.read())

    def holds(self, tag: str) -> bool:
        """Return whether a build tag holds (matchTag)."""
        if tag in (self.goos, self.goarch, _IMPLIED.get(self.goos)) or (tag == "unix" and self.goos in _UNIX):
            return True
        return ("goexperiment.boringcrypto" if tag == "boringcrypto" else tag) in self.tags

    def _fits_name(self, name: str) -> bool:
        # Whatever is before the first underscore does not count: linux.go is for all.
        words = name.partition(".")[0].split("_")[1:]
        if words and words[-1] == "test":
            words = words[:-1]
        if len(words) >= 2 and words[-2] in _SYSTEMS and words[-1] in _ARCHITECTURES:
            return self.holds(words[-1]) and self.holds(words[-2])
        return not words or words[-1] not in (_SYSTEMS | _ARCHITECTURES) or self.holds(words[-1])

    def _fits_header(self, path: str, text: str) -> bool:
        if "build" not in text:
            return True
        lines, older = _header_lines(text)
        if len(lines) > 1:
            raise BuilderError(f"{path}: multiple //go:build comments\n")
        if lines:
            return _evaluate(lines[0], self.holds, path)
        return all(any(self._all(word) for word in line.split()) for line in older)

    def _all(self, word: str) -> bool:
        return all(map(self._older_term, word.split(",")))

    def _older_term(self, term: str) -> bool:
        tag = term.removeprefix("!")
        if not _TAG.fullmatch(tag):
            # What is not a tag is taken for one that seldom holds.
            return self.holds("ignore") != (tag != term and bool(tag) and not tag.startswith("!"))
        return self.holds(tag) != (tag != term)


class _Target(Protocol):
    """What requests say of the target: see `requests.package.PackageRequest`."""

    @property
    def goos(self) -> str: ...
    @property
    def goarch(self) -> str: ...
    @property
    def goversion(self) -> str: ...
    @property
    def arch(self) -> str: ...
    @property
    def tags(self) -> list[str]: ...


def context_of(request: _Target, compiler: str = "gc") -> Context:
    """Return the target of a request, with the tags that the Go release and the architecture set."""
    match = re.search(r"go1\.(\d+)", request.goversion)
    minor = int(match[1]) if match else 0
    tags = {tag for tag in request.tags if not tag.startswith(_EXPERIMENT)}
    experiments = [tag.removeprefix(_EXPERIMENT) for tag in request.tags if tag.startswith(_EXPERIMENT)]
    tags.update((compiler, *(f"go1.{n}" for n in range(1, minor + 1))))
    tags.update(architecture_tags(request.goarch, request.arch, minor))
    tags.update(_EXPERIMENT + name for name in enabled_experiments(request.goos, request.goarch, minor, experiments))
    return Context(goos=request.goos, goarch=request.goarch, tags=tags)


def _header_lines(text: str) -> tuple[list[str], list[str]]:
    """Return the expressions of //go:build lines, and of those of the older form that a blank line follows."""
    expressions: list[str] = []
    older: list[str] = []
    waiting: list[str] = []
    ended = in_comment = False
    for raw in text.removeprefix("\ufeff").split("\n"):
        line = raw.strip()
        if not line and not ended:
            older += waiting
            waiting = []
            continue
        ended = ended or not line.startswith("//")
        if not in_comment and (match := _BUILD.fullmatch(line)):
            expressions.append(match[1] or "")
        if not ended and (match := _PLUS_BUILD.fullmatch(line)):
            waiting.append(match[1] or "")
        in_comment, code = _after_comments(line, in_comment=in_comment)
        if code:
            break
    return expressions, older


def _after_comments(line: str, *, in_comment: bool) -> tuple[bool, bool]:
    """Return whether a comment goes on after a line, and whether the line has anything but comments."""
    while line:
        if in_comment:
            _, end, line = line.partition("*/")
            line = line.strip()
            if not end:
                return True, False
            in_comment = False
        elif line.startswith("//"):
            return False, False
        elif line.startswith("/*"):
            in_comment, line = True, line[2:]
        else:
            return False, True
    return in_comment, False


def _evaluate(expression: str, holds: Callable[[str], bool], path: str) -> bool:
    """Return the value of an expression: Go's operators are Python's, in the same order of precedence."""
    words, at = [], 0
    while at < len(expression.rstrip()):
        match = _WORD.match(expression, at)
        if match is None:
            break
        words.append(match[1])
        at = match.end()
    if at < len(expression.rstrip()) or not words or sum(word not in ("&&", "||", "!", ")") for word in words) > 1000:
        raise BuilderError(f"{path}: parsing //go:build line: {expression!r}\n")
    value, rest = _alternatives(words, holds, path)
    if rest:
        raise BuilderError(f"{path}: parsing //go:build line: unexpected {rest[0]}\n")
    return value


def _alternatives(words: list[str], holds: Callable[[str], bool], path: str) -> tuple[bool, list[str]]:
    value, words = _conjunction(words, holds, path)
    while words[:1] == ["||"]:
        other, words = _conjunction(words[1:], holds, path)
        value = value or other
    return value, words


def _conjunction(words: list[str], holds: Callable[[str], bool], path: str) -> tuple[bool, list[str]]:
    value, words = _term(words, holds, path)
    while words[:1] == ["&&"]:
        other, words = _term(words[1:], holds, path)
        value = value and other
    return value, words


def _term(words: list[str], holds: Callable[[str], bool], path: str) -> tuple[bool, list[str]]:
    word, rest = (words[0], words[1:]) if words else ("", [])
    if word == "!":
        if rest[:1] == ["!"]:
            raise BuilderError(f"{path}: parsing //go:build line: double negation not allowed\n")
        value, rest = _term(rest, holds, path)
        return not value, rest
    if word == "(":
        value, rest = _alternatives(rest, holds, path)
        if rest[:1] != [")"]:
            raise BuilderError(f"{path}: parsing //go:build line: missing close paren\n")
        return value, rest[1:]
    if not _TAG.fullmatch(word):
        raise BuilderError(f"{path}: parsing //go:build line: unexpected {word or 'end'}\n")
    return holds(word), rest


def architecture_tags(goarch: str, setting: str, minor: int) -> list[str]:
    """Return the tags of the architecture's variable (internal/buildcfg, gogoarchTags).

    Args:
        goarch: as usual.
        setting: NAME=VALUE, such as GOAMD64=v3; empty where the architecture has none.
        minor: N of the Go release 1.N.
    """
    value = setting.partition("=")[2]
    if goarch == "wasm":
        # Both are always on since Go 1.26.
        return [f"wasm.{name}" for name in ("satconv", "signext") if minor >= 26 or name in value.split(",")]
    if not value:
        return []
    if goarch == "amd64":
        return [f"amd64.v{n}" for n in range(1, int(value[1:]) + 1)]
    if goarch == "arm":
        return [f"arm.{n}" for n in range(5, int(value[0]) + 1)]
    if goarch in ("ppc64", "ppc64le"):
        return [f"{goarch}.power{n}" for n in range(8, int(value.removeprefix("power")) + 1)]
    if goarch == "riscv64":
        return [f"riscv64.rva{n}u64" for n in (20, 22, 23) if n <= int(value[3:5])]
    if goarch == "arm64":
        return _arm64_tags(int(value[1]), int(value[3]))
    return [f"{goarch}.{value}"]


def _arm64_tags(major: int, minor: int) -> list[str]:
    tags = [f"arm64.v{major}.{n}" for n in range(minor + 1)]
    # Version 9.x has all of 8.(x+5).
    return tags + [f"arm64.v8.{n}" for n in range(min(minor + 5, 9) + 1)] * (major == 9)
