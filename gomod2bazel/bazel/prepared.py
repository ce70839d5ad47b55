"""A locked module that is ready to be built: all that the private workspace, Bazel's flags and messages need of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gomod2bazel.base.errors import BuildError
from gomod2bazel.bazel.c_tools import c_tools_of, c_users, swig_users
from gomod2bazel.bazel.names import SDK, repository_name
from gomod2bazel.bazel.workspace import module_folders
from gomod2bazel.golang.command.configuration import Configuration

if TYPE_CHECKING:
    from gomod2bazel.load.load import Loaded
    from gomod2bazel.lock.lock import Lock

__all__ = ["PreparedModule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedModule:
    """A module, its lock, and where its files are.

    It holds plain values alone, so that a later run can build from it without loading anything.

    Attributes:
        path, version: of the module whose binaries are built; no version for a main module.
        root: the folder of a tree; empty for what was fetched.
        lock: the text of the lock file for Bazel, without evidence.
        configuration: what the lock was made for.
        settings: ``go env`` of the run.
        folders: where each module is unpacked, by its repository's name.
        names: the import path of each package and binary by its label, with the repository's apparent name.
        shown: the user's folders, by what a build without folders calls them.
        outside: folders with files that a build reads instead of a module's: of an overlay, and archives.
        c_tools: the programs that compile C, and the language of each.
        cgo_packages: the packages that cgo or SWIG takes part in.
        swig_packages: those that SWIG takes part in.
    """

    path: str
    version: str
    root: str
    lock: str
    configuration: Configuration
    settings: Mapping[str, str]
    folders: Mapping[str, str]
    names: Mapping[str, str]
    shown: Mapping[str, str]
    outside: tuple[str, ...]
    c_tools: Mapping[str, str]
    cgo_packages: tuple[str, ...]
    swig_packages: tuple[str, ...]

    @classmethod
    def of(cls, loaded: Loaded, lock: Lock) -> PreparedModule:
        """Return what is needed of ``loaded`` and the ``lock`` that was made of it."""
        from gomod2bazel.load.archives.find import outside_archives  # noqa: PLC0415 - not needed by a kept plan

        overlaid = {**loaded.options.overlaid, **outside_archives(loaded.packages)}
        return cls(
            path=loaded.module.path,
            version=loaded.module.version,
            root=str(loaded.root or ""),
            lock=lock.without_evidence().to_json(),
            configuration=lock.configuration,
            settings=dict(loaded.settings),
            folders=module_folders(loaded.packages, modules=lock.modules),
            names=_names(loaded, lock),
            shown={name: str(folder) for name, folder in _shown(loaded).items()},
            outside=tuple(dict.fromkeys(str(Path(actual).parent) for actual in overlaid.values() if actual)),
            c_tools=c_tools_of(lock, loaded.settings),
            cgo_packages=tuple(c_users(lock)),
            swig_packages=tuple(swig_users(lock)),
        )

    @classmethod
    def joint(cls, parts: Sequence[tuple[Loaded, Lock, PreparedModule]]) -> PreparedModule | None:
        """Return one module for several platforms; None where no lock can have all of them.

        Args:
            parts: what was loaded for each platform, its lock, and what `of` returned.
        """
        from gomod2bazel.lock.variants import merge_locks  # noqa: PLC0415 - not needed by a kept plan

        loaded, _, first = parts[0]
        if len(parts) < 2 or first.configuration.compiler == "gccgo":
            # gccgo compiles into a main package what is known of its binary.
            return None
        try:
            lock = merge_locks([lock for _, lock, _ in parts])
        except (BuildError, ValueError):
            # Each platform is then built from its own lock.
            return None
        every = [prepared for _, _, prepared in parts]
        return replace(
            first,
            lock=lock.without_evidence().to_json(),
            folders={name: folder for prepared in every for name, folder in prepared.folders.items()},
            names=_names(loaded, lock),
            shown={name: folder for prepared in every for name, folder in prepared.shown.items()},
            outside=tuple(dict.fromkeys(folder for prepared in every for folder in prepared.outside)),
            c_tools={program: language for prepared in every for program, language in prepared.c_tools.items()},
            cgo_packages=tuple(dict.fromkeys(path for prepared in every for path in prepared.cgo_packages)),
            swig_packages=tuple(dict.fromkeys(path for prepared in every for path in prepared.swig_packages)),
        )

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> PreparedModule:
        """Return what `to_dict` wrote.

        Raises:
            KeyError, TypeError: it was not written by this version.
        """
        configuration = value["configuration"]
        tuples = {name: tuple(value[name]) for name in ("outside", "cgo_packages", "swig_packages")}
        restored = Configuration(**{**configuration, "tags": tuple(configuration["tags"])})
        return cls(**{**value, **tuples, "configuration": restored})

    def to_dict(self) -> dict[str, Any]:
        """Return it as values of JSON."""
        return asdict(self)

    @property
    def goroot(self) -> str:
        """The SDK's folder."""
        return self.settings["GOROOT"]


def _names(loaded: Loaded, lock: Lock) -> dict[str, str]:
    names = {f"{SDK}//:{package.target}": package.import_path for package in lock.standard}
    for module in lock.modules:
        repository = repository_name(module.path, module.version)
        names |= {f"{repository}//:{package.target}": package.import_path for package in module.packages}
    main_repository = repository_name(loaded.module.path, loaded.module.version)
    return names | {f"{main_repository}//:{binary.target}": binary.import_path for binary in lock.binaries}


def _shown(loaded: Loaded) -> dict[str, Path]:
    """Return the user's folders by what a build without folders calls them: the tree's, and those of replacements."""
    folders = {}
    for package in loaded.packages:
        module = package.module
        if module is None or not module.version:
            continue
        replacement = module.replace
        vendored = not module.dir and package.dir
        if vendored or (replacement and replacement.dir and not replacement.version):
            below = package.import_path.removeprefix(module.path)
            folders[f"{module.path}@{module.version}"] = Path(package.dir.removesuffix(below) or "/")
    return folders | ({loaded.module.path: loaded.root} if loaded.root else {})
