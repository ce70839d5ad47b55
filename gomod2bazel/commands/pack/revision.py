"""The git commit that a module tree is at, read without changing anything of its repository."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.base.disk.files import make_folder, write_file
from gomod2bazel.base.errors import ToolError, UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.base.process.runner import Runner

__all__ = ["Commit", "commit_at", "repository_above", "rfc3339"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit, and how the tree differs from it.

    Attributes:
        sha: its full name.
        time: when it was made, RFC 3339 in UTC.
        subfolder: the tree's folder relative to the repository's root, without a slash at the end; empty for the root.
        tags: names of the tags at it.
        unclean: files of the tree that it does not have so, relative to the repository's root.
        objects: folder of the repository's objects.
        object_format: sha1 or sha256.
    """

    sha: str
    time: str
    subfolder: str
    tags: tuple[str, ...]
    unclean: tuple[str, ...]
    objects: str
    object_format: str

    def mirror(self, folder: Path, git: Git) -> None:
        """Make a separate repository in ``folder`` that reads the objects of the tree's.

        It has the attributes that the go command gives its own, so that what git archive prints does not depend on the
        version of git (cmd/go/internal/modfetch/codehost, ensureGitAttributes).

        Raises:
            ToolError: git fails.
        """
        git.run("init", "-q", "--template=", f"--object-format={self.object_format}", str(folder), cwd=folder)
        make_folder(folder / ".git" / "objects" / "info")
        write_file(folder / ".git" / "objects" / "info" / "alternates", f"{self.objects}\n")
        make_folder(folder / ".git" / "info")
        write_file(folder / ".git" / "info" / "attributes", "* -export-subst -export-ignore\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """The git command.

    Attributes:
        path: the program.
        environment: the user's, less what names a repository.
        runner: runs it.
    """

    path: Path
    environment: Mapping[str, str]
    runner: Runner

    @classmethod
    def find(cls, environment: Mapping[str, str], runner: Runner) -> Git:
        """Return the git on PATH.

        Raises:
            ToolError: there is none.
        """
        path = which("git", environment)
        if path is None:
            raise ToolError("git not found on PATH", hint="install it, or name the version: -version v1.2.3")
        plain = {name: value for name, value in environment.items() if not name.startswith("GIT_")}
        return cls(path=path, environment={**plain, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}, runner=runner)

    @property
    def alone(self) -> Mapping[str, str]:
        """The environment in which git reads no settings of the user's: a goproxy has none of them."""
        return {**self.environment, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, *arguments: str, cwd: Path) -> str:
        """Run ``git ARGUMENTS`` and return what it printed.

        Raises:
            ToolError: it failed.
        """
        # A repository's own settings can name programs that watch its files or check signatures.
        command = [str(self.path), "-c", "core.fsmonitor=false", "-c", "log.showsignature=false", *arguments]
        done = self.runner.run(command, env=self.environment, cwd=cwd, timeout=120.0)
        if done.code:
            raise ToolError(done.describe(), hint="pack the folder as it is: -version v1.2.3")
        return done.out


def commit_at(root: Path, git: Git) -> Commit:
    """Return the commit that the tree ``root`` is at.

    Raises:
        UsageError: ``root`` is not in a git repository.
        ToolError: git fails: the repository has no commit, or belongs to somebody else.
    """
    if repository_above(root) is None:
        raise UsageError(f"{root} is not in a git repository, so its version is unknown", hint="give -version v1.2.3")
    questions = ("--show-prefix", "--show-object-format", "--path-format=absolute", "--git-path", "objects")
    lines = git.run("rev-parse", *questions, cwd=root).split("\n")
    sha = git.run("rev-parse", "--verify", "HEAD^{commit}", cwd=root).strip()
    changed = git.run("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal", "--", ".", cwd=root)
    return Commit(
        sha=sha,
        time=rfc3339(int(git.run("show", "-s", "--format=%ct", sha, cwd=root))),
        subfolder=lines[0].rstrip("/"),
        tags=tuple(git.run("tag", "--points-at", sha, cwd=root).splitlines()),
        unclean=tuple(entry[3:] for entry in changed.split("\0") if entry),
        objects=lines[2],
        object_format=lines[1],
    )


def repository_above(folder: Path) -> Path | None:
    """Return the nearest folder, ``folder`` itself or one above it, that holds a ``.git``; or None."""
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None)


def rfc3339(seconds: float) -> str:
    """Return a time, given in seconds since 1970, as .info files have it."""
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
