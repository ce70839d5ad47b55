"""go.sum: which ``h1:`` hashes a module's zip and go.mod must have.

A line is ``MODULE VERSION HASH`` for the zip or ``MODULE VERSION/go.mod HASH`` for the go.mod file
(https://go.dev/ref/mod#go-sum-files). Hashes of an algorithm other than ``h1:`` are kept and verify nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.errors import TrustError

__all__ = ["GoSum", "parse", "read"]

# What the go command once wrote for a go.mod it had not read: the hash of nothing. It drops such lines, and so do we.
_HASH_OF_NOTHING = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="


@dataclass(frozen=True, slots=True, kw_only=True)
class GoSum:
    """The hashes of one or more go.sum files.

    Attributes:
        sums: (module path, version or ``VERSION/go.mod``) to its hashes, each with the FILE:LINE it is at.
    """

    sums: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def confirm_zip(self, module: str, version: str, actual: str) -> bool:
        """Compare the ``h1:`` hash of a module zip with what is listed.

        Returns:
            True when it is listed, False when nothing is listed for that module and version.

        Raises:
            TrustError: another ``h1:`` hash is listed.
        """
        return self._confirm(module, version, actual)

    def confirm_go_mod(self, module: str, version: str, actual: str) -> bool:
        """Compare the ``h1:`` hash of a go.mod file with what is listed; see `confirm_zip`.

        Raises:
            TrustError: another ``h1:`` hash is listed.
        """
        return self._confirm(module, f"{version}/go.mod", actual)

    def merged(self, others: Iterable[GoSum]) -> GoSum:
        """Return the hashes of this file and of ``others``."""
        sums: dict[tuple[str, str], dict[str, str]] = {key: dict(value) for key, value in self.sums.items()}
        for other in others:
            for key, value in other.sums.items():
                sums[key] = {**value, **sums.get(key, {})}
        return GoSum(sums=sums)

    def text(self) -> str:
        """Return the content of a go.sum file with these hashes, lines sorted."""
        lines = (f"{module} {version} {value}\n" for (module, version), values in self.sums.items() for value in values)
        return "".join(sorted(lines))

    def _confirm(self, module: str, version: str, actual: str) -> bool:
        listed = {h: where for h, where in self.sums.get((module, version), {}).items() if h.startswith("h1:")}
        # Where files disagree, what one of them verifies is refused all the same.
        others = {h: where for h, where in listed.items() if h != actual}
        if not others:
            return bool(listed)
        expected, where = next(iter(others.items()))
        raise TrustError(
            f"{module}@{version}: checksum mismatch: the download has {actual}, go.sum lists {expected}",
            where=where,
            hint="do not use it before you know why: the source returned other content than go.sum records",
        )


def parse(text: str, where: str) -> GoSum:
    """Return the hashes in the text of a go.sum file.

    Args:
        text: its content.
        where: its name, for errors.

    Raises:
        TrustError: lines without three fields, all of them named by FILE:LINE.
    """
    sums: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    problems = []
    for number, line in enumerate(text.split("\n"), 1):
        match line.split():
            case []:
                pass
            case [module, version, value]:
                if value != _HASH_OF_NOTHING:
                    sums[module, version].setdefault(value, f"{where}:{number}")
            case found:
                problems.append(f"{where}:{number}: malformed go.sum: {count(len(found), 'field')} instead of 3")
    if problems:
        raise TrustError("\n".join(problems), hint="run go mod tidy, which rewrites the file")
    return GoSum(sums=dict(sums))


def read(path: Path) -> GoSum:
    """Read a go.sum file; one that is missing lists nothing, as for the go command.

    Raises:
        TrustError: it cannot be read, or is malformed.
    """
    try:
        text = path.read_bytes().decode(errors="surrogateescape")
    except FileNotFoundError:
        return GoSum()
    except OSError as error:
        check_shortage("read", path, error)
        raise TrustError(f"cannot read: {error.strerror}", where=str(path), hint="make it readable") from error
    return parse(text, str(path))
