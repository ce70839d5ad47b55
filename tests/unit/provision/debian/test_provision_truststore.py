"""The Java trust store: read back by the rules of its format."""

import hashlib
import struct
from pathlib import Path

from gomod2bazel.provision.debian import truststore


def _read(data: bytes) -> list[bytes]:
    """Read a JKS key store of trusted certificates."""
    magic, version, count = struct.unpack_from(">III", data)
    assert (magic, version) == (0xFEEDFEED, 2)
    at, found = 12, []
    for _ in range(count):
        assert struct.unpack_from(">I", data, at) == (2,)
        at += 4
        at += 2 + struct.unpack_from(">H", data, at)[0]  # alias
        at += 8  # date
        length = struct.unpack_from(">H", data, at)[0]
        assert data[at + 2 : at + 2 + length] == b"X.509"
        at += 2 + length
        length = struct.unpack_from(">I", data, at)[0]
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    password = "changeit".encode("utf-16-be")
    assert data[at:] == hashlib.sha1(password + b"Mighty Aphrodite" + data[:at]).digest()  # noqa: S324
    return found


def test_certificates_come_back(tmp_path: Path) -> None:
    certificates = [b"first certificate", b"second"]
    truststore.write(tmp_path / "cacerts", certificates)
    assert _read((tmp_path / "cacerts").read_bytes()) == certificates


def test_no_certificates_is_a_valid_store(tmp_path: Path) -> None:
    truststore.write(tmp_path / "cacerts", [])
    assert _read((tmp_path / "cacerts").read_bytes()) == []
