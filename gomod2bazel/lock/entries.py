"""From the packages that the go command lists to the entries of a lock."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.disk.files import walk
from gomod2bazel.base.folder_names import in_flag
from gomod2bazel.base.version import lang
from gomod2bazel.golang.command.golist import BinaryOnly, Module, Package
from gomod2bazel.golang.command.names import binary_name
from gomod2bazel.golang.command.overlay import COPIES, copied, in_place, on_disk, recorded_names
from gomod2bazel.golang.command.patterns import PerPackage
from gomod2bazel.load.c_code.c_includes import included_files
from gomod2bazel.load.c_code.surroundings import surroundings_of
from gomod2bazel.load.coverage import Coverage
from gomod2bazel.load.fips140 import PACKAGES, snapshot_folder
from gomod2bazel.load.input.main_settings import MainSettings
from gomod2bazel.lock.embed import match_patterns
from gomod2bazel.lock.file.attributes import MainModule, PackageAttributes
from gomod2bazel.lock.lock import LockedModule, LockedPackage, OverlaidFile
from gomod2bazel.options.set_names import SETS

__all__ = ["Flags", "locked_main_modules", "locked_modules", "locked_package", "locked_standard", "overlaid_files"]

# The language version of a module without a go line (Go Modules Reference, "go directive").
_DEFAULT_LANG = "1.16"

# Targets that each repository has: the sets' filegroups, and its BUILD file. Folders may have these names too.
_TAKEN = frozenset((*(f"set-{name}" for name in SETS), "BUILD.bazel"))

# Bytes of one component of a target's name: the rules add to it, and no file name has more than 255.
_LONGEST = 180

# Files that C sources may include, and archives that #cgo LDFLAGS may name, anywhere in the module.
_C_FAMILY = frozenset((
    ".a", ".c", ".cc", ".cpp", ".cxx", ".def", ".dylib", ".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ipp", ".lib",
    ".lds", ".m", ".o", ".s", ".S", ".so", ".sx", ".tcc",
))  # fmt: skip
_HEADERS = frozenset((".h", ".hh", ".hpp", ".hxx", ".inc"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Flags:
    """Per-package flags of the command line.

    Attributes:
        default_pgo: whether main packages have the CPU profile next to them, as in locks whose main packages have no
            binary (-pgo=auto).
    """

    gcflags: PerPackage
    asmflags: PerPackage
    overlay: Mapping[str, str] = field(default_factory=dict)
    coverage: Coverage = field(default_factory=Coverage)
    default_pgo: bool = False


def locked_modules(
    packages: Iterable[Package], flags: Flags, *, go_version: str, verified: frozenset[str]
) -> tuple[LockedModule, ...]:
    """Return the modules of ``packages`` with their packages, by path and version.

    Args:
        packages: those of the lock, standard library left out by this function.
        flags: of the command line.
        go_version: the running Go's, without its ``go``.
        verified: ``PATH@VERSION`` of the verified modules.
    """
    groups: dict[tuple[str, str], tuple[Module, list[Package]]] = {}
    for package in packages:
        if package.module:
            key = (package.module.path, package.module.version)
            groups.setdefault(key, (package.module, []))[1].append(package)
    return tuple(
        _module(module, sorted(members, key=lambda package: package.import_path), flags, go_version, verified)
        for _, (module, members) in sorted(groups.items(), key=lambda item: item[0])
    )


def locked_main_modules(modules: Iterable[LockedModule], settings: MainSettings) -> tuple[MainModule, ...]:
    """Return the entries of modules that are built where they are, in the order of ``modules``.

    Args:
        modules: of a repository, or the main modules among those of a lock.
        settings: what holds for all of them.
    """
    return tuple(
        MainModule(
            path=module.path,
            lang=module.lang,
            go=settings.go,
            godebug=settings.godebug,
            version=module.version,
            replaced_by=module.replaced_by,
        )
        for module in modules
    )


def _module(
    module: Module, packages: list[Package], flags: Flags, go_version: str, verified: frozenset[str]
) -> LockedModule:
    actual = module.replace or module
    # In a vendor directory it is elsewhere than the folder that replaces it.
    root = module_root(packages[0], module.path)
    names = _targets(module.path, root, packages)
    replaced = f"{module.replace.path}@{module.replace.version}".rstrip("@") if module.replace else ""
    return LockedModule(
        path=module.path,
        version=module.version,
        sum=actual.sum,
        go_mod_sum=actual.go_mod_sum,
        verified=f"{actual.path}@{actual.version}" in verified,
        replaced_by=replaced,
        vendored=str(root) != (actual.dir or module.dir),
        lang="go" + _allowed(lang(module.go_version, _DEFAULT_LANG), go_version),
        packages=tuple(locked_package(package, root, names[package.import_path], flags) for package in packages),
        overlay=overlaid_files(packages, root, flags.overlay),
    )


def overlaid_files(packages: Iterable[Package], root: Path, overlay: Mapping[str, str]) -> dict[str, OverlaidFile]:
    """Return what is read in place of the packages' files, by where the repository of their module keeps it.

    Args:
        packages: of one module, or of the standard library.
        root: their module's folder, or GOROOT.
        overlay: from `overlay.read_overlay`.
    """
    files: dict[str, OverlaidFile] = {}
    for package in packages if overlay else ():
        folder = _below(package, root)
        files |= {folder + name: OverlaidFile(path=path) for name, path in in_place(overlay, package).items()}
        copies = copied(overlay, package)
        files |= {COPIES + folder + name: OverlaidFile(path=path) for name, path in copies.items()}
    return files


def module_root(package: Package, path: str) -> Path:
    """Return the folder that holds module ``path``, or would hold it: a package's, less its path in the module."""
    below = package.import_path.removeprefix(path).strip("/")
    # A tree may be the root of the file system.
    return Path(package.dir.removesuffix(below).rstrip("/") or "/")


def _allowed(requested: str, running: str) -> str:
    """Return the language for the compiler, which knows none newer than itself; the go command then passes its own."""

    def number(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version.split("."))

    language = lang(running, requested)
    return requested if number(requested) <= number(language) else language


def _targets(path: str, root: Path, packages: list[Package]) -> dict[str, str]:
    """Name each package's go_library: its folder, with ``_lib`` for commands, whose go_binary has the plain name."""
    taken: set[str] = {f"{_below(package, root)}{file}" for package in packages for file in package.embed_files}
    taken |= {binary_target(path, _below(package, root), root) for package in packages if package.name == "main"}
    names = {}
    for package in packages:
        base = binary_target(path, _below(package, root), root)
        name = base + "_lib" if package.name == "main" else base
        while name in taken:
            name += "_"
        taken.add(name)
        names[package.import_path] = name
    return names


def binary_target(path: str, folder: str, root: Path) -> str:
    """Return the target name of the package in ``folder`` of module ``path``, which is unpacked in ``root``.

    The root's package is named after the module, with ``_root`` where a folder or a source of that name is there too.
    What stands for the end of a long name has an equals sign, which no import path has.
    """
    name = folder.rstrip("/") or _root_target(binary_name(path), root)
    if name in _TAKEN:
        name = _free(f"{name}_", root)
    return "/".join(map(_bounded, name.split("/")))


def _root_target(name: str, root: Path) -> str:
    # A file without a suffix is not a source; it may be what an earlier `go build` left.
    taken = (root / name).is_dir() or ("." in name and (root / name).is_file())
    return _free(f"{name}_root", root) if taken else name


def _free(name: str, root: Path) -> str:
    """Return a name that no folder in ``root`` has."""
    while (root / name).exists():
        name += "_"
    return name


def _bounded(component: str) -> str:
    if len(component) <= _LONGEST:
        return component
    return f"{component[:140]}={hashlib.sha256(component.encode()).hexdigest()[:32]}"


def _below(package: Package, root: Path) -> str:
    """Return a package's folder relative to its module's, with a slash at the end, or nothing for the root itself."""
    below = os.path.relpath(package.dir, root)
    return "" if below == "." else below + "/"


def locked_standard(packages: Iterable[Package], flags: Flags, goroot: Path) -> tuple[LockedPackage, ...]:
    """Return the standard library's packages of a lock, by import path."""
    standard = sorted((package for package in packages if package.standard), key=lambda package: package.import_path)
    return tuple(locked_package(package, goroot, package.import_path, flags) for package in standard)


def locked_package(package: Package, root: Path, target: str, flags: Flags) -> LockedPackage:
    """Return one package's entry."""
    if package.archive:
        return _binary_only(package, package.archive, root, target)
    files = package.files
    c_family = [
        file for kind in ("CFiles", "CXXFiles", "MFiles", "FFiles", "SysoFiles") for file in files.get(kind, ())
    ]
    swig = [*files.get("SwigFiles", ()), *files.get("SwigCXXFiles", ())]
    c_family += swig
    assembly = list(files.get("SFiles", ()))
    cgo = bool(files.get("CgoFiles") or swig)
    # C alone is in packages for gccgo: the other compiler refuses it.
    reads_headers = cgo or bool(assembly or files.get("CFiles"))
    headers = list(files.get("HFiles", ())) if reads_headers else []
    copies = copied(flags.overlay, package)
    # Go's assembler does not see a header that an overlay adds.
    added = (*copies, *(() if cgo else headers))
    package_files = [
        file for file in (*assembly, *c_family, *headers) if file not in added or on_disk(flags.overlay, package, file)
    ]
    attributes: PackageAttributes = {
        "srcs": [*files.get("GoFiles", ()), *package_files],
        "overlay_srcs": [COPIES + _below(package, root) + file for file in copies],
        "cgo_srcs": list(files.get("CgoFiles", ())),
        "embedsrcs": list(package.embed_files),
        "embed_patterns": match_patterns(package.embed_patterns, package.embed_files),
        "gc_goopts": list(flags.gcflags.of(package)),
        "asm_opts": _from_folder(flags.asmflags.of(package), package, root),
        "cover": flags.coverage.mode_of(package),
        "overlaid": recorded_names(flags.overlay, package),
        "pgo_profile": package.default_profile() if flags.default_pgo else "",
        **_cgo_flags(package),
    }
    outside: tuple[str, ...] = ()
    if reads_headers and not package.standard:
        source_files = {_below(package, root) + file for file in attributes["srcs"]}
        # The root's target has this name; such a file is what `go build` left, though C++ may include <list>.
        source_files.add(binary_name(package.module.path) if package.module else "")
        sources = {_below(package, root) + file for file in (*attributes["cgo_srcs"], *assembly, *c_family, *headers)}
        outside = tuple(surroundings_of(package).files)
        attributes["module_hdrs"] = _module_files(
            root, _found_by_c(swig=bool(swig)) if cgo else _HEADERS, source_files, sources
        )
    return LockedPackage(
        import_path=package.import_path,
        source_path=_source_path(package),
        name=package.name,
        dir=(snapshot_folder(package.import_path) if package.standard else "") or _below(package, root),
        target=target,
        imports=package.imports,
        attributes=attributes,
        outside=outside,
    )


def _from_folder(words: Iterable[str], package: Package, root: Path) -> list[str]:
    """Write the folders of -I that are in the module relative to the package's, where the assembler runs."""
    folder = re.compile(rf"(--?I=)?({re.escape(str(root))}(?:/.*)?)", re.DOTALL)
    matches = ((word, folder.fullmatch(word)) for word in words)
    return [(m[1] or "") + os.path.relpath(m[2], package.dir) if m else word for word, m in matches]


def _binary_only(package: Package, archive: BinaryOnly, root: Path, target: str) -> LockedPackage:
    """Return the entry of a package that is linked from an archive; no flag changes what is in that."""
    return LockedPackage(
        import_path=package.import_path,
        source_path=package.import_path,
        name=package.name,
        dir=_below(package, root),
        target=target,
        imports=package.imports,
        attributes={"srcs": [], "cgo_srcs": [], "archive": archive.name, "archive_build_id": archive.build_id},
    )


def _found_by_c(*, swig: bool) -> frozenset[str]:
    """Return extensions of the files that a C compiler may search for, and SWIG where it takes part."""
    return _C_FAMILY | {".i", ".swg", ".swig", ".swigcxx"} if swig else _C_FAMILY


def _source_path(package: Package) -> str:
    """Return the path that importers write: packages vendored into the standard library have another in the binary."""
    if package.standard and snapshot_folder(package.import_path):
        return re.sub(rf"^({PACKAGES})/v\d[^/]*", r"\1", package.import_path)
    return package.import_path.removeprefix("vendor/") if package.standard else package.import_path


def _cgo_flags(package: Package) -> PackageAttributes:
    # ${SRCDIR} was expanded to this machine's folder; the builder expands it again, to the action's.
    # So was a relative path (go/build, makePathsAbsolute); it has no dots any more then, nor may it have them there.
    folders = {package.dir: "${SRCDIR}"}
    root = str(module_root(package, package.module.path)) if package.module else "/"
    # All absolute paths are below the root of the file system.
    if root != "/":
        folders.setdefault(root, f"${{SRCDIR:{os.path.relpath(root, package.dir)}}}")

    def flags(kind: str) -> list[str]:
        words = list(package.cgo.get(kind, ()))
        for folder, name in folders.items():
            words = [in_flag(word, folder, name) for word in words]
        return words

    return {
        "copts": flags("CgoCFLAGS"),
        "cppopts": flags("CgoCPPFLAGS"),
        "cxxopts": flags("CgoCXXFLAGS"),
        "fopts": flags("CgoFFLAGS"),
        "clinkopts": flags("CgoLDFLAGS"),
        "pkg_config": flags("CgoPkgConfig"),
    }


def _module_files(root: Path, extensions: frozenset[str], leave_out: set[str], sources: set[str]) -> list[str]:
    """Return the files of a module that the C and assembly ``sources`` of one of its packages may need.

    Those with one of ``extensions``, and those that any of them or of ``sources`` includes under another name; none of
    a nested module, and none of those left out.
    """
    module_files: set[str] = set()
    others: set[str] = set()
    for folder, folders, files in walk(root, closed=True):
        folders[:] = sorted(name for name in folders if not (Path(folder, name, "go.mod").exists()) and name != ".git")
        below = os.path.relpath(folder, root)
        for file in files:
            path = posixpath.normpath(posixpath.join(below, file))
            (module_files if posixpath.splitext(file)[1] in extensions else others).add(path)
    module_files -= leave_out
    module_files |= set(included_files(root, sorted(module_files | sources), others - leave_out))
    return sorted(module_files)
