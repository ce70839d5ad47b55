"""What the driver is told in place of a `go build` or `go install`, and what it says in place of the go command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from scripts.goflags import read_line
from scripts.made_up import FILES, HELPER
from scripts.plan import NotApplicableError, Plan
from scripts.stand_in import as_go_says
from scripts.translate import translate

M = {"Path": "example.com/m", "Main": True, "Dir": "/m"}
MAIN = {"ImportPath": "example.com/m/cmd/a", "Name": "main", "Dir": "/m/cmd/a", "Module": M}
OTHER = {"ImportPath": "example.com/m/cmd/b/v2", "Name": "main", "Dir": "/m/cmd/b/v2", "Module": M}
LIBRARY = {"ImportPath": "example.com/m/lib", "Name": "lib", "Dir": "/m/lib", "Module": M}
SETTINGS = {
    "GO111MODULE": "", "GOMOD": "/m/go.mod", "GOBIN": "", "GOPATH": "/gopath", "GOOS": "linux", "GOARCH": "amd64",
    "GOHOSTOS": "linux", "GOHOSTARCH": "amd64", "GOEXE": "", "GOVERSION": "go1.26.8",
}  # fmt: skip


class FakeGo:
    """Lists these packages, and knows example.com/m as a module."""

    def __init__(self, packages: Sequence[Mapping[str, Any]]) -> None:
        self._packages = packages

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """Return them."""
        if "-m" in arguments:
            return [{"Path": "m"} if arguments[-1].startswith("example.com/m@") else {"Error": {"Err": "none"}}]
        return [dict(package) for package in self._packages]


def plan(words: str, *packages: Mapping[str, Any], **settings: str) -> Plan:
    return translate(read_line(words.split()), FakeGo(packages), Path("/m"), {**SETTINGS, **settings}, Path("/s"))


def where(made: Plan) -> tuple[str, ...]:
    return tuple(word for word in made.arguments if word.startswith(("-o=", "-destination=")))


def test_files_go_where_go_puts_them() -> None:
    assert where(plan("build ./cmd/a", MAIN)) == ("-destination=/m",)
    assert where(plan("build -o x ./cmd/a", MAIN)) == ("-destination=/m", "-o=x")
    assert where(plan("build ./...", MAIN, OTHER)) == ("-destination=/m", "-o=/dev/null")
    assert where(plan("build -o new/ ./...", MAIN, OTHER)) == ("-destination=/m", "-o=new/")
    assert where(plan("install ./cmd/a", MAIN)) == ("-destination=/gopath/bin",)
    assert where(plan("install ./cmd/a", MAIN, GOBIN="/bin")) == ("-destination=/bin",)
    assert where(plan("install ./cmd/a", MAIN, GOARCH="arm64")) == ("-destination=/gopath/bin/linux_arm64",)


def test_the_named_commands_alone_are_built() -> None:
    assert plan("build -tags=x ./cmd/a", MAIN).arguments[:-1] == (
        "build", "-buildvcs=auto", "-tags=x", "/m",
        "-as=example.com/m/...=maintenance", "-as=example.com/m/cmd/a=target",
    )  # fmt: skip


def test_a_package_that_is_no_command_is_built_through_one_that_imports_it() -> None:
    made = plan("build ./lib", LIBRARY)
    text = 'package main\n\nimport _ "example.com/m/lib"\n\nfunc main() {}\n'
    assert made.helper == (Path("/m") / HELPER, {"main.go": text})
    assert where(made) == ("-destination=/m", "-o=/dev/null")


def test_a_version_is_installed_from_the_module_that_has_the_package() -> None:
    made = plan("install -modcacherw example.com/m/cmd/a@v1.2.0")
    assert made.arguments[:3] == ("build", "-modcacherw", "example.com/m@v1.2.0")
    assert where(made) == ("-destination=/gopath/bin",)


@pytest.mark.parametrize(
    ("words", "settings", "why"),
    [
        ("build", {"GO111MODULE": "off"}, "GOPATH"),
        ("build -o x missing.go", {}, "not there"),
        ("build std", {}, "standard library"),
        ("build -trimpath=false", {}, "trimpath"),
        ("install ./cmd/a", {"GOBIN": "bin"}, "absolute"),
        ("build fmt", {"GOMOD": "/dev/null"}, "outside a module"),
    ],
)
def test_what_the_contract_excludes_is_left_to_go(words: str, settings: dict[str, str], why: str) -> None:
    with pytest.raises(NotApplicableError, match=why):
        plan(words, MAIN, OTHER, **settings)


def test_files_given_by_name_are_a_main_package_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package main\n")
    go = FakeGo([{"Name": "main"}])
    outside = {**SETTINGS, "GOMOD": "/dev/null"}
    made = translate(read_line(["build", "a.go"]), go, tmp_path, outside, tmp_path / "s")
    assert made.helper == (tmp_path / "s", {"a.go": "package main\n", "go.mod": f"module {FILES}\n\ngo 1.26\n"})
    assert where(made) == (f"-destination={tmp_path}", "-o=a")
    (tmp_path / "go.mod").write_text("module example.com/m\n")
    inside = {**SETTINGS, "GOMOD": f"{tmp_path}/go.mod"}
    made = translate(read_line(["build", "-o", "x", "a.go"]), go, tmp_path, inside, tmp_path / "s")
    assert made.helper == (tmp_path / FILES, {"a.go": "package main\n"})
    assert f"-as=example.com/m/{FILES}=target" in made.arguments


def test_packages_of_the_standard_library_are_imported(tmp_path: Path) -> None:
    fmt = {"ImportPath": "fmt", "Name": "fmt", "Standard": True, "Dir": "/go/src/fmt"}
    outside = {**SETTINGS, "GOMOD": "/dev/null"}
    made = translate(read_line(["build", "fmt"]), FakeGo([fmt]), tmp_path, outside, tmp_path / "s")
    assert made.helper is not None
    assert 'import _ "fmt"' in made.helper[1]["main.go"]
    with pytest.raises(NotApplicableError, match="no module can import"):
        plan("build internal/abi", {**fmt, "ImportPath": "internal/abi"})


def test_flags_are_read_as_go_reads_them() -> None:
    line = read_line(["-C", "dir", "build", "-race", "-o", "x", "--tags=a,b", "-ldflags=-X=a=b c", "./p", "-n"])
    assert line.value("C") == "dir"
    assert line.words(without=("C", "o")) == ("-race", "-tags=a,b", "-ldflags=-X=a=b c")
    assert line.packages == ("./p", "-n")
    assert line.listing == ("-tags=a,b",)


def test_messages_take_gos_form() -> None:
    said = "gomod2bazel: load\ngomod2bazel: error: no such module\nhint: try\n"
    assert as_go_says(said, failed=True) == "go: no such module\n"
    assert as_go_says("gomod2bazel: a.go:1:2: bad\n\tmore\n", failed=True) == "a.go:1:2: bad\n\tmore\n"
    assert as_go_says("gomod2bazel: ambiguous import\nnot built: m\n", failed=True) == "ambiguous import\n"
    assert as_go_says("gomod2bazel: 3 packages compiled\nfmt\n", failed=False) == "fmt\n"
