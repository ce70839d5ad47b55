"""Release files."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.errors import FlagValueError
from gomod2bazel.base.near_names import did_you_mean
from gomod2bazel.options.groups.group import Group

__all__ = [
    "ARCHIVE_FORMATS",
    "ARCHIVE_NAME",
    "DOCUMENTS",
    "SBOM_FORMS",
    "ReleaseOptions",
    "read_archive_name",
    "read_archives",
    "read_documents",
    "read_sboms",
]

DOCUMENTS = ("man-page", "completion", "unit", "license", "doc")
"""The kinds of documents that -docs names."""

ARCHIVE_FORMATS = ("tar.gz", "zip")

SBOM_FORMS = ("spdx", "cyclonedx")
"""The values of -sbom."""

ARCHIVE_NAME = "{name}_{version}_{os}_{arch}"
"""The default of -archive-name."""

_FIELDS = ("name", "version", "os", "arch", "binary")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions(Group):
    """The files of a release in addition to its binaries.

    Attributes:
        archives: the format of archives by GOOS, and with an empty GOOS that of all others; empty for no archives.
        archive_name: the template of their names, without the suffix.
        sboms: the forms of SBOMs; empty for none.
        checksums: the file with a checksum of each file, or empty.
        provenance: the file with an in-toto statement about all files, or empty.
        oci: the folder of an OCI image layout with the programs for Linux, or empty.
        oci_base: the layout with the base image, and after a colon its reference; absolute once the command line was
            read; empty for images on scratch.
        documents: the kinds of files of modules that are installed, and ``debian`` for its folders; empty for none.
        licenses: the folder with the licences of all modules in binaries, or empty.
        license_policy: the file that tells which licences they may have, absolute once the command line was read; or
            empty.
        build_flags: the flags of the command line that decide what is built, ``-name=value``; set once it was read.
    """

    archives: Mapping[str, str] = field(default_factory=dict)
    archive_name: str = ARCHIVE_NAME
    sboms: tuple[str, ...] = ()
    checksums: str = ""
    provenance: str = ""
    oci: str = ""
    oci_base: str = ""
    documents: tuple[str, ...] = ()
    licenses: str = ""
    license_policy: str = ""
    build_flags: tuple[str, ...] = ()

    @property
    def files_read(self) -> tuple[Path, ...]:
        """The files that decide what release files are, in addition to binaries and modules.

        Of a base image it is the index: other files of a layout have the names of their digests. The folder may have
        colons itself.
        """
        words = self.oci_base.split(":") if self.oci_base else ()
        bases = tuple(Path(":".join(words[:count]), "index.json") for count in range(len(words), 0, -1))
        return (*bases, Path(self.license_policy)) if self.license_policy else bases

    @property
    def named(self) -> bool:
        """Whether any file is asked for, or licences are checked."""
        details = ("archive_name", "oci_base", "build_flags")
        return any(getattr(self, name) for name in ReleaseOptions.__slots__ if name not in details)

    @property
    def reads_folders(self) -> bool:
        """Whether files of a module are released or their licences listed, in addition to what was built."""
        return bool(self.archives or self.sboms or self.documents or self.licenses or self.license_policy)


def read_archives(before: Mapping[str, str] | None, text: str) -> dict[str, str]:
    """Return the formats of -archive: ``FORMAT`` for every platform, ``GOOS=FORMAT`` for some.

    Args:
        before: the formats so far.
        text: the flag's value.

    Raises:
        FlagValueError: a format is unknown.
    """
    formats = dict(before or {})
    for word in text.split(","):
        goos, equals, name = word.rpartition("=")
        if name not in ARCHIVE_FORMATS or (equals and not re.fullmatch("[a-z0-9]+", goos)):
            raise FlagValueError(
                f"{word!r} is not FORMAT or GOOS=FORMAT", hint="write -archive tar.gz, or -archive tar.gz,windows=zip"
            )
        formats[goos] = name
    return formats


def read_archive_name(_before: str, text: str) -> str:
    """Return the template of archives' names.

    Raises:
        FlagValueError: it has an unknown field, or could lead to another folder.
    """
    hint = f"write fields as in {ARCHIVE_NAME!r}; there are {', '.join(f'{{{name}}}' for name in _FIELDS)}"
    try:
        fields = [(name, form, conversion) for _, name, form, conversion in string.Formatter().parse(text)]
    except ValueError as error:
        raise FlagValueError(str(error), hint=hint) from error
    for name, form, conversion in fields:
        if name is not None and (name not in _FIELDS or form or conversion):
            raise FlagValueError(f"unknown field {{{name}}}", hint=hint)
    if not text or "/" in text or text.startswith(".") or not text.isprintable():
        raise FlagValueError("it is not the name of a file", hint=hint)
    return text


def read_documents(_before: object, text: str) -> tuple[str, ...]:
    """Return the kinds of documents: those that are named, ``all``, or ``debian`` for all but licences in its folders.

    Raises:
        FlagValueError: one is unknown, or there is none.
    """
    chosen: set[str] = set()
    for word in filter(None, text.split(",")):
        if word not in (*DOCUMENTS, "all", "debian"):
            hint = did_you_mean(word, (*DOCUMENTS, "all", "debian"))
            raise FlagValueError(
                f"unknown kind {word!r}", hint=f"{hint} use all, debian, or {', '.join(DOCUMENTS)}".strip()
            )
        # Debian has licences in debian/copyright alone.
        chosen |= {"all": {*DOCUMENTS}, "debian": {*DOCUMENTS, "debian"} - {"license"}}.get(word, {word})
    if not chosen:
        raise FlagValueError("no kind is named", hint=f"use all, debian, or {', '.join(DOCUMENTS)}")
    return tuple(sorted(chosen))


def read_sboms(before: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Return the forms of -sbom, sorted: one, or several with commas.

    Args:
        before: the forms so far.
        text: the flag's value.

    Raises:
        FlagValueError: a form is unknown.
    """
    forms = text.split(",")
    for form in forms:
        if form not in SBOM_FORMS:
            raise FlagValueError(f"{form!r} is not {' or '.join(SBOM_FORMS)}", hint="write -sbom spdx")
    return tuple(sorted({*before, *forms}))
