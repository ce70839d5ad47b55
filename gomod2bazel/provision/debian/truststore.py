"""Write a Java trust store of the certificate authorities that the host trusts."""

from __future__ import annotations

import hashlib
import ssl
import struct
from collections.abc import Sequence
from pathlib import Path

__all__ = ["host_certificates", "write"]

_PASSWORD = "changeit"  # noqa: S105  (Java's own default for its list of authorities: it protects nothing)
_MAGIC, _VERSION, _TRUSTED_CERTIFICATE = 0xFEEDFEED, 2, 2


def host_certificates() -> list[bytes]:
    """Return the authorities that Python's TLS trusts here (SSL_CERT_FILE and SSL_CERT_DIR count), each as DER."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.capath and not paths.cafile:
        # A folder is read by hash as needed, so it does not show up in the context; what it holds is read here.
        for pem in sorted(Path(paths.capath).glob("*.0")):
            context.load_verify_locations(cafile=pem)
    return context.get_ca_certs(binary_form=True)


def write(path: Path, certificates: Sequence[bytes]) -> None:
    """Write ``certificates`` to ``path`` as a key store of type JKS, which every Java reads.

    The format (as in the JDK's JavaKeyStore class): big-endian magic, version and count; for each entry its tag, alias,
    date in milliseconds and certificate type, all texts with a two-byte length, and the certificate with a four-byte
    one; then the SHA-1 of the password in UTF-16, a fixed phrase, and all of the above.

    Args:
        path: the file to write.
        certificates: X.509 certificates as DER.
    """
    body = struct.pack(">III", _MAGIC, _VERSION, len(certificates))
    for number, certificate in enumerate(certificates):
        body += struct.pack(">I", _TRUSTED_CERTIFICATE) + _text(f"authority-{number}") + struct.pack(">Q", 0)
        body += _text("X.509") + struct.pack(">I", len(certificate)) + certificate
    seal = hashlib.sha1(_PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body)  # noqa: S324  (the format's own)
    path.write_bytes(body + seal.digest())


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")
