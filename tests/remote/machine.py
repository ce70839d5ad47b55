"""A machine that shares nothing with others but a server: another HOME, caches, output base and network namespace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.driver import Done, Driver
from support.namespace import LOOPBACK_UP
from support.twice import other_user

__all__ = ["COUNTED", "Machine", "machine"]

COUNTED = ("GoCompile", "GoLink")
"""The actions that are counted, by mnemonic."""

_SECONDS = 1800.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine.

    Attributes:
        driver: With the caches, the HOME and the user of that machine; its commands run in the namespace.
        folder: Of the machine.
        address: Of the server that it reaches, as --remote_cache and --remote_executor have it.
    """

    driver: Driver
    folder: Path
    address: str

    @property
    def _log(self) -> Path:
        return self.folder / "log.json"

    def run(self, flags: Sequence[str], *arguments: str | Path, cwd: Path) -> Done:
        """Run gomod2bazel.

        Args:
            flags: Of Bazel, as a .bazelrc has them.
            arguments: Of the driver.
            cwd: Where.
        """
        wrapper = self.folder / "bazel"
        options = f"--bazelrc={self._bazelrc(flags)}"
        wrapper.write_text(f'#!/bin/sh\nexec {self.driver.environment["BAZEL"]} {options} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
        return self.driver.with_environment(BAZEL=str(wrapper)).run(*arguments, cwd=cwd, timeout=_SECONDS)

    def bazel(self, flags: Sequence[str], *arguments: str, cwd: Path) -> Done:
        """Run Bazel in a workspace of the user's, with flags as a .bazelrc has them."""
        done = subprocess.run(
            [*self.driver.before, self.driver.environment["BAZEL"], f"--bazelrc={self._bazelrc(flags)}", *arguments],
            cwd=cwd,
            env=dict(self.driver.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
        return Done(code=done.returncode, out=done.stdout, err=done.stderr)

    def _bazelrc(self, flags: Sequence[str]) -> Path:
        file = self.folder / "bazelrc"
        self._log.unlink(missing_ok=True)
        lines = [f"build {flag}\n" for flag in (*flags, f"--execution_log_json_file={self._log}")]
        root = f"startup --output_user_root={self.driver.caches.root / 'bazel'}\n"
        file.write_text(root + "common --lockfile_mode=off\n" + "".join(lines), encoding="utf-8")
        return file

    def actions(self) -> Counter[str]:
        """Return how many compile and link actions the last build had, by where their outputs came from."""
        text, counted, decoder = self._log.read_text(encoding="utf-8"), Counter[str](), json.JSONDecoder()
        at = 0
        while at < len(text):
            action, at = decoder.raw_decode(text, at)
            if action["mnemonic"] in COUNTED:
                counted[action["runner"]] += 1
            while at < len(text) and text[at].isspace():
                at += 1
        return counted


@contextmanager
def machine(
    driver: Driver, folder: Path, server: Path, *, other: bool = False, delay: float = 0.0
) -> Iterator[Machine]:
    """Yield a machine with empty caches; its Bazel servers end with it.

    Args:
        driver: Whose tools and sources it has.
        folder: Of the machine.
        server: The socket of the server that it reaches.
        other: Whether it has another user and longer paths.
        delay: Seconds that each piece of data from and to the server waits.
    """
    if other:
        inside = other_user(driver, folder)
    else:
        home = folder / "home"
        home.mkdir()
        inside = driver.with_environment(XDG_CACHE_HOME=str(folder / "cache"), HOME=str(home))
    with _namespace() as words, _relay(words, server, delay) as port:
        inside = inside.behind(*words, *inside.before)
        try:
            yield Machine(driver=inside, folder=folder, address=f"grpc://127.0.0.1:{port}")
        finally:
            inside.run("shutdown", cwd=folder)


@contextmanager
def _namespace() -> Iterator[tuple[str, ...]]:
    """Yield the words that run a command in a new network namespace, which has loopback and nothing else.

    Only root may enter a namespace again without more; for others there are none.
    """
    if os.geteuid() != 0:
        yield ()
        return
    command = ("unshare", "--net", sys.executable, "-c", LOOPBACK_UP, "sleep", "infinity")
    with subprocess.Popen(command) as process:
        try:
            yield _entering(process)
        finally:
            process.kill()


def _entering(process: subprocess.Popen[bytes]) -> tuple[str, ...]:
    """Wait until the process is ready, and return the words that enter its namespace."""
    name = Path(f"/proc/{process.pid}/comm")
    for _ in range(200):
        if process.poll() is None and name.read_text(encoding="utf-8") == "sleep\n":
            return ("nsenter", f"--net=/proc/{process.pid}/ns/net", "--")
        time.sleep(0.05)
    raise RuntimeError("no network namespace: unshare --net does not work")


@contextmanager
def _relay(words: Sequence[str], server: Path, delay: float) -> Iterator[str]:
    """Run a relay to a server's socket in a namespace and yield its port."""
    command = [*words, sys.executable, "-P", "-m", "remote.relay", str(server), str(delay)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.kill()
