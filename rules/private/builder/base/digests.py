"""Digests of outputs, stored in an extended attribute of each file, so that Bazel does not compute them.

Bazel reads the attribute that its startup option ``--unix_digest_hash_attribute_name`` names. The driver's server
computes SHA-256 at a tenth of the speed of OpenSSL, which Python uses: its Java code is compiled quickly rather than
well (docs/performance.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

__all__ = ["ATTRIBUTE", "store"]

ATTRIBUTE = "user.gomod2bazel.sha256"
"""The name of the extended attribute; its value is the digest itself. bazel/server/bazel.py names it to Bazel."""

# Bazel computes the digest of less as quickly as it reads the attribute. Bytes.
_SMALL = 1 << 18


def store(files: Iterable[str]) -> None:
    """Store the SHA-256 of each file that exists and is large enough for that to save time.

    Bazel computes the digest itself where the file system has no such attributes. An attribute that a tool stored is
    removed, as it may be wrong.

    Args:
        files: paths of outputs that nothing will write again.
    """
    for file in files:
        # No file, none that has one, a file system without attributes, or a system without these functions.
        with suppress(OSError, AttributeError):
            if os.path.getsize(file) < _SMALL:
                os.removexattr(file, ATTRIBUTE)
                continue
            import hashlib  # noqa: PLC0415 - start-up counts, and most outputs are small

            with open(file, "rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").digest()
            os.setxattr(file, ATTRIBUTE, digest)
