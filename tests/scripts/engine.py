"""Run the go command's script tests by their own engine: the test binary of cmd/go, compiled from the installed Go.

Nothing of Go is copied or changed. One test file is added in an overlay; it gives the engine another program to run as
``go``, which hands `go build` and `go install` to the driver (`scripts.stand_in`) and all else to the go command.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.driver import Driver

from gomod2bazel.base.errors import ToolError

__all__ = ["Engine", "Outcome"]

_TEST = Path(__file__).parent / "stand_in_test.go.txt"
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = """\
#!/bin/sh
here={folder}
command=$1
[ "$1" != -C ] || command=$3
case $command in
build | install) ;;
*) exec "$(cat "$here/testgo")" "$@" ;;
esac
export PYTHONPATH={path}
exec {python} -P -m scripts.stand_in "$here" "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a script went.

    Attributes:
        result: ``pass``, ``fail`` or ``skip``.
        text: what the engine printed.
        steps: each `go build` and `go install` as `scripts.stand_in` noted it.
    """

    result: str
    text: str
    steps: tuple[Mapping[str, Any], ...]

    @property
    def reason(self) -> str:
        """The line that failed with what the engine says of it, or why the script was skipped."""
        found = re.findall(r"^\s*(?:FAIL: |script_test\.go:\d+: (?:SKIP: )?)(.*)$", self.text, re.MULTILINE)
        said = str(found[-1]) if found else ""
        if said not in ("", "SKIP"):
            return said
        lines = re.findall(r"^\s*> (.*)$", self.text, re.MULTILINE)
        return str(lines[-1]) if lines else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The test binary.

    Attributes:
        driver: its environment.
        program: the test binary.
        folder: cmd/go in the Go source tree.
    """

    driver: Driver
    program: Path
    folder: Path

    @classmethod
    def compiled(cls, driver: Driver, goroot: Path | None = None) -> Engine:
        """Compile the test binary, once for a Go and a cache.

        Args:
            driver: runs the go command, and holds the cache.
            goroot: the Go source tree that has cmd/go with its test data; that of the go command when None.

        Raises:
            ToolError: that tree has no scripts, or the tests of cmd/go do not compile.
        """
        own = Path(driver.go("env", "GOROOT", cwd=_ROOT).out.strip())
        folder = (goroot or own) / "src" / "cmd" / "go"
        if not (folder / "testdata" / "script").is_dir():
            raise ToolError(
                f"{folder}/testdata/script does not exist", hint="name a Go source tree of this version with -goroot"
            )
        version = driver.go("version", cwd=_ROOT).out
        key = hashlib.sha256(f"{version}{folder}{_TEST.read_text(encoding='utf-8')}".encode()).hexdigest()[:16]
        program = driver.caches.root / f"go-scripts-{key}" / "scripts.test"
        if not program.exists():
            cls._compile(driver, folder, program)
        return cls(driver=driver, program=program, folder=folder)

    @staticmethod
    def _compile(driver: Driver, folder: Path, program: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="go-scripts-") as name:
            overlay = Path(name) / "overlay.json"
            overlay.write_text(json.dumps({"Replace": {str(folder / "stand_in_test.go"): str(_TEST)}}))
            made = Path(name) / program.name
            words = ("test", "-c", "-overlay", overlay, "-o", made, "cmd/go")
            done = driver.go(*words, cwd=folder, GOFLAGS="", GOROOT=str(folder.parents[2]))
            if done.code:
                raise ToolError(f"the tests of cmd/go do not compile\n{done.err}")
            program.parent.mkdir(parents=True, exist_ok=True)
            (program.parent / "bin").mkdir(exist_ok=True)
            (program.parent / "bin" / "go").unlink(missing_ok=True)
            (program.parent / "bin" / "go").symlink_to(program)
            shutil.move(made, program)

    @property
    def scripts(self) -> tuple[Path, ...]:
        """All scripts, by name."""
        return tuple(sorted((self.folder / "testdata" / "script").glob("*.txt")))

    def run(self, script: str, *, timeout: float = 600.0, real: bool = False) -> Outcome:
        """Run one script.

        Args:
            script: its name, without the suffix.
            timeout: in seconds; a script that takes longer has failed.
            real: leave `go build` and `go install` to the go command, to see whether this machine passes at all.
        """
        with tempfile.TemporaryDirectory(prefix="go-scripts-") as name:
            work = Path(name)
            self._forget_outputs()
            test = "TestScript" if real else "TestStandIn"
            command = [self.program, "-test.v", f"-test.run=^{test}$/^{re.escape(script)}$"]
            environment = self._environment(work)
            try:
                done = subprocess.run(
                    [*map(str, command), f"-test.timeout={timeout:.0f}s"],
                    cwd=self.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    timeout=timeout + 20,
                    check=False,
                )
                text = done.stdout.decode("utf-8", "replace")
            except subprocess.TimeoutExpired as late:
                text = f"{(late.stdout or b'').decode('utf-8', 'replace')}\nFAIL: longer than {timeout:.0f} s\n"
            log = work / "steps.jsonl"
            lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        words = re.findall(rf"^\s+--- (PASS|FAIL|SKIP): {test}/{re.escape(script)} ", text, re.MULTILINE)
        result = words[-1].lower() if words else "fail"
        return Outcome(result=result, text=text, steps=tuple(json.loads(line) for line in lines))

    def _environment(self, work: Path) -> dict[str, str]:
        """Write the program that scripts run as ``go`` below ``work``; return the environment of the test binary."""
        own = self.driver.environment
        settings = {
            "XDG_CACHE_HOME": own["XDG_CACHE_HOME"],
            "BAZEL": own["BAZEL"],
            "PYTHONPATH": own["PYTHONPATH"],
        }
        (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
        (work / "steady").write_text(str(self.program.parent / "bin"), encoding="utf-8")
        program = work / "go"
        path = os.pathsep.join([str(_ROOT / "tests"), own["PYTHONPATH"]])
        words = {"folder": str(work), "path": path, "python": sys.executable}
        text = _PROGRAM.format(**{name: shlex.quote(word) for name, word in words.items()})
        program.write_text(text, encoding="utf-8")
        program.chmod(0o755)
        cache = Path(own["XDG_CACHE_HOME"]) / "go" / "build"
        kept = {name: value for name, value in own.items() if not name.startswith("GO")}
        return {**kept, "GOCACHE": str(cache), "GOTOOLCHAIN": "local", "STAND_IN": str(program), "TMPDIR": str(work)}

    def _forget_outputs(self) -> None:
        """Remove what was built of modules: a script expects that all of its own is compiled, and says so with -x."""
        made = "*/execroot/_main/bazel-out/*/bin/external/*go_modules*"
        for folder in self.driver.caches.bazel.glob(made):
            if not folder.name.endswith("go_sdk"):
                shutil.rmtree(folder)

    def forget_modules(self) -> None:
        """Remove the private module caches of sources that were those of one script."""
        for folder in self.driver.caches.modules.glob("*"):
            shutil.rmtree(folder, ignore_errors=True)
