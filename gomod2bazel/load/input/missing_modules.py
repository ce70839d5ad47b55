"""All modules that are missing, at once: which, through what they are required, and who was asked.

The go command names the first go.mod that it cannot read, or the zips it could not read for the packages it got to. To
find more of them, it runs again with empty go.mod files in place of those that are missing, in a folder and a
module cache that are thrown away: nothing of that is ever built from.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.digraph import chain_in, ways_from
from gomod2bazel.base.disk.files import make_folder, read_bytes, remove_tree, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import Gomod2bazelError, MissingModuleError, NetworkError
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.version import Version, escape
from gomod2bazel.golang.causes.failed_sources import cause_of, hint_of
from gomod2bazel.golang.command.gocommand import GoCommand, reported_missing
from gomod2bazel.golang.command.golist import list_flags, list_packages
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.options.options import LoadOptions

__all__ = ["all_missing"]

_ROUNDS = 30
_SECONDS = 60.0
_HINT = (
    "add a source that has them to -goproxy; gomod2bazel never uses 'direct'. On a machine with a "
    "network, gomod2bazel fetch fills a folder to copy here"
)


def all_missing(
    error: MissingModuleError, opened: InputModule, options: LoadOptions, roots: Collection[str] = ()
) -> MissingModuleError:
    """Return an error that names every missing module, or the one given where it names none.

    Args:
        error: what was found first.
        opened: the module that is loaded.
        options: what it is loaded with.
        roots: import paths of what is to be built; empty for all of the module.
    """
    first = {Version(*name.rsplit("@", 1)): reason for name, reason in error.modules.items()}
    if not first:
        return error
    with temporary_folder() as name:
        search = _Search(opened=opened, options=options, roots=tuple(roots), folder=Path(name), missing=first)
        try:
            search.run()
        except Gomod2bazelError:
            # What was found so far is true all the same.
            search.complete = False
        chains = {str(module): chain for module, chain in search.chains().items()}
        lines = search.lines(chains)
        modules = {str(module): reason for module, reason in {**search.unseen, **search.missing}.items()}
        remove_tree(search.cache)
    text = "\n".join([*lines, *error.not_built])
    cause, reason = next(((cause, reason) for reason in modules.values() if (cause := cause_of(reason))), (None, ""))
    kind = NetworkError if cause else MissingModuleError
    hint = hint_of(cause, reason) if cause else _HINT
    return kind(text, hint=hint, outputs=error.outputs, not_built=error.not_built).of_modules(modules, chains)


@dataclass(slots=True, kw_only=True)
class _Search:
    """Looks for missing modules behind those that are known.

    Attributes:
        folder: an empty one.
        missing: what is missing, and the go command's message about it.
        unseen: possibly missing: the modules that require them could not be read.
        complete: whether the search came to its end.
    """

    opened: InputModule
    options: LoadOptions
    roots: tuple[str, ...]
    folder: Path
    missing: dict[Version, str]
    unseen: dict[Version, str] = field(default_factory=dict)
    complete: bool = True

    @property
    def cache(self) -> Path:
        """The module cache of the search."""
        return self.folder / "cache"

    def run(self) -> None:
        """Search to the end, or until it takes too long."""
        if self.opened.fetched is None and not self._is_plain_tree():
            self.complete = False
            return
        self._write_folder()
        ends, rounds = time.monotonic() + _SECONDS, 0
        stubbed: set[Version] = set()
        while lacking := {module for module, reason in self.missing.items() if ".mod" in reason} - stubbed:
            rounds += 1
            if rounds > _ROUNDS or time.monotonic() > ends:
                self.complete = False
                return
            self._stub(lacking)
            stubbed |= lacking
            self._note(reported_missing(self._listed()))
        self._look_below()

    def _is_plain_tree(self) -> bool:
        """Return whether -modfile can stand in for its go.mod: not in a workspace, nor with a vendor directory."""
        workspace = self.opened.settings.get("GOWORK", "")
        return workspace in ("", "off") and not (self.opened.root / "vendor").exists() and not self.options.modfile

    def _note(self, more: Mapping[Version, str]) -> None:
        for module, reason in more.items():
            self.missing.setdefault(module, reason)

    def _write_folder(self) -> None:
        opened = self.opened
        if opened.fetched and not opened.is_main:
            version = opened.settings["GOVERSION"].removeprefix("go").split()[0]
            opened.fetched.write_load_directory(self.folder, GoSum(), version)
        else:
            write_file(self.folder / "go.mod", read_bytes(opened.root / "go.mod"))

    def _stub(self, modules: Iterable[Version]) -> None:
        for module in modules:
            base = self.folder / "stubs" / escape(module.path) / "@v"
            make_folder(base)
            write_file(base / f"{escape(module.version)}.mod", f"module {module.path}\n")
            info = json.dumps({"Version": module.version})
            write_file(base / f"{escape(module.version)}.info", info)

    @property
    def _go(self) -> GoCommand:
        opened = self.opened
        known = [self.folder / "stubs", opened.cache / "cache" / "download"]
        goproxy = ",".join([*(path.as_uri() for path in known), opened.sources.goproxy])
        return opened.go.with_environment(
            GOPROXY=goproxy, GOMODCACHE=str(self.cache), GOSUMDB="off", GOFLAGS="-modcacherw"
        )

    def _place(self) -> tuple[list[str], Path]:
        """Return the flags and the folder in which the go command sees the module with what it requires."""
        flags = list_flags(self.options, mod="mod")
        if not self.opened.is_main:
            return flags, self.folder
        return [*flags, f"-modfile={self.folder / 'go.mod'}"], self.opened.root

    def _listed(self) -> str:
        """List as the loader does, and return the go command's errors."""
        flags, cwd = self._place()
        module = self.opened.module.path
        try:
            packages = list_packages(self._go, self.roots or (f"{module}/...",), flags=flags, cwd=cwd).packages
        except Gomod2bazelError as error:
            return error.what
        return "\n".join(what for package in packages for _, what in package.errors)

    def _look_below(self) -> None:
        """Look at what modules without a zip require: their packages may need it, and cannot be asked."""
        looked: set[Version] = set()
        while more := ({*self.missing, *self.unseen} - looked):
            looked |= more
            # Brings the go.mod files that loading had no need of.
            self._refused(module for module in more if not self._file(module, ".mod"))
            required = {path: version for module in more for path, version in self._requires(module).items()}
            selected = self._selected(required) - looked - self.missing.keys()
            with_zip = {module for module in selected if self._file(module, ".zip")}
            if selected - with_zip:
                self.unseen |= self._refused(selected - with_zip)

    def _selected(self, required: Mapping[str, str]) -> set[Version]:
        """Return the versions that the build list holds of some modules; those required where it cannot be had."""
        flags, cwd = self._place()
        flags = [flag for flag in flags if flag.startswith("-mod")]
        answers = (
            self._go.json("list", "-m", "-e", "-json", *flags, "--", *sorted(required), cwd=cwd) if required else []
        )
        plain = (item for item in answers if item["Path"] in required and not item.get("Replace"))
        return {Version(item["Path"], item.get("Version") or required[item["Path"]]) for item in plain}

    def _refused(self, modules: Iterable[Version]) -> dict[Version, str]:
        """Return the modules among those given that no source has, with the reason for each."""
        apart = self.folder / "apart"
        make_folder(apart)
        write_file(apart / "go.mod", "module gomod2bazel.invalid/apart\n")
        named = sorted(map(str, modules))
        answers = self._go.json("mod", "download", "-json", *named, cwd=apart) if named else []
        # A version without .info can be built from: only what asks for versions wants that.
        failed = (item for item in answers if item.get("Error") and ".info" not in item["Error"])
        texts = {Version(item["Path"], item["Version"]): item["Error"] for item in failed}
        return {module: reported_missing(f"{module}: {text}").get(module) or text for module, text in texts.items()}

    def _file(self, module: Version, suffix: str) -> Path | None:
        """Return a file of a module that one of the two caches holds."""
        name = f"{escape(module.path)}/@v/{escape(module.version)}{suffix}"
        paths = (cache / "cache" / "download" / name for cache in (self.opened.cache, self.cache))
        return next((path for path in paths if path.is_file()), None)

    def _requires(self, module: Version) -> dict[str, str]:
        """Return what a module requires: path to version."""
        file = self.opened.root / "go.mod" if module == self.opened.module else self._file(module, ".mod")
        if file is None:
            return {}
        done = self.opened.go.run("mod", "edit", "-json", str(file))
        if done.code:
            return {}
        return {
            item["Path"]: item["Version"] for item in read_object(done.out, "go mod edit -json").get("Require") or ()
        }

    def lines(self, chains: Mapping[str, tuple[str, ...]]) -> list[str]:
        """Return the message: each module with its chain, then the sources."""
        number = len(self.missing) + len(self.unseen)
        lines = [f"{number} modules are missing:" if number > 1 else "a module is missing:"]
        for module in sorted({*self.missing, *self.unseen}):
            doubt = "" if module in self.missing else " (possibly required by a module that could not be read)"
            lines.append(f"{module}{doubt}: {self._reason(self.missing.get(module) or self.unseen[module])}")
            lines += [f"\t{'  ' * depth}{link}" for depth, link in enumerate(chains.get(str(module), ()))]
        lines += [] if self.complete else ["more modules may be missing: some requirements could not be read"]
        sources = self.opened.sources
        left_out = " ('direct' was left out: version control is never asked)" if sources.names_direct else ""
        return [*lines, f"sources asked: {sources.shown}{left_out}"]

    def _reason(self, reason: str) -> str:
        """Return a reason without the file that the user's module cache lacks: nobody named that as a source."""
        cache = self.opened.sources.module_cache
        file = re.fullmatch(rf"reading {re.escape(cache)}/\S+\.(zip|mod): no such file or directory", reason)
        if not cache or file is None:
            return reason
        return f"no source has its {'zip' if file[1] == 'zip' else 'go.mod'}"

    def chains(self) -> dict[Version, tuple[str, ...]]:
        """Return the shortest way through go.mod files from the input to each module, or to its path where no other."""
        modules = {*self.missing, *self.unseen}
        before = ways_from([self.opened.module], self._needs)
        return {module: tuple(map(str, chain_in(before, module))) for module in modules if module in before}

    def _needs(self, module: Version) -> list[Version]:
        return [Version(path, version) for path, version in self._requires(module).items()]
