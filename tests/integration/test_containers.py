"""docs/how-to/containers.md: images in a registry and on an empty root, and go_binary in rules that make images."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import tarfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pages.command_blocks import command_blocks
from support import txtar
from support.driver import ROOT, Done, Driver
from support.image_tools import ImageTools, image_tools
from support.namespace import inside
from support.workspaces import Workspaces

pytestmark = [pytest.mark.bazel, pytest.mark.network]

PAGE = (ROOT / "docs/how-to/containers.md").read_text(encoding="utf-8")
GOPROXY = (ROOT / "examples" / "goproxy").as_uri()
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]


def commands(start: str) -> list[list[str]]:
    """Return the commands of the page that begin with a word, as words without variables before them."""
    lines = [line for block in command_blocks(PAGE) if block.marker == "run by" for line in block.text.splitlines()]
    words = [[word for word in shlex.split(line) if not word.startswith("CGO_ENABLED=")] for line in lines]
    return [command for command in words if command[0] == start]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder in which the commands of the page are run."""

    driver: Driver
    tools: ImageTools
    folder: Path

    def build(self, number: int, *flags: str) -> Done:
        """Run a build of the page with more flags."""
        words = commands("gomod2bazel")[number][1:]
        return self.driver.run(*words, "-goproxy", GOPROXY, *flags, cwd=self.folder, timeout=900)

    def skopeo(self, *arguments: str) -> str:
        """Run skopeo for Linux on this machine's architecture, and return what it prints."""
        done = self.tools.run("skopeo", *arguments, cwd=self.folder)
        assert done.code == 0, done.describe()
        return done.out

    def image(self, reference: str, architecture: str = MACHINE) -> dict[str, Any]:
        """Return what skopeo shows of an image."""
        shown: dict[str, Any] = json.loads(self.skopeo("--override-arch", architecture, "inspect", reference))
        return shown


@pytest.fixture(scope="module")
def place(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Run the first build of the page in a folder."""
    pure = driver.with_environment(CGO_ENABLED="0")
    made = Place(driver=pure, tools=image_tools("skopeo", "umoci"), folder=tmp_path_factory.mktemp("containers"))
    done = made.build(0)
    assert done.code == 0, done.err
    return made


def unpacked(place: Place, reference: str, folder: Path) -> Path:
    """Return the root folder of an image of this machine's architecture."""
    single = folder / "single"
    place.skopeo("copy", reference, f"oci:{single}:image")
    done = place.tools.run(
        "umoci", "unpack", "--rootless", "--image", f"{single}:image", str(folder / "bundle"), cwd=folder
    )
    assert done.code == 0, done.describe()
    return folder / "bundle/rootfs"


def test_programs_start_on_an_empty_root(place: Place, tmp_path: Path) -> None:
    root = unpacked(place, "oci:dist/images:hello:v1.1.0", tmp_path)
    assert [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()] == ["usr/bin/hello"]
    program = Path(f"dist/linux_{MACHINE}/hello")
    assert (root / "usr/bin/hello").read_bytes() == (place.folder / program).read_bytes()
    argv = [*inside(), "chroot", str(root), "/usr/bin/hello"]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    plain = subprocess.run([place.folder / program], capture_output=True, text=True, timeout=60, check=True)
    assert (done.returncode, done.stdout) == (0, plain.stdout), done.stderr


def test_each_program_has_an_image_of_each_platform(place: Place) -> None:
    for name in ("hello", "hello-admin"):
        for architecture in ("amd64", "arm64"):
            shown = place.image(f"oci:dist/images:{name}:v1.1.0", architecture)
            assert (shown["Architecture"], len(shown["Layers"])) == (architecture, 1)
            assert shown["Labels"]["org.opencontainers.image.title"] == name
            assert shown["Labels"]["com.github.gomod2bazel.module"] == "example.com/hello@v1.1.0"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """Run an empty registry on loopback and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "registry")}},
        "http": {"addr": address},
    }
    (tmp_path / "registry.yml").write_text(json.dumps(settings), encoding="utf-8")
    argv = [*image_tools("docker-registry").commands["docker-registry"], "serve", str(tmp_path / "registry.yml")]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the registry ended"
        try:
            urllib.request.urlopen(f"http://{address}/v2/", timeout=5).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the registry does not answer")


def test_a_registry_gets_all_platforms(place: Place, registry: str) -> None:
    (words,) = [words for words in commands("skopeo") if "--all" in words]
    target = words[-1].replace("registry.example.com", registry)
    place.skopeo(*words[1:-1], "--dest-tls-verify=false", target)
    for architecture in ("amd64", "arm64"):
        shown = json.loads(place.skopeo("--override-arch", architecture, "inspect", "--tls-verify=false", target))
        assert shown["Architecture"] == architecture
    raw = place.skopeo("inspect", "--raw", "--tls-verify=false", target)
    digests = {
        blob.read_text("utf-8") for blob in (place.folder / "dist/images/blobs/sha256").iterdir() if _is_json(blob)
    }
    assert raw in digests, "the registry has the index of the layout, byte by byte"


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1) == b"{"


def test_an_archive_for_docker(place: Place) -> None:
    (words,) = [words for words in commands("skopeo") if "docker-archive" in words[-1]]
    place.skopeo(*words[1:])
    assert place.image("docker-archive:hello.tar")["Labels"]["org.opencontainers.image.version"] == "v1.1.0"


def test_a_base_image(place: Place, tmp_path: Path) -> None:
    """The images on a base that the test makes of another program; a change of the base makes them again."""
    other = Place(driver=place.driver, tools=place.tools, folder=tmp_path)
    source = f"oci:{place.folder}/dist/images:hello-admin:v1.1.0"
    other.skopeo("copy", "--all", source, "oci:base:static")
    done = other.build(1)
    assert done.code == 0, done.err
    root = unpacked(other, "oci:dist/images:hello:v1.1.0", tmp_path)
    assert sorted(path.name for path in (root / "usr/bin").iterdir()) == ["hello", "hello-admin"]
    assert len(other.image("oci:dist/images:hello:v1.1.0", "arm64")["Layers"]) == 2
    assert "nothing changed" in other.build(1).err
    other.skopeo("--override-arch", "arm64", "copy", source, f"oci:{tmp_path}/one:static")
    shutil.copytree(tmp_path / "one", tmp_path / "base", dirs_exist_ok=True)
    done = other.build(1)
    assert (done.code, "no image for linux/amd64; its platforms: linux/arm64" in done.err) == (2, True), done.err


def test_the_same_bytes_elsewhere(place: Place, tmp_path: Path) -> None:
    again = Place(driver=place.driver, tools=place.tools, folder=tmp_path)
    assert again.build(0).code == 0
    layouts = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (place.folder / "dist/images", tmp_path / "dist/images")
    ]
    assert layouts[0] == layouts[1]


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (("-oci", "images", "-platform", "windows/amd64"), "no selected binary is an executable for Linux"),
        (("-oci-base", "base"), "-oci-base is the base of images, and none are asked for"),
        (("-oci", "images", "-oci-base", "missing"), "missing"),
        (("-oci", "../images", "-prefix", "stage"), "'..' could leave the prefix"),
    ],
)
def test_what_cannot_be_made_is_refused_early(
    flags: tuple[str, ...], problem: str, driver: Driver, tmp_path: Path
) -> None:
    words = ("-destination", "out", "-goproxy", GOPROXY, *flags, "example.com/hello@v1.1.0")
    done = driver.run("build", *words, cwd=tmp_path, timeout=900)
    assert done.code in (1, 2), done.err
    assert problem in done.err
    assert "compiled" not in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not shutil.which("gcc"), reason="there is no gcc")
def test_a_program_with_cgo_is_refused_early(driver: Driver, tmp_path: Path) -> None:
    """The resolver of net uses the C library, unless CGO_ENABLED is 0; -n shows that nothing is built."""
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.24\n", encoding="utf-8")
    code = 'package main\n\nimport "net"\n\nfunc main() { println(net.IPv4len) }\n'
    (tmp_path / "main.go").write_text(code, encoding="utf-8")
    with_cgo, pure = (driver.with_environment(CGO_ENABLED=value) for value in "10")
    words = ("build", "-n", "-oci", "images", ".")
    done = with_cgo.run(*words, cwd=tmp_path, timeout=900)
    assert (done.code, f"app for linux/{MACHINE} is linked dynamically" in done.err) == (2, True), done.err
    assert pure.run(*words, cwd=tmp_path, timeout=900).code == 0


TREE = """
-- WORKSPACE.bzlmod --
-- MODULE.bazel --
module(name = "app")

bazel_dep(name = "gomod2bazel", version = "0.1.0")
bazel_dep(name = "platforms", version = "0.0.11")
bazel_dep(name = "rules_oci", version = "0.1.0")
bazel_dep(name = "rules_pkg", version = "0.1.0")
local_path_override(module_name = "gomod2bazel", path = "CHECKOUT")
local_path_override(module_name = "rules_oci", path = "STAND_INS/rules_oci")
local_path_override(module_name = "rules_pkg", path = "STAND_INS/rules_pkg")

go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
register_toolchains("@go_sdk//:all")
-- go.mod --
module example.org/app

go 1.24
-- cmd/server/main.go --
package main

func main() { println("server") }
-- images/BUILD.bazel --
BLOCK
"""

STAND_INS = """
-- rules_pkg/MODULE.bazel --
module(name = "rules_pkg", version = "0.1.0")
-- rules_pkg/pkg/BUILD.bazel --
-- rules_pkg/pkg/tar.bzl --
def _impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name + ".tar")
    ctx.actions.run_shell(
        outputs = [out],
        inputs = ctx.files.srcs,
        arguments = [out.path, ctx.attr.mode, ctx.attr.package_dir] + [file.path for file in ctx.files.srcs],
        command = 'out=$1 mode=$2 folder=${3#/}; shift 3; tar -cf "$out" --dereference --mode="$mode" ' +
                  '--transform="s,.*/,$folder/," "$@"',
    )
    return [DefaultInfo(files = depset([out]))]

pkg_tar = rule(_impl, attrs = {
    "mode": attr.string(),
    "package_dir": attr.string(),
    "srcs": attr.label_list(allow_files = True),
})
-- rules_oci/MODULE.bazel --
module(name = "rules_oci", version = "0.1.0")
-- rules_oci/oci/BUILD.bazel --
-- rules_oci/oci/defs.bzl --
def _image_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [out],
        inputs = ctx.files.tars,
        arguments = [out.path, ctx.attr.os + "_" + ctx.attr.architecture] + [file.path for file in ctx.files.tars],
        command = 'out=$1 platform=$2; shift 2; cp "$@" "$out/"; echo "$platform" >"$out/platform"',
    )
    return [DefaultInfo(files = depset([out]))]

oci_image = rule(_image_impl, attrs = {
    "architecture": attr.string(),
    "entrypoint": attr.string_list(),
    "os": attr.string(),
    "tars": attr.label_list(allow_files = [".tar"]),
    "user": attr.string(),
})

def _platforms_impl(_settings, attr):
    return {str(platform): {"//command_line_option:platforms": str(platform)} for platform in attr.platforms}

_platforms = transition(
    implementation = _platforms_impl,
    inputs = [],
    outputs = ["//command_line_option:platforms"],
)

def _index_impl(ctx):
    out = ctx.actions.declare_directory(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [out],
        inputs = ctx.files.images,
        arguments = [out.path] + [file.path for file in ctx.files.images],
        command = 'out=$1; shift; for image; do cp -rL "$image" "$out/$(cat "$image/platform")"; done',
    )
    return [DefaultInfo(files = depset([out]))]

oci_image_index = rule(_index_impl, attrs = {
    "images": attr.label_list(cfg = _platforms),
    "platforms": attr.label_list(),
})

def _none_impl(_ctx):
    return []

oci_load = rule(_none_impl, attrs = {"image": attr.label(), "repo_tags": attr.string_list()})
oci_push = rule(
    _none_impl,
    attrs = {"image": attr.label(), "remote_tags": attr.string_list(), "repository": attr.string()},
)
"""
"""Rules with the attributes of rules_pkg and rules_oci: a layer as a tar archive, an image and an index as folders."""


def test_go_binary_in_rules_for_images(driver: Driver, workspaces: Workspaces, tmp_path: Path) -> None:
    """The targets of the page: the index has an image for each platform, with the program for that platform."""
    (block,) = re.findall(r"^```starlark\n(load.*?)^```$", PAGE, re.M | re.S)
    stand_ins = txtar.write(tmp_path / "stand-ins", STAND_INS)
    with workspaces.lend() as root:
        text = TREE.replace("CHECKOUT", str(ROOT)).replace("STAND_INS", str(stand_ins)).replace("BLOCK", block)
        txtar.write(root, text)
        done = driver.run("generate", "-platform", "linux/amd64,linux/arm64", cwd=root, timeout=600)
        assert done.code == 0, done.err
        built = driver.bazel("build", "//images:index", "//images:load", "//images:push", cwd=root, timeout=900)
        assert built.code == 0, built.err
        index = root / "bazel-bin/images/index"
        machines = {}
        for image in sorted(index.iterdir()):
            with tarfile.open(image / "layer.tar") as archive:
                (member,) = archive.getmembers()
                assert (member.name, member.mode) == ("usr/bin/server", 0o755)
                program = archive.extractfile(member)
                assert program is not None
                machines[image.name] = int.from_bytes(program.read(20)[18:20], "little")
    assert machines == {"linux_amd64": 62, "linux_arm64": 183}  # e_machine: EM_X86_64, EM_AARCH64
