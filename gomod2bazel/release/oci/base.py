"""The base image of an image: scratch, or an image in a layout on disk, chosen by platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.json_input import shape_errors
from gomod2bazel.release.oci.blobs import INDEX, LAYER, MANIFEST, Blob, compact_json
from gomod2bazel.release.oci.layout import FETCH_AGAIN, Layout, LayoutReader
from gomod2bazel.release.oci.platform import Platform

__all__ = ["SCRATCH", "Base", "BaseImage", "base_of"]

_Document = Mapping[str, Any]

_REF_NAME = "org.opencontainers.image.ref.name"
_DEEPEST = 4  # indexes in indexes
_MOST = 1000  # entries of an index, layers of an image

_DOCKER = "application/vnd.docker"
_INDEXES = (INDEX, f"{_DOCKER}.distribution.manifest.list.v2+json")
_MANIFESTS = (MANIFEST, f"{_DOCKER}.distribution.manifest.v2+json")
_TAR = LAYER.removesuffix("+gzip")
_LAYERS = {
    _TAR: _TAR,
    LAYER: LAYER,
    f"{_TAR}+zstd": f"{_TAR}+zstd",
    f"{_DOCKER}.image.rootfs.diff.tar": _TAR,
    f"{_DOCKER}.image.rootfs.diff.tar.gzip": LAYER,
    f"{_DOCKER}.image.rootfs.diff.tar.zstd": f"{_TAR}+zstd",
}
"""The media types of layers that are copied, and those that copies have: Docker's differ in the name alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """What an image inherits.

    Attributes:
        config: the configuration; empty for scratch.
        layers: the layers.
        annotations: what an image reports about its base.
    """

    config: _Document = field(default_factory=lambda: MappingProxyType({}))
    layers: tuple[Blob, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The execution parameters."""
        return self.config.get("config") or {}

    @property
    def diff_ids(self) -> Sequence[str]:
        """Digests of the uncompressed layers."""
        return self.config["rootfs"]["diff_ids"] if self.config else ()

    @property
    def history(self) -> Sequence[_Document]:
        """The history, with one entry for each layer that is not marked as empty, as clients expect."""
        entries: Sequence[_Document] = self.config.get("history") or ()
        if sum(not entry.get("empty_layer") for entry in entries) == len(self.layers):
            return entries
        return [{"comment": "layer of the base image"} for _ in self.layers]


SCRATCH = BaseImage()
"""The empty image: no CA certificates, no time zones, no users and no temporary folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """An image in a layout on disk.

    Attributes:
        layout: the layout.
        reference: which of its images, by the annotation of its reference; empty where it has one image.
    """

    layout: Layout
    reference: str = ""

    def image(self, platform: Platform, folder: Path) -> BaseImage:
        """Copy the layers of the image for a platform into ``folder`` and return it.

        Args:
            platform: The platform.
            folder: Where the layers are copied to.

        Raises:
            TrustError: A blob does not have the size or the digest by which it is referred to.
            UsageError: No image fits, or a document does not have the form that the specification gives it.
            FileError: A file cannot be read or written.
        """
        with self.layout.open() as reader, shape_errors(str(self.layout.folder), UsageError, FETCH_AGAIN):
            descriptor = self._choose(reader, platform)
            manifest = reader.document(descriptor)
            config = _checked_config(reader.document(manifest["config"]), manifest)
            layers = tuple(reader.copy(layer, _layer_type(layer), folder) for layer in manifest["layers"])
            annotations = {"org.opencontainers.image.base.digest": str(descriptor["digest"])}
        return BaseImage(config=config, layers=layers, annotations=annotations)

    def check(self, platforms: Iterable[Platform]) -> None:
        """Refuse a layout without an image for the architecture of each platform; variants are not compared yet.

        Raises:
            Gomod2bazelError: As `image`, as far as it does not depend on layers.
        """
        with self.layout.open() as reader, shape_errors(str(self.layout.folder), UsageError, FETCH_AGAIN):
            images = list(self._images(reader))
        offered = {(image.os, image.architecture) for image, _ in images}
        for platform in platforms:
            if (platform.os, platform.architecture) not in offered:
                raise self._lacking(platform, images)

    def _choose(self, reader: LayoutReader, platform: Platform) -> _Document:
        """Return the descriptor of the image with the nearest variant that runs on the platform."""
        images = list(self._images(reader))
        fitting = [image for image in images if platform.runs(image[0])]
        if not fitting:
            raise self._lacking(platform, images)
        return max(fitting, key=lambda image: image[0])[1]

    def _lacking(self, platform: Platform, images: Iterable[tuple[Platform, _Document]]) -> UsageError:
        offered = ", ".join(sorted({str(offered) for offered, _ in images})) or "none"
        return UsageError(
            f"-oci-base {self}: no image for {platform}; its platforms: {offered}",
            hint="copy all platforms of the base image with skopeo copy --all, or change -platform",
        )

    def __str__(self) -> str:
        return f"{self.layout.folder}:{self.reference}" if self.reference else str(self.layout.folder)

    def _images(self, reader: LayoutReader) -> Iterator[tuple[Platform, _Document]]:
        """Yield the images with their platforms."""
        entries = _entries(reader.index(), reader)
        names = [str((entry.get("annotations") or {}).get(_REF_NAME, "")) for entry in entries]
        chosen = [entry for entry, name in zip(entries, names, strict=True) if self.reference in ("", name)]
        if not chosen or (not self.reference and len(chosen) > 1):
            lacks = f"no image {self.reference}" if self.reference else f"{len(chosen)} images"
            raise UsageError(
                f"-oci-base {self}: the layout has {lacks}; its references: {', '.join(sorted(filter(None, names)))}",
                hint="write -oci-base DIR:REFERENCE with one of them",
            )
        for entry in chosen:
            yield from _manifests(entry, reader, _DEEPEST)


def base_of(text: str) -> Base:
    """Return the base image that a flag names: ``DIR``, or ``DIR:REFERENCE`` where DIR has several images.

    Both may have colons: DIR is the longest folder that exists, or all of the text.
    """
    words = text.split(":")
    for count in range(len(words), 0, -1):
        folder = Path(":".join(words[:count]))
        if folder.is_dir():
            return Base(layout=Layout(folder=folder), reference=":".join(words[count:]))
    return Base(layout=Layout(folder=Path(text)))


def _manifests(entry: _Document, reader: LayoutReader, depth: int) -> Iterator[tuple[Platform, _Document]]:
    """Yield the manifests that a descriptor refers to, through indexes, with their platforms.

    The platform is that of the descriptor, or of the configuration where the descriptor does not have one. What is of
    another media type is passed over (image-spec, image-index.md, "mediaType").
    """
    kind = entry.get("mediaType")
    if kind in _INDEXES:
        if not depth:
            raise UsageError(f"{reader.folder}: more than {_DEEPEST} indexes refer to each other", hint=FETCH_AGAIN)
        for inner in _entries(reader.document(entry), reader):
            yield from _manifests(inner, reader, depth - 1)
    elif kind in _MANIFESTS:
        platform = entry.get("platform") or reader.document(reader.document(entry)["config"])
        yield Platform.from_document(platform), entry


def _entries(index: _Document, reader: LayoutReader) -> list[_Document]:
    entries = index.get("manifests")
    if not isinstance(entries, list) or len(entries) > _MOST or not all(isinstance(e, dict) for e in entries):
        raise UsageError(f"{reader.folder}: an index does not list its manifests, {_MOST} at most", hint=FETCH_AGAIN)
    return entries


def _checked_config(config: dict[str, Any], manifest: _Document) -> dict[str, Any]:
    """Return a configuration whose parts have the form that is needed here.

    Raises:
        ValueError: It does not.
    """
    layers, diff_ids = manifest["layers"], config["rootfs"]["diff_ids"]
    if len(layers) != len(diff_ids) or len(layers) > _MOST:
        raise ValueError(f"{len(layers)} layers, but {len(diff_ids)} diff_ids")
    parameters, history = config.get("config") or {}, config.get("history") or []
    forms: tuple[tuple[object, type], ...] = (
        (parameters, dict),
        (parameters.get("Env") or [], list),
        (parameters.get("Labels") or {}, dict),
        (parameters.get("User") or "", str),
        (history, list),
        *((entry, dict) for entry in history),
        *((diff_id, str) for diff_id in diff_ids),
    )
    for value, form in forms:
        if not isinstance(value, form):
            raise TypeError(f"{value!r} in the configuration is not a {form.__name__}")
    compact_json(config)
    return config


def _layer_type(layer: _Document) -> str:
    """Return the media type that a copied layer has.

    Raises:
        UsageError: The layer is not a tar archive that may be copied.
    """
    kind = layer.get("mediaType")
    if kind not in _LAYERS:
        raise UsageError(f"the base image has a layer of type {kind}, which cannot be copied", hint=FETCH_AGAIN)
    return _LAYERS[str(kind)]
