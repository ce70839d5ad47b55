"""The lock: all that the rules need to know of a module, its dependencies and the standard library.

Plain data that prints to the same JSON each time; docs/lock.md describes each key. No path of this machine is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gomod2bazel.base.digraph import reachable
from gomod2bazel.golang.command.configuration import Configuration
from gomod2bazel.lock.file.attributes import BinaryVariant, MainModule, PackageAttributes, PackageVariant, Patched
from gomod2bazel.lock.file.compact import lock_text
from gomod2bazel.sets.model.scoring import Evidence

__all__ = [
    "Broken",
    "Lock",
    "LockedBinary",
    "LockedModule",
    "LockedPackage",
    "LockedSdk",
    "OverlaidFile",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """One package: identity, imports, and the attributes of its go_library.

    In a lock of several configurations (`variants.merge_locks`) ``imports`` has those of all, and there are:

    Attributes:
        variants: for each configuration by name the attributes that are not the same in all, ``imports`` and ``name``
            among them; the values are whole, and ``attributes`` has none of these.
        only_in: names of the configurations that it exists in; empty where these are all.
        outside: files around its module that its C code takes, until `repository_roots.with_surroundings` has put them
            among the module's; the file has none.
    """

    import_path: str
    source_path: str
    name: str
    dir: str
    target: str
    imports: tuple[str, ...]
    attributes: PackageAttributes
    variants: Mapping[str, PackageVariant] = field(default_factory=dict)
    only_in: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what the lock file tells; empty values are left out."""
        entry = {name: getattr(self, name) for name in ("import_path", "name", "dir", "target", "imports")}
        if self.source_path != self.import_path:
            entry["source_path"] = self.source_path
        entry |= {name: value for name, value in self.attributes.items() if value}
        return _with_variants(entry, self.variants, self.only_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaidFile:
    """A file of -overlay or -pgo.

    Attributes:
        path: where it is; relative to the lock's folder in a lock that is for other machines too.
        sha256: of its content, in hexadecimal; empty where the rules need not look.
    """

    path: str
    sha256: str = ""

    def to_dict(self) -> dict[str, str]:
        """Return what the lock file tells."""
        return {"path": self.path, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedSdk:
    """The Go SDK of an execution platform: the toolchain module of the lock's Go for it.

    Attributes:
        sum: ``h1:`` sum of the module, as the checksum database has it.
        zip_sha256: of the zip in a goproxy.
    """

    sum: str
    zip_sha256: str

    def to_dict(self) -> dict[str, str]:
        """Return what the lock file tells."""
        return {"sum": self.sum, "zip_sha256": self.zip_sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedModule:
    """One module version with the packages of it that are needed.

    Attributes:
        path, version: as required; version is empty for a main module.
        sum, go_mod_sum: ``h1:`` sums, or empty for a main module.
        verified: whether a go.sum or a checksum database verified it.
        replaced_by: ``PATH@VERSION`` or folder of its replacement, or empty.
        lang: language version for the compiler, go1.N.
        packages: by import path.
        zip_sha256: of the zip in a goproxy; empty where there is none, or nobody will fetch it.
        vendored: whether its files are in a vendor directory.
        overlay: what is read in place of its files, by where its repository keeps it.
        base: the module's folder in its repository, where packages take C files from around it; the file has none.
            Names of files are then relative to the repository's root.
        patched: what a baseline patches in it, or None. ``sum`` and ``go_mod_sum`` are then those of the result.
    """

    path: str
    version: str
    sum: str
    go_mod_sum: str
    verified: bool
    replaced_by: str
    lang: str
    packages: tuple[LockedPackage, ...]
    zip_sha256: str = ""
    vendored: bool = False
    overlay: Mapping[str, OverlaidFile] = field(default_factory=dict)
    patched: Patched | None = None
    base: str = ""

    @property
    def source(self) -> str:
        """``PATH@VERSION`` of what is really used, or the folder of it; where it is patched, of the original."""
        source = f"{self.path}@{self.version}".rstrip("@")
        return source if self.patched else self.replaced_by or source

    def to_dict(self) -> dict[str, Any]:
        """Return what the lock file tells."""
        optional = ("base", "packages", "vendored", "overlay", "patched")
        entry = {name: getattr(self, name) for name in LockedModule.__slots__ if name not in optional}
        entry |= {"vendored": True} if self.vendored else {}
        entry |= {"overlay": _files(self.overlay)} if self.overlay else {}
        entry |= self.patched.to_dict() if self.patched else {}
        return entry | {"packages": [package.to_dict() for package in self.packages]}


def _with_variants(
    entry: dict[str, Any],
    variants: Mapping[str, PackageVariant] | Mapping[str, BinaryVariant],
    only_in: tuple[str, ...],
) -> dict[str, Any]:
    """Return an entry of the file with what differs between configurations in place of what the first one has."""
    differing = {name for values in variants.values() for name in values}
    kept = {name: value for name, value in entry.items() if name not in differing}
    kept |= {"variants": {name: dict(values) for name, values in variants.items()}} if variants else {}
    return kept | ({"in": only_in} if only_in else {})


def _files(overlay: Mapping[str, OverlaidFile]) -> dict[str, dict[str, str]]:
    return {name: file.to_dict() for name, file in sorted(overlay.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBinary:
    """One main package.

    Attributes:
        import_path: its import path.
        module: path of its module.
        dir: folder of it, relative to the module's root.
        name: file name it is installed under, with the platform's suffix.
        target: name of its go_binary.
        set: its set.
        margin: by how much it won over the next likely one.
        evidence: what decided, heaviest first; the file leaves out what weighs nothing.
        buildinfo: path, mod, dep and => lines.
        godebug: DefaultGODEBUG.
        linker_deps: packages that the linker adds.
        gc_linkopts: -ldflags.
        flags: value of each flag that the module information records.
        pgo_profile: CPU profile it is compiled with, relative to the module's root, or empty.
        variants, only_in: as of `LockedPackage`; the other attributes are those of the first configuration it is in.
    """

    import_path: str
    module: str
    dir: str
    name: str
    target: str
    set: str
    margin: float
    evidence: tuple[Evidence, ...]
    buildinfo: tuple[str, ...]
    godebug: str
    linker_deps: tuple[str, ...]
    gc_linkopts: tuple[str, ...]
    flags: Mapping[str, str]
    pgo_profile: str
    variants: Mapping[str, BinaryVariant] = field(default_factory=dict)
    only_in: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return what the lock file tells."""
        apart = ("evidence", "variants", "only_in")
        entry = {name: getattr(self, name) for name in LockedBinary.__slots__ if name not in apart}
        names = ("kind", "reason", "position", "weight")
        weighty = [evidence for evidence in self.evidence if evidence.weight]
        entry |= {"evidence": [{name: getattr(evidence, name) for name in names} for evidence in weighty]}
        return _with_variants(entry, self.variants, self.only_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A main package that does not load.

    Attributes:
        set: its set.
        problems: what is wrong with each package that it needs, by import path.
        unrequired: whether that is only that nothing requires a module that it needs.
        advice: what helps, where that is a mistake in the code or in go.mod; else empty.
    """

    set: str
    problems: Mapping[str, str]
    unrequired: bool = False
    advice: str = ""

    @property
    def reason(self) -> str:
        """Why it does not load: each problem once."""
        return "\n".join(dict.fromkeys(self.problems.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A whole lock.

    Attributes:
        configuration: what it was made for; the first where it was made for several.
        configurations: all of them by name (`variants.configuration_names`); empty where there is one.
        modules: by path and version; the standard library is not among them.
        standard: packages of the standard library.
        binaries: main packages of the main module, by import path; those of a set that is never built are left out.
        broken: the main packages that do not load, by import path.
        mainless: set of each main package that is left out, as it has no func main and nobody named it.
        never_built: fixture or testonly, for each main package that is never built.
        unlisted: set of each main package that nobody asked for, where ``./...`` does not look.
        standard_overlay: what is read in place of files of the SDK, by their paths there.
        direct: ``PATH@VERSION`` of each module that a repository's own packages import; None where nobody can tell, as
            in a lock of a module for others to use.
        sdks: by execution platform, such as linux_amd64: what Bazel fetches; empty to use the Go of the machine.
        main_modules: by path: the modules of the repository, or the main module that the lock was made for.
        repository_packages: the label of each package of the repository that a package of a module imports, by
            import path.
        standard_imports: the packages of the standard library that a repository's own packages import.
        standard_test_imports: those that only their tests import.

    The file holds no ``broken``, ``mainless``, ``never_built`` and
    ``unlisted``.
    """

    configuration: Configuration
    modules: tuple[LockedModule, ...]
    standard: tuple[LockedPackage, ...]
    binaries: tuple[LockedBinary, ...]
    broken: Mapping[str, Broken] = field(default_factory=dict)
    unlisted: Mapping[str, str] = field(default_factory=dict)
    mainless: Mapping[str, str] = field(default_factory=dict)
    never_built: Mapping[str, str] = field(default_factory=dict)
    standard_overlay: Mapping[str, OverlaidFile] = field(default_factory=dict)
    direct: tuple[str, ...] | None = None
    sdks: Mapping[str, LockedSdk] = field(default_factory=dict)
    configurations: Mapping[str, Configuration] = field(default_factory=dict)
    main_modules: tuple[MainModule, ...] = ()
    repository_packages: Mapping[str, str] = field(default_factory=dict)
    standard_imports: tuple[str, ...] = ()
    standard_test_imports: tuple[str, ...] = ()

    def with_zips(self, sums: Mapping[str, str]) -> Lock:
        """Return the lock with the SHA-256 of each module's zip; ``sums`` has them by ``PATH@VERSION``."""
        modules = tuple(replace(module, zip_sha256=sums.get(module.source, "")) for module in self.modules)
        return replace(self, modules=modules)

    def without_evidence(self) -> Lock:
        """Return the lock without what decided the sets: Bazel need not look again when a README was edited."""
        return replace(self, binaries=tuple(replace(binary, margin=0.0, evidence=()) for binary in self.binaries))

    def unlocked_imports(self) -> frozenset[str]:
        """Return the import paths that packages of the modules import, and that no package of the lock has."""
        packages = [package for module in self.modules for package in module.packages]
        known = {package.import_path for package in (*packages, *self.standard)}
        return frozenset(path for package in packages for path in package.imports) - known

    def packages_of(self, binaries: Iterable[LockedBinary]) -> int:
        """Return how many packages the binaries need together, the standard library's included."""
        imports = {p.import_path: p.imports for m in self.modules for p in m.packages}
        imports |= {p.import_path: p.imports for p in self.standard}
        roots = [path for binary in binaries for path in (binary.import_path, *binary.linker_deps)]
        return len(reachable(roots, lambda path: imports[path]))

    def to_dict(self) -> dict[str, Any]:
        """Return all that the lock file tells, also what it leaves out as other keys tell it."""
        standard = {
            "packages": [package.to_dict() for package in self.standard],
            "imports": list(self.standard_imports),
            "test_imports": list(self.standard_test_imports),
            **({"overlay": _files(self.standard_overlay)} if self.standard_overlay else {}),
        }
        return {
            "configuration": self.configuration.to_dict(),
            "configurations": {name: configured.to_dict() for name, configured in self.configurations.items()},
            "main_modules": [main.to_dict() for main in self.main_modules],
            "repository_packages": {path: {"label": label} for path, label in self.repository_packages.items()},
            "sdk": {name: sdk.to_dict() for name, sdk in self.sdks.items()},
            "modules": [module.to_dict() for module in self.modules],
            "standard": standard,
            "binaries": [binary.to_dict() for binary in self.binaries],
            **({} if self.direct is None else {"direct": list(self.direct)}),
        }

    def to_json(self) -> str:
        """Return the lock file's text, the same for the same lock."""
        return lock_text(self.to_dict())
