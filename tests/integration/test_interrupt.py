"""What is left when a build is interrupted or killed, and when two are started at once."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.driver import Driver, interrupt
from support.proxy import make_proxy

pytestmark = pytest.mark.bazel

LIGHT = """
-- go.mod --
module example.com/light

go 1.22
-- main.go --
package main

func main() { println("light") }
"""

HEAVY = """
-- go.mod --
module example.com/heavy

go 1.22
-- main.go --
package main

func main() {{ println(f0({seed})) }}

{functions}
"""


def _heavy() -> str:
    """Return a module that takes the compiler seconds, and that no earlier run has compiled."""
    lines = "\n".join(f"\tif x%{n + 2} == {n} {{ x = x*{n + 3} ^ y; y += x >> {n % 13 + 1} }}" for n in range(400))
    functions = (f"func f{n}(x uint64) uint64 {{\n\ty := x\n{lines}\n\treturn x ^ y\n}}" for n in range(60))
    return HEAVY.format(seed=random.getrandbits(60), functions="\n\n".join(functions))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A place with a light and a heavy module, and a destination that holds older binaries of both."""

    driver: Driver
    work: Path
    url: str

    @property
    def destination(self) -> Path:
        """Where binaries really go."""
        return self.work / "prefix" / "usr" / "bin"

    def arguments(self, name: str) -> list[str]:
        """Return the command line that builds a module."""
        staged = ["-destination", "/usr/bin", "-prefix", "prefix", "-result-file", f"{name}.result"]
        return ["build", "-goproxy", self.url, *staged, f"example.com/{name}@v1.0.0"]

    def start_building(self, name: str) -> subprocess.Popen[str]:
        """Start the driver and return while the compiler runs."""
        process = self.driver.start(*self.arguments(name), cwd=self.work)
        assert process.stderr is not None
        for line in process.stderr:
            if line == "gomod2bazel: build\n":
                time.sleep(1)
                assert process.poll() is None, "it must still be building"
                return process
        raise AssertionError(f"ended with {process.wait()} before it built")

    def build(self, name: str) -> str:
        """Build to the end and return what was said."""
        done = self.driver.run(*self.arguments(name), cwd=self.work)
        assert done.code == 0, done.err
        assert (self.work / f"{name}.result").read_text(encoding="utf-8") == f"/usr/bin/{name}\n"
        return done.err

    def assert_untouched(self) -> None:
        """Check that all is as it was before the run."""
        found = {path.name: path.read_text(encoding="utf-8") for path in self.destination.iterdir()}
        assert found == {"light": "old light", "heavy": "old heavy"}
        assert not list(self.work.glob("*.result*"))
        assert list((self.work / "tmp").iterdir()) == []
        self.assert_nothing_left()

    def assert_nothing_left(self) -> None:
        """Check that no run left temporary files in the caches or the destination."""
        assert [path.name for path in self.driver.caches.scratch.iterdir()] == [".lock"]
        assert not list(self.destination.glob(".*"))


@pytest.fixture
def bench(driver: Driver, tmp_path: Path) -> Iterator[Bench]:
    for name, text in (("light", LIGHT), ("heavy", _heavy())):
        (tmp_path / f"{name}@v1.0.0.txtar").write_text(text, encoding="utf-8")
    proxy = make_proxy(tmp_path / "goproxy", tmp_path.glob("*.txtar"))
    (tmp_path / "tmp").mkdir()
    here = driver.with_environment(TMPDIR=str(tmp_path / "tmp"), CGO_ENABLED="0")
    made = Bench(driver=here, work=tmp_path, url=proxy.url)
    made.build("light")  # now no start of Bazel, no standard library and no rule is in the way
    (tmp_path / "light.result").unlink()
    for name in ("light", "heavy"):
        (made.destination / name).unlink(missing_ok=True)
        (made.destination / name).write_text(f"old {name}", encoding="utf-8")
    yield made


def test_ctrl_c(bench: Bench) -> None:
    process = bench.start_building("heavy")
    asked = time.monotonic()
    interrupt(process, signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (130, "gomod2bazel: interrupted; Bazel has stopped the build")
    assert time.monotonic() - asked < 15
    bench.assert_untouched()
    bench.build("light")
    bench.build("heavy")


def test_ctrl_c_while_a_source_keeps_silent(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        arguments = [url if argument == bench.url else argument for argument in bench.arguments("heavy")]
        process = bench.driver.start(*arguments, cwd=bench.work)
        server.settimeout(30)
        connection, _ = server.accept()
        with connection:
            interrupt(process, signal.SIGINT)
            _, said = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in said
    bench.assert_untouched()


def test_two_at_once(bench: Bench) -> None:
    first = bench.start_building("heavy")
    said = bench.build("light")
    assert "waiting for another gomod2bazel build" in said
    first.communicate(timeout=120)
    assert first.returncode == 0
    run = subprocess.run([bench.destination / "light"], capture_output=True, text=True, check=True, timeout=30)
    assert run.stderr == "light\n"
    subprocess.run([bench.destination / "heavy"], capture_output=True, check=True, timeout=30)


def test_after_a_kill_the_next_run_works(bench: Bench) -> None:
    process = bench.start_building("heavy")
    process.kill()
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    found = {path.name: path.read_text(encoding="utf-8") for path in bench.destination.iterdir()}
    assert found == {"light": "old light", "heavy": "old heavy"}
    bench.build("light")
    bench.assert_nothing_left()
    bench.build("heavy")
    run = subprocess.run([bench.destination / "light"], capture_output=True, text=True, check=True, timeout=30)
    assert run.stderr == "light\n"


def test_a_terminated_run_ends_as_one_interrupted(bench: Bench) -> None:
    process = bench.start_building("heavy")
    interrupt(process, signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130
    bench.assert_untouched()


def test_a_killed_server_is_started_again(bench: Bench) -> None:
    process = bench.start_building("heavy")
    for file in bench.driver.caches.bazel.glob("*/server/server.pid.txt"):
        os.kill(int(file.read_text(encoding="utf-8")), signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert "Bazel's server was killed (out of memory?); starting it again\n" in said
    subprocess.run([bench.destination / "heavy"], capture_output=True, check=True, timeout=30)
