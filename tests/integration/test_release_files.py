"""A release of two platforms in one command, as docs/release-files.md has it."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from pages.command_blocks import command_blocks
from support.driver import ROOT, Done, Driver

pytestmark = pytest.mark.bazel

PAGE = "docs/release-files.md"
PROGRAMS = ("gomod2bazel ", "cd ")
GOPROXY = (ROOT / "examples" / "goproxy").as_uri()


def commands() -> list[list[str]]:
    """Return the commands of the page that this test runs."""
    blocks = command_blocks((ROOT / PAGE).read_text("utf-8"))
    return [shlex.split(block.text.replace("\\\n", " ")) for block in blocks if block.text.startswith(PROGRAMS)]


def listed() -> list[str]:
    """Return the files that the page lists."""
    lines = (ROOT / PAGE).read_text("utf-8").splitlines()
    # In the order of bytes, whatever the page has.
    return sorted(line.strip() for line in lines if line.startswith("    dist/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder in which the command of the page was run."""

    driver: Driver
    folder: Path

    def build(self, *flags: str) -> Done:
        """Run the command with more flags."""
        words = next(words for words in commands() if words[0] == "gomod2bazel")
        return self.driver.run(*words[1:], "-goproxy", GOPROXY, *flags, cwd=self.folder, timeout=900)

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of each file in dist."""
        paths = sorted(path for path in (self.folder / "dist").rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def place(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make the release in a folder."""
    found = Place(driver=driver, folder=tmp_path_factory.mktemp("release"))
    done = found.build("-result-file", "result.json", "-result-format", "json")
    assert done.code == 0, done.err
    return found


def test_the_files_are_those_of_the_page(place: Place) -> None:
    assert list(place.files()) == listed()


def test_archives_have_the_binaries_and_documents(place: Place) -> None:
    with tarfile.open(place.folder / "dist/hello_1.1.0_linux_amd64.tar.gz") as tar:
        names = tar.getnames()
        tar.extractall(place.folder / "unpacked", filter="data")
    with zipfile.ZipFile(place.folder / "dist/hello_1.1.0_windows_amd64.zip") as archive:
        zipped = archive.namelist()
    assert "hello_1.1.0_linux_amd64/hello" in names
    assert "hello_1.1.0_windows_amd64/hello.exe" in zipped
    program = place.folder / "unpacked/hello_1.1.0_linux_amd64/hello"
    assert program.read_bytes() == (place.folder / "dist/linux_amd64/hello").read_bytes()
    assert subprocess.run([program], check=True, capture_output=True, timeout=60).stdout


def test_sha256sum_checks_every_other_file(place: Place) -> None:
    (words,) = (words[words.index("&&") + 1 :] for words in commands() if words[0] == "cd")
    done = subprocess.run(words, cwd=place.folder / "dist", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count(": OK")) == (0, len(place.files()) - 1), done


def test_provenance_and_result_file_tell_of_all_files(place: Place) -> None:
    statement = json.loads((place.folder / "dist/provenance.json").read_text("utf-8"))
    digests = {f"dist/{subject['name']}": subject["digest"]["sha256"] for subject in statement["subject"]}
    files = place.files()
    assert digests == {
        name: digest for name, digest in files.items() if not name.endswith(("SHA256SUMS", "provenance.json"))
    }
    result = json.loads((place.folder / "result.json").read_text("utf-8"))
    assert {entry["path"]: entry["sha256"] for entry in result["binaries"]} == files
    kinds = {entry["kind"] for entry in result["binaries"]}
    assert kinds == {"executable", "tar.gz", "zip", "sbom", "checksums", "provenance"}


def test_an_sbom_names_the_modules_of_its_binary(place: Place) -> None:
    document = json.loads((place.folder / "dist/linux_amd64/hello.spdx.json").read_text("utf-8"))
    assert document["spdxVersion"] == "SPDX-2.3"
    names = {package["name"] for package in document["packages"]}
    assert {"example.com/hello", "example.com/words", "std"} <= names
    run = json.loads((place.folder / "dist/sbom.spdx.json").read_text("utf-8"))
    digests = {entry["checksumValue"] for item in run["packages"] for entry in item.get("checksums", ())}
    programs = {digest for name, digest in place.files().items() if name.endswith((".exe", "/hello", "/hello-admin"))}
    assert programs <= digests


def test_a_second_run_has_nothing_to_do_and_a_lost_file_is_made_again(place: Place) -> None:
    before = place.files()
    flags = ("-result-file", "result.json", "-result-format", "json")
    assert "nothing changed" in place.build(*flags).err
    (place.folder / "dist/hello_1.1.0_windows_amd64.zip").unlink()
    done = place.build(*flags)
    assert done.code == 0, done.err
    assert place.files() == before


def test_another_folder_user_and_time_zone_make_the_same_bytes(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    temporary = elsewhere / "tmp"
    temporary.mkdir(parents=True)
    changes = {"HOME": str(elsewhere), "USER": "somebody", "TMPDIR": str(temporary), "TZ": "UTC-9"}
    user = place.driver.with_environment(**changes).behind("unshare", "--user", "--map-user=4321", "--map-group=4321")
    other = Place(driver=user, folder=elsewhere)
    done = other.build()
    assert done.code == 0, done.err
    assert other.files() == place.files()


def test_source_date_epoch_is_the_time_of_members(place: Place, tmp_path: Path) -> None:
    dated = Place(driver=place.driver.with_environment(SOURCE_DATE_EPOCH="1700000000"), folder=tmp_path)
    assert dated.build().code == 0
    with tarfile.open(tmp_path / "dist/hello_1.1.0_linux_amd64.tar.gz") as tar:
        assert {entry.mtime for entry in tar} == {1_700_000_000}
    wrong = Place(driver=place.driver.with_environment(SOURCE_DATE_EPOCH="yesterday"), folder=tmp_path)
    done = wrong.build()
    assert (done.code, "SOURCE_DATE_EPOCH 'yesterday'" in done.err) == (2, True), done.err


def test_n_lists_the_files_and_writes_none(place: Place, tmp_path: Path) -> None:
    done = Place(driver=place.driver, folder=tmp_path).build("-n")
    assert done.code == 0, done.err
    assert sorted(line.rpartition(" ")[2] for line in done.err.splitlines() if "would write" in line) == listed()
    assert not (tmp_path / "dist").exists()


def test_a_tree_has_the_version_that_is_given(driver: Driver, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "cmd/app").mkdir(parents=True)
    (tree / "go.mod").write_text("module example.com/tools\n\ngo 1.24\n", encoding="utf-8")
    (tree / "cmd/app/main.go").write_text("package main\n\nfunc main() {}\n", encoding="utf-8")
    flags = ("-destination", "out", "-as", "...=target", "-archive", "zip", "-archive-name", "{binary}-{version}")
    done = driver.run("build", *flags, "-version", "v3.0.0-rc.1", tree, cwd=tmp_path, timeout=900)
    assert done.code == 0, done.err
    assert (tmp_path / "out/app-3.0.0-rc.1.zip").is_file()


def test_the_flags_of_a_release_are_in_the_project(place: Place, tmp_path: Path) -> None:
    text = (ROOT / "docs/flags.md").read_text("utf-8").partition("[config.release]")[2].partition("```")[0]
    text = f"[config.release]{text}".replace('"."', '"example.com/hello@v1.1.0"')
    (tmp_path / "gomod2bazel.toml").write_text(text, encoding="utf-8")
    done = place.driver.run("build", "-config", "release", "-goproxy", GOPROXY, cwd=tmp_path, timeout=900)
    assert done.code == 0, done.err
    assert Place(driver=place.driver, folder=tmp_path).files() == place.files()


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        (("-archive", "zip", "-o", "/dev/null"), "-o /dev/null installs nothing to release"),
        (("-version", "v1.0.0"), "-version names the tree in release files"),
        (("-version", "v1.0.0", "-archive", "zip"), "-version is for a tree"),
        (("-checksums", "sums/"), "-checksums sums/: not the name of a file"),
        (("-prefix", "stage", "-checksums", "../sums"), "'..' could leave the prefix"),
        (("-checksums", "hello"), "hello"),
    ],
)
def test_what_cannot_be_made_is_refused_early(
    flags: tuple[str, ...], problem: str, driver: Driver, tmp_path: Path
) -> None:
    done = driver.run(
        "build",
        "-destination",
        "out",
        "-goproxy",
        GOPROXY,
        *flags,
        "example.com/hello@v1.1.0",
        cwd=tmp_path,
        timeout=900,
    )
    assert done.code == 2, done.err
    assert problem in done.err
    assert not (tmp_path / "out").exists()
