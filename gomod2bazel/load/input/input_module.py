"""The module that INPUT names, unpacked and verified: its own files alone, nothing of what it needs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.disk.working_folder import is_same
from gomod2bazel.base.errors import Gomod2bazelError, UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.version import Version
from gomod2bazel.golang.causes.module_files import file_error_of
from gomod2bazel.golang.command.gocommand import GoCommand, error_of
from gomod2bazel.golang.command.golist import list_flags
from gomod2bazel.golang.command.overlay import check_module_cache
from gomod2bazel.golang.proxy import gosum
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.golang.proxy.module_cache import ModuleCache, open_module_cache
from gomod2bazel.golang.proxy.prefix_patterns import matches_prefix
from gomod2bazel.golang.proxy.relay import Relay
from gomod2bazel.golang.proxy.sources import Sources, database_name, redacted
from gomod2bazel.load.input.fetched import Database, Fetched
from gomod2bazel.load.input.finding import Finder
from gomod2bazel.options.module_input import Input, ModuleInput, TreeInput
from gomod2bazel.options.options import LoadOptions, ModuleOptions, SourceOptions

__all__ = ["InputModule", "Opener"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputModule:
    """A module, for one platform.

    Attributes:
        module: its path, and its version unless it is an unpacked tree.
        root: its folder.
        fetched: what was fetched; None for an unpacked tree.
        go: the go command as it may run for this module: it fetches from its sources and nowhere else.
        settings: ``go env`` of the user's own go command.
        sources: where modules come from.
        cache: the module cache in use: the private one of these sources, or a fresh one.
        module_cache: the private one.
        sums: what -sumfile says, and a baseline.
        is_main: whether it is built as a main module: an unpacked tree, or any module with -main-module.
        go_mod: the go.mod to load path@version with, with the versions of a baseline; otherwise empty.
        packages: import paths of the packages that INPUT names, or a pattern that ends in ``/...``; empty for all.
        database: the checksum database for modules of the network, where some sources are folders; None where the go
            command asks one itself, or none is asked.
    """

    module: Version
    root: Path
    fetched: Fetched | None
    go: GoCommand
    settings: Mapping[str, str]
    sources: Sources
    cache: Path
    module_cache: ModuleCache
    sums: GoSum
    is_main: bool
    go_mod: str = ""
    packages: tuple[str, ...] = ()
    database: Database | None = None

    def is_checked(self, module: Version) -> bool:
        """Return whether a checksum database is asked for a module that no go.sum lists."""
        if self.go.environment["GOSUMDB"] != "off":
            return not matches_prefix(self.settings.get("GONOSUMDB", ""), module.path)
        return self.database is not None and self.database.covers(module)

    def verifies(self, module: Version, zip_sum: str) -> bool:
        """Return whether a checksum database or the user's go.sum verifies a module that was fetched.

        Raises:
            TrustError: go.sum lists another sum.
        """
        return self.sums.confirm_zip(module.path, module.version, zip_sum) or self.is_checked(module)

    def remember(self, modules: set[Version]) -> None:
        """Note what the sources looked like when they gave ``modules``, so that a change of theirs is seen."""
        self.module_cache.note(modules)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a module is, and the go command that works there; attributes as those of `InputModule`."""

    module: Version
    root: Path
    go: GoCommand
    packages: tuple[str, ...]
    fetched: Fetched | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Brings the modules of INPUTs.

    Attributes:
        session: environment, runner, and the caches where the private module caches are.
        go: the ``go`` program.
        fresh: a module cache to fill in place of the private one, which is then the first source; or None.
    """

    session: Session
    go: Path
    fresh: Path | None = None

    def open(self, options: ModuleOptions, platform: tuple[str, str] | None) -> InputModule:
        """Return the module that ``options.input`` names, for one platform (None: the go command's own).

        Raises:
            UsageError: -offline forbids a source, or the go command refuses its settings.
            MissingModuleError: no source has it.
            TrustError: its sum is not what -sumfile or a checksum database says.
        """
        users = GoCommand.of(self.session, self.go).with_environment(**_target(platform))
        settings = self._checked_settings(users, options.input)
        sources = _sources(options.sources, options.input, settings)
        users_cache = _users_cache(settings)
        check_module_cache(options.load.overlaid, users_cache)
        private = sources.with_module_cache(users_cache)
        module_cache = open_module_cache(self.session.caches.modules, private)
        go = self._private_go(users, private, module_cache)
        databases = self._databases(options.sources, settings, (sources, private))
        go, checking = (_asking(go, name, options.sources, private, module_cache) for name in databases)
        database = None
        if databases[1] != "off":
            database = Database(go=checking, sources=sources, without=settings.get("GONOSUMDB", ""))
        sums = _sumfile(options.sources, self.session.cwd)
        if isinstance(options.input, TreeInput):
            place = self._tree(options.input, options.load, go, settings)
        else:
            finder = Finder(
                go=go.with_environment(GOWORK="off"),
                users=sources,
                sources=private,
                sums=sums,
                writable=options.load.modcacherw,
                database=database,
            )
            place = self._version(options.input, finder)
        opened = InputModule(
            module=place.module,
            root=place.root,
            fetched=place.fetched,
            go=place.go,
            settings=settings,
            sources=private,
            cache=self.fresh or module_cache.folder,
            module_cache=module_cache,
            sums=sums,
            is_main=place.fetched is None or options.load.main_module,
            packages=place.packages,
            database=database,
        )
        opened.remember({place.module})
        return opened

    def _checked_settings(self, users: GoCommand, module_input: Input) -> Mapping[str, str]:
        """Return ``go env`` where INPUT is.

        Raises:
            UsageError: GOFLAGS or GO111MODULE is such that no module can be built.
        """
        # A tree's own folder decides which go.work holds; its go line must not send for another toolchain.
        at = module_input.root if isinstance(module_input, TreeInput) else self.session.cwd
        settings = users.with_environment(GOTOOLCHAIN="local").settings((), cwd=at)
        _check_go_flags(users, settings)
        if settings.get("GO111MODULE") == "off":
            raise UsageError(
                "modules disabled by GO111MODULE=off", hint="unset GO111MODULE: gomod2bazel builds modules only"
            )
        return settings

    def _tree(self, tree: TreeInput, options: LoadOptions, go: GoCommand, settings: Mapping[str, str]) -> _Place:
        module, root = _tree_module(tree.root, options, go, settings, self.session.cwd)
        if root != tree.root:
            # From there the go command might find another go.work.
            go = go.with_environment(GOWORK=settings.get("GOWORK", ""))
        return _Place(module=module, root=root, go=go, packages=tree.packages(module.path))

    def _version(self, module_input: ModuleInput, finder: Finder) -> _Place:
        resolved = finder.find(module_input)
        if resolved.note:
            self.session.note(resolved.note)
        fetched = resolved.fetched
        return _Place(
            module=fetched.version, root=fetched.dir, go=finder.go, packages=resolved.packages, fetched=fetched
        )

    def settings(self) -> Mapping[str, str]:
        """Return ``go env`` of the user's own go command."""
        users = GoCommand.of(self.session, self.go).with_environment(GOTOOLCHAIN="local")
        return users.settings((), cwd=self.session.cwd)

    def _private_go(self, users: GoCommand, sources: Sources, cache: ModuleCache) -> GoCommand:
        """Return the go command that fetches from ``sources`` into the private module cache, or the fresh one."""
        go = users.with_environment(**self._go_environment(sources, cache.folder))
        if self.fresh:
            kept = sources.with_first((cache.folder / "cache" / "download").as_uri())
            go = go.with_environment(GOPROXY=kept.goproxy, GOMODCACHE=str(self.fresh))
        return go

    def _databases(
        self,
        options: SourceOptions,
        settings: Mapping[str, str],
        sources: tuple[Sources, Sources],
    ) -> tuple[str, str]:
        """Return the checksum databases, as GOSUMDB names them: for modules of any source, and of the network alone.

        Args:
            options: what the user says about sources.
            settings: ``go env``.
            sources: the user's, and these with the module cache among them.
        """
        database = settings.get("GOSUMDB", "off")
        if self.session.environment.get("GOSUMDB") or "GOSUMDB" in _changed(settings):
            # Without a network it is asked where a source holds it; who named it then learns what it lacks.
            is_asked = not options.offline or sources[1].may_hold_database(database)
            return database if is_asked else "off", "off"
        # The go command's default is for modules of the network.
        if options.offline or not sources[0].far:
            return "off", "off"
        return ("off", database) if sources[0].folders() else (database, "off")

    def _go_environment(self, sources: Sources, cache: Path) -> dict[str, str]:
        """Set all that decides what the go command may download, and from where, so that nothing else does."""
        return {
            "GOPROXY": sources.goproxy,
            "GOMODCACHE": str(cache),
            "GOCACHE": str(self.session.caches.root / "go-build"),
            # What decides a build does not come from where others may store something.
            "GOCACHEPROG": "",
            # The scratch folder of this run: where the go command is killed, nothing of it is left.
            "GOTMPDIR": tempfile.gettempdir(),
            "GOFLAGS": "",
            "GONOPROXY": "none",
            "GOTOOLCHAIN": "local",
            "GOVCS": "*:off",
            "GO111MODULE": "on",
        }


def _target(platform: tuple[str, str] | None) -> dict[str, str]:
    return {"GOOS": platform[0], "GOARCH": platform[1]} if platform else {}


def _users_cache(settings: Mapping[str, str]) -> Path:
    folder = Path(settings["GOMODCACHE"])
    if not folder.is_absolute():
        # The go command's words (cmd/go/internal/modfetch, checkCacheDir).
        raise UsageError(
            f'GOMODCACHE entry is relative; must be absolute path: "{folder}"',
            hint="go env -w GOMODCACHE=/whole/path, or unset GOMODCACHE",
        )
    return folder


def _sources(options: SourceOptions, module_input: Input, settings: Mapping[str, str]) -> Sources:
    sources = Sources.parse(options.goproxy or settings["GOPROXY"])
    if isinstance(module_input, ModuleInput) and module_input.source:
        sources = sources.with_first(module_input.source)
    if options.offline:
        far = [redacted(entry) for entry in sources.far]
        if far:
            raise UsageError(f"-offline: the network is needed for {', '.join(far)}", hint="give -goproxy file://DIR")
    return sources


def _relay(options: SourceOptions, sources: Sources, environment: Mapping[str, str]) -> Relay | None:
    """Return the relay to the sources that are not folders, and to the checksum database where the user named one."""
    urls = list(sources.remote)
    if environment["GOSUMDB"] != "off":
        name, _, url = environment["GOSUMDB"].partition(" ")
        # NAME, NAME+HASH+KEY, or either and the URL it is asked at (go help environment).
        urls.append(url.strip() or f"https://{database_name(name)}")
    if not urls:
        return None
    return Relay.to(
        urls, environment, allowed=options.allowed_hosts, deadline=options.deadline, offline=options.offline
    )


def _check_go_flags(go: GoCommand, settings: Mapping[str, str]) -> None:
    """Let the go command report flags in GOFLAGS that none of its commands has; `go env` hides that."""
    if not settings.get("GOFLAGS"):
        return
    refused = error_of(go.with_environment(GOTOOLCHAIN="local").run("version").err)
    if isinstance(refused, UsageError):
        raise refused


def _changed(settings: Mapping[str, str]) -> dict[str, str]:
    """Return what the user set with ``go env -w``, by what ``go env`` says of its file."""
    try:
        file = Path(settings.get("GOENV", ""))
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _tree_module(
    root: Path, options: LoadOptions, go: GoCommand, settings: Mapping[str, str], cwd: Path
) -> tuple[Version, Path]:
    """Return the module of a tree, and what the go command calls the tree's folder: go.work may use another name."""
    try:
        modules = go.json("list", "-m", "-json", *list_flags(options), cwd=root)
    except Gomod2bazelError as error:
        raise file_error_of(error, root, cwd, settings.get("GOWORK", "")) from error
    mains = [item for item in modules if item.get("Main") and item.get("Dir")]
    named = (item for item in mains if Path(item["Dir"]) == root)
    main = next(named, None) or next((item for item in mains if is_same(Path(item["Dir"]), root)), None)
    if not any("Dir" in item for item in modules):
        raise UsageError(
            "no modules were found in the current workspace; see 'go help work'",
            hint="add a use line to go.work, or set GOWORK=off",
        )
    if main is None:
        raise UsageError(
            f"{root} is not a module of the workspace {settings.get('GOWORK', '')}",
            hint="set GOWORK=off, or add it with go work use",
        )
    return Version(main["Path"]), Path(main["Dir"])


def _asking(go: GoCommand, database: str, options: SourceOptions, sources: Sources, cache: ModuleCache) -> GoCommand:
    """Return the go command with the relay to what it may ask: the sources and a checksum database, or "off"."""
    go = go.with_environment(GOSUMDB=database)
    if database != "off":
        # There the go command keeps the newest state of the database that it saw; what these sources hold of it may be
        # older than the answers of others.
        go = go.with_environment(GOPATH=str(cache.gopath))
    return replace(go, relay=_relay(options, sources, go.environment))


def _sumfile(options: SourceOptions, cwd: Path) -> GoSum:
    """Read the go.sum that -sumfile names."""
    if not options.sumfile:
        return GoSum()
    path = cwd / options.sumfile
    if not path.is_file():
        raise UsageError(f"-sumfile {options.sumfile}: no such file", hint="name a go.sum with a line for the module")
    return gosum.read(path)
