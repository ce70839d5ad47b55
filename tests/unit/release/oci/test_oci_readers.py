"""What other programs read from an image layout: the official schemas, skopeo and umoci."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.image_tools import ImageTools, image_tools, schema_errors, schemas
from support.oci_release import binary, elf, release, released
from support.realgo import RealGo

from gomod2bazel.release.oci.base import base_of
from gomod2bazel.release.oci.files import oci_files

pytestmark = pytest.mark.network

PLATFORMS = {"linux/amd64": elf("mod\tx\tv1\n"), "linux/arm64": elf("mod\ty\tv1\n")}
ARM = elf("path\tx\nbuild\tGOARM=7\n", wide=False)


@pytest.fixture(scope="session")
def tools() -> ImageTools:
    """Return skopeo and umoci."""
    return image_tools("skopeo", "umoci")


def write(folder: Path, base: str = "") -> Path:
    """Write the layout of a program for three platforms and of one for a single platform."""
    folder.mkdir()
    items = [released(binary("age", platform), folder, content) for platform, content in PLATFORMS.items()]
    items += [released(binary("age", "linux/arm"), folder, ARM), released(binary("age-keygen"), folder)]
    layout = folder / "layout"
    for file in oci_files(release(items), folder / "scratch", base_of(base) if base else None):
        path = layout / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content.read_bytes() if isinstance(file.content, Path) else file.content)
    return layout


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """Return a layout on scratch."""
    return write(tmp_path / "made")


def test_schemas(layout: Path, tmp_path: Path, go: RealGo) -> None:
    """Each document is of its schema; a document that is not is refused, so the schemas are really used."""
    known = schemas(go, tmp_path)
    names = {
        "application/vnd.oci.image.index.v1+json": "image-index-schema.json",
        "application/vnd.oci.image.manifest.v1+json": "image-manifest-schema.json",
        "application/vnd.oci.image.config.v1+json": "config-schema.json",
    }
    index = json.loads((layout / "index.json").read_text())
    assert schema_errors(known, "image-layout-schema.json", json.loads((layout / "oci-layout").read_text())) == []
    assert schema_errors(known, "image-index-schema.json", index) == []
    waiting, seen = list(index["manifests"]), dict.fromkeys(names, 0)
    while waiting:
        descriptor = waiting.pop()
        assert schema_errors(known, "content-descriptor.json", descriptor) == []
        if name := names.get(descriptor["mediaType"]):
            document = json.loads((layout / "blobs" / descriptor["digest"].replace(":", "/")).read_text())
            assert schema_errors(known, name, document) == []
            assert schema_errors(known, name, {**document, "schemaVersion": 1, "rootfs": {}})
            seen[descriptor["mediaType"]] += 1
            waiting += [*document.get("manifests", ()), *document.get("layers", ())]
            waiting += [document["config"]] if "layers" in document else []
    assert list(seen.values()) == [2, 4, 4]


@pytest.mark.parametrize(
    ("platform", "name"),
    [("amd64", "age"), ("arm64", "age"), ("arm", "age"), ("amd64", "age-keygen")],
)
def test_skopeo(platform: str, name: str, layout: Path, tools: ImageTools, tmp_path: Path) -> None:
    source, chosen = f"oci:{layout}:{name}:v1.2.0", ("--override-os", "linux", "--override-arch", platform)
    shown = tools.run("skopeo", *chosen, "inspect", source, cwd=tmp_path)
    assert shown.code == 0, shown.describe()
    image = json.loads(shown.out)
    assert (image["Architecture"], image["Os"], image["Created"]) == (platform, "linux", "2023-11-14T22:13:20Z")
    assert image["Labels"]["org.opencontainers.image.licenses"] == "BSD-3-Clause"
    config = tools.run("skopeo", *chosen, "inspect", "--config", source, cwd=tmp_path)
    assert json.loads(config.out).get("variant") == ("v7" if platform == "arm" else None)
    copied = tools.run("skopeo", *chosen, "copy", source, f"dir:{tmp_path / 'copy'}", cwd=tmp_path)
    assert copied.code == 0, copied.describe()
    # An image of another platform is not taken for this one.
    other = tools.run("skopeo", "--override-arch", "s390x", "inspect", source, cwd=tmp_path)
    assert other.code != 0
    assert "no image found in" in other.err


def test_copies_of_all_platforms(layout: Path, tools: ImageTools, tmp_path: Path) -> None:
    """The digest of an index stays the same, so what was attested of it holds in a registry, too."""
    target = tmp_path / "copy"
    done = tools.run(
        "skopeo", "copy", "--all", "--preserve-digests", f"oci:{layout}:age:v1.2.0", f"oci:{target}:age", cwd=tmp_path
    )
    assert done.code == 0, done.describe()
    (copied,) = json.loads((target / "index.json").read_text())["manifests"]
    digests = {entry["digest"] for entry in json.loads((layout / "index.json").read_text())["manifests"]}
    assert copied["digest"] in digests
    blobs = sorted((target / "blobs/sha256").iterdir())
    assert len(blobs) == 1 + 3 * 3
    assert all(blob.read_bytes() == (layout / "blobs/sha256" / blob.name).read_bytes() for blob in blobs)


def test_archive_for_docker(layout: Path, tools: ImageTools, tmp_path: Path) -> None:
    """What `docker load` reads; labels are there, as such archives have no annotations."""
    archive = tmp_path / "age.tar"
    target = f"docker-archive:{archive}:age:v1.2.0"
    done = tools.run("skopeo", "--override-arch", "arm64", "copy", f"oci:{layout}:age:v1.2.0", target, cwd=tmp_path)
    assert done.code == 0, done.describe()
    shown = tools.run("skopeo", "inspect", f"docker-archive:{archive}", cwd=tmp_path)
    assert json.loads(shown.out)["Labels"]["com.github.gomod2bazel.module"] == "filippo.io/age@v1.2.0"


def test_umoci(layout: Path, tools: ImageTools, tmp_path: Path) -> None:
    """It unpacks layers, which it compares with their diff_ids."""
    bundle = tmp_path / "bundle"
    done = tools.run(
        "umoci", "unpack", "--rootless", "--image", f"{layout}:age-keygen:v1.2.0", str(bundle), cwd=tmp_path
    )
    assert done.code == 0, done.describe()
    files = [path for path in (bundle / "rootfs").rglob("*") if path.is_file()]
    assert [str(path.relative_to(bundle / "rootfs")) for path in files] == ["usr/bin/age-keygen"]
    assert files[0].stat().st_mode & 0o7777 == 0o755
    assert files[0].stat().st_mtime == 1700000000
    assert files[0].read_bytes() == (layout.parent / "linux_amd64-age-keygen").read_bytes()
    process = json.loads((bundle / "config.json").read_text())["process"]
    assert process["args"] == ["/usr/bin/age-keygen"]
    assert process["user"]["uid"] == process["user"]["gid"] == 65532


def test_a_base_that_skopeo_wrote(layout: Path, tools: ImageTools, tmp_path: Path) -> None:
    """One image can be the base of another; skopeo writes layouts with and without an index."""
    whole, single = tmp_path / "whole", tmp_path / "single"
    source = f"oci:{layout}:age:v1.2.0"
    assert tools.run("skopeo", "copy", "--all", source, f"oci:{whole}:base", cwd=tmp_path).code == 0
    made = write(tmp_path / "on-base", str(whole))
    for platform in ("amd64", "arm"):
        chosen = ("--override-arch", platform)
        shown = tools.run("skopeo", *chosen, "inspect", f"oci:{made}:age:v1.2.0", cwd=tmp_path)
        assert len(json.loads(shown.out)["Layers"]) == 2
    unpacked = tmp_path / "bundle"
    done = tools.run(
        "umoci", "unpack", "--rootless", "--image", f"{made}:age-keygen:v1.2.0", str(unpacked), cwd=tmp_path
    )
    assert done.code == 0, done.describe()
    assert sorted(path.name for path in (unpacked / "rootfs/usr/bin").iterdir()) == ["age", "age-keygen"]
    assert tools.run("skopeo", "copy", source, f"oci:{single}:base", cwd=tmp_path).code == 0
    items = [released(binary(), tmp_path)]
    assert len(oci_files(release(items), tmp_path / "scratch", base_of(f"{single}:base"))) == 7
