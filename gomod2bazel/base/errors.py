"""Every error the driver raises on purpose.

The tree, with the exit code each ends the program with::

    Gomod2bazelError          1
    |-- UsageError            2   a flag, an argument or a combination of them
    |   |-- FlagError         2   a flag; the message names it
    |   |-- FlagValueError    2   a flag cannot have this value
    |   `-- FlagNameError     2   an unknown flag
    |-- BuildError            1   a package does not compile, a binary does not link
    |-- InstallError          1   a file cannot be written where it should go
    |-- FileError             1   a file of ours or of the user cannot be read, written, locked or removed
    |-- MissingModuleError    3   no configured source has it
    |   `-- NetworkError      6   a source could not be asked, or refused to answer
    |-- TrustError            4   a checksum or a policy refused it
    |-- ToolError             5   Go, Bazel or a C compiler is missing or broken
    `-- Interrupted         130   the user pressed Ctrl-C

What is raised by mistake ends it with 70 (``__main__``).

Fields come first; ``__str__`` makes the text ``FILE:LINE: what``. Only ``program`` prints it, with the hint below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Self

__all__ = [
    "BuildError",
    "FileError",
    "FlagError",
    "FlagNameError",
    "FlagValueError",
    "Gomod2bazelError",
    "InstallError",
    "Interrupted",
    "MissingModuleError",
    "NetworkError",
    "ToolError",
    "TrustError",
    "UsageError",
]


class Gomod2bazelError(Exception):
    """Something the user can act on.

    Args:
        what: one or more lines that say what is wrong.
        where: ``FILE`` or ``FILE:LINE`` the problem is at, or empty.
        hint: what to do about it, or empty.
        outputs: the output for each package, by import path, if the error consists of that (``go help buildjson``).
        not_built: the lines of ``what`` that name binaries which were not built because of it.
    """

    exit_code = 1
    _code = "failed"

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        hint: str = "",
        outputs: tuple[tuple[str, str], ...] = (),
        not_built: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        self.outputs = outputs
        self.not_built = not_built

    @staticmethod
    def first_to_mend(errors: Sequence[Gomod2bazelError]) -> Gomod2bazelError:
        """Return the error whose class stands for several: what is missing is known when all sources can be asked.

        Args:
            errors: At least one.
        """
        kinds = (NetworkError, MissingModuleError, Gomod2bazelError)
        return next(error for kind in kinds for error in errors if isinstance(error, kind))

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what

    @property
    def code(self) -> str:
        """A name of the kind of error that stays the same, for programs (docs/json.md)."""
        return self._code


class UsageError(Gomod2bazelError):
    """A flag, an argument, or a combination of them is wrong."""

    exit_code = 2
    _code = "usage"


class FlagError(UsageError):
    """A flag is wrong; the message names the flag."""


class FlagValueError(UsageError):
    """A flag cannot have a value; the message says why, and the flag and the value are named before it."""


class FlagNameError(UsageError):
    """A flag is unknown; the caller that knows the command adds the hint.

    Attributes:
        flag: the flag's name, without dashes.
    """

    flag = ""

    def of_flag(self, flag: str) -> Self:
        """Return the same error, which now knows the flag."""
        self.flag = flag
        return self


class BuildError(Gomod2bazelError):
    """A package does not load, compile or link.

    Attributes:
        can_be_skipped: whether -keep-going would leave out what does not load.
        matched_nothing: whether it is that patterns matched no package at all.
    """

    _code = "build-failed"
    can_be_skipped = False
    matched_nothing = False


class InstallError(Gomod2bazelError):
    """A file cannot be written where it should go."""

    _code = "install-failed"


class FileError(Gomod2bazelError):
    """A file cannot be read, written, locked or removed: a full disk, a quota, a read-only file system."""

    _code = "file"


class MissingModuleError(Gomod2bazelError):
    """No configured source has a module or version.

    Attributes:
        modules: each ``PATH@VERSION`` that is known to be missing, and what the go command reported of it.
        chains: why each of them is needed, where that is known: modules, each of which requires the next.
    """

    exit_code = 3
    _code = "missing-module"
    modules: Mapping[str, str] = MappingProxyType({})
    chains: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def of_modules(self, modules: Mapping[str, str], chains: Mapping[str, tuple[str, ...]] | None = None) -> Self:
        """Return the same error, which now knows the missing modules."""
        self.modules = dict(modules)
        self.chains = dict(chains or {})
        return self


class NetworkError(MissingModuleError):
    """A source could not be asked for a module, or refused to answer: the network, credentials, an overloaded server.

    Whether the source has the module is not known.
    """

    exit_code = 6
    _code = "network"


class TrustError(Gomod2bazelError):
    """A checksum or a policy refused an input.

    Attributes:
        lacks_sum: whether it is that go.sum has no line for something.
    """

    exit_code = 4
    lacks_sum = False

    @property
    def code(self) -> str:
        """A name of the kind of error."""
        return "missing-sum" if self.lacks_sum else "untrusted"


class ToolError(Gomod2bazelError):
    """Go, Bazel or another tool is missing, too old or broken.

    Attributes:
        needs_go: the Go versions that are needed, if the installed Go is too old.
    """

    exit_code = 5
    needs_go: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """A name of the kind of error."""
        return "go-too-old" if self.needs_go else "tool"


class Interrupted(Gomod2bazelError):  # noqa: N818 - the user's wish, no error
    """The user asked to stop."""

    exit_code = 130
    _code = "interrupted"
