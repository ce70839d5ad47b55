"""The platform of an image: operating system, architecture and its variant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gomod2bazel.release.oci.executable import Executable

__all__ = ["Platform", "platform_of"]

_DEFAULT_VARIANTS = {"amd64": "v1", "arm64": "v8"}
"""The variants that platforms without a variant have (github.com/containerd/platforms, Normalize)."""


@dataclass(frozen=True, slots=True, order=True)
class Platform:
    """What an image runs on (image-spec, image-index.md, "platform").

    Attributes:
        os: GOOS.
        architecture: GOARCH.
        variant: ``v6`` for example; empty where clients do not distinguish variants.
    """

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))

    def document(self) -> dict[str, str]:
        """Return the platform as descriptors and configurations have it."""
        variant = {"variant": self.variant} if self.variant else {}
        return {"os": self.os, "architecture": self.architecture, **variant}

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> Platform:
        """Return the platform of a descriptor or configuration; default variants are left out."""
        os, architecture, variant = (str(document.get(key) or "") for key in ("os", "architecture", "variant"))
        return cls(os, architecture, "" if _DEFAULT_VARIANTS.get(architecture) == variant else variant)

    def runs(self, other: Platform) -> bool:
        """Return whether what is built for ``other`` runs here: variants of arm include those before them."""
        if (self.os, self.architecture) != (other.os, other.architecture):
            return False
        return other.variant == self.variant or (self.architecture == "arm" and other.variant <= self.variant)


def platform_of(goos: str, goarch: str, executable: Executable) -> Platform:
    """Return the platform of a binary; GOARM is the variant.

    GOAMD64 and GOARM64 are not: clients choose among amd64 and arm64 images by architecture alone.
    """
    match = re.match("[5-7]", executable.settings.get("GOARM", "")) if goarch == "arm" else None
    return Platform(goos, goarch, f"v{match[0]}" if match else "")
