"""Main packages that a build leaves out: which tag, platform or setting each of their files needs."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.near_names import did_you_mean, near_names
from gomod2bazel.golang.command.build_constraint import holds, is_set_by_go, tags_of
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.load.input.main_packages import MainPackages
from gomod2bazel.options.set_names import SETS
from gomod2bazel.sets.reading.discover import MainPackage

__all__ = ["Excluded", "excluded_error", "excluded_files", "flags_needed", "nothing_built"]

# What file names end in (internal/syslist, for the systems and architectures that Go has ports to).
_SYSTEMS = (
    "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd", "plan9",
    "solaris", "wasip1", "windows",
)  # fmt: skip
_NOT_UNIX = frozenset(("js", "plan9", "wasip1", "windows"))
_ARCHITECTURES = (
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x", "wasm",
)  # fmt: skip
_IMPLIED = {"android": "linux", "illumos": "solaris", "ios": "darwin"}

# So many tags of an expression are tried together, and so many packages are listed.
_MOST_TAGS, _MOST_LISTED = 3, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A file of a main package that the build leaves out.

    Attributes:
        file: relative to the module's root.
        line: of its constraint, or 1.
        constraint: the expression of its ``//go:build`` line; empty for none.
        tags: what to set with -tags in addition; empty where that does not help.
        superfluous: what of -tags excludes it.
        platform: ``GOOS/GOARCH`` of a build that has it; empty where this platform has it, too, or none was found.
        needs_cgo: whether CGO_ENABLED=1 is needed.
    """

    file: str
    line: int = 1
    constraint: str = ""
    tags: tuple[str, ...] = ()
    superfluous: tuple[str, ...] = ()
    platform: str = ""
    needs_cgo: bool = False

    def __str__(self) -> str:
        """Return which flags the file needs."""
        flags = [f"-tags {','.join(self.tags)}"] if self.tags else []
        flags += [f"-platform {self.platform}"] if self.platform else []
        flags += ["CGO_ENABLED=1"] if self.needs_cgo else []
        name = posixpath.basename(self.file)
        shown = f" (//go:build {self.constraint})" if self.constraint else ""
        if self.superfluous:
            return f"{name} is excluded by -tags {','.join(self.superfluous)}{shown}"
        return f"{name} needs {' and '.join(flags)}{shown}" if flags else f"{name} is never built{shown}"


def excluded_files(package: MainPackage, configuration: Configuration) -> tuple[Excluded, ...]:
    """Return the files of a main package where a build has none of them; nothing where it has some."""
    target = _Target(configuration)
    excluded = []
    for file, source in package.sources.items():
        lines = (number for text, number in source.comments if text.startswith("//go:build"))
        needed = target.needed(Excluded(file=file, line=next(lines, 1), constraint=source.constraint))
        if needed is None:
            return ()
        excluded.append(needed)
    return tuple(excluded)


def excluded_error(
    mains: MainPackages, chosen_paths: Collection[str], configuration: Configuration, root: Path, cwd: Path
) -> UsageError | None:
    """Return the error for a module of which no main package is built, or None where constraints are not the cause.

    Args:
        mains: all main packages that the module's files hold.
        chosen_paths: import paths of those that are asked for.
        configuration: what the build is for.
        root: the module's folder.
        cwd: what names of files are relative to, where that is shorter.
    """
    files = {
        main.import_path: excluded
        for main in mains.classified
        if main.import_path in chosen_paths and main.set in SETS
        if (excluded := excluded_files(main.package, configuration))
    }
    if not files:
        return None
    tags = configuration.tags
    first = next(iter(files.values()))[0]
    built = f"for {configuration.goos}/{configuration.goarch}" + (f" with -tags {','.join(tags)}" if tags else "")
    lines = [f"{path}: {'; '.join(map(str, excluded))}" for path, excluded in files.items()]
    more = [f"and {len(lines) - _MOST_LISTED} more"] if len(lines) > _MOST_LISTED else []
    return UsageError(
        "\n\t".join([f"build constraints exclude all main packages {built}", *lines[:_MOST_LISTED], *more]),
        where=f"{_shown(root / first.file, cwd)}:{first.line}",
        hint=flags_needed([file for excluded in files.values() for file in excluded], tags),
    )


def nothing_built(mains: MainPackages, configuration: Configuration, root: Path, cwd: Path) -> UsageError:
    """Return the error for a module of which no package is built; the arguments are those of `excluded_error`."""
    error = excluded_error(mains, mains.by_path.keys(), configuration, root, cwd)
    if error:
        return error
    place = _shown(root, cwd)
    if any(name.endswith(".go") and not name.endswith("_test.go") for name in _names(root)):
        what = f"build constraints exclude all Go files of module {mains.module}"
        return UsageError(what, where=place, hint="check -tags and -platform, which select the files")
    what = f"module {mains.module} has no Go files"
    return UsageError(what, where=place, hint="write a package main, or name another module")


def _names(root: Path) -> Iterator[str]:
    for _, _, names in os.walk(root):
        yield from names


def flags_needed(files: Sequence[Excluded], tags: Sequence[str]) -> str:
    """Return what helps: a tag that is near to a misspelt one, else what the first file needs.

    Args:
        files: that the build leaves out; at least one.
        tags: of the build.
    """
    known = {tag for file in files for tag in tags_of(file.constraint) if not is_set_by_go(tag)}
    for tag in tags:
        if tag not in known and near_names(tag, known):
            return did_you_mean(tag, known, "-tags ")
    first = files[0]
    if first.superfluous:
        return f"leave out -tags {','.join(first.superfluous)}"
    add = [f"-tags {','.join([*tags, *first.tags])}"] if first.tags else []
    add += [f"-platform {first.platform}"] if first.platform else []
    if add or first.needs_cgo:
        return f"{'set CGO_ENABLED=1' if first.needs_cgo else ''}{' and ' if add and first.needs_cgo else ''}" + (
            f"add {' '.join(add)}" if add else ""
        )
    return "change the //go:build lines: no flag includes these files"


def _shown(path: Path, cwd: Path) -> str:
    return min(str(path), os.path.relpath(path, cwd), key=len)


class _Target:
    """The target of a build, and others that are near to it."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        match = re.match(r"go1\.(\d+)", configuration.go)
        releases = range(1, int(match[1]) + 1) if match else ()
        self.common = {configuration.compiler, configuration.instrument, *(f"go1.{minor}" for minor in releases)}

    def needed(self, file: Excluded) -> Excluded | None:
        """Return a file with what it needs; None where the build has the file."""
        chosen, constraint = self.configuration, file.constraint
        goos, goarch = _platform_of(file.file)
        systems = [goos] if goos else [chosen.goos, *(t for t in tags_of(constraint) if t in _SYSTEMS)]
        machines = [goarch] if goarch else [chosen.goarch, *(t for t in tags_of(constraint) if t in _ARCHITECTURES)]
        if not goos and not holds(constraint, self._tags(chosen.goos, chosen.goarch, chosen.cgo)):
            systems += ["linux", "windows", "darwin"]
        module_tags = [tag for tag in dict.fromkeys(tags_of(constraint)) if not is_set_by_go(tag)][:_MOST_LISTED]
        for system, machine in dict.fromkeys((system, machine) for system in systems for machine in machines):
            here = (system, machine) == (chosen.goos, chosen.goarch) or _implies(chosen.goos, system, machine, chosen)
            platform = "" if here else f"{system}/{machine}"
            for cgo in dict.fromkeys((chosen.cgo, True)):
                base = self._tags(system, machine, cgo)
                for tags in _subsets(module_tags):
                    if not constraint or holds(constraint, {*base, *tags}):
                        if here and not tags and cgo == chosen.cgo:
                            return None
                        return replace(file, tags=tags, platform=platform, needs_cgo=cgo != chosen.cgo)
            dropped = tuple(tag for tag in chosen.tags if tag in tags_of(constraint))
            if here and dropped and holds(constraint, self._tags(system, machine, chosen.cgo) - set(dropped)):
                return replace(file, superfluous=dropped)
        return file

    def _tags(self, goos: str, goarch: str, cgo: bool) -> set[str]:  # noqa: FBT001 - a value of the configuration
        tags = {goos, goarch, _IMPLIED.get(goos, goos), *self.common, *self.configuration.tags}
        return tags | ({"cgo"} if cgo else set()) | (set() if goos in _NOT_UNIX else {"unix"})


def _implies(goos: str, system: str, machine: str, chosen: Configuration) -> bool:
    return _IMPLIED.get(goos) == system and machine == chosen.goarch


def _platform_of(file: str) -> tuple[str, str]:
    """Return GOOS and GOARCH in a file's name, each empty for none (go/build, goodOSArchFile)."""
    parts = posixpath.basename(file).removesuffix(".go").split("_")[1:]
    last, before = [*reversed(parts), "", ""][:2]
    if last in _ARCHITECTURES:
        return (before if before in _SYSTEMS else ""), last
    return (last if last in _SYSTEMS else ""), ""


def _subsets(tags: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(min(len(tags), _MOST_TAGS) + 1):
        yield from combinations(tags, size)
