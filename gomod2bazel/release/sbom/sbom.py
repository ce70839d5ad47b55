"""The SBOMs of a release: one next to each binary, and one for the whole run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gomod2bazel.base.errors import UsageError
from gomod2bazel.install.install import Binary
from gomod2bazel.release.contents import Release, ReleasedBinary, ReleaseFile
from gomod2bazel.release.sbom.cyclonedx import cyclonedx
from gomod2bazel.release.sbom.document import Document, document_of_binary, document_of_run, path_of
from gomod2bazel.release.sbom.spdx import spdx

__all__ = ["FORMS", "KIND", "sbom_files", "sbom_names"]

KIND = "sbom"
"""`ReleaseFile.kind` of an SBOM."""

_RUN = "sbom"
_HEADER = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A form of SBOMs.

    Attributes:
        suffix: how names of its files end.
        write: makes a file's content.
    """

    suffix: str
    write: Callable[[Document], bytes]


_FORMS = {
    "spdx": _Form(suffix=".spdx.json", write=spdx),
    "cyclonedx": _Form(suffix=".cdx.json", write=cyclonedx),
}

FORMS = tuple(_FORMS)
"""The forms that `sbom_files` makes: SPDX 2.3 and CycloneDX 1.6, both in JSON."""


def sbom_files(release: Release, form: str) -> tuple[ReleaseFile, ...]:
    """Return the SBOMs of a release: those of binaries by path, then that of the run.

    Args:
        release: What the run releases.
        form: One of `FORMS`.

    Raises:
        UsageError: As `sbom_names`; or the time of the release is out of the range of dates.
    """
    names = sbom_names((item.binary for item in release.binaries), form)
    write = _FORMS[form].write
    items = sorted(filter(_has_sbom, release.binaries), key=lambda item: path_of(item.binary))
    files = [
        ReleaseFile(name=name, kind=KIND, content=write(document_of_binary(release, item)), binary=item.binary)
        for name, item in zip(names[:-1], items, strict=True)
    ]
    return (*files, ReleaseFile(name=names[-1], kind=KIND, content=write(document_of_run(release))))


def sbom_names(binaries: Iterable[Binary], form: str) -> tuple[str, ...]:
    """Return the names that `sbom_files` gives, in that order: they are known before anything is built.

    Args:
        binaries: What the run builds.
        form: One of `FORMS`.

    Raises:
        UsageError: The form is unknown, or two files would have one name.
    """
    if form not in _FORMS:
        raise UsageError(f"-sbom {form!r} is unknown", hint=f"use one of {', '.join(FORMS)}")
    suffix = _FORMS[form].suffix
    chosen = sorted(binaries, key=path_of)
    described = [binary for binary in chosen if binary.kind != _HEADER]
    names = (*(f"{path_of(binary)}{suffix}" for binary in described), f"{_RUN}{suffix}")
    _check_names(names, described, chosen)
    return names


def _has_sbom(item: ReleasedBinary) -> bool:
    """Return whether a file has an SBOM next to it: a header has that of its library."""
    return item.binary.kind != _HEADER


def _check_names(names: Iterable[str], described: Iterable[Binary], chosen: Iterable[Binary]) -> None:
    """Refuse, all at once, names that two files would have."""
    files: dict[str, list[tuple[str, str]]] = {}
    for binary in chosen:
        files.setdefault(path_of(binary), []).append((f"the binary of {binary.import_path}", binary.import_path))
    for name, path in zip(names, (*(binary.import_path for binary in described), ""), strict=True):
        files.setdefault(name, []).append((f"the SBOM of {path or 'the run'}", path))
    clashes = {name: owners for name, owners in sorted(files.items()) if len(owners) > 1}
    if clashes:
        lines = [f"\t{name}: {' and '.join(what for what, _ in owners)}" for name, owners in clashes.items()]
        paths = sorted({path for owners in clashes.values() for _, path in owners if path})
        raise UsageError(
            "\n".join(["files of -sbom would share a name:", *lines]),
            hint=f"rename with {' or '.join(f'-binary {path}=NAME' for path in paths)}",
        )
