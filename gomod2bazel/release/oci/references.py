"""The images that are made of binaries, and the references that they have in the layout."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from gomod2bazel.base.errors import UsageError
from gomod2bazel.install.install import Binary

__all__ = ["UNKNOWN", "images_of", "reference_of"]

UNKNOWN = "devel"
"""The version of a tree that nobody gave a version."""

_RENAME = "-binary IMPORTPATH=NAME renames a binary"


def images_of(binaries: Iterable[Binary], tree_version: str = UNKNOWN) -> Mapping[str, tuple[Binary, ...]]:
    """Return the binaries of each image by its reference, sorted; only executables for Linux are in images.

    It can be called before anything is built.

    Args:
        binaries: All binaries of the release.
        tree_version: What binaries of a tree have for a version; see `reference_of`.

    Raises:
        UsageError: A name cannot be in an image, or different programs or two binaries of one platform would have the
            same reference.
    """
    images = defaultdict(list)
    for binary in binaries:
        if binary.kind == "executable" and binary.goos == "linux":
            images[reference_of(binary, tree_version)].append(binary)
    ordered = {reference: tuple(sorted(images[reference], key=_order)) for reference in sorted(images)}
    for reference, members in ordered.items():
        _check_image(reference, members)
    return ordered


def reference_of(binary: Binary, tree_version: str = UNKNOWN) -> str:
    """Return ``NAME:VERSION`` of the image with ``binary``, or ``NAME:latest`` where no version is known.

    It is a valid reference in layouts (image-spec, annotations.md) and, with a registry before it, in registries
    (distribution-spec, "Pulling manifests"): names are in lower case, and versions have ``_`` for ``+``.

    Args:
        binary: The binary.
        tree_version: The version of binaries whose module is an unpacked tree, or `UNKNOWN`.

    Raises:
        UsageError: The name has no letter or digit, or is not UTF-8, as configurations of images are.
    """
    if not binary.name.isprintable():
        raise UsageError(f"-oci: {binary.name!r} cannot be in an image: it is not printable UTF-8", hint=_RENAME)
    name = re.sub(r"[^a-z0-9._-]+", "-", binary.name.lower())
    name = re.sub(r"[._-]{2,}", lambda run: "--" if run[0] == "--" else "-", name).strip("._-")
    if not name:
        raise UsageError(f"-oci: {binary.name!r} has no letter or digit for the name of an image", hint=_RENAME)
    version = binary.version or ("latest" if tree_version == UNKNOWN else tree_version)
    return f"{name}:{version.replace('+', '_')}"


def _order(binary: Binary) -> tuple[str, str, str, str]:
    return (binary.goos, binary.goarch, binary.folder, binary.name)


def _check_image(reference: str, members: tuple[Binary, ...]) -> None:
    programs = sorted({(binary.import_path, binary.module, binary.name) for binary in members})
    if len(programs) > 1:
        names = "\n".join(f"    {path} ({name})" for path, _, name in programs)
        raise UsageError(f"-oci: different programs would be the image {reference}\n{names}", hint=_RENAME)
    platforms = [f"{binary.goos}/{binary.goarch}" for binary in members]
    twice = sorted({platform for platform in platforms if platforms.count(platform) > 1})
    if twice:
        raise UsageError(
            f"-oci: the image {reference} would have {twice[0]} twice", hint="build these binaries in separate runs"
        )
