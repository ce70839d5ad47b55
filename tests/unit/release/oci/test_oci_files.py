"""The files of an image layout."""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.oci_release import CREATED, binary, elf, release, released

from gomod2bazel.base.errors import FileError, UsageError
from gomod2bazel.release.contents import Release, ReleaseFile
from gomod2bazel.release.oci.files import oci_files

PLATFORMS = ("linux/amd64", "linux/arm64", "linux/arm")


def contents(files: Sequence[ReleaseFile]) -> dict[str, bytes]:
    """Return the files by name."""
    return {file.name: file.content.read_bytes() if isinstance(file.content, Path) else file.content for file in files}


class Opened:
    """A layout that is read as clients read it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.index = json.loads(files["index.json"])

    def blob(self, descriptor: Mapping[str, Any]) -> bytes:
        """Return what a descriptor refers to, checked."""
        content = self.files["blobs/" + descriptor["digest"].replace(":", "/")]
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == descriptor["digest"]
        assert len(content) == descriptor["size"]
        return content

    def document(self, descriptor: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document that a descriptor refers to."""
        document: dict[str, Any] = json.loads(self.blob(descriptor))
        assert document.get("mediaType", descriptor["mediaType"]) == descriptor["mediaType"]
        return document

    def indexes(self) -> dict[str, dict[str, Any]]:
        """Return the image indexes by reference."""
        return {
            entry["annotations"]["org.opencontainers.image.ref.name"]: self.document(entry)
            for entry in self.index["manifests"]
        }


@pytest.fixture
def several(tmp_path: Path) -> Release:
    """Return a release of two programs for three platforms of Linux and one other."""
    items = [
        released(binary(name, platform), tmp_path)
        for name, platform in itertools.product(("age", "age-keygen"), (*PLATFORMS[:2], "windows/amd64"))
    ]
    arm = binary("age", "linux/arm")
    return release([*items, released(arm, tmp_path, elf("path\tx\nbuild\tGOARM=7\n", wide=False))])


def test_layout(several: Release, tmp_path: Path) -> None:
    layout = Opened(contents(oci_files(several, tmp_path / "scratch")))
    assert json.loads(layout.files["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    assert (layout.index["schemaVersion"], layout.index["mediaType"]) == (2, "application/vnd.oci.image.index.v1+json")
    platforms = {
        reference: [manifest["platform"] for manifest in index["manifests"]]
        for reference, index in layout.indexes().items()
    }
    amd64, arm64 = ({"os": "linux", "architecture": architecture} for architecture in ("amd64", "arm64"))
    assert platforms == {
        "age-keygen:v1.2.0": [amd64, arm64],
        "age:v1.2.0": [amd64, {"os": "linux", "architecture": "arm", "variant": "v7"}, arm64],
    }
    # Each blob is referred to: 2 indexes, and for each of 5 images manifest, configuration and layer.
    assert len(layout.files) == 2 + 2 + 5 * 3


def test_image(several: Release, tmp_path: Path) -> None:
    layout = Opened(contents(oci_files(several, tmp_path / "scratch")))
    index = layout.indexes()["age:v1.2.0"]
    manifest = layout.document(index["manifests"][1])
    config = layout.document(manifest["config"])
    (layer,) = manifest["layers"]
    archive = gzip.decompress(layout.blob(layer))
    annotations = {
        "com.github.gomod2bazel.module": "filippo.io/age@v1.2.0",
        "org.opencontainers.image.created": "2023-11-14T22:13:20Z",
        "org.opencontainers.image.licenses": "BSD-3-Clause",
        "org.opencontainers.image.title": "age",
        "org.opencontainers.image.version": "v1.2.0",
    }
    assert config == {
        "architecture": "arm",
        "variant": "v7",
        "os": "linux",
        "created": "2023-11-14T22:13:20Z",
        "config": {
            "Entrypoint": ["/usr/bin/age"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Labels": annotations,
            "User": "65532:65532",
        },
        "history": [
            {"created": "2023-11-14T22:13:20Z", "created_by": "gomod2bazel build filippo.io/age/cmd/age@v1.2.0"}
        ],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(archive).hexdigest()}"]},
    }
    assert layer["mediaType"] == "application/vnd.oci.image.layer.v1.tar+gzip"
    assert manifest["annotations"] == index["annotations"] == annotations


def test_layer(several: Release, tmp_path: Path) -> None:
    layout = Opened(contents(oci_files(several, tmp_path / "scratch")))
    manifest = layout.document(layout.indexes()["age-keygen:v1.2.0"]["manifests"][0])
    packed = layout.blob(manifest["layers"][0])
    assert packed[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert [(m.name, m.type, m.mode, m.uid, m.gid, m.uname, m.gname, m.mtime) for m in archive] == [
            ("usr", tarfile.DIRTYPE, 0o755, 0, 0, "", "", CREATED),
            ("usr/bin", tarfile.DIRTYPE, 0o755, 0, 0, "", "", CREATED),
            ("usr/bin/age-keygen", tarfile.REGTYPE, 0o755, 0, 0, "", "", CREATED),
        ]
        file = archive.extractfile("usr/bin/age-keygen")
        assert file is not None
        assert file.read() == (tmp_path / "linux_amd64-age-keygen").read_bytes()


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 3 << 20])
def test_layers_of_any_size(size: int, tmp_path: Path) -> None:
    data = hashlib.shake_256(b"x").digest(size)
    layout = Opened(contents(oci_files(release([released(binary(), tmp_path, data)]), tmp_path / "scratch")))
    manifest = layout.document(layout.indexes()["age:v1.2.0"]["manifests"][0])
    with tarfile.open(fileobj=io.BytesIO(layout.blob(manifest["layers"][0]))) as archive:
        file = archive.extractfile("usr/bin/age")
        assert file is not None
        assert file.read() == data


@pytest.mark.parametrize("name", ["größe", "n" * 120, "blank in name"])
def test_layers_with_any_name(name: str, tmp_path: Path) -> None:
    """Names that the oldest form of tar archives cannot have are in pax headers."""
    item = released(binary(f"{name}x"), tmp_path)
    files = contents(oci_files(release([item]), tmp_path / "scratch"))
    layout = Opened(files)
    (index,) = layout.indexes().values()
    packed = layout.blob(layout.document(index["manifests"][0])["layers"][0])
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.getnames()[-1] == f"usr/bin/{name}x"
    assert contents(oci_files(release([item]), tmp_path / "again")) == files


def test_order_and_folders_do_not_matter(several: Release, tmp_path: Path) -> None:
    files = contents(oci_files(several, tmp_path / "scratch"))
    (tmp_path / "moved").mkdir()
    moved = [released(item.binary, tmp_path / "moved", item.source.read_bytes()) for item in reversed(several.binaries)]
    assert contents(oci_files(release(moved), tmp_path / "elsewhere")) == files
    assert list(files) == sorted(files)
    assert not any(str(tmp_path).encode() in content for content in files.values())


def test_layers_are_files(several: Release, tmp_path: Path) -> None:
    files = oci_files(several, tmp_path / "scratch")
    in_files = {file.name for file in files if isinstance(file.content, Path)}
    assert in_files == {f"blobs/sha256/{path.name}" for path in (tmp_path / "scratch").iterdir()}
    assert len(in_files) == 5
    assert {file.kind for file in files} == {"image"}
    assert {file.binary.name for file in files if file.name in in_files and file.binary} == {"age", "age-keygen"}


def test_a_tree_is_latest(tmp_path: Path) -> None:
    layout = Opened(contents(oci_files(release([released(binary(version=""), tmp_path)]), tmp_path / "scratch")))
    assert list(layout.indexes()) == ["age:latest"]
    manifest = layout.document(layout.indexes()["age:latest"]["manifests"][0])
    history = layout.document(manifest["config"])["history"]
    assert history[0]["created_by"] == "gomod2bazel build filippo.io/age/cmd/age"


def test_annotations_of_an_index_hold_for_all_its_images(tmp_path: Path) -> None:
    items = [
        released(binary(platform=platform, version=""), tmp_path, elf(f"mod\tfilippo.io/age\t{version}\n"))
        for platform, version in (("linux/amd64", "v1.2.0"), ("linux/arm64", "v1.2.1"))
    ]
    layout = Opened(contents(oci_files(release(items), tmp_path / "scratch")))
    (index,) = layout.indexes().values()
    versions = [
        layout.document(entry)["annotations"]["org.opencontainers.image.version"] for entry in index["manifests"]
    ]
    assert versions == ["v1.2.0", "v1.2.1"]
    assert "org.opencontainers.image.version" not in index["annotations"]


def test_a_dynamic_program_is_refused(tmp_path: Path) -> None:
    item = released(binary(), tmp_path, elf(interpreter="/lib64/ld-linux-x86-64.so.2"))
    with pytest.raises(UsageError, match=r"age for linux/amd64 is linked dynamically: .*ld-linux-x86-64") as raised:
        oci_files(release([item]), tmp_path / "scratch")
    assert raised.value.hint.startswith("set CGO_ENABLED=0")


def test_a_binary_that_changed(tmp_path: Path) -> None:
    item = released(binary(), tmp_path)
    for content in (b"other", elf(padding=500)):
        item.source.write_bytes(content)
        with pytest.raises(FileError, match="changed while it was packed"):
            oci_files(release([item]), tmp_path / "scratch")


def test_a_binary_that_is_missing(tmp_path: Path) -> None:
    item = released(binary(), tmp_path)
    item.source.unlink()
    with pytest.raises(FileError, match="cannot pack"):
        oci_files(release([item]), tmp_path / "scratch")
