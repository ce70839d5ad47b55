"""Hints of documents."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.small_module import MAIN, hints_of, kinds_of


@pytest.mark.parametrize(
    ("file", "line", "kinds"),
    [
        ("README.md", "go install example.com/m/cmd/wire@latest", {"install", "builds-it"}),
        ("docs/use.rst", "go run example.com/m/cmd/wire@latest", {"install"}),
        ("README", "$ go get example.com/m/cmd/wire", {"install", "builds-it"}),
        ("README.md", "go install ./cmd/wire", {"mentions-it", "builds-it"}),
        ("README.md", "copy cmd/wire to /usr/local/bin/wire", {"mentions-it", "in-bin"}),
        ("README.md", "copy cmd/wire to /usr/local/bin/other", {"mentions-it"}),
        ("README.md", "`go run ./cmd/wire`", {"mentions-it", "runs-it"}),
        ("README.md", "a demo: cmd/wire", {"mentions-it", "example"}),
        ("README.md", "cmd/wire checks a release", {"mentions-it"}),
        ("README.md", "use wire for a demo", {"names-it"}),
        ("CONTRIBUTING.md", "see cmd/wire", {"mentions-it", "for-maintainers"}),
        ("CONTRIBUTING.md", "go install example.com/m/cmd/wire@latest", {"mentions-it", "example", "for-maintainers"}),
        ("cmd/wire/README.md", "go install example.com/m/cmd/wire@latest", {"own-install", "builds-it"}),
        ("README.md", "go install example.com/other/cmd/wire2@latest", set()),
        # What has been, what is data, what others wrote, what is not a document.
        ("CHANGELOG.md", "go install example.com/m/cmd/wire@latest", set()),
        ("docs/release-notes/1.md", "a demo: cmd/wire", set()),
        ("testdata/README.md", "a demo: cmd/wire", set()),
        ("vendor/x/README.md", "a demo: cmd/wire", set()),
        ("notes.txt", "a demo: cmd/wire", set()),
    ],
)
def test_of_programs(file: str, line: str, kinds: set[str], tmp_path: Path) -> None:
    found = kinds_of(tmp_path, {"cmd/wire/main.go": MAIN, file: f"# Title\n\n{line}\n"}, "cmd/wire", "document")
    assert found == {f"document:{kind}" for kind in kinds}


def test_position(tmp_path: Path) -> None:
    files = {"cmd/wire/main.go": MAIN, "README.md": "# Title\n\n    go install example.com/m/cmd/wire@v1\n"}
    hint = hints_of(tmp_path, files, "cmd/wire")["document:install"]
    assert hint.position == "README.md:3"
    assert hint.reason == "users are told to install it: 'go install example.com/m/cmd/wire@v1'"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("go install example.com/m@latest", True),
        ("`go get -u example.com/m`", True),
        ("go install example.com/m/cmd/wire@latest", False),
        ("go install example.com/m2@latest", False),
        ("import example.com/m", False),
    ],
)
def test_root_install(line: str, told: bool, tmp_path: Path) -> None:
    found = kinds_of(tmp_path, {"main.go": MAIN, "README.md": f"{line}\n"}, "", "document")
    assert ("document:install" in found) == told


@pytest.mark.parametrize(
    ("file", "line", "kinds"),
    [
        ("README.md", "Some [samples](kit/parts) are there.", {"document:folder-example"}),
        ("README.md", "See `kit/` for examples.", {"document:folder-example"}),
        ("README.md", "Tests are in ./kit.", {"document:folder-test"}),
        ("README.md", "See the kit for examples.", set()),  # a word, no path
        ("README.md", "Run ./kit.sh for an example.", set()),
        ("README.md", f"Examples. {'x' * 100} ./kit", set()),  # too far
        ("docs/README.md", "See `kit/` for examples.", set()),
        ("USAGE.md", "See `kit/` for examples.", set()),
        ("README.md", "An example of example.com/m/kit/parts/age.", {"document:mentions-it", "document:example"}),
    ],
)
def test_of_folders(file: str, line: str, kinds: set[str], tmp_path: Path) -> None:
    files = {"kit/parts/age/main.go": MAIN, file: f"{line}\n"}
    assert kinds_of(tmp_path, files, "kit/parts/age", "document") == kinds


def test_folders_speak_of_what_is_below_them_alone(tmp_path: Path) -> None:
    files = {"kit/a1/main.go": MAIN, "other/a1/main.go": MAIN, "README.md": "Examples: `kit/`\n"}
    assert kinds_of(tmp_path / "1", files, "kit/a1", "document") == {"document:folder-example"}
    assert kinds_of(tmp_path / "2", files, "other/a1", "document") == set()


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 200_000,
        "go install " * 20_000,
        "go install -" * 20_000,
        ("`cmd/wire` run in used for " * 70 + "\n") * 20,
        " " * 200_000,
        "[!" * 100_000,
    ],
    ids=range(6),
)
def test_hostile_documents_take_no_long_time(text: str, tmp_path: Path) -> None:
    files = {"main.go": MAIN, "cmd/wire/main.go": MAIN, "README.md": text, "cmd/wire/README.md": text}
    started = time.process_time()
    hints_of(tmp_path, files, "cmd/wire")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("man/wire.1", "manual-page"),
        ("docs/wire.8.md", "manual-page"),
        ("init/wire.service", "service"),
        ("etc/wire@.service.in", "service"),
        ("completions/wire.bash", "completion"),
        ("completions/_wire.zsh", "completion"),
        ("docs/wire.md", "page"),
        ("docs/wires.1", ""),
        ("docs/wire.10", ""),
    ],
)
def test_files_that_are_installed_with_a_command(file: str, kind: str, tmp_path: Path) -> None:
    found = kinds_of(tmp_path, {"cmd/wire/main.go": MAIN, file: "x\n"}, "cmd/wire", "document")
    assert found == ({f"document:{kind}"} if kind else set())
