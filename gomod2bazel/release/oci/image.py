"""The documents of an image: its configuration, and the manifests that refer to layers and to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gomod2bazel.release.contents import ReleasedBinary
from gomod2bazel.release.oci.annotations import date_time
from gomod2bazel.release.oci.base import BaseImage
from gomod2bazel.release.oci.blobs import CONFIG, INDEX, MANIFEST, Blob, Layer, json_blob
from gomod2bazel.release.oci.layer import FOLDER
from gomod2bazel.release.oci.platform import Platform

__all__ = ["PATH", "USER", "Image", "index_blob", "make_image"]

USER = "65532:65532"
"""Who runs the program where the base image does not name a user: the nonroot user of distroless images, in numbers, as
an image without /etc/passwd has no names."""

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image for a platform.

    Attributes:
        platform: what it runs on.
        layers: the layers, those of the base image first.
        config: the configuration.
        manifest: refers to configuration and layers.
    """

    platform: Platform
    layers: tuple[Blob, ...]
    config: Blob
    manifest: Blob


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What an image is made of.

    Attributes:
        binary: the binary.
        layer: the layer that has it.
        platform: what it runs on.
        created: the time that the image reports, in seconds of the epoch.
        annotations: what the image reports about itself.
    """

    binary: ReleasedBinary
    layer: Layer
    platform: Platform
    created: int
    annotations: Mapping[str, str]


def make_image(contents: Contents, base: BaseImage) -> Image:
    """Return an image with the layers of ``base`` below that of the binary."""
    config = json_blob(CONFIG, _configuration(contents, base))
    layers: tuple[Blob, ...] = (*base.layers, contents.layer)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config.descriptor(),
        "layers": [layer.descriptor() for layer in layers],
        "annotations": {**contents.annotations, **base.annotations},
    }
    return Image(platform=contents.platform, layers=layers, config=config, manifest=json_blob(MANIFEST, manifest))


def index_blob(images: Sequence[Image], annotations: Mapping[str, str]) -> Blob:
    """Return the index from which clients choose the image for their platform."""
    manifests = [
        image.manifest.descriptor(platform=image.platform.document())
        for image in sorted(images, key=lambda image: image.platform)
    ]
    return json_blob(
        INDEX,
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": dict(annotations)},
    )


def _configuration(contents: Contents, base: BaseImage) -> dict[str, Any]:
    """Return the configuration: that of the base image, with the program as its entrypoint (image-spec, config.md)."""
    created, inherited = date_time(contents.created), base.parameters
    environment = [str(variable) for variable in inherited.get("Env") or ()]
    if not any(variable.startswith("PATH=") for variable in environment):
        environment.insert(0, PATH)
    # Arguments of the base image are for its program.
    parameters = {name: value for name, value in inherited.items() if name not in ("Cmd", "ArgsEscaped")}
    parameters |= {
        "Entrypoint": [str(PurePosixPath(FOLDER, contents.binary.binary.name))],
        "Env": environment,
        "Labels": {**(inherited.get("Labels") or {}), **contents.annotations},
        "User": inherited.get("User") or USER,
    }
    return {
        **contents.platform.document(),
        **{name: base.config[name] for name in ("os.version", "os.features") if base.config.get(name)},
        "config": parameters,
        "created": created,
        "history": [*base.history, {"created": created, "created_by": _created_by(contents)}],
        "rootfs": {"type": "layers", "diff_ids": [*base.diff_ids, contents.layer.diff_id]},
    }


def _created_by(contents: Contents) -> str:
    """Return the command that makes the binary; without the tool's version, which does not change the image."""
    binary = contents.binary.binary
    return f"gomod2bazel build {binary.import_path}" + (f"@{binary.version}" if binary.version else "")
