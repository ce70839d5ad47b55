"""The command affected: the binaries and tests that a difference from a commit can change; no Bazel is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.load.changes.affected_packages import reached_by
from gomod2bazel.load.changes.git import Git
from gomod2bazel.load.changes.module_changes import module_changes
from gomod2bazel.load.load import Loaded
from gomod2bazel.options.module_input import Input, TreeInput
from gomod2bazel.options.options import Options
from gomod2bazel.provision.go import go_for

__all__ = ["Affected", "affected"]


@dataclass(frozen=True, slots=True, order=True)
class Affected:
    """A binary, or the tests of a package.

    Attributes:
        import_path: Of the package.
        kind: binary or test.
        set: Of a binary; empty for tests.
        reason: The package that changed, and the file or line.
    """

    import_path: str
    kind: str
    set: str
    reason: str


def affected(session: Session, options: Options, inputs: Sequence[Input]) -> None:
    """Print the binaries and tests of trees that a difference from a commit can change.

    Args:
        session: environment, caches, runner.
        options: the command line.
        inputs: The trees.

    Raises:
        UsageError: an INPUT is not a tree in a git repository, or git knows no such commit.
        Gomod2bazelError: an INPUT cannot be loaded.
    """
    session, recorder = with_recorder(session)
    reached: set[Affected] = set()
    go = go_for(session, fetch=not options.module.sources.offline)
    for module_input in inputs:
        if not isinstance(module_input, TreeInput):
            raise UsageError(f"affected: {module_input.text} is not a folder", hint="name a tree in a git repository")
        load = replace(options.module.load, tests=True)
        module = replace(options.module, input=module_input, load=load)
        for loaded in load_all(session, module, options.choose, go):
            reached |= set(_affected(session, options, loaded))
    rows = _once(reached)
    if options.report.json:
        session.out(document({"affected": [asdict(row) for row in rows]}, recorder))
    else:
        session.out("".join(f"{path}\n" for path in dict.fromkeys(row.import_path for row in rows)))


def _once(reached: set[Affected]) -> list[Affected]:
    """Return each binary and test once, by import path: on other platforms it may have another reason."""
    rows = {(row.import_path, row.kind): row for row in sorted(reached, reverse=True)}
    return sorted(rows.values())


def _affected(session: Session, options: Options, loaded: Loaded) -> Iterator[Affected]:
    since, tree = options.report.since, loaded.root or session.cwd
    argument = f"-since {since}"
    top = Git(session, tree, argument).top()
    if top is None:
        raise UsageError(f"{argument}: {tree} is not in a git repository", hint="name a tree in a git repository")
    git = Git(session, Path(top).resolve(), argument)
    base = git.base(since)
    changed = git.changed(base)
    reached = reached_by(loaded.packages, git.root, changed, module_changes(git, base, changed, loaded))
    choose = loaded.narrowed(options.choose)
    for package in loaded.packages:
        path = package.import_path
        # Of other modules, a tree builds and tests nothing.
        if not package.module or not package.module.main or not package.named:
            continue
        main = loaded.mains.by_path.get(path)
        if main and package.name == "main" and choose.takes(path, main.set) and path in reached.packages:
            yield Affected(path, "binary", main.set, reached.packages[path])
        if path in reached.tests and (path in choose.binaries or choose.reaches(path)):
            yield Affected(path, "test", "", reached.tests[path])
