"""The files of an image layout with an image for each released binary that runs on Linux."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gomod2bazel.release.contents import Release, ReleasedBinary, ReleaseFile
from gomod2bazel.release.oci.annotations import annotations_of
from gomod2bazel.release.oci.base import SCRATCH, Base, BaseImage
from gomod2bazel.release.oci.blobs import INDEX, Blob, Layer, blob_name, compact_json
from gomod2bazel.release.oci.executable import read_executable
from gomod2bazel.release.oci.image import Contents, Image, index_blob, make_image
from gomod2bazel.release.oci.layer import write_layer
from gomod2bazel.release.oci.linking import dynamic_error
from gomod2bazel.release.oci.platform import Platform, platform_of
from gomod2bazel.release.oci.references import images_of

__all__ = ["LAYOUT_FILES", "oci_files"]

LAYOUT_FILES = ("index.json", "oci-layout")
"""The files of each layout that are not blobs."""

_KIND = "image"
_REF_NAME = "org.opencontainers.image.ref.name"


def oci_files(release: Release, scratch: Path, base: Base | None = None) -> tuple[ReleaseFile, ...]:
    """Return the files of an image layout with an image index for each program, sorted by name; none without programs.

    An index has an image for each platform of the program. Its reference in the layout is that of
    `references.reference_of`. Blobs that several images have are there once.

    Args:
        release: What is released; only executables for Linux are in images.
        scratch: A folder for the layers, which are too large to be kept in memory.
        base: The base image; scratch where it is None.

    Raises:
        UsageError: As `references.images_of` and `base.Base.image`; or a binary needs a dynamic loader, and the base is
            scratch.
        TrustError: A blob of the base does not match its digest.
        FileError: A file cannot be read or written.
    """
    images = images_of((item.binary for item in release.binaries), release.tree_version)
    if not images:
        return ()
    released = {item.binary: item for item in release.binaries}
    chosen = [released[binary] for members in images.values() for binary in members]
    layers = _write_layers(chosen, release.created, scratch)
    builder = _Builder(release=release, scratch=scratch, base=base)
    made = {item.binary: builder.make(item, layer) for item, layer in zip(chosen, layers, strict=True)}
    indexes = {reference: _index([made[binary] for binary in members]) for reference, members in images.items()}
    files = {file.name: file for file in _layout_files(indexes)}
    for binary, item in made.items():
        for blob in (*item.image.layers, item.image.config, item.image.manifest):
            name = blob_name(blob.digest)
            # What several images have belongs to none of them.
            owner = None if name in files else binary
            files[name] = ReleaseFile(name=name, kind=_KIND, content=blob.content, binary=owner)
    return tuple(files[name] for name in sorted(files))


def _write_layers(binaries: Sequence[ReleasedBinary], created: int, scratch: Path) -> list[Layer]:
    """Write the layers of binaries on all cores, as compression takes most of the time; the first failure ends it."""
    with ThreadPoolExecutor(min(len(binaries), len(os.sched_getaffinity(0)))) as pool:
        futures = [pool.submit(write_layer, binary, created, scratch) for binary in binaries]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """An image of a binary.

    Attributes:
        image: the image.
        annotations: what it reports about itself.
    """

    image: Image
    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Makes images.

    Attributes:
        release: what is released.
        scratch: where layers of the base image are copied to.
        base: the base image; scratch where it is None.
        base_images: the images of the base that were read, by platform.
    """

    release: Release
    scratch: Path
    base: Base | None
    base_images: dict[Platform, BaseImage] = field(default_factory=dict)

    def make(self, item: ReleasedBinary, layer: Layer) -> _Made:
        """Return the image of a binary, whose layer is written."""
        executable = read_executable(item.source)
        platform = platform_of(item.binary.goos, item.binary.goarch, executable)
        if self.base is None and executable.interpreter:
            raise dynamic_error(item.binary, executable.interpreter)
        if self.base and platform not in self.base_images:
            self.base_images[platform] = self.base.image(platform, self.scratch)
        contents = Contents(
            binary=item,
            layer=layer,
            platform=platform,
            created=self.release.created,
            annotations=annotations_of(self.release, item, executable),
        )
        image = make_image(contents, self.base_images.get(platform, SCRATCH))
        return _Made(image=image, annotations=contents.annotations)


def _index(images: Sequence[_Made]) -> Blob:
    """Return the index of a program's images, with the annotations that all of them have."""
    first, *others = [item.annotations for item in images]
    shared = {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
    return index_blob([item.image for item in images], shared)


def _layout_files(indexes: Mapping[str, Blob]) -> list[ReleaseFile]:
    """Return the files of the layout that belong to no binary alone."""
    manifests = [blob.descriptor(annotations={_REF_NAME: reference}) for reference, blob in indexes.items()]
    documents: tuple[dict[str, Any], ...] = (
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests},
        {"imageLayoutVersion": "1.0.0"},
    )
    return [
        *(
            ReleaseFile(name=name, kind=_KIND, content=compact_json(document))
            for name, document in zip(LAYOUT_FILES, documents, strict=True)
        ),
        *(ReleaseFile(name=blob_name(blob.digest), kind=_KIND, content=blob.content) for blob in indexes.values()),
    ]
