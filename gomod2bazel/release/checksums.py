"""Checksum files in the form of sha256sum."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

__all__ = ["checksums"]


def checksums(digests: Mapping[str, str], folder: str) -> bytes:
    """Return the lines that ``sha256sum --check`` reads in ``folder``.

    Args:
        digests: the SHA-256 of each file in hexadecimal, by its path.
        folder: the folder of the checksum file; paths are relative to it.
    """
    names = {posixpath.relpath(path, folder or "."): digest for path, digest in digests.items()}
    return "".join(_line(name, digest) for name, digest in sorted(names.items())).encode("utf-8", "surrogateescape")


def _line(name: str, digest: str) -> str:
    """Return one line; a name with a line break is escaped, and the line says so (coreutils manual, "md5sum")."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"\\{digest}  {escaped}\n" if escaped != name else f"{digest}  {name}\n"
