"""GNU build IDs: read and written in ELF files of either class and byte order, and nothing else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support.elf import elf, linked, note

from gomod2bazel.release.distribution.gnu_build_id import ElfError, build_id, write_build_id

FORMS = [(bits, order) for bits in (32, 64) for order in "<>"]


@pytest.mark.parametrize(("bits", "order"), FORMS)
def test_the_placeholder_becomes_a_digest_of_the_file(tmp_path: Path, bits: int, order: str) -> None:
    notes = note(b"Go\0\0", 4, b"build", order) + note(b"GNU\0", 3, bytes(20), order)
    data = elf(bits, order, notes)
    source, target = tmp_path / "linked", tmp_path / "binary"
    source.write_bytes(data)
    written = write_build_id(source, target)
    assert written == hashlib.sha256(data).hexdigest()[:40]
    assert build_id(target) == written
    # Nothing else changes: `go build -ldflags=-B=0x<the ID>` makes these bytes.
    assert target.read_bytes() == data.replace(
        note(b"GNU\0", 3, bytes(20), order), note(b"GNU\0", 3, bytes.fromhex(written), order)
    )
    other = tmp_path / "other"
    other.write_bytes(elf(bits, order, notes, b"other code"))
    assert write_build_id(other, target) != written


def test_an_id_that_the_user_gave_is_kept(tmp_path: Path) -> None:
    data = elf(64, "<", note(b"GNU\0", 3, b"\x12\x34", "<"))
    (tmp_path / "a").write_bytes(data)
    assert write_build_id(tmp_path / "a", tmp_path / "b") == "1234"
    assert (tmp_path / "b").read_bytes() == data


WHOLE = linked(b"code")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an ELF file"),
        (b"MZ" + bytes(100), "not an ELF file"),
        (b"\x7fELF\x03" + bytes(100), "not an ELF file"),
        (elf(64, "<", note(b"Go\0\0", 4, b"x", "<")), "no GNU build ID"),
        (elf(64, "<", note(b"GNU\0", 1, bytes(16), "<")), "no GNU build ID"),
        (WHOLE[:100], "damaged"),
        (elf(64, "<", note(b"GNU\0", 3, bytes(20), "<")[:-8], b""), "damaged"),
        (WHOLE[:32] + b"\xff" * 8 + WHOLE[40:], "damaged"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(ElfError, match=message):
        write_build_id(tmp_path / "a", tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_any_cut_of_a_file_is_read_or_refused(tmp_path: Path) -> None:
    for length in range(len(WHOLE)):
        (tmp_path / "a").write_bytes(WHOLE[:length])
        try:
            assert len(build_id(tmp_path / "a")) == 40
        except ElfError:
            continue
