"""What is published: one version, files for Bazel's registry, and an archive and a wheel out of one tag."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import release
import yaml  # type: ignore[import-untyped] # libcst brings it

from gomod2bazel import __version__

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]
PROJECT = release.PROJECT


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_one_file_has_the_version() -> None:
    """What the docs and the smoke test tell of it is the same."""
    assert __version__ == release.module_version(text_of("MODULE.bazel"))
    assert tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["version"]["path"] == "MODULE.bazel"
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    told = {
        version
        for page in pages
        for version in re.findall(
            r'name = "gomod2bazel", version = "([^"]+)"|"tool_version": "([^"]+)"|\| maturity \| ([^ ,]+),',
            page.read_text(encoding="utf-8"),
        )
    }
    assert {"".join(groups) for groups in told} == {__version__}
    assert f"## {__version__}\n" in text_of("CHANGELOG.md")


def test_every_file_names_one_project() -> None:
    urls = tomllib.loads(text_of("pyproject.toml"))["project"]["urls"]
    assert {url.removeprefix(PROJECT)[:1] for url in urls.values()} <= {"", "/"}
    metadata = json.loads(text_of(".bcr/metadata.template.json"))
    assert metadata["homepage"] == PROJECT
    assert metadata["repository"] == [PROJECT.replace("https://github.com/", "github:")]
    assert f"{PROJECT}/security/advisories/new" in text_of("SECURITY.md")


def test_the_registry_tests_the_smoke_test_with_every_major_release() -> None:
    presubmit = yaml.safe_load(text_of(".bcr/presubmit.yml"))
    module = presubmit["bcr_test_module"]
    assert module["matrix"] == presubmit["matrix"]
    assert module["matrix"]["bazel"] == ["7.x", "8.x", "9.x"]
    assert (ROOT / module["module_path"] / "MODULE.bazel").is_file()
    (task,) = module["tasks"].values()
    assert task["test_targets"] == ["//..."]


def test_the_workflow_releases_what_the_tool_makes(files: dict[str, bytes]) -> None:
    jobs = yaml.safe_load(text_of(".github/workflows/release.yml"))["jobs"]
    pattern = jobs["release"]["with"]["release_files"]
    assert all(Path(name).match(pattern) for name in files)
    source = json.loads(text_of(".bcr/source.template.json"))
    values = {"{OWNER}": "gomod2bazel", "{REPO}": "gomod2bazel", "{TAG}": "v9.8.7", "{VERSION}": "9.8.7"}
    for word, value in values.items():
        source = {key: text.replace(word, value) for key, text in source.items()}
    archive = source["url"].rpartition("/")[2]
    with tarfile.open(fileobj=io.BytesIO(files[archive])) as tar:
        assert f"{source['strip_prefix']}/MODULE.bazel" in tar.getnames()
    # What publishes waits for the tests, and for the attested files.
    assert jobs["release"]["needs"] == "test"
    assert {jobs[name]["needs"] for name in ("registry", "wheel")} == {"release"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a repository of this checkout's files, as version 9.8.7, with a tag."""
    folder = tmp_path_factory.mktemp("release") / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source = ROOT / name
        if source.is_file() and not name.startswith("tests/"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
            (folder / name).chmod(source.stat().st_mode)
    (folder / "tests").mkdir()
    (folder / "tests" / "BUILD.bazel").touch()
    for name in ("MODULE.bazel", "CHANGELOG.md"):
        text = text_of(name).replace(f'"{__version__}"', '"9.8.7"').replace(f"## {__version__}\n", "## 9.8.7\n")
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    commit(folder, "v9.8.7")
    return folder


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=t", "-c", "user.email=t@t.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *named, *arguments], check=True, capture_output=True)


def commit(folder: Path, tag: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", tag)
    git(folder, "tag", tag)


@pytest.fixture(scope="module")
def files(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, bytes]]:
    """Make the files of the tag; notes are checked too."""
    folder = tmp_path_factory.mktemp("made")
    notes = release.release(repository, "v9.8.7", folder)
    assert notes.startswith("The first version.\n")
    assert 'bazel_dep(name = "gomod2bazel", version = "9.8.7")' in notes
    assert f"]({PROJECT}/blob/v9.8.7/docs/bazel-releases.md)" in notes
    yield {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_tag_makes_archive_and_wheel(files: dict[str, bytes]) -> None:
    assert set(files) == {"gomod2bazel-v9.8.7.tar.gz", "gomod2bazel-9.8.7-py3-none-any.whl"}
    with tarfile.open(fileobj=io.BytesIO(files["gomod2bazel-v9.8.7.tar.gz"])) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
        assert {name.partition("/")[0] for name in tar.getnames()} == {"gomod2bazel-9.8.7"}
    # What the rules, the driver that bazel run starts, and the registry's test module need.
    for name in (
        "BUILD.bazel", "MODULE.bazel", "LICENSE", "rules/defs.bzl", "gomod2bazel/__main__.py", "tools/gomod2bazel",
        "e2e/smoke/MODULE.bazel", "examples/goproxy/example.com/hello/@v/v1.1.0.zip",
    ):  # fmt: skip
        assert name in names
    assert {name for name in names if re.match(r"(tests|bench|\.bcr|\.ci|\.github)(/|$)", name)} == set()
    with zipfile.ZipFile(io.BytesIO(files["gomod2bazel-9.8.7-py3-none-any.whl"])) as wheel:
        metadata = wheel.read("gomod2bazel-9.8.7.dist-info/METADATA").decode()
        assert 'version = "9.8.7"' in wheel.read("gomod2bazel/data/MODULE.bazel").decode()
    assert "\nVersion: 9.8.7\n" in metadata
    assert f"\nProject-URL: Homepage, {PROJECT}\n" in metadata


def test_the_driver_of_the_wheel_has_its_version(files: dict[str, bytes], tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(files["gomod2bazel-9.8.7-py3-none-any.whl"])) as wheel:
        wheel.extractall(tmp_path)  # noqa: S202 - made above
    argv = [sys.executable, "-P", "-m", "gomod2bazel", "version"]
    done = subprocess.run(
        argv, cwd="/", env={"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)}, capture_output=True, check=True
    )
    assert done.stdout == b"gomod2bazel 9.8.7\n"


def test_a_tag_makes_the_same_files_again(repository: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    release.release(repository, "v9.8.7", tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_what_does_not_fit_is_not_released(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "tag", "--force", "v9.8.8")
    with pytest.raises(release.ReleaseError, match=r"the tag is v9\.8\.8, but MODULE\.bazel has version 9\.8\.7"):
        release.release(repository, "v9.8.8", tmp_path / "made")
    with pytest.raises(release.ReleaseError, match="v0"):
        release.release(repository, "v0", tmp_path / "made")
    with pytest.raises(release.ReleaseError, match=r"CHANGELOG\.md has no section 1\.0\.0"):
        release.section("# Changelog\n\n## 1.0.0\n\n## 0.1.0\n\n- more\n", "1.0.0")
    assert not (tmp_path / "made").exists()
    assert release.main(["v1"]) == 2
    assert "usage: tools/release TAG FOLDER" in capsys.readouterr().err
