"""The command sets diff: which binaries appear, vanish or change their set between two versions of a module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.commands.query.list import Listed, Row, listed
from gomod2bazel.options.options import Options
from gomod2bazel.provision.go import go_for

__all__ = ["Change", "changes", "diff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one main package.

    Attributes:
        directory: its folder in the module; a dot for the root.
        name: the file name of its binary.
        before: its set in the first version; empty where it was not there.
        after: its set in the second version; empty where it is gone.
        was: its folder in the first version, where it moved; otherwise the same folder.
        confidence: that of the decision about the last version that has it.
    """

    directory: str
    name: str
    before: str
    after: str
    was: str
    confidence: float

    @property
    def kind(self) -> str:
        """What happened: ``added``, ``removed``, ``moved`` or ``set``."""
        if not self.before:
            return "added"
        if not self.after:
            return "removed"
        return "set" if self.before != self.after else "moved"


def diff(session: Session, requests: Sequence[Options]) -> int:
    """Print the changes between two versions of a module; return the exit code: 0, or 1 with -exit-code and changes.

    Args:
        session: the user's session.
        requests: the options of OLD and of NEW.

    Raises:
        UsageError: there are not two INPUTs.
        Gomod2bazelError: a module cannot be had.
    """
    if len(requests) != 2:
        raise UsageError("sets diff takes two INPUTs, OLD and NEW", hint=_USAGE)
    session, recorder = with_recorder(session)
    go = go_for(session, fetch=not requests[0].module.sources.offline)
    old, new = (listed(session, replace(options, choose=options.choose.from_every_set()), go) for options in requests)
    chosen = requests[0].choose.sets
    changed = [change for change in changes(old, new) if change.before in chosen or change.after in chosen]
    if requests[0].report.json:
        versions = [{"module": module.module, "version": module.version} for module in (old, new)]
        names = ("directory", "name", "before", "after", "was", "confidence")
        rows = [{"kind": change.kind, **{name: getattr(change, name) for name in names}} for change in changed]
        session.out(document({"old": versions[0], "new": versions[1], "changes": rows}, recorder))
    else:
        session.out("".join(f"{line}\n" for line in _lines(changed)))
    return 1 if changed and requests[0].report.exit_code else 0


_USAGE = "gomod2bazel sets diff [flags] example.com/m@v1.2.3 example.com/m@v1.3.0"


def changes(old: Listed, new: Listed) -> list[Change]:
    """Return what changed between two versions, by folder.

    A binary whose folder is gone, and of whose name there is exactly one in a folder that is new, has moved.
    """
    before, after = _by_directory(old), _by_directory(new)
    gone = {name: row for name, row in before.items() if name not in after}
    come = {name: row for name, row in after.items() if name not in before}
    moved = dict(_moved(gone, come))
    changed = []
    for directory in sorted(before.keys() | after.keys()):
        if directory in moved.values():
            continue
        was = moved.get(directory, directory)
        first, second = before.get(was), after.get(directory)
        last = second or first
        if last and (was != directory or not first or not second or _set(first) != _set(second)):
            changed.append(
                Change(
                    directory=directory,
                    name=last.name,
                    before=_set(first),
                    after=_set(second),
                    was=was,
                    confidence=last.classified.decision.confidence,
                )
            )
    return changed


def _by_directory(module: Listed) -> dict[str, Row]:
    return {row.classified.directory or ".": row for row in module.rows}


def _set(row: Row | None) -> str:
    return row.classified.set if row else ""


def _moved(gone: Mapping[str, Row], come: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Yield the new and the old folder of binaries that moved."""
    for directory, row in come.items():
        same = [was for was, other in gone.items() if other.name == row.name]
        if len(same) == 1 and sum(other.name == row.name for other in come.values()) == 1:
            yield directory, same[0]


def _lines(changed: Sequence[Change]) -> Iterator[str]:
    width = max((len(change.directory) for change in changed), default=0)
    for change in changed:
        folder = f"{change.kind:<8} {change.directory:<{width}}"
        sets = " -> ".join(dict.fromkeys(name for name in (change.before, change.after) if name))
        was = f", was {change.was}" if change.was != change.directory else ""
        yield f"{folder}  {sets} ({change.confidence:.2f}){was}"
