"""Blobs of an image layout: content, its digest and media type, and the descriptors that refer to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CONFIG", "INDEX", "LAYER", "MANIFEST", "Blob", "Layer", "blob_name", "compact_json", "json_blob"]

_OCI = "application/vnd.oci.image"
INDEX = f"{_OCI}.index.v1+json"
MANIFEST = f"{_OCI}.manifest.v1+json"
CONFIG = f"{_OCI}.config.v1+json"
LAYER = f"{_OCI}.layer.v1.tar+gzip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Content that is stored under its digest.

    Attributes:
        media_type: media type of the content.
        digest: ``sha256:`` and the hexadecimal digest of the content.
        size: length in bytes.
        content: the bytes, or a file with them.
    """

    media_type: str
    digest: str
    size: int
    content: bytes | Path

    def descriptor(self, **properties: Any) -> dict[str, Any]:
        """Return the descriptor of the blob, with further properties such as ``platform`` where they are not empty."""
        set_properties = {name: value for name, value in properties.items() if value}
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size, **set_properties}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Blob):
    """A layer of a file system.

    Attributes:
        diff_id: digest of the uncompressed archive, by which configurations refer to the layer.
    """

    diff_id: str


def json_blob(media_type: str, document: Mapping[str, Any]) -> Blob:
    """Return a JSON document as a blob."""
    content = compact_json(document)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return Blob(media_type=media_type, digest=digest, size=len(content), content=content)


def compact_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as ASCII without blanks, keys sorted: equal documents have equal digests.

    Raises:
        ValueError: It has a number that JSON does not have.
    """
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def blob_name(digest: str) -> str:
    """Return the path of a blob in its layout (image-spec, image-layout.md, "Blobs")."""
    algorithm, _, encoded = digest.partition(":")
    return f"blobs/{algorithm}/{encoded}"
