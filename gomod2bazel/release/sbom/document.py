"""What an SBOM tells, whatever its form: the binaries that it describes, and the modules that are in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.digraph import reachable
from gomod2bazel.install.install import Binary
from gomod2bazel.release.contents import DEVEL, Release, ReleasedBinary, ReleasedModule, module_key
from gomod2bazel.release.licenses.texts.expression import all_of
from gomod2bazel.release.purl import golang_purl

__all__ = ["DescribedBinary", "DescribedModule", "Document", "document_of_binary", "document_of_run", "path_of"]

_LIBRARIES = ("archive", "c-archive", "c-shared", "plugin")

_GO_RELEASE = re.compile(r"go(?P<version>\d+\.\d+(?:\.\d+)?)(?P<update>(?:rc|beta)\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedModule:
    """A module in a document.

    Attributes:
        key: identifies it in the document.
        name: the path of the module whose files are used: that of the replacement where a version replaces another.
        version: its version; empty for what is in a folder.
        purl: its package URL, without a version for what is in a folder.
        origin: a sentence about where its files come from.
        sum: the ``h1:`` hash of its files as in go.sum; empty for what is in a folder.
        verified: whether a go.sum, a lock or a checksum database verified ``sum``.
        replaces: ``PATH@VERSION`` of the module that it is used in place of; empty for most.
        replaces_purl: the package URL of that.
        license: an SPDX licence expression; empty where it is not known.
        license_files: for each file in the module that tells it, its expression and its path.
        cpe: a CPE 2.3 name; empty for all but the standard library.
    """

    key: str
    name: str
    version: str
    purl: str
    origin: str
    sum: str = ""
    verified: bool = False
    replaces: str = ""
    replaces_purl: str = ""
    license: str = ""
    license_files: tuple[tuple[str, str], ...] = ()
    cpe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedBinary:
    """A binary in a document.

    Attributes:
        path: its path below the destination, with slashes: identifies it in the document.
        binary: its name, main package and platform.
        version: that of its module, or what -version gives a tree; may be empty.
        origin: a sentence about where its main package comes from.
        kind: application, library or file.
        purl: the package URL of its main package.
        size: length in bytes.
        sha256: hexadecimal digest of its content.
        main: the key of the module that its main package is in; empty where no module is known to be in it.
        modules: the keys of all modules that are in it, with that of the standard library, sorted.
        direct: those of ``modules`` that no other of them requires, as far as the document tells; sorted.
        license: the SPDX licence expressions of all modules together; empty where one of them is not known.
    """

    path: str
    binary: Binary
    version: str
    origin: str
    kind: str
    purl: str
    size: int
    sha256: str
    main: str
    modules: tuple[str, ...]
    direct: tuple[str, ...]
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document before it has a form.

    Attributes:
        name: what it describes.
        version: the version of that, if there is a single one.
        of_run: whether it describes all binaries of a run.
        binaries: by path.
        modules: by key, the standard library among them.
        requires: for each module whose imports are known, the modules of the document that it imports, both by key.
        tool_version: version of gomod2bazel.
        go_version: version of the Go toolchain.
        created: the time that the document tells, in seconds of the epoch.
    """

    name: str
    version: str
    of_run: bool
    binaries: tuple[DescribedBinary, ...]
    modules: tuple[DescribedModule, ...]
    requires: Mapping[str, tuple[str, ...]]
    tool_version: str
    go_version: str
    created: int


def path_of(binary: Binary) -> str:
    """Return the path of a binary below the destination, with slashes."""
    return f"{binary.folder}/{binary.name}" if binary.folder else binary.name


def document_of_binary(release: Release, binary: ReleasedBinary) -> Document:
    """Return the document of a single binary.

    Args:
        release: That the binary is of.
        binary: The binary.
    """
    document = _document(release, (binary,), path_of(binary.binary))
    (described,) = document.binaries
    direct = _direct(described, document.requires)
    return replace(document, version=described.version, binaries=(replace(described, direct=direct),))


def document_of_run(release: Release) -> Document:
    """Return the document of all binaries of a run.

    Each names all of its modules: what a module imports is that of all binaries together.

    Args:
        release: What the run releases.
    """
    mains = sorted({(item.binary.module, item.binary.version) for item in release.binaries})
    document = _document(release, release.binaries, mains[0][0] if len(mains) == 1 else f"{len(mains)} modules")
    version = document.binaries[0].version if len(mains) == 1 else ""
    return replace(document, version=version, of_run=True)


def _document(release: Release, binaries: Sequence[ReleasedBinary], name: str) -> Document:
    standard = _standard(release)
    # The inputs of binaries are the modules of the release; one that is missing there is described all the same.
    inputs = {entry: None for item in binaries for entry in item.binary.inputs}
    entries = {module_key(entry): entry for entry in sorted(inputs, key=lambda entry: (entry.sum, entry.verified))}
    known = [release.modules.get(key) or ReleasedModule(input=entry) for key, entry in entries.items()]
    modules = {module.key: module for module in (*map(_module, known), standard)}
    described = sorted((_binary(item, release, standard.key, modules) for item in binaries), key=lambda item: item.path)
    used = {key for item in described for key in item.modules}
    return Document(
        name=_text(name),
        version="",
        of_run=False,
        binaries=tuple(described),
        modules=tuple(modules[key] for key in sorted(used)),
        requires=_requires(binaries, used, standard.key),
        tool_version=_text(release.tool_version),
        go_version=_text(release.go_version),
        created=release.created,
    )


def _binary(
    item: ReleasedBinary, release: Release, standard: str, known: Mapping[str, DescribedModule]
) -> DescribedBinary:
    binary = item.binary
    keys = [_text(module_key(entry)) for entry in binary.inputs]
    main = next((key for key, entry in zip(keys, binary.inputs, strict=True) if entry.module == binary.module), "")
    modules = _in_binary(binary.kind, keys, main, standard)
    path, module = _text(binary.import_path), _text(binary.module)
    subpath = path.removeprefix(f"{module}/") if path.startswith(f"{module}/") else ""
    licenses = [known[key].license for key in modules]
    version, origin = _version(binary, release)
    return DescribedBinary(
        path=_text(path_of(binary)),
        binary=replace(binary, name=_text(binary.name), import_path=path),
        version=version,
        origin=origin,
        kind="file" if binary.kind == "header" else "library" if binary.kind in _LIBRARIES else "application",
        purl=golang_purl(module or path, _text(binary.version), subpath),
        size=item.size,
        sha256=item.sha256,
        main=main,
        modules=modules,
        direct=modules,
        license=all_of(licenses) if all(licenses) else "",
    )


def _version(binary: Binary, release: Release) -> tuple[str, str]:
    """Return the version of a binary, and a sentence about where its main package comes from."""
    if binary.version:
        return _text(binary.version), "Its main package is in a module version."
    if release.tree_version != DEVEL:
        return _text(release.tree_version), "Its main package is in a folder; -version gives the version."
    return "", "Its main package is in a folder, which has no version."


def _in_binary(kind: str, keys: Iterable[str], main: str, standard: str) -> tuple[str, ...]:
    """Return the keys of what is in a file: a header is made from its main package, an archive has that alone."""
    if kind == "header":
        return (main,) if main else ()
    return tuple(sorted({*keys} if kind == "archive" else {*keys, standard}))


def _direct(binary: DescribedBinary, requires: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the main module, and what is not reached from it."""
    reached = reachable([binary.main], lambda key: requires.get(key, ()))
    return tuple(key for key in binary.modules if key == binary.main or key not in reached)


def _requires(binaries: Iterable[ReleasedBinary], used: set[str], standard: str) -> dict[str, tuple[str, ...]]:
    """Return what modules import in any of the binaries; the standard library imports none."""
    together: dict[str, set[str]] = {standard: set()} if standard in used else {}
    for item in binaries:
        for key, required in item.requires.items():
            if (module := _text(key)) in used:
                together.setdefault(module, set()).update({_text(other) for other in required} & used - {module})
    return {key: tuple(sorted(required)) for key, required in sorted(together.items())}


def _standard(release: Release) -> DescribedModule:
    module = _module(release.standard)
    match = _GO_RELEASE.fullmatch(release.go_version)
    cpe = f"cpe:2.3:a:golang:go:{match['version']}:{match['update'] or '-'}:*:*:*:*:*:*" if match else ""
    return replace(module, cpe=cpe, origin="The standard library of the Go toolchain.", sum="", verified=False)


def _module(module: ReleasedModule) -> DescribedModule:
    path, version = _text(module.input.module), _text(module.input.version)
    described = DescribedModule(
        key=_text(module_key(module.input)),
        name=path,
        version=version,
        purl=golang_purl(path, version),
        origin="A module version." if version else "A folder: it has no version and no sum.",
        sum=_text(module.input.sum),
        verified=module.input.verified,
        license=_text(module.license.expression),
        license_files=tuple(sorted((_text(file.expression), _text(file.path)) for file in module.license.files)),
    )
    return _replacement(described, _text(module.replaced_by)) if module.replaced_by else described


def _replacement(original: DescribedModule, replaced_by: str) -> DescribedModule:
    """Return what is used in place of a module: its files are in the binary, not those of the module."""
    replacement = replace(original, replaces=original.key, replaces_purl=original.purl)
    path, at, version = replaced_by.rpartition("@")
    # As in go.mod: a path that begins so is a folder (golang.org/x/mod/modfile, IsDirectoryPath).
    if at and not replaced_by.startswith(("./", "../", "/")):
        origin = f"A module version, used in place of {original.key}."
        return replace(replacement, name=path, version=version, purl=golang_purl(path, version), origin=origin)
    # A document does not name folders of this machine.
    folder = "A folder" if replaced_by.startswith("/") else f"The folder {replaced_by}"
    origin = f"{folder}, used in place of {original.key}: it has no version and no sum."
    purl = golang_purl(original.name)
    return replace(replacement, version="", sum="", verified=False, purl=purl, origin=origin)


def _text(text: str) -> str:
    """Return text that UTF-8 can hold: names of files can be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode()
