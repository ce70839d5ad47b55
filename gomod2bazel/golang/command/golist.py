"""The packages and modules that ``go list -deps -json`` prints."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.file_names import names_on_disk
from gomod2bazel.base.folder_names import in_message
from gomod2bazel.base.json_input import shape_errors
from gomod2bazel.golang.causes.imports import with_reasons
from gomod2bazel.golang.command.gocommand import GoCommand, answers_of, error_of
from gomod2bazel.golang.command.golist_tests import TEST_FIELDS, PackageTests, tests_of, without_variants
from gomod2bazel.options.options import CompileOptions, LoadOptions

__all__ = ["BinaryOnly", "Listing", "Module", "Package", "list_flags", "list_packages"]

_FILES = (
    "GoFiles", "CgoFiles", "SFiles", "HFiles", "CFiles", "CXXFiles", "MFiles", "FFiles", "SysoFiles", "SwigFiles",
    "SwigCXXFiles",
)  # fmt: skip
_CGO = ("CgoCFLAGS", "CgoCPPFLAGS", "CgoCXXFLAGS", "CgoFFLAGS", "CgoLDFLAGS", "CgoPkgConfig")
_FIELDS = (
    "ImportPath", "Dir", "Name", "Doc", "Standard", "DepOnly", "Module", "Imports", "ImportMap", "DefaultGODEBUG",
    "BinaryOnly",
)  # fmt: skip
_NEEDS_CGO = "requires external (cgo) linking, but cgo is not enabled"
_PROFILE = "default.pgo"
_MORE = ("EmbedPatterns", "EmbedFiles", "Error", "DepsErrors", "Match")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of the build list.

    Attributes:
        path, version: as required; version is empty for a main module.
        dir: the folder it is unpacked in; empty in a vendor directory.
        go_version: the value of its go line, or empty.
        main: whether it is a main module.
        sum, go_mod_sum: ``h1:`` sums of zip and go.mod, or empty.
        replace: what takes its place, or None.
    """

    path: str
    version: str
    dir: str
    go_version: str
    main: bool
    sum: str
    go_mod_sum: str
    replace: Module | None

    @classmethod
    def of(cls, value: dict[str, Any]) -> Module:
        """Read one Module object of ``go list -json``."""
        replace = value.get("Replace")
        return cls(
            path=value["Path"],
            version=value.get("Version", ""),
            dir=value.get("Dir", ""),
            go_version=value.get("GoVersion", ""),
            main=bool(value.get("Main")),
            sum=value.get("Sum", ""),
            go_mod_sum=value.get("GoModSum", ""),
            replace=cls.of(replace) if replace else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryOnly:
    """The archive of a package that is never compiled.

    Attributes:
        name: its path in its module, relative to the module's root.
        file: where it really is: below -pkgdir, or in the module; absolute.
        build_id: what the archive says, or empty.
    """

    name: str
    file: str
    build_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package as the go command loads it.

    Attributes:
        import_path: its path, unique in the build.
        dir: its folder, absolute.
        name: the name in its package clause.
        doc: the first sentence of its documentation.
        standard: whether it belongs to the standard library.
        named: whether the command line's patterns name it (it does not exist only as a dependency).
        module: its module, None in the standard library.
        imports: import paths as loaded, without C and unsafe.
        import_map: import paths as written that differ from those loaded.
        godebug: DefaultGODEBUG of a main package.
        embed_patterns, embed_files: of its //go:embed lines.
        files: names by kind (``GoFiles``, ``CgoFiles``, ...), kinds without files left out.
        cgo: flags by kind (``CgoCFLAGS``, ...), kinds without flags left out.
        errors: what keeps it from loading: position or empty, message.
        binary_only: whether a ``//go:binary-only-package`` line marks its sources as incomplete.
        archive: the archive that is linked then; None if there is no suitable one.
        tests: its tests, where they were asked for and there are any.
        unrequired: whether what keeps it from loading is that nothing requires a module that it needs.
        advice: what helps against its errors, where they are mistakes in the code or in go.mod; else empty.
    """

    import_path: str
    dir: str
    name: str
    doc: str
    standard: bool
    named: bool
    module: Module | None
    imports: tuple[str, ...]
    import_map: dict[str, str]
    godebug: str
    embed_patterns: tuple[str, ...]
    embed_files: tuple[str, ...]
    files: dict[str, tuple[str, ...]]
    cgo: dict[str, tuple[str, ...]]
    errors: tuple[tuple[str, str], ...]
    binary_only: bool = False
    archive: BinaryOnly | None = None
    tests: PackageTests | None = None
    unrequired: bool = False
    advice: str = ""

    @classmethod
    def of(cls, value: dict[str, Any]) -> Package:
        """Read one Package object of ``go list -json``."""
        module = value.get("Module")
        return cls(
            import_path=value["ImportPath"],
            dir=value.get("Dir", ""),
            name=value.get("Name", ""),
            doc=value.get("Doc", ""),
            standard=bool(value.get("Standard")),
            named=not value.get("DepOnly"),
            module=Module.of(module) if module else None,
            imports=_imports(value),
            import_map=value.get("ImportMap", {}),
            godebug=value.get("DefaultGODEBUG", ""),
            embed_patterns=tuple(value.get("EmbedPatterns", ())),
            embed_files=tuple(value.get("EmbedFiles", ())),
            files={kind: names_on_disk(value.get("Dir", ""), value[kind]) for kind in _FILES if value.get(kind)},
            cgo={kind: tuple(value[kind]) for kind in _CGO if value.get(kind)},
            errors=_errors(value),
            binary_only=bool(value.get("BinaryOnly")) and not value.get("Standard"),
            advice=value.get("Advice", ""),
        )

    def default_profile(self) -> str:
        """Return the name of the CPU profile next to a main package, for -pgo=auto, or nothing.

        The go command looks for it in every main package that it builds, also for `go tool` and in other modules
        (cmd/go/internal/load, setPGOProfilePath).
        """
        return _PROFILE if self.name == "main" and Path(self.dir, _PROFILE).is_file() else ""

    @property
    def home(self) -> Module:
        """The module whose files it is built from: where its own is replaced, the replacement.

        Raises:
            ValueError: it belongs to the standard library.
        """
        if self.module is None:
            raise ValueError(f"{self.import_path} has no module")
        return self.module.replace or self.module

    @property
    def module_root(self) -> str:
        """The folder that holds its module, or would hold it: its own, less its path in the module.

        Raises:
            ValueError: it belongs to the standard library.
        """
        if self.module is None:
            raise ValueError(f"{self.import_path} has no module")
        below = self.import_path.removeprefix(self.module.path).strip("/")
        return self.dir.removesuffix(below).rstrip("/") or "/"

    @property
    def has_go(self) -> bool:
        """Whether any Go file takes part in a build."""
        return bool(self.files.get("GoFiles") or self.files.get("CgoFiles"))

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """What keeps it from being built: its errors, and that it has only test files, which ``go list`` lets pass."""
        if self.has_go or self.errors or self.files.get("SwigFiles") or self.files.get("SwigCXXFiles"):
            return self.errors
        return ((self.import_path, f"no non-test Go files in {self.dir}"),)


def _imports(value: dict[str, Any]) -> tuple[str, ...]:
    """Return a package's imports, with those that cgo's generated code adds (cmd/go/internal/load)."""
    imports = dict.fromkeys(value.get("Imports", ()))
    path = value["ImportPath"] if value.get("Standard") else ""
    if value.get("SwigFiles") or value.get("SwigCXXFiles"):
        imports |= dict.fromkeys(("runtime/cgo", "sync", "syscall"))
    if value.get("CgoFiles"):
        if path != "runtime/cgo":
            imports["runtime/cgo"] = None
        if path not in ("runtime/cgo", "runtime/race", "runtime/msan", "runtime/asan"):
            imports["syscall"] = None
    return tuple(sorted(path for path in imports if path not in ("C", "unsafe")))


def _errors(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the go command's errors of a package: position and message; without a position, the import chain.

    In the words of cmd/go/internal/load, PackageError.
    """
    error = value.get("Error")
    if not error:
        return ()
    position, message = error.get("Pos", ""), error["Err"]
    chain = "\n\timports ".join(error.get("ImportStack") or ())
    return ((position, f"package {chain}: {message}" if chain and not position else message),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one ``go list -deps`` printed.

    Attributes:
        packages: dependencies before importers, with their errors.
        sought: import paths that no required module provides, which the go command then looked for in the sources; it
            does so with -mod=mod alone, and adds the newest version that has the package.
    """

    packages: tuple[Package, ...]
    sought: frozenset[str]


def list_flags(options: LoadOptions, mod: str = "") -> list[str]:
    """Return the build flags of ``go list``.

    Profiles are left to the rules, as the go command would list variants; -ldflags can bring in runtime/cgo.

    Args:
        options: what to list; the files that they name are absolute.
        mod: instead of the user's -mod; the user's -modfile then has no effect either.
    """
    flags = ["-pgo=off", *([f"-tags={','.join(options.tags)}"] if options.tags else [])]
    flags += ["-modcacherw"] if options.modcacherw else []
    flags += [f"-overlay={options.overlay}"] if options.overlay else []
    flags += _instrumentation(options.compile)
    compiled = options.compile
    flags += [f"-buildmode={compiled.buildmode}"] if compiled.buildmode != "default" else []
    flags += ["-linkshared"] if compiled.linkshared else []
    flags += [f"-compiler={compiled.compiler}"] if compiled.compiler != "gc" else []
    flags += [f"-ldflags={text}" for text in compiled.ldflags]
    chosen = mod or options.mod
    flags += [f"-mod={chosen}"] if chosen else []
    flags += [f"-modfile={options.modfile}"] if options.modfile and not mod else []
    return flags


def _instrumentation(options: CompileOptions) -> list[str]:
    """Return the flags that bring in packages of the runtime; the go command refuses those that do not go together."""
    flags = [f"-{name}" for name in ("race", "msan", "asan") if getattr(options, name)]
    coverage = options.coverage
    flags += [f"-covermode={coverage.covermode}"] if coverage.covermode else []
    # Last, as -covermode sets it.
    return [*flags, f"-cover={str(coverage.cover).lower()}"] if coverage.cover or coverage.covermode else flags


def list_packages(
    go: GoCommand, patterns: Sequence[str], *, flags: Sequence[str], cwd: Path, tests: bool = False
) -> Listing:
    """Return the packages that ``patterns`` match and all they import; with ``tests``, what their tests import too.

    Packages that do not load are there with their errors. Modules that are needed are fetched by the go command,
    verified against go.sum, and unpacked under the rules of golang.org/x/mod/zip.

    Raises:
        Gomod2bazelError: nothing could be listed; the class tells what kind of failure it was.
    """
    fields = ",".join((*_FIELDS, *_MORE, *_FILES, *_CGO, *(TEST_FIELDS if tests else ())))
    more = ["-test"] if tests else []
    done = go.run("list", "-deps", "-e", *more, f"-json={fields}", *flags, "--", *patterns, cwd=cwd)
    answers = answers_of(done)
    with shape_errors("go list -json"):
        values = with_reasons([_with_whole_position(value, go, cwd) for value in answers])
        packages = tuple(map(Package.of, without_variants(values) if tests else values))
        if tests:
            by_path = tests_of(values)
            packages = tuple(replace(package, tests=by_path.get(package.import_path)) for package in packages)
    if done.code or not packages:
        error = error_of(done.err.strip() or f"no packages match {' '.join(patterns)}")
        if isinstance(error, BuildError):
            error.matched_nothing = not done.code
        raise error
    # The command line's fault: the go command reports it with a main package, of which it then reports nothing else.
    refused = [what for package in packages for _, what in package.errors if _NEEDS_CGO in what]
    if refused:
        raise error_of(refused[0])
    # cmd/go/internal/modload, resolveMissingImports.
    sought = re.findall(r"^go: finding module for package (\S+)$", done.err, re.MULTILINE)
    return Listing(packages=packages, sought=frozenset(sought))


def _with_whole_position(value: dict[str, Any], go: GoCommand, cwd: Path) -> dict[str, Any]:
    """Make an error's position, relative to ``cwd``, absolute; in the module cache, MODULE@VERSION/FILE says more."""
    error = value.get("Error")
    if not error:
        return value
    position = os.path.normpath(cwd / error["Pos"]) if error.get("Pos") else ""
    message = error["Err"]
    if cache := go.environment.get("GOMODCACHE"):
        position, message = position.removeprefix(f"{cache}/"), in_message(message, cache, "")
    return {**value, "Error": {**error, "Pos": position, "Err": message}}
