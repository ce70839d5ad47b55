"""Names that the go command could not print."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.base.file_names import names_on_disk


def test_bytes_are_found_again(tmp_path: Path) -> None:
    for name in (b"a\xff.go", b"a\xfe.go", b"b.go", b"\xe2\x82.h", "\u20ac.h".encode()):
        Path(tmp_path, name.decode(errors="surrogateescape")).touch()
    printed = ("a\ufffd.go", "a\ufffd.go", "b.go", "\ufffd\ufffd.h", "\u20ac.h", "gone\ufffd.go")
    assert names_on_disk(str(tmp_path), printed) == (
        "a\udcfe.go",
        "a\udcff.go",
        "b.go",
        "\udce2\udc82.h",
        "\u20ac.h",
        "gone\ufffd.go",
    )


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert names_on_disk(str(tmp_path / "gone"), ("a\ufffd.go",)) == ("a\ufffd.go",)
