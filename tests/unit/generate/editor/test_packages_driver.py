"""Answers of packages-driver for a repository that neither Go nor Bazel ever saw."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support import txtar
from support.user import User

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.generate.editor.packages_driver import delve_paths, respond
from gomod2bazel.generate.editor.protocol import read_request

LOCK = """
{
"schema":3,
"configuration":{"arch":"GOAMD64=v1","buildmode":"default","cgo":false,"experiment":"","fips140":"","go":"go1.26.8","goarch":"amd64","goos":"linux","instrument":"","tags":[]},
"main_modules":[
{"path":"example.com/app","go":"1.24","lang":"go1.24"},
null],
"modules":[
{"path":"example.com/dep","version":"v1.0.0","lang":"go1.20","packages":[
{"target":"dep","go":"dep","imports":{"std":"fmt"}},
{"dir":"lost","go":"lost"},
null]},
null],
"standard":{
"imports":[
"fmt",
null],
"packages":[
{"import_path":"fmt","go":"print"},
null]},
"binaries":[
null]}
"""

TREE = """
-- MODULE.bazel --
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(lock = "//:gomod2bazel.lock.json")
-- lib/BUILD.bazel --
load("@gomod2bazel//rules:defs.bzl", "go_library", "go_test")

go_library(
    name = "lib",
    srcs = ["lib.go", "lib_windows.go", "made.go"],
    importpath = "example.com/app/lib",
)

go_test(
    name = "lib_test",
    srcs = ["inner_test.go", "outer_test.go"],
    embed = [":lib"],
)

genrule(name = "make", outs = ["made.go"])
-- lib/lib.go --
package lib

import (
	_ "fmt"
	_ "example.com/dep"
	_ "example.com/nowhere"
)
-- lib/lib_windows.go --
package lib
-- lib/inner_test.go --
package lib

import _ "text/template"
-- lib/outer_test.go --
package lib_test

import (
	_ "example.com/app/lib"
	_ "example.com/app/alone"
	_ "example.com/app/user"
)
-- user/BUILD --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(name = "user", srcs = glob(["*.go"]), importpath = "example.com/app/user")
-- user/user.go --
package user

import _ "example.com/app/lib"
-- alone/BUILD --
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_library(name = "alone", srcs = ["alone.go"], importpath = "example.com/app/alone")
-- alone/alone.go --
package alone
"""

PROTO = """
-- proto/BUILD --
load("@gomod2bazel//proto:def.bzl", "go_proto_library")
load("@gomod2bazel//rules:defs.bzl", "go_library")

go_proto_library(name = "a_go_proto", importpath = "example.com/app/a", proto = ":a_proto")

go_proto_library(name = "b_go_proto", importpath = "example.com/app/b", proto = ":b_proto")

go_library(name = "b", srcs = ["more.go"], embed = [":b_go_proto"], importpath = "example.com/app/b")
-- proto/more.go --
package b
"""

INNER = "example.com/app/lib [example.com/app/lib.test]"
OUTER = "example.com/app/lib_test [example.com/app/lib.test]"


class Repository:
    """The repository, with folders as Bazel would have left them."""

    def __init__(self, folder: Path) -> None:
        self.folder = txtar.write(folder / "repository", TREE)
        (self.folder / "gomod2bazel.lock.json").write_text(LOCK, encoding="utf-8")
        self.base = folder / "base"
        external = "external/gomod2bazel++go_modules+"
        module = f"{external}{repository_name('example.com/dep', 'v1.0.0')}/.module"
        for name, text in {
            f"{external}go_sdk/src/fmt/print.go": "package fmt\n",
            f"{external}go_sdk/src/text/template/a.go": 'package template\n\nimport _ "fmt"\n',
            f"{external}go_sdk/src/text/template/a_test.go": "package template\n",
            f"{external}go_sdk/src/builtin/builtin.go": "package builtin\n",
            f"{module}/dep.go": "package dep\n",
            "execroot/_main/bazel-out/k8-fastbuild/bin/lib/made.go": "package lib\n",
            "execroot/_main/bazel-out/k8-fastbuild/bin/lib/lib.x": "",
        }.items():
            path = self.base / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        out = self.base / "execroot" / "_main" / "bazel-out"
        (self.folder / "bazel-out").symlink_to(out)
        (self.folder / "bazel-bin").symlink_to(out / "k8-fastbuild" / "bin")
        user = User(folder, SubprocessRunner(), cwd=self.folder, environment=dict(os.environ))
        self.session, self.out = user.session, user.out

    def ask(
        self, *patterns: str, mode: int = 4, tests: bool = True, overlay: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return an answer."""
        texts = {
            str(self.folder / path): base64.b64encode(text.encode()).decode() for path, text in (overlay or {}).items()
        }
        request = read_request(json.dumps({"mode": mode, "tests": tests, "overlay": texts}))
        answer: dict[str, Any] = json.loads(respond(self.session, request, patterns))
        answer["by_id"] = {package["ID"]: package for package in answer.get("Packages", ())}
        return answer

    def files(self, package: dict[str, Any], kind: str = "GoFiles") -> list[str]:
        """Return the files of a package: below the repository, or below Bazel's folder."""
        names = [os.path.relpath(path, self.folder) for path in package.get(kind, ())]
        return [name.removeprefix("../base/") for name in names]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Make the repository."""
    return Repository(tmp_path)


def test_packages_of_all_kinds(repository: Repository) -> None:
    answer = repository.ask("./...")
    own = ["example.com/app/alone", "example.com/app/lib", INNER, OUTER, "example.com/app/user"]
    assert answer["Roots"] == sorted(own)
    assert (answer["Compiler"], answer["Arch"], answer["GoVersion"]) == ("gc", "amd64", 26)
    library = answer["by_id"]["example.com/app/lib"]
    made = "execroot/_main/bazel-out/k8-fastbuild/bin/lib/made.go"
    assert repository.files(library) == ["lib/lib.go", made]
    assert repository.files(library, "IgnoredFiles") == ["lib/lib_windows.go"]
    # What is nowhere is for the type checker to report.
    assert library["Imports"] == {"fmt": "fmt", "example.com/dep": "example.com/dep"}
    dep = answer["by_id"]["example.com/dep"]
    (file,) = repository.files(dep)
    assert file == "external/gomod2bazel++go_modules+example.com_dep-av1.0.0/.module/dep.go"
    assert dep["Imports"] == {"fmt": "fmt"}
    assert "ExportFile" not in library


def test_tests_see_what_they_are_compiled_with(repository: Repository) -> None:
    by_id = repository.ask("./lib")["by_id"]
    assert repository.files(by_id[INNER])[-1] == "lib/inner_test.go"
    assert by_id[INNER]["Imports"]["text/template"] == "text/template"
    assert repository.files(by_id["text/template"]) == [
        "external/gomod2bazel++go_modules+go_sdk/src/text/template/a.go"
    ]
    user = "example.com/app/user [example.com/app/lib.test]"
    assert by_id[OUTER]["Imports"] == {
        "example.com/app/lib": INNER,
        "example.com/app/alone": "example.com/app/alone",
        "example.com/app/user": user,
    }
    assert by_id[user]["Imports"] == {"example.com/app/lib": INNER}
    # What does not import the package under test is compiled once.
    assert "example.com/app/alone [example.com/app/lib.test]" not in by_id


@pytest.mark.parametrize(
    ("pattern", "roots"),
    [
        ("example.com/app/lib", ["example.com/app/lib", INNER, OUTER]),
        ("example.com/app/lib_test", [INNER, OUTER]),
        ("example.com/app/...", ["example.com/app/alone", "example.com/app/lib", INNER, OUTER, "example.com/app/user"]),
        ("./user", ["example.com/app/user"]),
        ("./user/...", ["example.com/app/user"]),
        ("pattern=./alone", ["example.com/app/alone"]),
        ("file=lib/outer_test.go", [OUTER]),
        ("file=lib/lib.go", ["example.com/app/lib", INNER]),
        ("file=lib/none.go", []),
        ("example.com/dep", ["example.com/dep"]),
        ("builtin", ["builtin"]),
        ("std", ["builtin", "fmt", "text/template"]),
        ("nowhere/at/all", []),
    ],
)
def test_patterns(repository: Repository, pattern: str, roots: list[str]) -> None:
    assert repository.ask(pattern)["Roots"] == roots


def test_without_tests(repository: Repository) -> None:
    assert repository.ask("./lib", tests=False)["Roots"] == ["example.com/app/lib"]


def test_a_file_in_a_module(repository: Repository) -> None:
    (path,) = repository.ask("example.com/dep")["by_id"]["example.com/dep"]["GoFiles"]
    assert repository.ask(f"file={path}")["Roots"] == ["example.com/dep"]


def test_a_new_file_that_is_not_saved(repository: Repository) -> None:
    text = 'package alone\n\nimport _ "text/template"\n'
    answer = repository.ask("file=alone/new.go", overlay={"alone/new.go": text})
    assert answer["Roots"] == ["example.com/app/alone"]
    alone = answer["by_id"]["example.com/app/alone"]
    assert repository.files(alone) == ["alone/alone.go", "alone/new.go"]
    assert alone["Imports"] == {"text/template": "text/template"}


def test_what_is_missing_is_an_error_of_its_package(repository: Repository) -> None:
    (repository.base / "execroot/_main/bazel-out/k8-fastbuild/bin/lib/made.go").unlink()
    (error,) = repository.ask("./lib")["by_id"]["example.com/app/lib"]["Errors"]
    assert error["Msg"] == "made.go is not there; if a rule generates it, run bazel build //lib:lib"
    module = next((repository.base / "external").glob("*dep*"))
    module.rename(module.with_name("elsewhere"))
    (error,) = repository.ask("./lib")["by_id"]["example.com/dep"]["Errors"]
    message = (
        "example.com/dep@v1.0.0 is neither among Bazel's repositories nor in the module cache; run bazel build //..."
    )
    assert error["Msg"] == message


def test_generated_packages_of_protocol_buffers(repository: Repository) -> None:
    txtar.write(repository.folder, PROTO)
    (error,) = repository.ask("./proto")["by_id"]["example.com/app/a"]["Errors"]
    assert error["Msg"] == "a_go_proto_ is not there; if a rule generates it, run bazel build //proto:a_go_proto"
    generated = repository.base / "execroot/_main/bazel-out/k8-fastbuild/bin/proto"
    for name in ("a", "b"):
        folder = generated / f"{name}_go_proto_" / "example.com" / "app" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.pb.go").write_text(f'package {name}\n\nimport _ "fmt"\n', encoding="utf-8")
    answer = repository.ask("./proto")
    assert answer["Roots"] == ["example.com/app/a", "example.com/app/b"]
    a, b = (answer["by_id"][path] for path in answer["Roots"])
    assert [Path(path).name for path in a["GoFiles"]] == ["a.pb.go"]
    assert [Path(path).name for path in b["GoFiles"]] == ["more.go", "b.pb.go"]
    assert a["Imports"] == b["Imports"] == {"fmt": "fmt"}
    assert not a.get("Errors")


def test_a_thousand_packages(repository: Repository) -> None:
    load = 'load("@gomod2bazel//rules:defs.bzl", "go_library")\n\n'
    for number in range(1000):
        folder = repository.folder / "many" / f"p{number}"
        folder.mkdir(parents=True)
        names = [f"f{file}.go" for file in range(4)]
        importpath = f"example.com/app/many/p{number}"
        rule = f'go_library(name = "p{number}", srcs = {json.dumps(names)}, importpath = "{importpath}")\n'
        (folder / "BUILD.bazel").write_text(load + rule, encoding="utf-8")
        for name in names:
            imports = f'import (\n\t_ "fmt"\n\t_ "example.com/app/many/p{number // 2}"\n)\n'
            (folder / name).write_text(
                f"// License.\n\npackage p{number}\n\n{imports}" + "// x\n" * 200, encoding="utf-8"
            )
    seconds = []
    for _ in range(4):
        start = time.process_time()
        answer = repository.ask("./many/...")
        seconds.append(time.process_time() - start)
        assert len(answer["Roots"]) == 1000
    # Half a second where nothing was read before, on a machine of 2026; less then.
    assert seconds[0] < 2
    # Other processes disturb a single measurement.
    assert min(seconds[1:]) < seconds[0]


def test_export_data_where_it_is_asked_for(repository: Repository) -> None:
    library = repository.ask("./lib", mode=32)["by_id"]["example.com/app/lib"]
    assert library["ExportFile"].endswith("k8-fastbuild/bin/lib/lib.x")


def test_bazels_links_may_have_another_prefix(repository: Repository) -> None:
    (repository.folder / ".bazelrc").write_text("build --symlink_prefix=.links/b-\n", encoding="utf-8")
    (repository.folder / ".links").mkdir()
    for name in ("out", "bin"):
        (repository.folder / f"bazel-{name}").rename(repository.folder / ".links" / f"b-{name}")
    library = repository.ask("./lib")["by_id"]["example.com/app/lib"]
    assert not library.get("Errors")
    assert len(library["GoFiles"]) == 2


def test_without_a_lock_the_go_command_answers(repository: Repository) -> None:
    (repository.folder / "gomod2bazel.lock.json").unlink()
    assert repository.ask("./...")["NotHandled"] is True


def test_paths_for_delve(repository: Repository) -> None:
    odd = repository.folder / "odd name"
    odd.mkdir()
    rule = 'go_library(name = "other", srcs = [], importpath = "example.com/app/other")\n'
    (odd / "BUILD").write_text(rule, encoding="utf-8")
    delve_paths(repository.session, ())
    external = repository.base / "external"
    module = external / "gomod2bazel++go_modules+example.com_dep-av1.0.0" / ".module"
    assert repository.out == [
        f'config substitute-path example.com/app/other "{odd}"\n'
        f"config substitute-path example.com/app {repository.folder}\n"
        f"config substitute-path example.com/dep@v1.0.0 {module}\n"
        f"config substitute-path fmt {external}/gomod2bazel++go_modules+go_sdk/src/fmt\n"
    ]


def test_paths_for_delve_need_a_lock(repository: Repository) -> None:
    with pytest.raises(UsageError, match="takes no arguments, got x"):
        delve_paths(repository.session, ("x",))
    (repository.folder / "gomod2bazel.lock.json").unlink()
    with pytest.raises(UsageError, match="names a lock"):
        delve_paths(repository.session, ())


@pytest.mark.parametrize("text", ["[]", "{", '{"mode": "x"}', '{"overlay": {"/a.go": "%"}}'])
def test_what_is_not_a_request(text: str) -> None:
    with pytest.raises(UsageError, match="the driver request on standard input"):
        read_request(text)
