"""-toolexec: a program that runs each tool of the Go toolchain, and what tells one such program from another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import entries_of, make_folder, read_bytes, write_file
from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.session import Session
from gomod2bazel.options.quoting import split

__all__ = ["Toolexec"]

_TOOLS = ("asm", "cgo", "compile", "link")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolexec:
    """A program and its arguments, to come before each tool.

    Attributes:
        words: the command, its program by absolute path.
        identity: digest of the program, the arguments, and the version output of the tools when it runs them.
    """

    words: tuple[str, ...]
    identity: str

    @classmethod
    def find(cls, text: str, session: Session, goroot: str) -> Toolexec:
        """Read the value of -toolexec and ask each tool through it for its version, as the go command does.

        Raises:
            UsageError: there is a quote that is not closed.
            ToolError: the program does not exist, or does not run the tools (cmd/go/internal/work, Builder.toolID).
        """
        words = split(text)
        if not words:
            raise UsageError("-toolexec: no program given", hint="write -toolexec 'PROGRAM ARGS'")
        program = str(session.cwd / words[0]) if "/" in words[0] else which(words[0], session.environment)
        if program is None or not Path(program).is_file():
            raise ToolError(
                f'error obtaining buildID for go tool compile: exec: "{words[0]}": executable file not found',
                hint="give -toolexec a program that is on PATH, or the path of one",
            )
        whole = (str(program), *words[1:])
        digest = hashlib.sha256(read_bytes(Path(program)) + json.dumps(whole).encode(errors="surrogateescape"))
        folder = next(iter(entries_of(Path(goroot, "pkg", "tool"))))
        for tool in _TOOLS:
            digest.update(
                _version((*whole, str(folder / tool), "-V=full"), tool, session).encode(errors="surrogateescape")
            )
        return cls(words=whole, identity=digest.hexdigest()[:16])

    def write(self, folder: Path, session: Session) -> Path:
        """Write what actions need to know of it, the user's environment included, and return the file's path.

        The path depends on the identity alone, and the path alone decides whether a package is recompiled: like the
        go command, this takes the program to do the same in every environment.
        """
        make_folder(folder)
        path = folder / f"{self.identity}.json"
        write_file(path, json.dumps({"words": self.words, "environment": dict(session.environment)}))
        path.chmod(0o600)
        return path


def _version(command: tuple[str, ...], tool: str, session: Session) -> str:
    done = session.runner.run(command, env=session.environment, cwd=session.cwd)
    if done.code != 0:
        raise ToolError(f"{done.err}error obtaining buildID for go tool {tool}: exit status {done.code}")
    words = done.out.split()
    if len(words) < 3 or words[0] != tool or words[1] != "version":
        raise ToolError(f"parsing buildID from go tool {tool} -V=full: unexpected output:\n\t{done.out}")
    return done.out
