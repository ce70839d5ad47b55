"""Run the Go toolchain's programs and the C compiler, with messages that name no sandbox folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from builder.base import heap
from builder.base.confine import Confinement

__all__ = ["BuilderError", "Recorder", "Run", "Tools", "toolexec_words"]

Run = Callable[[list[str]], str]


class BuilderError(Exception):
    """A tool failed, or a request makes no sense; the text is for the user."""


class Recorder(Protocol):
    """Takes down what a job would do, in place of doing it (show/show.py).

    Attributes:
        linker_flags: by archive, the flags for the linker that cgo would write into it; there is no archive to read.
    """

    linker_flags: dict[str, list[str]]

    def run(self, argv: list[str], cwd: str | None, really: Run) -> str:
        """Note a command, or have ``really`` run it where later commands depend on its answer."""

    def append(self, target: str, objects: list[str]) -> None:
        """Note that objects would be appended to an archive."""


def toolexec_words(file: str, importpath: str) -> list[str]:
    """Return the words before each tool of the Go toolchain (-toolexec); none without a program.

    Args:
        file: has the command of the user's program; empty for none.
        importpath: of the package, which is passed to the program.
    """
    launcher = str(Path(__file__).with_name("toolexec.py").resolve())
    return [sys.executable, "-I", "-S", launcher, file, importpath] if file else []


@dataclass(kw_only=True)
class Tools:
    """Runs the programs of one job.

    Attributes:
        toolexec: the words before each tool of the Go toolchain (-toolexec).
        confinement: what the tools may read, for a job whose sources can name files.
        recorder: what takes commands down in place of running them.
        printed: what tools wrote though they succeeded: warnings, and the output of -toolexec's program; for the user.
    """

    toolexec: list[str] = field(default_factory=list)
    confinement: Confinement | None = None
    recorder: Recorder | None = None
    printed: list[str] = field(default_factory=list)

    def run(
        self, argv: list[str], *, cwd: str | None = None, hide: dict[str, str] | None = None, stdin: str = ""
    ) -> str:
        """Run ``argv`` and return what it printed.

        Args:
            argv: the tool and its arguments.
            cwd: its working directory; the execution root when None.
            hide: folder prefixes to replace in its messages, longest first.
            stdin: text for its standard input.

        Raises:
            BuilderError: it could not start or did not exit with 0; the text is its own output.
        """
        if self.recorder is not None:
            return self.recorder.run(argv, cwd, lambda command: self._run(command, cwd, hide or {}, stdin))
        return self._run(argv, cwd, hide or {}, stdin)

    def _run(self, argv: list[str], cwd: str | None, hide: dict[str, str], stdin: str) -> str:
        argv = self._through_toolexec(argv)
        directory = cwd or os.getcwd()
        # Go's tools ask $PWD for their working directory; a worker's own would be of an earlier time and place.
        environment = {**os.environ, **heap.settings_of(argv), "PWD": directory, "TERM": "dumb"}
        if self.confinement:
            self.confinement.prepare()
            environment["TMPDIR"] = self.confinement.temporary
        try:
            done = subprocess.run(
                argv,
                cwd=directory,
                env=environment,
                input=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="surrogateescape",
                check=False,
                preexec_fn=self.confinement.enter if self.confinement else None,
            )
        except OSError as error:
            raise BuilderError(f"{argv[0]}: {error.strerror}\n") from error
        output = done.stdout
        for folder, name in sorted(hide.items(), key=lambda item: -len(item[0])):
            output = output.replace(folder, name)
        if done.returncode < 0:
            # The words of os/exec, as the go command has them: "signal: killed" is most often for want of memory.
            text = (signal.strsignal(-done.returncode) or str(-done.returncode)).lower()
            raise BuilderError(f"{output}{argv[0]}: signal: {text}\n")
        if done.returncode:
            output = output or f"{argv[0]}: exit status {done.returncode}\n"
            raise BuilderError(self.confinement.explained(output) if self.confinement else output)
        # Not the answers to questions, which are asked without anything to hide.
        if output and (any("/pkg/tool/" in word for word in argv) or (hide and "-c" in argv)):
            self.printed.append(output)
        return output

    def _through_toolexec(self, argv: list[str]) -> list[str]:
        """Put the program of -toolexec before a tool of the Go toolchain; C compilers and others run without it."""
        at = next((i for i, word in enumerate(argv) if not (word == "env" or (argv[0] == "env" and "=" in word))), 0)
        return [*argv[:at], *self.toolexec, *argv[at:]] if "/pkg/tool/" in argv[at] else argv
