"""The private Bazel workspace: one for all builds of a user, rewritten for each."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gomod2bazel.base.disk.files import file_errors, make_folder, read_bytes, write_file
from gomod2bazel.base.disk.locks import file_lock
from gomod2bazel.bazel.names import repository_name

if TYPE_CHECKING:
    from gomod2bazel.golang.command.golist import Package
    from gomod2bazel.lock.lock import Lock, LockedModule

__all__ = ["Contents", "Workspace", "module_folders", "profile_label"]

_MODULE = """\
module(name = "gomod2bazel_private")

bazel_dep(name = "gomod2bazel")
local_path_override(
    module_name = "gomod2bazel",
    path = {rules},
)

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
{locks}use_repo(
    go_modules,
    "go_sdk",
{visible})

register_toolchains("@go_sdk//:toolchain")
"""


# The driver has checked the Go release itself, with -allow-untested-go.
_LOCK = """\
go_modules.from_file(
    allow_untested_go = True,
{group}    host = "//:host.json",
    lock = "//:{lock}",
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What the private workspace has for a command.

    Attributes:
        lock: the text of the lock to build from.
        folders: where each module is unpacked, by its repository's name, from `module_folders`.
        inputs: for each folder of the repository ``input``, the repository that it has aliases for the binaries of.
        configurations: the build settings of folders whose binaries are not built with those of Bazel's flags.
    """

    lock: str
    folders: Mapping[str, str]
    inputs: Mapping[str, str]
    configurations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The workspace's folder, and where the rules are.

    Attributes:
        root: its folder.
        rules: the folder that holds the rules' MODULE.bazel.
    """

    root: Path
    rules: Path

    @contextmanager
    def held(self, say: Callable[[str], None]) -> Iterator[None]:
        """Keep other runs out while this one writes the workspace and builds in it."""
        lock = self.root.parent / "workspace.lock"
        with file_lock(lock, waiting=lambda: say("waiting for another gomod2bazel build")):
            make_folder(self.root)
            yield

    def write(self, contents: Contents, *, goroot: str, profile: Path | None = None) -> None:
        """Write the workspace for one lock; files that would not change are left alone.

        Args:
            contents: the lock and what is built of it.
            goroot: the SDK's folder.
            profile: the CPU profile of -pgo; the workspace then has it under `profile_label`.
        """
        # MODULE.bazel stays the same for every module, and for any number of them.
        configurations = {folder: dict(settings) for folder, settings in contents.configurations.items()}
        host = {"configurations": configurations, "goroot": goroot, "inputs": dict(contents.inputs)}
        self._write([contents.lock], contents.folders, ['"input"'], host)
        if profile:
            write_file(self.root / "pgo" / "BUILD.bazel", 'exports_files(glob(["**"]))\n')
            with file_errors("read", profile):
                content = read_bytes(profile)
            write_file(self.root / "pgo" / profile.name, content)

    def write_groups(self, locks: Sequence[Lock], folders: Mapping[str, str], *, goroot: str) -> None:
        """Write the workspace for several locks at once; each repository is visible there under its own name.

        Args:
            locks: the lock of each group, see `repository_name`; all for one configuration.
            folders: where each module is unpacked, by its repository's name, from `module_folders`.
            goroot: the SDK's folder.
        """
        names = {repository_name(m.path, m.version, group) for group, lock in enumerate(locks, 1) for m in lock.modules}
        texts = [lock.without_evidence().to_json() for lock in locks]
        self._write(texts, folders, [json.dumps(name) for name in sorted(names)], {"goroot": goroot})

    def rules_name(self) -> str:
        """Return where the rules are; through a link where Bazel would not read the name in MODULE.bazel as it is."""
        rules, link = str(self.rules), self.root / "rules"
        if rules.isascii():
            return rules
        if not link.is_symlink() or str(link.readlink()) != rules:
            with file_errors("link", link):
                link.unlink(missing_ok=True)
                link.symlink_to(rules)
        return str(link)

    def _write(
        self,
        locks: Sequence[str],
        folders: Mapping[str, str],
        visible: Iterable[str],
        host: Mapping[str, object],
    ) -> None:
        settings = {**host, "python": os.path.realpath(sys.executable), "dirs": dict(folders)}
        files = [
            "gomod2bazel.lock.json",
            *(f"gomod2bazel.lock.{group}.json" for group in range(2, len(locks) + 1)),
        ]
        tags = [
            _LOCK.format(lock=file, group=f"    group = {group},\n" if group > 1 else "")
            for group, file in enumerate(files, 1)
        ]
        text = _MODULE.format(
            rules=json.dumps(self.rules_name()), locks="".join(tags), visible="".join(f"    {v},\n" for v in visible)
        )
        write_file(self.root / "MODULE.bazel", text)
        # Its presence keeps Bazel 7 from adding the built-in WORKSPACE suffix, whose repositories it would download.
        write_file(self.root / "WORKSPACE.bzlmod", "")
        write_file(self.root / "BUILD.bazel", "")
        for text, file in zip(locks, files, strict=True):
            write_file(self.root / file, text)
        # Not escaped: Starlark holds text as bytes, and would make one byte of \u00e9.
        text = json.dumps(settings, indent=1, sort_keys=True, ensure_ascii=False)
        write_file(self.root / "host.json", f"{text}\n")


def profile_label(profile: Path) -> str:
    """Return the label of the CPU profile that all binaries are compiled with."""
    return f"//pgo:{profile.name}"


def module_folders(
    packages: tuple[Package, ...], group: int = 1, modules: Iterable[LockedModule] = ()
) -> dict[str, str]:
    """Return the folder that each module of ``packages`` is unpacked in, by its repository's name in ``group``.

    Args:
        packages: as loaded.
        group: which group of modules they belong to.
        modules: of their lock, where repositories may be rooted above the modules.
    """
    bases = {
        (loaded_module.path, loaded_module.version): loaded_module.base
        for loaded_module in modules
        if loaded_module.base
    }
    folders = {}
    for package in packages:
        module = package.module
        if module:
            # Not the module's own folder: in a vendor directory it is elsewhere.
            below = package.import_path.removeprefix(module.path).strip("/")
            root = package.dir.removesuffix(below).rstrip("/")
            # As the system calls it: C files around it are there, and links may come to lead elsewhere.
            root = os.path.realpath(root or "/").rstrip("/")
            root = root.removesuffix(bases.get((module.path, module.version), "")).rstrip("/")
            folders[repository_name(module.path, module.version, group)] = root or "/"
    return folders
