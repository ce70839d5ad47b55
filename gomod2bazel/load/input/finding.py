"""Find the module that an INPUT of the sources names: a module path, or a package as ``go install`` takes it.

``go install PACKAGE@VERSION`` takes the longest module path that provides the package at that version
(cmd/go/internal/modload, QueryPattern), and so does this: the path itself is asked for first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, NetworkError, UsageError
from gomod2bazel.base.near_names import near_names, question
from gomod2bazel.base.version import is_exact
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.sources import Sources
from gomod2bazel.load.input.fetched import Database, Fetched, fetch, resolve
from gomod2bazel.load.input.source_reasons import ModuleRequest, explained
from gomod2bazel.options.module_input import ModuleInput
from gomod2bazel.sets.classify import classify_module, view_module
from gomod2bazel.sets.overrides import Overrides

__all__ = ["Finder", "ResolvedInput"]

# A version or a version prefix without its v, as tags of other languages have it.
_WITHOUT_V = re.compile(r"\d+(\.\d+){0,2}([-+][0-9A-Za-z.+-]*)?")

# How many main packages a hint names.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedInput:
    """The module that an INPUT names.

    Attributes:
        fetched: The module.
        packages: Which of its packages INPUT names: import paths, or all below one where it ends in ``/...``; empty for
            the module as a whole.
        note: What the user should know about it, or empty.
    """

    fetched: Fetched
    packages: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Asks sources for modules.

    Attributes:
        go: The go command that may fetch from the sources.
        users: The sources that the user named.
        sources: These and the user's module cache.
        sums: What verifies modules.
        writable: Whether folders of the module cache stay writable.
        database: The checksum database for modules of the network, where the go command does not ask one itself.
    """

    go: GoCommand
    users: Sources
    sources: Sources
    sums: GoSum
    writable: bool = False
    database: Database | None = None

    def find(self, module_input: ModuleInput) -> ResolvedInput:
        """Return the module that INPUT names, fetched and verified.

        Raises:
            MissingModuleError: No source has it; a `NetworkError` where one could not be asked.
            UsageError: A module is there that does not have the package.
            TrustError: Its sum is not what -sumfile or a checksum database says.
        """
        with temporary_folder() as name:
            asking = _Asking(finder=self, folder=Path(name))
            try:
                return ResolvedInput(fetched=asking.fetch(module_input.path, module_input.query))
            except NetworkError as error:
                raise asking.explained(error, module_input) from error
            except MissingModuleError as error:
                resolved = asking.other(module_input) if module_input.is_written else None
                if resolved:
                    return resolved
                raise asking.explained(error, module_input) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """Asks for one INPUT.

    Attributes:
        finder: Asks.
        folder: An empty folder to run the go command in.
    """

    finder: Finder
    folder: Path

    def fetch(self, path: str, query: str) -> Fetched:
        """Fetch a module; queries ask the user's own sources first."""
        # The module cache knows only versions that were once used.
        finder = self.finder
        lists = (finder.users.goproxy, finder.sources.goproxy)
        go = finder.go.with_environment(GOPROXY=",".join(filter(None, lists)))
        version = resolve(ModuleInput(text="", path=path, version=query), go, self.folder)
        module = self.folder / "module"
        write_file(module / "go.mod", "module gomod2bazel.invalid/fetch\n")
        write_file(module / "go.sum", finder.sums.text())
        go = finder.database.go_for(version, finder.go) if finder.database else finder.go
        return fetch(version, go, module, writable=finder.writable)

    def other(self, module_input: ModuleInput) -> ResolvedInput | None:
        """Return the module of a path that is not a module's, or of a version that lacks its v; None without one.

        Raises:
            UsageError: Modules are there, and none has the package.
            NetworkError: A source that may have the module could not be asked.
        """
        lacking: list[Fetched] = []
        for path, query in _candidates(module_input):
            fetched = self._fetched(path, query)
            if fetched is None:
                continue
            rest = module_input.path.removeprefix(path).strip("/")
            if rest and not _provides(fetched.dir / rest, module_input):
                lacking.append(fetched)
                continue
            name = f"{module_input.path}/..." if module_input.is_pattern else module_input.path
            note = f"{module_input.text}: no source has {module_input.query}; building {fetched.version.version}"
            return ResolvedInput(
                fetched=fetched,
                packages=(name,) if rest else (),
                note=note if query != module_input.query else "",
            )
        if lacking:
            raise _no_package(module_input, lacking[0])
        return None

    def _fetched(self, path: str, query: str) -> Fetched | None:
        """Return a module that may be there, or None."""
        try:
            return self.fetch(path, query)
        except NetworkError as error:
            raise self.explained(error, ModuleInput(text="", path=path, version=query)) from error
        except (MissingModuleError, UsageError):
            return None
        except Gomod2bazelError as error:
            # The go command's word on what can be no module path (golang.org/x/mod/module, CheckPath).
            if "malformed module path" in error.what:
                return None
            raise

    def explained(self, error: MissingModuleError, module_input: ModuleInput) -> MissingModuleError:
        """Return an error with the reason of each source."""
        path, query = module_input.path, module_input.query
        request = ModuleRequest(
            path=path,
            query=query,
            sources=self.finder.users,
            again=lambda source: self._alone(source, path, query),
            versions=lambda: self._versions(path),
        )
        return explained(error, request)

    def _alone(self, source: str, path: str, query: str) -> str:
        """Ask one source, and return its error; nothing where it has the module."""
        go = self.finder.go.with_environment(GOPROXY=source)
        answer = _answer(go, "list", "-m", "-json", f"{path}@{query}", cwd=self.folder)
        return answer if isinstance(answer, str) else ""

    def _versions(self, path: str) -> Sequence[str]:
        """Return the versions that sources list for a module; none where they have no list."""
        go = self.finder.go.with_environment(GOPROXY=self.finder.users.goproxy)
        answer = _answer(go, "list", "-m", "-versions", "-json", path, cwd=self.folder)
        versions = answer.get("Versions") if isinstance(answer, dict) else None
        return [version for version in versions or () if is_exact(version)]


def _answer(go: GoCommand, *arguments: str, cwd: Path) -> dict[str, Any] | str:
    """Return the object that a go command printed, or its error."""
    try:
        answer = go.object(*arguments, cwd=cwd)
    except Gomod2bazelError as error:
        return error.what
    refused = answer.get("Error")
    return str(refused.get("Err", refused)) if isinstance(refused, dict) else str(refused) if refused else answer


def _candidates(module_input: ModuleInput) -> Iterator[tuple[str, str]]:
    """Yield module paths and versions that INPUT may mean, but for those that it has, likeliest first."""
    path, query = module_input.path, module_input.query
    elements = path.split("/")
    paths = ["/".join(elements[:length]) for length in range(len(elements), 0, -1)]
    versions = [query, *([f"v{query}"] if _WITHOUT_V.fullmatch(query) else [])]
    yield from ((path, version) for version in versions for path in paths if (path, version) != (paths[0], query))


def _provides(folder: Path, module_input: ModuleInput) -> bool:
    """Return whether a folder of a module is the package, or has the packages, that INPUT names."""
    if not folder.is_dir():
        return False
    return module_input.is_pattern or any(path.suffix == ".go" for path in folder.iterdir())


def _no_package(module_input: ModuleInput, fetched: Fetched) -> UsageError:
    """Return the error for a package that a module does not have."""
    module = fetched.version
    mains = [main.import_path for main in classify_module(view_module(fetched.dir, module.path, {}, ()), Overrides())]
    at = f"@{module_input.version}" if module_input.version else ""
    below = any(main.startswith(f"{module_input.path}/") for main in mains)
    near = near_names(module_input.path, mains)
    more = f" and {len(mains) - _NAMED} more" if len(mains) > _NAMED else ""
    hint = f"name a main package of it: {', '.join(sorted(mains)[:_NAMED])}{more}" if mains else "name another module"
    if below:
        hint = f"{module_input.path}/...{at} names the main packages below it"
    elif near:
        hint = question([f"{path}{at}" for path in near])
    return UsageError(f"no package {module_input.path} in {module}", hint=hint)
