"""Load a module: from INPUT to the packages that the go command lists, each module verified on the way."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gomod2bazel import gosum, inputs
from gomod2bazel.cgoflags import check_cgo_flags
from gomod2bazel.errors import TrustError, UsageError
from gomod2bazel.gocommand import GoCommand, error_of
from gomod2bazel.golist import Package, list_packages
from gomod2bazel.gosum import GoSum
from gomod2bazel.lock import Configuration
from gomod2bazel.options import BuildOptions
from gomod2bazel.paths import Caches
from gomod2bazel.process import Runner
from gomod2bazel.sources import Sources, forget_changed, remember
from gomod2bazel.version import Version

__all__ = ["Loaded", "Loader", "check_trust"]

_SETTINGS = (
    "AR", "CC", "CGO_CFLAGS", "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_ENABLED", "CGO_FFLAGS", "CGO_LDFLAGS", "CXX", "FC",
    "GO386", "GOAMD64", "GOARCH", "GOARM", "GOARM64", "GOEXPERIMENT", "GOFLAGS", "GOHOSTARCH", "GOHOSTOS", "GOMIPS",
    "GOMIPS64", "GOMODCACHE", "GOOS", "GOPPC64", "GOPROXY", "GORISCV64", "GOROOT", "GOSUMDB", "GOVERSION", "GOWASM",
    "PKG_CONFIG",
)  # fmt: skip

# The variable that says more of each architecture (`go help environment`).
_ARCH = {
    "386": "GO386", "amd64": "GOAMD64", "arm": "GOARM", "arm64": "GOARM64", "mips": "GOMIPS", "mipsle": "GOMIPS",
    "mips64": "GOMIPS64", "mips64le": "GOMIPS64", "ppc64": "GOPPC64", "ppc64le": "GOPPC64", "riscv64": "GORISCV64",
    "wasm": "GOWASM",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A module, ready to be locked.

    Attributes:
        module: its path, and its version unless it is an unpacked tree.
        packages: all that its packages need, dependencies first, with their errors.
        configuration: what file lists were made for.
        settings: ``go env`` of the run.
        verified: ``PATH@VERSION`` of modules that a go.sum or a checksum database vouched for.
        sources: where modules came from, as GOPROXY.
        root: the tree's folder for an unpacked tree, else None.
    """

    module: Version
    packages: tuple[Package, ...]
    configuration: Configuration
    settings: Mapping[str, str]
    verified: frozenset[str]
    sources: str
    root: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Loads modules with one go command.

    Attributes:
        go: the ``go`` program.
        environment: the user's environment.
        runner: runs it.
        caches: where the private module cache is.
        say: tells the user what goes on.
    """

    go: Path
    environment: Mapping[str, str]
    runner: Runner
    caches: Caches
    say: Callable[[str], None]

    def load(self, options: BuildOptions, platform: tuple[str, str] | None, cwd: Path) -> Loaded:
        """Load what ``options.input`` names, for one platform (None: the go command's own)."""
        wanted = inputs.read_input(options.input, cwd)
        users = GoCommand(path=self.go, environment=self._target(platform), runner=self.runner)
        # A tree's own folder decides which go.work holds; its go line must not send for another toolchain.
        at = wanted.root if isinstance(wanted, inputs.TreeInput) else cwd
        settings = users.with_environment(GOTOOLCHAIN="local").settings((), cwd=at)
        sources = self._sources(options, wanted, settings)
        private = sources.with_module_cache(Path(settings["GOMODCACHE"]))
        cache = self.caches.modules / private.key
        cache.mkdir(parents=True, exist_ok=True)
        forget_changed(cache, private.folders())
        go = users.with_environment(**self._go_environment(users, options, settings, private, cache))
        if isinstance(wanted, inputs.TreeInput):
            loaded = self._load_tree(wanted.root, options, cwd, go, settings, private)
        else:
            loaded = self._load_module(wanted, options, cwd, go, sources, settings, private)
        used = {Version(p.module.path, p.module.version) for p in loaded.packages if p.module}
        remember(cache, private.folders(), used)
        return loaded

    def _target(self, platform: tuple[str, str] | None) -> dict[str, str]:
        environment = dict(self.environment)
        if platform:
            environment |= {"GOOS": platform[0], "GOARCH": platform[1]}
        return environment

    def _sources(self, options: BuildOptions, wanted: object, settings: Mapping[str, str]) -> Sources:
        sources = Sources.parse(options.goproxy or settings["GOPROXY"])
        if isinstance(wanted, inputs.ModuleInput) and wanted.source:
            sources = sources.with_first(wanted.source)
        if options.offline:
            remote = [entry for _, entry in sources.entries if urlsplit(entry).scheme in ("http", "https")]
            far = [entry for entry in remote if urlsplit(entry).hostname not in ("localhost", "127.0.0.1", "::1")]
            if far:
                raise UsageError(f"-offline: {', '.join(far)} would need the network", hint="give -goproxy file://DIR")
        return sources

    def _go_environment(
        self, users: GoCommand, options: BuildOptions, settings: Mapping[str, str], sources: Sources, cache: Path
    ) -> dict[str, str]:
        """Set all that decides what the go command may download, and from where, so that nothing else does."""
        named = not options.offline and (self.environment.get("GOSUMDB") or "GOSUMDB" in _changed(users))
        return {
            "GOPROXY": sources.goproxy,
            "GOMODCACHE": str(cache),
            "GOCACHE": str(self.caches.root / "go-build"),
            "GOFLAGS": "",
            "GONOPROXY": "none",
            "GOSUMDB": settings["GOSUMDB"] if named else "off",
            "GOTOOLCHAIN": "local",
            "GOVCS": "*:off",
            "GO111MODULE": "on",
        }

    def _load_tree(
        self,
        root: Path,
        options: BuildOptions,
        cwd: Path,
        go: GoCommand,
        settings: Mapping[str, str],
        sources: Sources,
    ) -> Loaded:
        flags = _list_flags(options, cwd)
        module = go.json("list", "-m", "-json", *flags, cwd=root)
        main = next((item for item in module if Path(item.get("Dir", "")) == root), None)
        if main is None:
            raise UsageError(
                f"{root} is not a module of the workspace {settings.get('GOWORK', '')}",
                hint="set GOWORK=off, or add it with go work use",
            )
        packages = list_packages(go, ["./..."], flags=flags, cwd=root)
        check_cgo_flags(go, packages, flags, root)
        vouched = frozenset(str(_actual(package)) for package in packages if package.module and package.module.version)
        return self._loaded(Version(main["Path"]), packages, options, settings, vouched, sources, root)

    def _load_module(
        self,
        wanted: inputs.ModuleInput,
        options: BuildOptions,
        cwd: Path,
        go: GoCommand,
        sources: Sources,
        settings: Mapping[str, str],
        private: Sources,
    ) -> Loaded:
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as name:
            folder = Path(name)
            go = go.with_environment(GOWORK="off")
            # Queries ask the user's own sources first: the module cache knows only versions that were once used.
            query = go.with_environment(GOPROXY=",".join(filter(None, [sources.goproxy, private.goproxy])))
            version = inputs.resolve(wanted, query, folder)
            sums = _sumfile(options, cwd)
            (folder / "go.mod").write_text("module gomod2bazel.invalid/fetch\n", encoding="utf-8")
            (folder / "go.sum").write_text(sums.text(), encoding="utf-8")
            fetched = inputs.fetch(version, go, folder, writable=options.modcacherw)
            if options.main_module:
                return self._load_tree(fetched.dir, options, cwd, go, settings, private)
            inputs.check_directives(fetched)
            sums = sums.merged([gosum.read(fetched.dir / "go.sum")])
            inputs.load_directory(folder, fetched, sums, settings["GOVERSION"].removeprefix("go"))
            flags = _list_flags(options, cwd, mod="mod")
            packages = list_packages(go, [f"{version.path}/..."], flags=flags, cwd=folder)
            self._check_build_list(fetched, packages, go)
            check_cgo_flags(go, packages, flags, folder)
            vouched = _vouched(packages, sums, checked=go.environment["GOSUMDB"] != "off")
            if str(version) not in vouched:
                self.say(
                    f"{version}: no go.sum and no checksum database vouches for it (name one with -sumfile or GOSUMDB)"
                )
            return self._loaded(version, packages, options, settings, vouched, private, None)

    def _check_build_list(self, fetched: inputs.Fetched, packages: tuple[Package, ...], go: GoCommand) -> None:
        """Refuse packages of modules that the module's own requirements do not lead to, as ``go install`` does.

        Listing with -mod=mod would otherwise add the newest version of whatever provides a missing import.
        """
        used = {Version(p.module.path, p.module.version) for p in packages if p.module} - {fetched.version}
        if all(module.path in fetched.requires for module in used):
            return
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as name:
            inputs.load_directory(Path(name), fetched, gosum.read(fetched.dir / "go.sum"), "1.21")
            graph = go.run("mod", "graph", cwd=Path(name))
        if graph.code:
            raise error_of(graph.err.strip())
        reached = {word.split("@")[0] for line in graph.out.splitlines() for word in line.split()}
        for package in packages:
            if package.module and package.module.path not in reached:
                what = f"no required module provides package {package.import_path}"
                raise error_of(f"{what}; it is missing from {fetched.version}'s go.mod")

    def _loaded(
        self,
        module: Version,
        packages: tuple[Package, ...],
        options: BuildOptions,
        settings: Mapping[str, str],
        verified: frozenset[str],
        sources: Sources,
        root: Path | None,
    ) -> Loaded:
        variable = _ARCH.get(settings["GOARCH"], "")
        arch = f"{variable}={settings.get(variable, '')}" if variable and settings.get(variable) else ""
        configuration = Configuration(
            go=settings["GOVERSION"].split()[0],
            goos=settings["GOOS"],
            goarch=settings["GOARCH"],
            arch=arch,
            cgo=settings["CGO_ENABLED"] == "1",
            tags=options.tags,
            experiment=settings.get("GOEXPERIMENT", ""),
            buildmode=options.buildmode,
        )
        return Loaded(
            module=module,
            packages=packages,
            configuration=configuration,
            settings=settings,
            verified=verified,
            sources=sources.goproxy,
            root=root,
        )


def _changed(go: GoCommand) -> dict[str, str]:
    """Return what the user set with ``go env -w``."""
    try:
        file = Path(go.settings(("GOENV",)).get("GOENV", ""))
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _list_flags(options: BuildOptions, cwd: Path, mod: str = "") -> list[str]:
    """Return the build flags of ``go list``.

    Profiles are left to the rules, as the go command would list variants; -ldflags can bring in runtime/cgo.
    """
    flags = ["-pgo=off", *([f"-tags={','.join(options.tags)}"] if options.tags else [])]
    flags += ["-modcacherw"] if options.modcacherw else []
    flags += [f"-ldflags={text}" for text in options.ldflags]
    chosen = mod or options.mod
    flags += [f"-mod={chosen}"] if chosen else []
    flags += [f"-modfile={cwd / options.modfile}"] if options.modfile and not mod else []
    return flags


def _actual(package: Package) -> Version:
    return Version(package.home.path, package.home.version)


def _sumfile(options: BuildOptions, cwd: Path) -> GoSum:
    """Read the go.sum that -sumfile names."""
    if not options.sumfile:
        return GoSum()
    path = cwd / options.sumfile
    if not path.is_file():
        raise UsageError(f"-sumfile {options.sumfile}: no such file", hint="name a go.sum with a line for the module")
    return gosum.read(path)


def _vouched(packages: tuple[Package, ...], sums: GoSum, *, checked: bool) -> frozenset[str]:
    """Return the modules whose zip a go.sum line names; all of them where a checksum database was asked too.

    Raises:
        TrustError: a line names another sum than the zip has.
    """
    modules = {package.module.replace or package.module for package in packages if package.module}
    confirmed = {f"{m.path}@{m.version}": sums.confirm_zip(m.path, m.version, m.sum) for m in modules if m.sum}
    return frozenset(name for name, found in confirmed.items() if found or checked)


def _named(package: Package, what: str) -> str:
    """Say of which package the go command speaks, where it does not: what it finds wrong in a zip names no module."""
    return f"{package.import_path}: {what}" if what.startswith("zip: ") else what


def check_trust(loaded: Loaded) -> None:
    """Raise what the go command said against a sum, before anything is built.

    Raises:
        TrustError: a module's zip or go.mod is not what go.sum says, or has no line there.
    """
    found = dict.fromkeys(_named(package, what) for package in loaded.packages for _, what in package.errors)
    refused = [message for message in found if isinstance(error_of(message), TrustError)]
    if refused:
        raise error_of("\n".join(refused))
