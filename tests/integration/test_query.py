"""Queries against a real Bazel: the examples of docs/query.md, several inputs in one workspace, and what needs cgo."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import smoke, txtar
from support.driver import ROOT, Driver
from support.proxy import Proxy

pytestmark = pytest.mark.bazel


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A command of the documentation, the commands before it that set something, and what it prints."""

    command: str
    before: str
    prints: str


def examples() -> Iterator[Example]:
    """Yield the commands of the fenced blocks, which go on from one block to the next as in one shell."""
    before = ""
    for block in re.findall(r"^```console\n(.*?)^```$", (ROOT / "docs/query.md").read_text("utf-8"), re.M | re.S):
        for command, prints in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            if command.startswith(("cd ", "export ")):
                assert not prints
                before += f"{command}\n"
            else:
                yield Example(command=command, before=before, prints=prints)


EXAMPLES = tuple(examples())

# What stands for the programs of the examples; the smoke test's workspace is a copy.
SHELL = 'gomod2bazel() { "$PYTHON" -P -m gomod2bazel "$@"; }\nbazel() { "$BAZEL" "$@"; }\n'


@pytest.fixture(scope="module")
def monorepo(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Copy e2e/smoke, locked with the Go that is here; its server is another than the driver's own."""
    folder = tmp_path_factory.mktemp("monorepo") / "smoke"
    smoke.copy_smoke(folder)
    with (folder / ".bazelrc").open("a", encoding="utf-8") as file:
        file.write(f"startup --output_user_root={driver.caches.bazel}\n")
    for command in (smoke.LOCK, smoke.GENERATE_WITHOUT_SDK):
        done = driver.with_environment(**smoke.ENVIRONMENT).run(*command, cwd=folder)
        assert done.code == 0, done.err
    yield folder
    subprocess.run([driver.environment["BAZEL"], "shutdown"], cwd=folder, env=dict(driver.environment), check=True)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.command for example in EXAMPLES])
def test_example(example: Example, driver: Driver, request: pytest.FixtureRequest) -> None:
    before = example.before
    if "cd e2e/smoke" in before:
        before = before.replace("cd e2e/smoke", f"cd {request.getfixturevalue('monorepo')}")
    done = subprocess.run(
        ["sh", "-ec", SHELL + before + example.command],
        cwd=ROOT,
        env={**driver.environment, "PYTHON": sys.executable},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == example.prints


def test_the_documentation_has_examples() -> None:
    assert len(EXAMPLES) > 12
    assert sum("cd e2e/smoke" in example.before for example in EXAMPLES) > 3


DEP = """
-- go.mod --
module example.com/dep

go 1.21
-- plain/plain.go --
package plain
-- c/c.go --
package c

// int one(void) { return 1; }
import "C"
"""

APP = """
-- go.mod --
module example.com/App

go 1.21

require example.com/dep v1.0.0
-- cmd/with-c/main.go --
package main

import (
	_ "example.com/dep/c"
	_ "example.com/dep/plain"
)

func main() {}
-- cmd/plain/main.go --
package main

import _ "example.com/dep/plain"

func main() {}
"""

OTHER = """
-- go.mod --
module example.com/other

go 1.21

require example.com/dep v%s
-- main.go --
package main

import _ "example.com/dep/plain"

func main() {}
-- integration/broken/main.go --
package main

import _ "example.com/other/nowhere"

func main() {}
"""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Proxy:
    modules = {"dep@v1.0.0": DEP, "dep@v1.1.0": DEP, "App@v1.0.0": APP}
    modules |= {"other@v1.0.0": OTHER % "1.0.0", "other@v1.1.0": OTHER % "1.1.0"}
    return txtar.proxy(tmp_path_factory.mktemp("proxy"), modules)


@pytest.fixture
def ask(driver: Driver, proxy: Proxy, tmp_path: Path) -> Ask:
    (tmp_path / "sums").write_text(proxy.go_sum, encoding="utf-8")
    return Ask(driver.with_environment(CGO_ENABLED="1", GOPROXY=proxy.url), tmp_path)


@dataclass(frozen=True, slots=True)
class Ask:
    """Asks queries in a folder, with a go.sum that verifies everything."""

    driver: Driver
    folder: Path

    def __call__(self, expression: str, *inputs: str | Path, says: str = "") -> list[str]:
        """Return the labels that an expression finds; ``says`` is on standard error."""
        done = self.driver.run("query", "-sumfile", "sums", expression, *inputs, cwd=self.folder)
        assert done.code == 0, done.err
        assert says in done.err
        return [line.split("\t")[0] for line in done.out.splitlines()]


BROKEN = "example.com/other/integration/broken does not load: "


def test_inputs_that_agree_share_repositories(ask: Ask) -> None:
    inputs = ("example.com/other@v1.0.0", "example.com/App@v1.0.0")
    assert ask("packages_of(example.com/dep)", *inputs, says=BROKEN) == [
        "@example.com_dep-av1.0.0//:c",
        "@example.com_dep-av1.0.0//:plain",
    ]
    assert ask("depend_on(example.com/dep, binaries())", *inputs) == [
        "@example.com_-capp-av1.0.0//:cmd/plain",
        "@example.com_-capp-av1.0.0//:cmd/with-c",
        "@example.com_other-av1.0.0//:other",
    ]


def test_inputs_that_do_not_agree_stand_side_by_side(ask: Ask, proxy: Proxy) -> None:
    inputs = ("example.com/App", proxy.root / "example.com/other/@v/v1.1.0.mod")
    everything = "binaries() + packages_of(example.com/dep)"
    assert ask(everything, *inputs) == [
        "@example.com_-capp-av1.0.0//:cmd/plain",
        "@example.com_-capp-av1.0.0//:cmd/with-c",
        "@example.com_dep-av1.0.0//:c",
        "@example.com_dep-av1.0.0//:plain",
        "@example.com_dep-av1.1.0-g2//:plain",
        "@example.com_other-av1.1.0-g2//:other",
    ]
    assert ask("packages_of(example.com/dep@v1.1.0)", *inputs) == ["@example.com_dep-av1.1.0-g2//:plain"]
    assert ask("depend_on(example.com/dep@v1.1.0, binaries())", *inputs) == ["@example.com_other-av1.1.0-g2//:other"]


def test_what_has_cgo_in_its_closure(ask: Ask) -> None:
    inputs = ("example.com/App@v1.0.0", "example.com/other@v1.0.0")
    assert ask("with_cgo(binaries())", *inputs) == ["@example.com_-capp-av1.0.0//:cmd/with-c"]
    assert ask("with_cgo(packages_of(example.com/dep))", *inputs) == ["@example.com_dep-av1.0.0//:c"]
    without = Ask(ask.driver.with_environment(CGO_ENABLED="0"), ask.folder)
    assert without("with_cgo(binaries())", inputs[1], says="the expression matches nothing") == []


def test_tree(ask: Ask, proxy: Proxy) -> None:
    txtar.write(ask.folder / "tree", OTHER % "1.0.0")
    (ask.folder / "tree" / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    assert ask("binaries() + packages_of(example.com/other)", "tree", says=BROKEN) == [
        "@example.com_other//:other",
        "@example.com_other//:other_lib",
    ]


def test_input_without_binaries(ask: Ask) -> None:
    assert ask("binaries()", "example.com/dep@v1.0.0", says="the expression matches nothing") == []


def test_input_of_which_nothing_loads_is_an_error(ask: Ask, proxy: Proxy) -> None:
    files = (OTHER % "1.0.0").replace("dep/plain", "dep/nowhere")
    txtar.write(ask.folder / "tree", files)
    (ask.folder / "tree" / "go.sum").write_text(proxy.go_sum, encoding="utf-8")
    done = ask.driver.run("query", "binaries()", "tree", cwd=ask.folder)
    assert done.code == 1, done.err
    assert "not built: example.com/other, example.com/other/integration/broken" in done.err
    assert done.out == ""


def test_wrong_labels_are_bazels_errors(ask: Ask) -> None:
    done = ask.driver.run("query", "-sumfile", "sums", "@nosuch//...", "example.com/dep@v1.0.0", cwd=ask.folder)
    assert done.code == 1
    assert "No repository visible as '@nosuch'" in done.err
    assert done.err.splitlines()[-1].startswith("hint: ")
