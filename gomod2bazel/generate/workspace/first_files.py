"""The files that make a Bazel workspace of a repository without any: MODULE.bazel and what is next to it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import entries_of, read_text
from gomod2bazel.base.process.message import Message, warning
from gomod2bazel.generate.loading.unreachable import SIBLINGS
from gomod2bazel.generate.rules.plan import Change
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.golang.proxy.sources import Sources

__all__ = ["LOCK", "FirstFiles", "lock_line", "missing_users_file", "module_file", "module_lines"]

LOCK = "gomod2bazel.lock.json"
"""Name of a lock in its module's folder."""

_EXTENSION = """\
bazel_dep(name = "gomod2bazel", version = {version})
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
{locks}
register_toolchains("@go_sdk//:all")"""

_MODULE = """\
module(name = {name})

bazel_dep(name = "gomod2bazel", version = {version})

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
{locks}
register_toolchains("@go_sdk//:all")
"""

_USERS = "user.bazelrc"

_IMPORTED = f"%workspace%/{_USERS}"

_BAZELRC = f"""\
# Where gomod2bazel's rules are on this machine: keep that file out of version control. Where Bazel does not find the
# module gomod2bazel, the file is missing: gomod2bazel generate -init writes it.
try-import {_IMPORTED}
"""

_EXTERNAL = f"""\
# The folder external belongs to this repository; Bazel does not keep other repositories there.
common {SIBLINGS}
"""

_WORKSPACE = "# Excludes the repositories that Bazel 7 would add; other versions do not read this file.\n"

# What makes a Bazel package or workspace of a folder.
_MARKS = ("BUILD", "BUILD.bazel", "MODULE.bazel", "REPO.bazel", "WORKSPACE", "WORKSPACE.bazel")


_OVERRIDE = re.compile(r"""_override\(\s*module_name\s*=\s*["']gomod2bazel["']""")


def missing_users_file(root: Path, module_text: str) -> Message | None:
    """Return a warning where the file is missing that tells Bazel where the rules are on this machine.

    Args:
        root: the repository's.
        module_text: of MODULE.bazel.
    """
    lines = _text(root / ".bazelrc").splitlines()
    number = next((number for number, line in enumerate(lines, 1) if line.split()[1:] == [_IMPORTED]), 0)
    if not number or (root / _USERS).exists() or _OVERRIDE.search(module_text):
        return None
    return warning(
        f"{_USERS} is missing, so Bazel does not find the module gomod2bazel",
        where=f".bazelrc:{number}",
        hint="gomod2bazel generate -init writes it, once on each machine",
    )


def module_lines(home: PurePosixPath, *, group: int = 1) -> str:
    """Return the lines that a MODULE.bazel without the module extension lacks.

    Args:
        home: folder of the lock, relative to the repository's root.
        group: the lock's number.
    """
    return _EXTENSION.format(version=json.dumps(__version__), locks=lock_line(home, group=group))


def lock_line(home: PurePosixPath, *, group: int = 1) -> str:
    """Return the line of MODULE.bazel that names a lock; the arguments are those of `module_lines`."""
    more = f"group = {group}, " if group > 1 else ""
    return f"go_modules.from_file({more}lock = {json.dumps(_label(home))})"


def module_file(
    path: str, homes: Sequence[PurePosixPath], sources: Sources, root: Path, *, untested_go: bool = False
) -> str:
    """Return the text of a first MODULE.bazel.

    Args:
        path: of the first Go module, which gives the name.
        homes: folders of locks, relative to the repository's root.
        sources: where modules come from.
        root: the repository's; sources in it are named relative to it.
        untested_go: whether Bazel is to accept a Go release that is not supported.
    """
    urls = [_source(entry, root) for _, entry in sources.entries if entry != "off"]
    proxies = "".join(f"        {json.dumps(url)},\n" for url in urls)
    goproxy = f"    goproxy = [\n{proxies}    ],\n" if len(urls) > 1 else ""
    goproxy = f"    goproxy = [{json.dumps(urls[0])}],\n" if len(urls) == 1 else goproxy
    locks = [
        "go_modules.from_file(\n"
        + ("    allow_untested_go = True,\n" if untested_go else "")
        + goproxy
        + (f"    group = {group},\n" if group > 1 else "")
        + f"    lock = {json.dumps(_label(home))},\n)\n"
        for group, home in enumerate(homes, 1)
    ]
    return _MODULE.format(name=json.dumps(_name(path)), version=json.dumps(__version__), locks="".join(locks))


def _name(path: str) -> str:
    """Return a name that Bazel takes for a module: small letters, digits, dots, dashes, underscores."""
    name = re.sub(r"[^a-z0-9._-]", "_", binary_name(path).lower()).strip("._-")
    return name if re.match(r"[a-z]", name) else f"m{name}"


def _label(home: PurePosixPath) -> str:
    return f"//{'' if str(home) == '.' else home}:{LOCK}"


def _source(entry: str, root: Path) -> str:
    """Return a source as MODULE.bazel names it: without a password, and a folder of the repository wherever that is."""
    url = urlsplit(entry)
    if url.scheme != "file":
        return url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
    path = Path(unquote(url.path))
    return f"file://%workspace%/{path.relative_to(root).as_posix()}" if path.is_relative_to(root) else entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFiles:
    """What is written next to MODULE.bazel, where it does not exist.

    Attributes:
        root: The root folder of the repository.
        rules: the folder that has the rules.
        siblings: whether the repository has a top folder `external` of its own.
    """

    root: Path
    rules: Path
    siblings: bool = False

    def changes(self) -> tuple[list[Change], list[str]]:
        """Return the files, and what to tell the user; nothing that is there is touched."""
        texts = {
            ".bazelignore": "".join(f"{folder}\n" for folder in sorted(self._foreign())),
            ".bazelrc": _BAZELRC + (_EXTERNAL if self.siblings else ""),
            "WORKSPACE.bzlmod": _WORKSPACE,
            _USERS: f"common {shlex.quote(self._override)}\n",
        }
        missing = {name: text for name, text in texts.items() if text and not (self.root / name).exists()}
        notes = []
        if _USERS in missing:
            notes.append(f"{_USERS} contains the path of the rules on this machine: keep it out of version control")
        if ".bazelrc" not in missing and _USERS not in _text(self.root / ".bazelrc"):
            notes.append(f".bazelrc does not import {_USERS}: import it, or run Bazel with {self._override}")
        if ".bazelignore" not in missing and texts[".bazelignore"]:
            lines = _text(self.root / ".bazelignore").splitlines()
            notes += [
                f".bazelignore does not list {line}" for line in texts[".bazelignore"].splitlines() if line not in lines
            ]
        return [Change(path=name, old=None, new=text) for name, text in missing.items()], notes

    @property
    def _override(self) -> str:
        return f"--override_module=gomod2bazel={self.rules}"

    def _foreign(self) -> Iterable[str]:
        """Yield the folders in which Bazel would find BUILD files of other repositories, the outermost alone."""
        waiting = [self.root]
        while waiting:
            folder = waiting.pop()
            for entry in entries_of(folder):
                if entry.is_symlink() or not entry.is_dir() or entry.name == ".git":
                    continue
                below = entry.relative_to(self.root).as_posix()
                if "\n" in below:
                    continue  # no line of .bazelignore can say it
                if entry.name == "node_modules" or _is_workspace(entry) or _is_vendored(entry):
                    yield below
                elif entry.name == "testdata":
                    yield from (place.relative_to(self.root).as_posix() for place in _marked(entry))
                else:
                    waiting.append(entry)


def _is_workspace(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MARKS if not name.startswith("BUILD"))


def _is_vendored(folder: Path) -> bool:
    return folder.name == "vendor" and (folder / "modules.txt").is_file()


def _marked(folder: Path) -> Collection[Path]:
    """Return the outermost folders at and below ``folder`` in which Bazel reads special files."""
    if any((folder / name).is_file() for name in _MARKS):
        return [folder]
    below = (entry for entry in entries_of(folder) if entry.is_dir() and not entry.is_symlink())
    return [marked for entry in below for marked in _marked(entry)]


def _text(path: Path) -> str:
    return read_text(path, errors="replace") if path.is_file() else ""
