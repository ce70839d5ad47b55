"""What the tests of provision share: a runner that answers from a table, and a search path of empty programs."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.process.events import Event
from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.runner import Completed

Answer = Completed | Callable[[tuple[str, ...]], Completed | None]


def completed(out: str = "", *, code: int = 0, err: str = "") -> Completed:
    return Completed(argv=("fake",), code=code, out=out, err=err)


class FakeRunner:
    """Answers a command by the first table row whose words all are in it; a command without a row cannot be run."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers = dict(answers or {})
        self.calls: list[tuple[str, ...]] = []
        self.environments: list[dict[str, str]] = []
        self.folders: list[Path | None] = []

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: str = "",  # noqa: ARG002  (the Protocol has it)
        timeout: float = 600.0,  # noqa: ARG002  (the Protocol has it)
    ) -> Completed:
        """See `Runner.run`."""
        command = tuple(str(a) for a in argv)
        self.calls.append(command)
        self.environments.append(dict(env or {}))
        self.folders.append(cwd)
        line = shlex.join(command)
        for words, answer in self.answers.items():
            if all(word in line for word in words.split()):
                given = answer(command) if callable(answer) else answer
                return given or completed()
        raise ToolError(f"cannot run {line}")

    def environment_of(self, words: str) -> dict[str, str]:
        """Return the environment of the first call that holds all ``words``."""
        rows = zip(self.calls, self.environments, strict=True)
        return next(env for call, env in rows if all(word in shlex.join(call) for word in words.split()))


def programs(folder: Path, *names: str) -> dict[str, str]:
    """Make executable files ``names`` in ``folder`` and return an environment whose PATH is that folder."""
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch(mode=0o755)
    return {"PATH": str(folder), "HOME": str(folder)}


class RecordedLines(list[str]):
    """Collects what set-up tells.

    Attributes:
        events: how far it was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []

    def __call__(self, line: str | Message) -> None:
        """Take one line."""
        self.append(str(line))

    def progress(self, event: Event) -> None:
        """Take how far it is."""
        self.events.append(event)

    @property
    def text(self) -> str:
        """Return all lines."""
        return "\n".join(self)
