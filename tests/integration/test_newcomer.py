"""The way of a newcomer, step by step: install with pip, build, mistype, stop, pipe, a monorepo, a colleague, offline.

Each step uses the installed program alone, with an empty HOME and the example's sources; a step may use what an
earlier one left, so they run in the order of the file.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import txtar
from support.driver import ROOT, Driver
from support.namespace import inside

pytestmark = [pytest.mark.bazel, pytest.mark.network]

HELLO = "example.com/hello@v1.1.0"

MONO = """
-- go.mod --
module example.com/mono

go 1.24
-- cmd/hi/main.go --
package main

import "example.com/mono/words"

func main() { println(words.Hi) }
-- words/words.go --
package words

const Hi = "hi"
-- words/words_test.go --
package words

import "testing"

func TestHi(t *testing.T) {
	if Hi != "hi" {
		t.Fatal(Hi)
	}
}
"""

INSTALL = """
load("@gomod2bazel//rules:defs.bzl", "go_install")

go_install(
    name = "install",
    binaries = ["//cmd/hi"],
)
"""

# A build that can be stopped while it compiles: a module that no earlier run has compiled.
SLOW = """
-- go.mod --
module example.com/slow

go 1.24
-- main.go --
package main

func main() {{ println(f0({seed})) }}

{functions}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Someone with the installed program and nothing else.

    Attributes:
        program: gomod2bazel.
        environment: with HOME, and where sources and caches are.
        folder: where they work.
    """

    program: Path
    environment: Mapping[str, str]
    folder: Path

    def types(self, line: str, cwd: str = ".", code: int = 0) -> str:
        """Run a line in a shell; it ends with ``code``. Return all that is printed."""
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=self.folder / cwd,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=900,
            check=False,
        )
        assert done.returncode == code, f"{line}\n{done.stdout}"
        assert "Traceback" not in done.stdout
        return done.stdout

    @property
    def files(self) -> set[str]:
        """What is in their folder."""
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture(scope="module")
def newcomer(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    """Install with pip, as the README says."""
    folder = tmp_path_factory.mktemp("newcomer")
    for name in ("home", "work"):
        (folder / name).mkdir()
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, timeout=120)
    program = folder / "venv" / "bin"
    users = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([program / "pip", "install", "--quiet", "."], cwd=ROOT, env=users, check=True, timeout=600)
    kept = {name: value for name, value in driver.environment.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    sources = {"GOPROXY": (ROOT / "examples/goproxy").as_uri(), "GOSUMDB": "off", "HOME": str(folder / "home")}
    path = f"{program}{os.pathsep}{kept['PATH']}"
    yield Newcomer(
        program=program / "gomod2bazel", environment={**kept, **sources, "PATH": path}, folder=folder / "work"
    )


def test_the_first_build(newcomer: Newcomer) -> None:
    assert newcomer.types("gomod2bazel version").startswith("gomod2bazel ")
    assert HELLO.partition("@")[0] in newcomer.types(f"gomod2bazel list {HELLO}")
    said = newcomer.types(f"gomod2bazel build -destination bin {HELLO}")
    # "built", or "already built" where another test has filled the disk cache that tests share.
    assert re.search(r"built:? 2 of 6 binaries of example\.com/hello@v1\.1\.0 \(set target\)", said)
    assert "warning: example.com/hello@v1.1.0: not verified" in said
    assert newcomer.types("bin/hello") == "Hello, World!\n"
    assert newcomer.files == {"bin"}


@pytest.mark.parametrize(
    ("line", "code", "meant"),
    [
        ("gomod2bazel biuld", 2, "did you mean build?"),
        ("gomod2bazel build -destinatoin bin {hello}", 2, "did you mean -destination?"),
        ("gomod2bazel build -destination bin -set tragets {hello}", 2, "did you mean target?"),
        ("gomod2bazel build -destination bin -platform linux/amd46 {hello}", 2, "linux/amd64"),
        ("gomod2bazel build -destination bin example.com/helo@v1.1.0", 3, "example.com/helo"),
        ("gomod2bazel build -destination bin example.com/hello@v1.1.7", 3, "v1.1.0"),
        ("gomod2bazel build -destination bin example.com/hello/cmd/helo-admin@v1.1.0", 2, "hello-admin"),
    ],
    ids=["command", "flag", "set", "platform", "module", "version", "package"],
)
def test_a_mistyped_word(line: str, code: int, meant: str, newcomer: Newcomer) -> None:
    before = newcomer.files
    said = newcomer.types(line.format(hello=HELLO), code=code)
    assert said.startswith("gomod2bazel: error: "), said
    assert "\nhint: " in said, said
    assert meant in said, said
    assert newcomer.files == before


def test_a_package_as_input(newcomer: Newcomer) -> None:
    newcomer.types("gomod2bazel build -destination admin example.com/hello/cmd/hello-admin@v1.1.0")
    assert [path.name for path in (newcomer.folder / "admin").iterdir()] == ["hello-admin"]


def test_what_is_built_into_a_pipe(newcomer: Newcomer) -> None:
    line = f"gomod2bazel build -q -destination piped -result-file /dev/stdout {HELLO} 2>/dev/null | sort -r"
    assert newcomer.types(line) == "piped/hello-admin\npiped/hello\n"
    assert newcomer.types(line) == "piped/hello-admin\npiped/hello\n", "a run that has nothing to do writes it, too"


def test_ctrl_c(newcomer: Newcomer) -> None:
    lines = "\n".join(f"\tif x%{n + 2} == {n} {{ x = x*{n + 3} ^ y; y += x >> {n % 13 + 1} }}" for n in range(400))
    functions = "\n".join(f"func f{n}(x uint64) uint64 {{\n\ty := x\n{lines}\n\treturn x ^ y\n}}" for n in range(60))
    txtar.write(newcomer.folder / "slow", SLOW.format(seed=time.time_ns(), functions=functions))
    process = subprocess.Popen(
        [newcomer.program, "build", "-destination", "slow-bin", "./slow"],
        cwd=newcomer.folder,
        env=dict(newcomer.environment),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        process_group=0,
    )
    assert process.stderr is not None
    assert any(line == "gomod2bazel: build\n" for line in process.stderr)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (130, "gomod2bazel: interrupted; Bazel has stopped the build")
    assert "slow-bin" not in newcomer.files
    newcomer.types("gomod2bazel build -destination slow-bin ./slow")
    assert [path.name for path in (newcomer.folder / "slow-bin").iterdir()] == ["slow"]


def test_a_monorepo_and_a_colleague(newcomer: Newcomer, driver: Driver) -> None:
    txtar.write(newcomer.folder / "mono", MONO)
    bazelrc = f'bazel() {{ gomod2bazel bazel --bazelrc={shlex.quote(str(driver.bazelrc()))} "$@"; }}\n'
    said = newcomer.types("gomod2bazel generate", cwd="mono")
    assert "MODULE.bazel" in said, "what is missing is named"
    newcomer.types("gomod2bazel generate -init", cwd="mono")
    newcomer.types(f"{bazelrc}bazel build //... && bazel test //...", cwd="mono")
    assert newcomer.types("bazel-bin/cmd/hi/hi_/hi", cwd="mono") == "hi\n"
    assert newcomer.types("gomod2bazel generate -check", cwd="mono") == ""
    # The rules that pip installed have the driver and the installer, too.
    (newcomer.folder / "mono" / "BUILD.bazel").write_text(INSTALL, encoding="utf-8")
    newcomer.types(
        f"{bazelrc}bazel run --ui_event_filters=-info,-stderr @gomod2bazel//:gomod2bazel -- version "
        "&& bazel run //:install -- -prefix ../stage -destination /usr/bin && bazel shutdown",
        cwd="mono",
    )
    assert newcomer.types("stage/usr/bin/hi") == "hi\n"
    # What is in version control, in a clone; user.bazelrc is not.
    newcomer.types(
        "git init -q && printf 'user.bazelrc\\nbazel-*\\n' >.gitignore && git add -A "
        "&& git -c user.name=n -c user.email=n@example.com commit -qm all && cd .. && git clone -q mono colleague",
        cwd="mono",
    )
    assert not (newcomer.folder / "colleague" / "user.bazelrc").exists()
    newcomer.types("gomod2bazel generate -init", cwd="colleague")
    assert newcomer.types("git status --porcelain", cwd="colleague") == ""
    newcomer.types(f"{bazelrc}bazel test //... && bazel shutdown", cwd="colleague")


def test_offline_from_a_fetched_folder(newcomer: Newcomer) -> None:
    newcomer.types(f"gomod2bazel fetch -destination modules {HELLO}")
    without_network = shlex.join(inside())
    sources = '-offline -goproxy "file://$PWD/modules"'
    # A server that runs would reach the network from where it was started.
    newcomer.types("gomod2bazel shutdown")
    said = newcomer.types(f"GOPROXY= {without_network} gomod2bazel build {sources} -destination far {HELLO}")
    assert "2 of 6 binaries of example.com/hello@v1.1.0" in said
    assert newcomer.types("cmp far/hello bin/hello && cmp far/hello-admin bin/hello-admin") == ""
    newcomer.types("gomod2bazel shutdown")
