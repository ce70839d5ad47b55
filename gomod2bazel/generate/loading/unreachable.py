"""Which packages of a repository Bazel would not find or build in its main repository, whatever their BUILD file says.

Some folders are special for Bazel: `external` holds other repositories, `bazel-*` are its links to outputs,
what .bazelignore names and workspaces below the root are not part of the repository. A label cannot hold every name.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gomod2bazel.base.disk.files import read_text
from gomod2bazel.base.errors import BuildError, Gomod2bazelError
from gomod2bazel.generate.loading.facts import OwnPackage
from gomod2bazel.generate.loading.repository import ROOTS, Folder, read_ignored

__all__ = ["SIBLINGS", "Reach", "fits_label", "has_siblings", "reach_of"]

SIBLINGS = "--experimental_sibling_repository_layout"
"""Flag with which Bazel keeps other repositories outside of the main one, so that `external` is like any folder."""

_RC_FLAG = re.compile(r"--(no)?experimental_sibling_repository_layout(?:=(\w+))?")

# com.google.devtools.build.lib.cmdline.LabelValidator: what a package's path may hold, dots alone aside.
_SEGMENT = re.compile(r"[\w \-!\"#$%&'()*+,./;<=>?@\[\]^`{|}~]+", re.ASCII)


# What no label may hold, and bytes that are not UTF-8: the JVM, in Bazel's locale, opens no file of such a name.
_NOT_IN_LABELS = re.compile(r"[\x00-\x1f\x7f:\\\udc80-\udcff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What Bazel makes of the folders of packages.

    Attributes:
        closed: folders of packages for which nothing may be written, with those that import them.
        error: names the packages that cannot be built, and why; None where there are none.
        notes: lines on packages that are left out, which no other imports.
    """

    closed: Collection[str] = ()
    error: Gomod2bazelError | None = None
    notes: tuple[str, ...] = ()


def reach_of(
    root: Path, folders: Mapping[str, Folder], packages: Iterable[OwnPackage], *, siblings: bool, below: str = ""
) -> Reach:
    """Decide which packages would not be built.

    Args:
        root: Of the repository.
        folders: Of it, as Bazel and generate look into them.
        packages: The repository's own.
        siblings: Whether `external` is a folder like others.
        below: The folder that files are written for, relative to the root; notes report no others.
    """
    in_repository = [(package, _folder(package, root)) for package in packages]
    in_repository = [
        (package, path)
        for package, path in in_repository
        if path not in folders or not folders[path].directives.ignored
    ]
    ignored = read_ignored(root)
    hidden = {
        p.facts.import_path: why
        for p, path in in_repository
        if path not in folders
        if (why := _hidden(root, path, ignored))
    }
    refused = {
        p.facts.import_path: why
        for p, path in in_repository
        if path in folders
        if (why := _refused(path, siblings=siblings) or _unnamed(p))
    }
    problems = [f"{path}: {why}" for path, why in sorted(refused.items())]
    reached = dict.fromkeys([*hidden, *refused])
    reported = set[str]()
    more = True
    while more:
        new = [
            (p, used) for p, _ in in_repository if p.facts.import_path not in reached and (used := _uses(p, reached))
        ]
        problems += [f"{p.facts.import_path} imports {used}, which {_hidden_message(used, hidden)}" for p, used in new]
        reported |= {used for _, used in new}
        reached |= dict.fromkeys(p.facts.import_path for p, _ in new)
        more = bool(new)
    homes = {p.facts.import_path: path for p, path in in_repository}
    return Reach(
        closed=frozenset(homes[path] for path in reached),
        error=BuildError("\n".join(problems), hint=_hint(homes[path] for path in reached)) if problems else None,
        notes=tuple(
            f"skipping {path}: {why}"
            for path, why in sorted(hidden.items())
            if path not in reported and (not below or f"{homes[path]}/".startswith(f"{below}/"))
        ),
    )


def has_siblings(root: Path) -> bool:
    """Return whether the repository's .bazelrc, or a file of the repository that it imports, sets `SIBLINGS`."""
    enabled = False
    for line in _rc_lines(root, ".bazelrc", 0):
        words = line.split()
        if words and words[0] in ("build", "common", "always"):
            for match in filter(None, map(_RC_FLAG.fullmatch, words[1:])):
                enabled = not match[1] and match[2] not in ("0", "false", "no", "n", "f")
    return enabled


def _rc_lines(root: Path, name: str, depth: int) -> Iterable[str]:
    path = root / name
    for line in read_text(path, errors="replace").splitlines() if path.is_file() else ():
        words = _words(line)
        if len(words) == 2 and words[0] in ("import", "try-import"):
            if depth < 10:
                yield from _rc_lines(root, words[1].removeprefix("%workspace%/"), depth + 1)
        else:
            yield " ".join(words)


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def _folder(package: OwnPackage, root: Path) -> str:
    return package.dir.relative_to(root).as_posix().removeprefix(".") if package.dir != root else ""


def _hidden(root: Path, path: str, ignored: Collection[str]) -> str:
    """Return why Bazel, or generate, does not look into a folder."""
    for place in (*reversed(PurePosixPath(path).parents), PurePosixPath(path)):
        name = place.as_posix()
        mark = next((mark for mark in ROOTS if (root / place / mark).is_file()), "") if name != "." else ""
        if name in ignored:
            return f".bazelignore names {name}"
        if mark:
            return f"{name}/{mark} makes its folder a separate Bazel workspace"
        if name != "." and (root / place).is_symlink():
            return f"{name} is a symbolic link"
        if place.name.startswith(".") or place.name == "node_modules":
            return f"generate ignores {name}"
    return ""


def _refused(path: str, *, siblings: bool) -> str:
    """Return why Bazel does not build in a folder of the main repository."""
    top = path.partition("/")[0]
    if top == "external" and not siblings:
        return "Bazel uses the top-level folder external for other repositories, and does not build packages in it"
    if top.startswith("bazel-"):
        return f"Bazel treats the top-level folder {top} as one of its output links, and does not build packages in it"
    # What a Go import path may not hold, the folder of a module may.
    wrong = next((name for name in path.split("/") if path and not _SEGMENT.fullmatch(name)), "")
    return f"{wrong!r} is not allowed in the path of a Bazel package" if wrong and wrong.isascii() else ""


def fits_label(name: str) -> bool:
    """Return whether a Bazel label can hold a file's name, and Bazel can open the file."""
    return not _NOT_IN_LABELS.search(name)


def _unnamed(package: OwnPackage) -> str:
    """Return why Bazel cannot read a file of a package."""
    attributes = package.facts.attributes
    files = [*attributes.get("srcs", ()), *attributes.get("cgo_srcs", ()), *attributes.get("embedsrcs", ())]
    files += [*package.tests.srcs, *package.tests.embed_files] if package.tests else []
    wrong = next((name for name in sorted(files) if not fits_label(name)), "")
    return f"no Bazel label can hold the name of its file {wrong!r}" if wrong else ""


def _uses(package: OwnPackage, reached: Collection[str]) -> str:
    imports = [*package.facts.imports, *(package.tests.imports if package.tests else ())]
    return next((path for path in imports if path in reached), "")


def _hidden_message(path: str, hidden: Mapping[str, str]) -> str:
    return f"is skipped: {hidden[path]}" if path in hidden else "cannot be built"


def _hint(folders: Iterable[str]) -> str:
    if any(path.partition("/")[0] == "external" for path in folders):
        return (
            f"add the line `common {SIBLINGS}` to .bazelrc, or rename the folder; "
            "`# gomod2bazel:ignore` in its BUILD file excludes it"
        )
    return (
        "rename or move the folder or file; "
        "`# gomod2bazel:ignore` in its BUILD file, or that of the importer, excludes it"
    )
