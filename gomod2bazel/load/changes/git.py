"""What differs from a commit, as git has it."""

from __future__ import annotations

from pathlib import Path

from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Completed
from gomod2bazel.base.process.session import Session

__all__ = ["Git"]


class Git:
    """git in a folder.

    Args:
        session: environment and runner.
        root: The folder; names of files are relative to it.
        argument: What asks for the difference, in messages: affected(REV), say.

    Raises:
        ToolError: git is not on PATH.
    """

    def __init__(self, session: Session, root: Path, argument: str) -> None:
        self._session, self.root, self._argument = session, root, argument
        self._program = which("git", session.environment)
        if self._program is None:
            raise ToolError(f"{argument} asks git, which is not on PATH", hint="install git")

    def base(self, revision: str) -> str:
        """Return the newest commit that HEAD and a revision have in common; the revision itself where there is none.

        Raises:
            UsageError: git knows no such commit.
        """
        if revision.startswith("-"):
            raise UsageError(f"{self._argument}: not a commit", hint="name a branch, a tag or a commit")
        commit = self._line("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if not commit:
            raise UsageError(
                f"{self._argument}: git knows no such commit in {self.root}", hint="name a branch, a tag or a commit"
            )
        return self._line("merge-base", commit, "HEAD") or commit

    def top(self) -> Path | None:
        """Return the root folder of the repository; None outside of one."""
        line = self._line("rev-parse", "--show-toplevel")
        return Path(line) if line else None

    def changed(self, base: str) -> tuple[str, ...]:
        """Return the files that differ from a commit, and new ones that .gitignore does not name.

        Raises:
            UsageError: git failed.
        """
        differing = self._lines("diff", "--name-only", "--no-renames", "--relative", "-z", base)
        new = self._lines("ls-files", "--others", "--exclude-standard", "-z")
        return tuple(sorted({*differing, *new}))

    def text(self, base: str, file: str) -> str:
        """Return the text of a file in a commit; empty where it has no such file."""
        done = self._run("show", f"{base}:./{file}")
        return done.out if done.code == 0 else ""

    def _line(self, *arguments: str) -> str:
        done = self._run(*arguments)
        return done.out.strip() if done.code == 0 else ""

    def _lines(self, *arguments: str) -> list[str]:
        done = self._run(*arguments)
        if done.code:
            raise UsageError(
                f"git {arguments[0]} failed in {self.root}\n{done.describe()}",
                hint="correct the git repository, or -since",
            )
        return [name for name in done.out.split("\0") if name]

    def _run(self, *arguments: str) -> Completed:
        command = [str(self._program), *arguments]
        return self._session.runner.run(command, env=dict(self._session.environment), cwd=self.root, timeout=120.0)
