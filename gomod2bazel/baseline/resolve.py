"""The versions that a module is built with under a baseline: a go.mod of its own, which the go command then loads.

Nothing is selected here. The go command selects, from a go.mod that requires the baseline's versions; where it selects
another one all the same, `go mod graph` tells who requires it. A version that may not be used is excluded, by a line
that every requirement of it obeys (Go Modules Reference, "exclude directive").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gomod2bazel.base.disk.files import read_bytes, read_text, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import BuildError, Gomod2bazelError, TrustError
from gomod2bazel.base.json_input import read_object
from gomod2bazel.base.version import Version, newest, precedence
from gomod2bazel.baseline.conflicts import Above, Absent, Replaced
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.baseline.graph.requirements import Graph
from gomod2bazel.baseline.resolution import Edits, Resolution, UnlistedError
from gomod2bazel.golang.command.gocommand import error_of
from gomod2bazel.golang.command.golist import Listing, Module, Package, list_flags, list_packages
from gomod2bazel.golang.command.modinfo import closure
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.patches.patched import Download, PatchedModule, make_patched
from gomod2bazel.load.input.input_module import InputModule
from gomod2bazel.load.input.opened import OpenedInput
from gomod2bazel.load.requested import Requested, requested_by
from gomod2bazel.load.undeclared import settle_unrequired

__all__ = ["Resolver"]


def _go_mod_of(opened: InputModule, cwd: Path) -> str:
    """Return what the user would call a module's go.mod."""
    if opened.fetched:
        return f"{opened.module}/go.mod"
    root = opened.root.relative_to(cwd) if opened.root.is_relative_to(cwd) else opened.root
    return str(root / "go.mod")


class Resolver:
    """Resolves one module under one baseline.

    Args:
        source: the module, opened; packages that it does not ask for, and what they alone need, do not count.
        baseline: the versions.
        lower: whether requirements above the baseline are reported and lowered; otherwise they are used.
        with_graph: whether the resolution holds the graph of requirements.
    """

    def __init__(
        self,
        source: OpenedInput,
        baseline: Baseline,
        *,
        lower: bool = True,
        with_graph: bool = False,
    ) -> None:
        opened, options = source.opened, source.options
        self.opened = opened
        self.baseline = baseline
        self.flags = list_flags(options.load, mod="mod")
        self.hierarchy = source.session.caches.patched
        self.where = _go_mod_of(opened, source.session.cwd)
        self.requested = requested_by(source.mains, source.choose, options.load.compile.buildmode)
        self.lower = lower
        self.forced = options.versions.baseline_mode == "force"
        self.with_graph = with_graph
        self.go = opened.go.with_environment(GOWORK="off")
        self.sums = opened.sums.merged([gosum.read(opened.root / "go.sum"), baseline.sums])
        self.edits = Edits()
        self.provided: dict[str, str] = {}
        self.direct: list[str] = []
        self.tried = self.written = ""
        self.first: Mapping[str, Module] = {}
        self.modules: Mapping[str, Module] = {}
        self.graph: Graph | None = None
        self.earlier: Graph | None = None
        self.problems: list[Above | Replaced] = []
        self.patched: dict[str, PatchedModule] = {}

    def resolve(self, patterns: Sequence[str]) -> Resolution:
        """Find the versions that packages matching ``patterns`` are built with.

        Raises:
            UnlistedError: the packages cannot be listed with the baseline's versions.
            Gomod2bazelError: the packages cannot be listed, or a patch does not apply.
        """
        with temporary_folder() as name:
            self.folder = Path(name)
            self.base = self._base()
            self._begin()
            self.modules = self.first = self._modules(patterns)
            while sum(self._settle(module) for module in self.modules.values()):
                try:
                    self.modules = self._modules(patterns)
                except Gomod2bazelError as error:
                    # The version that the baseline has instead of a higher one may be nowhere to be had.
                    raise UnlistedError(error, self._conflicts()) from error
            added = gosum.read(self.folder / "go.sum")
            known = set(self.sums.sums)
            return Resolution(
                go_mod=self._read_go_mod(),
                sums=self.sums,
                added=GoSum(sums={key: value for key, value in added.sums.items() if key not in known}),
                go=self.go,
                used={path: module.version for path, module in self.modules.items()},
                problems=self._conflicts(),
                patched=self.patched,
                go_line=self._go_line(),
                graph=self._graph() if self.with_graph else None,
            )

    def _conflicts(self) -> tuple[Above | Absent | Replaced, ...]:
        """Return all problems; where some end the run, those too that only the first listing could see."""
        seen = {**self.first, **self.modules} if self.problems and not self.forced else self.modules
        return (*self.problems, *self._absent(seen[path] for path in sorted(seen)))

    def _go_line(self) -> str:
        """Return the go line that the go command has raised: a module's is never below those of what it requires."""
        go_lines = [re.findall(r"^go (\S+)$", text, re.MULTILINE) for text in (self.base, self._read_go_mod())]
        return go_lines[1][0] if self.opened.is_main and go_lines[1] and go_lines[0] != go_lines[1] else ""

    def _read_go_mod(self) -> str:
        return read_text(self.folder / "go.mod")

    def _base(self) -> str:
        """Return the go.mod to begin with: the module's own, or that of a folder which requires it."""
        if self.opened.is_main:
            return read_text(self.opened.root / "go.mod")
        if self.opened.fetched:
            self.opened.fetched.check_directives()
            version = self.opened.settings["GOVERSION"].removeprefix("go")
            self.opened.fetched.write_load_directory(self.folder, self.sums, version)
        return read_text(self.folder / "go.mod")

    def _begin(self) -> None:
        """Take the baseline's versions for what the module requires, unless that would lower them unseen."""
        write_file(self.folder / "go.mod", self.base)
        directives = self._edit("-json")
        versions = self.baseline.versions
        required = [item for item in directives.get("Require") or () if item["Path"] != self.opened.module.path]
        leaf_directives = (
            directives if self.opened.is_main or not self.opened.fetched else self.opened.fetched.directives
        )
        self.direct = [item["Path"] for item in leaf_directives.get("Require") or () if not item.get("Indirect")]
        self.edits.requires = {
            item["Path"]: newest(versions[item["Path"]], item["Version"])
            for item in required
            if item["Path"] in versions
        }
        for item in directives.get("Replace") or ():
            old, by = (Version(item[end]["Path"], item[end].get("Version", "")) for end in ("Old", "New"))
            if old.path in versions:
                self.edits.drops[old] = None
                version = Version(old.path, versions[old.path])
                self.problems.append(Replaced(where=self.where, version=version, by=by))
        self.edits.replaces = {old: new for old, new in self.baseline.replaces if old.path != self.opened.module.path}

    def _modules(self, patterns: Sequence[str]) -> dict[str, Module]:
        """Return the modules that provide packages, as the go command selects them."""
        # In a tree the go command adds nothing unasked; that it may here is for versions to be raised.
        requested: Callable[[Package], Requested] = (
            (lambda _package: Requested.NOT) if self.opened.is_main else self.requested
        )
        kept = settle_unrequired(self._listed(patterns), self._listed, self.opened.module, requested)
        if not kept.listed:
            # What the go command has added is of no binary.
            self._write()
        packages = kept.packages
        self.written, self.graph = self.tried, None
        by_path = {package.import_path: package for package in packages}
        roots = [package.import_path for package in packages if package.named and self.requested(package)]
        needed = {package.import_path: package for root in roots for package in closure(root, by_path)}.values()
        module_path = self.opened.module.path
        return {
            p.module.path: p.module for p in needed if p.module and not p.module.main and p.module.path != module_path
        }

    def _listed(self, what: Sequence[str]) -> Listing:
        """List packages; a missing import is looked for in the baseline's modules before any newest version."""
        self.provided = {}
        while True:
            self._write()
            listing = list_packages(self.go, what, flags=self._flags(), cwd=self._cwd)
            more = {} if self.opened.is_main else self._providers(listing.sought)
            if not more:
                return listing
            self.provided |= more

    def _providers(self, sought: Iterable[str]) -> dict[str, str]:
        """Return the baseline's version of each module that may have one of some packages and is not required yet."""
        known = {*self.edits.requires, *self.provided, self.opened.module.path}
        versions = self.baseline.versions
        providers = (max((m for m in versions if f"{p}/".startswith(f"{m}/")), key=len, default="") for p in sought)
        return {module: versions[module] for module in providers if module and module not in known}

    @property
    def _cwd(self) -> Path:
        return self.opened.root if self.opened.is_main else self.folder

    def _flags(self) -> list[str]:
        return [*self.flags, f"-modfile={self.folder / 'go.mod'}"]

    def _write(self) -> None:
        write_file(self.folder / "go.mod", self.base)
        write_file(self.folder / "go.sum", self.sums.text())
        provided = [f"-require={path}@{version}" for path, version in self.provided.items()]
        flags = [*provided, *self.edits.flags()]
        if flags:
            self._edit(*flags)
        self.tried = self._read_go_mod()

    def _edit(self, *flags: str) -> dict[str, Any]:
        done = self.go.run("mod", "edit", *flags, str(self.folder / "go.mod"), cwd=self.folder)
        if done.code:
            raise BuildError(done.err.strip().replace(f"{self.folder}/", ""), where=self.where)
        go_mod: dict[str, Any] = read_object(done.out, "go mod edit -json") if done.out else {}
        return go_mod

    def _settle(self, module: Module) -> bool:
        """Bring one module to the baseline's version; tell whether anything had to be changed for that."""
        version = self.baseline.versions.get(module.path)
        if version is None:
            return False
        if precedence(module.version) < precedence(version):
            self.edits.requires[module.path] = version
            return True
        if precedence(module.version) > precedence(version):
            return self.lower and self._lower(Version(module.path, version), module.version)
        return self._patch(Version(module.path, version))

    def _lower(self, target: Version, selected: str) -> bool:
        graph = self._graph()
        higher = [
            version for version in graph.versions(target.path) if precedence(version) > precedence(target.version)
        ]
        for version in higher or [selected]:
            required = Version(target.path, version)
            if required in self.edits.excludes:
                raise BuildError(f"{required} is selected, although the baseline has {target.version}")
            chain = graph.chain(required)
            where = self.baseline.where(target.path)
            self.problems.append(Above(where=where, version=target, required=version, chain=chain))
            self.edits.excludes[required] = None
        self.edits.requires[target.path] = target.version
        return True

    def _graph(self) -> Graph:
        """Return the graph of what was last listed, from the go.mod before the go command raised what it lists."""
        if self.graph is None:
            copy = self.folder / "graph.mod"
            write_file(copy, self.written)
            write_file(copy.with_suffix(".sum"), read_bytes(self.folder / "go.sum"))
            done = self.go.run("mod", "graph", f"-modfile={copy}", cwd=self._cwd)
            if done.code and self.earlier:
                # A version that the baseline has may be nowhere to be had; the graph with the one wanted tells enough.
                return self.earlier
            if done.code:
                raise error_of(done.err.strip() or done.describe())
            graph = Graph.parse(done.out, self.direct)
            # The folder that requires path@version is of no interest to anybody.
            self.graph = self.earlier = graph if self.opened.is_main else graph.started_at(self.opened.module)
        return self.graph

    def _patch(self, module: Version) -> bool:
        files = self.baseline.patches.get(module)
        if not files or module.path in self.patched:
            return False
        original = self._download(module)
        patched = make_patched(original, {self.baseline.shown(file): file for file in files}, self.hierarchy)
        self.patched[module.path] = patched
        self.sums = self.sums.merged([patched.go_sum])
        self.edits.replaces[module] = patched.version
        source = self.hierarchy.as_uri()
        if not self.go.environment["GOPROXY"].startswith(source):
            self.go = self.go.with_environment(GOPROXY=f"{source},{self.go.environment['GOPROXY']}")
        return True

    def _download(self, module: Version) -> Download:
        """Fetch what is to be patched; what verifies it is asked before it is."""
        with temporary_folder() as name:
            folder = Path(name)
            write_file(folder / "go.mod", "module gomod2bazel.invalid/fetch\n")
            write_file(folder / "go.sum", self.sums.text())
            answer = self.go.object("mod", "download", "-json", "-modcacherw", str(module), cwd=folder)
        if "Error" in answer:
            raise error_of(answer["Error"])
        listed = self.sums.confirm_zip(module.path, module.version, answer["Sum"])
        if self.opened.is_main and not listed and self.go.environment["GOSUMDB"] == "off":
            raise TrustError(
                f"{module}: missing go.sum entry for a patched module",
                hint="gomod2bazel baseline update FILE LEAF... adds it",
            )
        return Download(
            module=module,
            zip=Path(answer["Zip"]),
            sum=answer["Sum"],
            go_mod_sum=answer["GoModSum"],
            verified=listed or self.go.environment["GOSUMDB"] != "off",
        )

    def _absent(self, modules: Iterable[Module]) -> list[Absent]:
        """Return the modules that the baseline lacks; a folder in a module's place is a part of that module's tree."""
        absent = []
        for module in modules:
            if module.path not in self.baseline.versions and (module.replace is None or module.replace.version):
                version = Version(module.path, module.version)
                where = self.baseline.name
                absent.append(Absent(where=where, version=version, chain=self._graph().chain(version)))
        return absent
