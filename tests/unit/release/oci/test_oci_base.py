"""Base images: layouts that others made, whole ones and hostile ones."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.oci_release import binary, elf, release, released

from gomod2bazel.base.errors import FileError, Gomod2bazelError, TrustError, UsageError
from gomod2bazel.options.groups.release import ReleaseOptions
from gomod2bazel.release.oci.base import base_of
from gomod2bazel.release.oci.files import oci_files
from gomod2bazel.release.oci.platform import Platform

OCI, DOCKER = "application/vnd.oci.image", "application/vnd.docker"
INDEX, MANIFEST, CONFIG = (f"{OCI}.{kind}.v1+json" for kind in ("index", "manifest", "config"))
LAYER = f"{OCI}.layer.v1.tar+gzip"

Document = dict[str, Any]


class Made:
    """A layout that a test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "blobs/sha256").mkdir(parents=True)
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')

    def blob(self, content: bytes, media_type: str, **more: Any) -> Document:
        """Write a blob and return its descriptor."""
        digest = hashlib.sha256(content).hexdigest()
        (self.folder / "blobs/sha256" / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content), **more}

    def document(self, content: Document, media_type: str, **more: Any) -> Document:
        """Write a document and return its descriptor."""
        return self.blob(json.dumps(content).encode(), media_type, **more)

    def image(self, platform: str = "linux/amd64", layer_type: str = LAYER, **config: Any) -> Document:
        """Write an image with a layer for each platform, and return its descriptor."""
        names = dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))
        data = f"files of {platform}".encode()
        settings = {
            **names,
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(data).hexdigest()}"]},
            **config,
        }
        manifest = {
            "schemaVersion": 2,
            "config": self.document(settings, CONFIG),
            "layers": [self.blob(gzip.compress(data, mtime=0), layer_type)],
        }
        return self.document(manifest, MANIFEST, platform=names)

    def index(self, *entries: Document) -> None:
        """Write index.json."""
        (self.folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": entries}))


@pytest.fixture
def layout(tmp_path: Path) -> Made:
    """Return an empty layout."""
    return Made(tmp_path / "base")


def named(descriptor: Document, reference: str) -> Document:
    return {**descriptor, "annotations": {"org.opencontainers.image.ref.name": reference}}


def images_on(
    text: str, tmp_path: Path, *platforms: str, program: bytes | None = None
) -> list[tuple[Document, Document]]:
    """Return manifests and configurations of images on a base, after a check that all their blobs are there."""
    items = [released(binary(platform=platform), tmp_path, program) for platform in platforms or ("linux/amd64",)]
    scratch = tmp_path / "scratch"
    files = {
        file.name: file.content.read_bytes() if isinstance(file.content, Path) else file.content
        for file in oci_files(release(items), scratch, base_of(text))
    }

    def blob(descriptor: Document) -> bytes:
        return files["blobs/" + descriptor["digest"].replace(":", "/")]

    (entry,) = json.loads(files["index.json"])["manifests"]
    manifests = [json.loads(blob(manifest)) for manifest in json.loads(blob(entry))["manifests"]]
    for manifest in manifests:
        for layer in manifest["layers"]:
            assert len(blob(layer)) == layer["size"]
    return [(manifest, json.loads(blob(manifest["config"]))) for manifest in manifests]


def test_scratch_is_replaced(layout: Made, tmp_path: Path) -> None:
    image = layout.image(
        config={
            "Cmd": ["sh"],
            "Entrypoint": ["/bin/sh"],
            "Env": ["SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
            "Labels": {"maintainer": "x", "org.opencontainers.image.title": "base"},
            "User": "1000",
            "WorkingDir": "/home",
        },
        history=[{"created_by": "bazel"}, {"created_by": "ENV", "empty_layer": True}],
        author="somebody",
    )
    layout.index(image)
    ((manifest, config),) = images_on(str(layout.folder), tmp_path, program=elf(interpreter="/lib/ld-musl.so.1"))
    parameters = config["config"]
    assert parameters.pop("Labels").items() >= {
        "maintainer": "x", "org.opencontainers.image.title": "age", "org.opencontainers.image.version": "v1.2.0",
    }.items()  # fmt: skip
    assert parameters == {
        "Entrypoint": ["/usr/bin/age"],
        "Env": [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
        ],
        "User": "1000",
        "WorkingDir": "/home",
    }
    assert [entry.get("created_by") for entry in config["history"]] == [
        "bazel", "ENV", "gomod2bazel build filippo.io/age/cmd/age@v1.2.0",
    ]  # fmt: skip
    assert config["rootfs"]["diff_ids"][0] == f"sha256:{hashlib.sha256(b'files of linux/amd64').hexdigest()}"
    assert len(config["rootfs"]["diff_ids"]) == len(manifest["layers"]) == 2
    assert manifest["annotations"]["org.opencontainers.image.base.digest"] == image["digest"]


def test_each_platform_has_its_base(layout: Made, tmp_path: Path) -> None:
    """Through an index in the index, as registries have images; also with a reference among several."""
    inner = {
        "manifests": [layout.image("linux/arm64/v8"), layout.image("linux/amd64"), layout.image("unknown/unknown")]
    }
    layout.index(named(layout.document(inner, INDEX), "static"), named(layout.image("linux/386"), "other"))
    amd64, arm64 = images_on(f"{layout.folder}:static", tmp_path, "linux/arm64", "linux/amd64")
    assert amd64[1]["rootfs"]["diff_ids"][0] == f"sha256:{hashlib.sha256(b'files of linux/amd64').hexdigest()}"
    assert arm64[1]["rootfs"]["diff_ids"][0] == f"sha256:{hashlib.sha256(b'files of linux/arm64/v8').hexdigest()}"
    assert "variant" not in arm64[1]


@pytest.mark.parametrize(("offered", "chosen"), [("v5,v6,v7", "v6"), ("v5,v7", None), ("v7,v8", None), ("v6", "v6")])
def test_variants_of_arm(offered: str, chosen: str | None, layout: Made, tmp_path: Path) -> None:
    """What is built for v7 runs not on v6: the base must run where the program does."""
    layout.index(layout.document({"manifests": [layout.image(f"linux/arm/{v}") for v in offered.split(",")]}, INDEX))
    program = elf("path\tx\nbuild\tGOARM=6\n", wide=False)
    if offered == "v5,v7":
        chosen = "v5"
    if chosen is None:
        with pytest.raises(UsageError, match=r"no image for linux/arm/v6; its platforms: linux/arm/v7, linux/arm/v8"):
            images_on(str(layout.folder), tmp_path, "linux/arm", program=program)
        return
    ((_, config),) = images_on(str(layout.folder), tmp_path, "linux/arm", program=program)
    assert (
        config["rootfs"]["diff_ids"][0]
        == f"sha256:{hashlib.sha256(f'files of linux/arm/{chosen}'.encode()).hexdigest()}"
    )
    assert config["variant"] == "v6"


def test_types_of_docker(layout: Made, tmp_path: Path) -> None:
    image = layout.image(layer_type=f"{DOCKER}.image.rootfs.diff.tar.gzip")
    image["mediaType"] = f"{DOCKER}.distribution.manifest.v2+json"
    layout.index(layout.document({"manifests": [image]}, f"{DOCKER}.distribution.manifest.list.v2+json"))
    ((manifest, config),) = images_on(str(layout.folder), tmp_path)
    assert [layer["mediaType"] for layer in manifest["layers"]] == [LAYER, LAYER]
    # One entry for each layer, although the base has no history.
    assert [set(entry) for entry in config["history"]] == [{"comment"}, {"created", "created_by"}]


def test_a_platform_of_the_configuration(layout: Made, tmp_path: Path) -> None:
    """What skopeo copies from an image for one platform has no platform in its descriptor."""
    image = layout.image("linux/amd64")
    del image["platform"]
    layout.index(image)
    assert len(images_on(str(layout.folder), tmp_path)) == 1
    with pytest.raises(UsageError, match=r"no image for linux/arm64; its platforms: linux/amd64") as raised:
        images_on(str(layout.folder), tmp_path, "linux/arm64")
    assert "skopeo copy --all" in raised.value.hint


def test_references(layout: Made, tmp_path: Path) -> None:
    layout.index(named(layout.image("linux/amd64"), "a:v1"), named(layout.image("linux/arm64"), "b"))
    assert len(images_on(f"{layout.folder}:a:v1", tmp_path)) == 1
    for text, problem in ((str(layout.folder), "2 images"), (f"{layout.folder}:c", "no image c")):
        with pytest.raises(UsageError, match=f"the layout has {problem}; its references: a:v1, b"):
            images_on(text, tmp_path)


def test_a_folder_with_a_colon(tmp_path: Path) -> None:
    layout = Made(tmp_path / "a:b")
    layout.index(named(layout.image(), "x:v1"), named(layout.image("linux/arm64"), "y"))
    assert len(images_on(f"{layout.folder}:x:v1", tmp_path)) == 1
    named_files = ReleaseOptions(oci_base=f"{layout.folder}:x:v1").files_read
    assert layout.folder / "index.json" in named_files
    assert ReleaseOptions().files_read == ()


def test_platforms_are_compared_before_the_build(layout: Made) -> None:
    layout.index(layout.document({"manifests": [layout.image("linux/arm/v7"), layout.image("linux/amd64")]}, INDEX))
    base = base_of(str(layout.folder))
    base.check([Platform("linux", "arm"), Platform("linux", "amd64")])
    with pytest.raises(UsageError, match=r"no image for linux/s390x; its platforms: linux/amd64, linux/arm/v7"):
        base.check([Platform("linux", "s390x")])


def _change_size(layout: Made, image: Document) -> None:
    layout.index({**image, "size": image["size"] + 1})


def _cut_size(layout: Made, image: Document) -> None:
    layout.index({**image, "size": image["size"] - 1})


def _change_layer(layout: Made, image: Document) -> None:
    """Leave the size of the only blob that is not JSON as it is."""
    for path in (layout.folder / "blobs/sha256").iterdir():
        content = path.read_bytes()
        if not content.startswith(b"{"):
            path.write_bytes(content[:-1] + b"x")
    layout.index(image)


def _path_as_digest(layout: Made, image: Document) -> None:
    layout.index({**image, "digest": "sha256:../../oci-layout"})


def _other_algorithm(layout: Made, image: Document) -> None:
    layout.index({**image, "digest": "md5:" + "0" * 32})


def _huge_document(layout: Made, image: Document) -> None:
    layout.index(layout.blob(b" " * (5 << 20), MANIFEST, platform=image["platform"]))


def _huge_index(layout: Made, image: Document) -> None:
    (layout.folder / "index.json").write_bytes(b" " * (5 << 20))


def _negative_size(layout: Made, image: Document) -> None:
    layout.index({**image, "size": -1})


def _size_as_text(layout: Made, image: Document) -> None:
    layout.index({**image, "size": str(image["size"])})


def _missing_blob(layout: Made, image: Document) -> None:
    layout.index(image)
    (layout.folder / "blobs/sha256" / image["digest"][7:]).unlink()


def _symlink_for_a_blob(layout: Made, image: Document) -> None:
    layout.index(image)
    path = layout.folder / "blobs/sha256" / image["digest"][7:]
    path.rename(layout.folder / "elsewhere")
    path.symlink_to("../../elsewhere")


def _symlink_for_a_folder(layout: Made, image: Document) -> None:
    layout.index(image)
    (layout.folder / "blobs").rename(layout.folder / "elsewhere")
    (layout.folder / "blobs").symlink_to("elsewhere")


def _pipe(layout: Made, image: Document) -> None:
    os.mkfifo(layout.folder / "index.json")


def _folder_for_a_file(layout: Made, image: Document) -> None:
    (layout.folder / "index.json").mkdir()


def _no_layout(layout: Made, image: Document) -> None:
    layout.index(image)
    (layout.folder / "oci-layout").unlink()


def _other_version(layout: Made, image: Document) -> None:
    layout.index(image)
    (layout.folder / "oci-layout").write_text('{"imageLayoutVersion":"2.0.0"}')


def _deep(layout: Made, image: Document) -> None:
    for _ in range(6):
        image = layout.document({"manifests": [image]}, INDEX)
    layout.index(image)


def _wide(layout: Made, image: Document) -> None:
    layout.index(*[image] * 2000)


def _not_json(layout: Made, image: Document) -> None:
    layout.index(layout.blob(b"PK\x03\x04", MANIFEST, platform=image["platform"]))


def _nested_deeply(layout: Made, image: Document) -> None:
    (layout.folder / "index.json").write_bytes(b"[" * 100000)


def _empty_manifest(layout: Made, image: Document) -> None:
    layout.index(layout.document({}, MANIFEST, platform=image["platform"]))


def _list_for_an_object(layout: Made, image: Document) -> None:
    layout.index(layout.document({"config": [], "layers": {}}, MANIFEST, platform=image["platform"]))


def _foreign_layer(layout: Made, image: Document) -> None:
    layout.index(layout.image(layer_type=f"{OCI}.layer.nondistributable.v1.tar+gzip"))


def _too_few_diff_ids(layout: Made, image: Document) -> None:
    layout.index(layout.image(rootfs={"type": "layers", "diff_ids": []}))


def _environment_as_text(layout: Made, image: Document) -> None:
    layout.index(layout.image(config={"Env": "PATH=/"}))


def _history_of_texts(layout: Made, image: Document) -> None:
    layout.index(layout.image(history=["x"]))


def _not_a_number(layout: Made, image: Document) -> None:
    layout.index(layout.image(config={"CpuShares": float("nan")}))


def _entries_of_texts(layout: Made, image: Document) -> None:
    (layout.folder / "index.json").write_text('{"manifests":["x"]}')


HOSTILE: dict[Callable[[Made, Document], None], tuple[type[Gomod2bazelError], str]] = {
    _change_size: (TrustError, r"has \d+ bytes, its descriptor \d+"),
    _cut_size: (TrustError, r"has more than \d+ bytes, its descriptor \d+"),
    _change_layer: (TrustError, "does not match its digest: it has sha256:"),
    _path_as_digest: (UsageError, "'sha256:../../oci-layout' is not a SHA-256 digest"),
    _other_algorithm: (UsageError, "is not a SHA-256 digest"),
    _huge_document: (UsageError, "is a document of 5242880 bytes, more than 4194304"),
    _huge_index: (UsageError, "index.json has more than 4194304 bytes"),
    _negative_size: (UsageError, "has the size -1"),
    _size_as_text: (UsageError, r"has the size '\d+'"),
    _missing_blob: (UsageError, "does not exist: .* is not a complete image layout"),
    _symlink_for_a_blob: (UsageError, "is a symlink, which is not followed"),
    _symlink_for_a_folder: (UsageError, "blobs is a symlink, which is not followed"),
    _pipe: (UsageError, "index.json is not a file"),
    _folder_for_a_file: (UsageError, "index.json is not a file"),
    _no_layout: (UsageError, "oci-layout does not exist"),
    _other_version: (UsageError, "version '2.0.0' of image layouts is not known, only 1.0.0"),
    _deep: (UsageError, "more than 4 indexes refer to each other"),
    _wide: (UsageError, "an index does not list its manifests, 1000 at most"),
    _not_json: (UsageError, "output is not JSON"),
    _nested_deeply: (UsageError, "output is not JSON"),
    _empty_manifest: (UsageError, "documented form: no 'config'"),
    _list_for_an_object: (UsageError, "documented form"),
    _foreign_layer: (UsageError, "a layer of type .*nondistributable.*, which cannot be copied"),
    _too_few_diff_ids: (UsageError, "1 layers, but 0 diff_ids"),
    _environment_as_text: (UsageError, "'PATH=/' in the configuration is not a list"),
    _history_of_texts: (UsageError, "'x' in the configuration is not a dict"),
    _not_a_number: (UsageError, "not JSON compliant"),
    _entries_of_texts: (UsageError, "an index does not list its manifests"),
}


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: change.__name__.strip("_"))
def test_hostile(change: Callable[[Made, Document], None], layout: Made, tmp_path: Path) -> None:
    kind, message = HOSTILE[change]
    change(layout, layout.image())
    with pytest.raises(kind, match=message) as raised:
        images_on(str(layout.folder), tmp_path)
    assert raised.value.hint


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot open .*missing"):
        images_on(str(tmp_path / "missing"), tmp_path)


def test_copies_are_whole(layout: Made, tmp_path: Path) -> None:
    """A layer that was refused once is not taken from the scratch folder later."""
    image = layout.image()
    saved = tmp_path / "saved"
    layout.index(image)
    shutil.copytree(layout.folder, saved)
    _change_layer(layout, image)
    with pytest.raises(TrustError):
        images_on(str(layout.folder), tmp_path)
    assert len(images_on(str(saved), tmp_path)) == 1
