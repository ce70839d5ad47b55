"""Recognise a run whose inputs and outputs are as an earlier one left them, before Go or Bazel is asked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel import __version__
from gomod2bazel.base.disk.files import file_errors, walk, write_file
from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.session import Session

__all__ = ["Remembered", "Run", "State", "state_of", "states_below", "states_of"]

State = tuple[int, ...]
"""What tells a changed file or folder: inode, size, mode and time of change; nothing for a missing one."""

# Variables that can change what a build makes, in addition to all that begin with GO or CGO_.
_NAMES = (
    "AR", "BAZEL", "CC", "COMPILER_PATH", "CPATH", "CPLUS_INCLUDE_PATH", "CXX", "C_INCLUDE_PATH", "FC",
    "GCCGO", "GCC_EXEC_PREFIX", "HOME", "LIBRARY_PATH", "OBJC_INCLUDE_PATH", "PATH", "PKG_CONFIG", "PKG_CONFIG_LIBDIR",
    "PKG_CONFIG_PATH", "PKG_CONFIG_SYSROOT_DIR", "PYTHON", "SOURCE_DATE_EPOCH", "SWIG_LIB",
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What an earlier run left.

    Attributes:
        installed: the installed paths, as result files have them.
        warnings: what it warned of: all of that still holds.
    """

    installed: tuple[str, ...]
    warnings: tuple[Message, ...]

    def repeat(self, session: Session, what: str) -> None:
        """Write the warnings again, and then ``what``: that nothing had to be done."""
        for warning in self.warnings:
            session.say(warning)
        session.say(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The record of one combination of options, environment and working directory.

    Attributes:
        path: the file it is kept in.
    """

    path: Path

    @classmethod
    def of(cls, folder: Path, request: Mapping[str, object], environment: Mapping[str, str], cwd: Path) -> Run:
        """Return the record for one run.

        Args:
            folder: where records are kept.
            request: All that the user asked for; as for JSON, but paths may be among it.
            environment: The user's environment variables.
            cwd: of the user.
        """
        relevant = {k: v for k, v in environment.items() if k in _NAMES or k.startswith(("GO", "CGO_"))}
        key = json.dumps([__version__, request, sorted(relevant.items()), cwd], sort_keys=True, default=os.fspath)
        return cls(path=folder / (hashlib.sha256(key.encode()).hexdigest()[:32] + ".json"))

    def current(self) -> Remembered | None:
        """Return what the run left when every file is as it was, else None."""
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            if not all(state_of(path) == tuple(state) for path, state in known["files"].items()):
                return None
            return Remembered(
                installed=tuple(map(str, known["installed"])),
                warnings=tuple(map(Message.of_fields, known["warnings"])),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # There is none, or it is not what this version writes.
            return None

    @property
    def kept(self) -> Path:
        """The file for what the run prepared, see `commands.building.kept`."""
        return self.path.with_suffix(".kept.json")

    def forget(self) -> None:
        """Remove the record, before its files are touched."""
        with file_errors("remove", self.path):
            self.path.unlink(missing_ok=True)

    def save(
        self,
        before: Mapping[str, State],
        written: Iterable[Path],
        installed: Iterable[str],
        warnings: Iterable[Message] = (),
    ) -> None:
        """Keep the record of a run that ended well.

        Args:
            before: states of the inputs, taken before anything was built from them.
            written: files the run wrote.
            installed: paths to show for them.
            warnings: those of the run, which `current` returns.
        """
        files = {**before, **{str(path.absolute()): state_of(str(path.absolute())) for path in written}}
        fields = [message.fields() for message in warnings]
        write_file(self.path, json.dumps({"files": files, "installed": list(installed), "warnings": fields}))


def state_of(path: str) -> State:
    """Return the state of a file or folder."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - thousands of them, in a run that has nothing else to do
    except OSError:
        return ()
    return (stat.st_ino, stat.st_size, stat.st_mode, stat.st_mtime_ns)


def states_of(paths: Iterable[Path]) -> dict[str, State]:
    """Return the state of files and folders; missing ones count as such."""
    return {path: state_of(path) for path in sorted({str(path) for path in paths})}


def states_below(root: Path) -> dict[str, State]:
    """Return the state of every file and folder of a repository, but for version control's own and node_modules.

    Symbolic links are not followed.
    """
    states: dict[str, State] = {}
    for folder, folders, files in walk(root, closed=True):
        folders[:] = [name for name in folders if name not in (".git", ".hg", ".svn", "node_modules")]
        states[folder] = state_of(folder)
        for name in files:
            path = f"{folder}/{name}"
            states[path] = state_of(path)
    return states
