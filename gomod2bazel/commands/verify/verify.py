"""The verify command: the chosen binaries as we build them and as the go command does, compared byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import Recorder, with_recorder
from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.process.programs import Tool
from gomod2bazel.base.process.session import Session
from gomod2bazel.baseline.apply import baseline_of, with_version
from gomod2bazel.baseline.load_input import load_all
from gomod2bazel.commands.verify.baseline_reference import with_baseline
from gomod2bazel.commands.verify.built import build_into
from gomod2bazel.commands.verify.compare import Difference, digest, first_difference
from gomod2bazel.commands.verify.reference import Reference, go_flags, named_matters
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.install.record import Record
from gomod2bazel.load.input.opened import OpenedInput, open_input
from gomod2bazel.load.input.toolchains import with_go
from gomod2bazel.options.options import ChooseOptions, ModuleOptions, Options, with_values
from gomod2bazel.provision.go import go_for

__all__ = ["Verdict", "to_json", "to_lines", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One file that both made, or one of them.

    Attributes:
        import_path: of its main package.
        name: its file name as we install it.
        platform: GOOS/GOARCH.
        ours, theirs: SHA-256 of the file; empty where it was not made.
        difference: what differs first; None where the bytes are equal.
    """

    import_path: str
    name: str
    platform: str
    ours: str
    theirs: str
    difference: Difference | None


def verify(session: Session, options: Options, words: Sequence[str]) -> int:
    """Build the chosen binaries twice, print what came of it, and return the exit code: 1 where anything differs.

    Nothing is installed. The go command has the same toolchain and sources, and no network: what is needed was loaded.

    Args:
        session: environment, caches, runner.
        options: what the flags mean to us.
        words: the same flags as they were written, for the go command.

    Raises:
        Gomod2bazelError: ours cannot be built.
    """
    session = replace(session, say=session.once())
    # Paths in an overlay are relative to the user's folder, and the go command runs in others: ours has whole ones.
    overlay = f"-overlay={options.module.load.overlay}"
    flags = tuple(overlay if flag.startswith("-overlay=") else flag for flag in go_flags(words, session.cwd))
    session, recorder = with_recorder(session)
    with temporary_folder() as name:
        folder = Path(name)
        records, problem = build_into(folder, session, options)
        go_tool = go_for(session, fetch=not options.module.sources.offline)
        comparison = _Comparison(
            session=session, options=options.module, choose=options.choose, flags=flags, folder=folder
        )
        verdicts = with_go(session, options.module, go_tool, lambda go: comparison.compare(records, go))
    recorder.add(problem)
    as_json = options.report.json
    session.out(to_json(options.module.input.text, verdicts, recorder) if as_json else to_lines(verdicts))
    if problem:
        raise problem
    return 1 if any(verdict.difference for verdict in verdicts) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Compares binaries with those of the go command.

    Attributes:
        session: the user's session.
        options: which module they are of.
        choose: the chosen sets.
        flags: what the go command is given.
        folder: to build in.
    """

    session: Session
    options: ModuleOptions
    choose: ChooseOptions
    flags: tuple[str, ...]
    folder: Path

    def compare(self, records: Sequence[Record], go: Tool) -> list[Verdict]:
        """Make the reference for each platform and compare it with what ``records`` list."""
        session = self.session
        baseline = baseline_of(session, self.options, go)
        options = with_version(self.options, baseline)
        verdicts: list[Verdict] = []
        for number, source in enumerate(open_input(session, options, self.choose, go.path)):
            goos, goarch = source.opened.settings["GOOS"], source.opened.settings["GOARCH"]
            here = [record for record in records if (record.goos, record.goarch) == (goos, goarch)]
            paths = list(dict.fromkeys(record.import_path for record in here))
            if not paths:
                continue
            session.say(f"building {count(len(paths), 'package')} with the go command for {goos}/{goarch}")
            reference = self._reference(source, go)
            if baseline:
                reference = with_baseline(reference, baseline, source, self.folder / f"required{number}")
            try:
                made = reference.make(paths, self.folder / f"go{number}")
            except BuildError as error:
                refused = Difference(kind="missing", text=str(error).replace("\n", "; "))
                verdicts += [_verdict(record, refused) for record in here]
                continue
            for path in paths:
                ours = [record for record in here if record.import_path == path]
                verdicts += _compare(source.opened.go, ours, made[path])
        return verdicts

    def _reference(self, source: OpenedInput, go: Tool) -> Reference:
        opened = source.opened
        packages: tuple[str, ...] = ()
        if named_matters(self.flags):
            # Ours are the flags for all that ./... finds, whichever binaries are chosen.
            packages = (f"{opened.module.path}/...",)
            if opened.is_main:
                platform = ((opened.settings["GOOS"], opened.settings["GOARCH"]),)
                options = with_values(source.options, {"platforms": platform} if source.options.load.platforms else {})
                (loaded,) = load_all(self.session, options, self.choose, go)
                plain = [p for p in loaded.packages if p.named and p.has_go and p.name != "main" and not p.errors]
                packages = tuple(package.import_path for package in plain)
        return Reference(opened=opened, flags=self.flags, packages=packages)


def _compare(go: GoCommand, records: Sequence[Record], made: Sequence[Path]) -> list[Verdict]:
    """Pair our files of one main package with the go command's: the header with the header, the binary with the other.

    Ours may have been renamed, so names tell nothing.
    """
    theirs = {path.suffix == ".h": path for path in made}
    verdicts = []
    for record in records:
        path = theirs.pop(record.path.endswith(".h"), None)
        if path is None:
            verdicts.append(_verdict(record, Difference(kind="missing", text="go build does not write this file")))
            continue
        verdicts.append(_verdict(record, first_difference(go, Path(record.path), path), digest(path)))
    for path in theirs.values():
        lacking = Difference(kind="missing", text=f"go build also writes {path.name}")
        verdicts.append(replace(_verdict(records[0], lacking, digest(path)), name=path.name, ours=""))
    return verdicts


def _verdict(record: Record, difference: Difference | None, theirs: str = "") -> Verdict:
    return Verdict(
        import_path=record.import_path,
        name=Path(record.path).name,
        platform=f"{record.goos}/{record.goarch}",
        ours=record.sha256,
        theirs=theirs,
        difference=difference,
    )


def to_lines(verdicts: Iterable[Verdict]) -> str:
    """Return one line a file: equal or different, import path, platform, and what differs first."""
    lines = []
    for verdict in verdicts:
        difference = f": {verdict.difference.text}" if verdict.difference else ""
        name = verdict.name if verdict.name.endswith(".h") else ""
        subject = " ".join(filter(None, (verdict.import_path, name, verdict.platform)))
        lines.append(f"{'different' if difference else 'equal':<9}  {subject}{difference}\n")
    return "".join(lines)


def to_json(text: str, verdicts: Iterable[Verdict], recorder: Recorder) -> str:
    """Return the verdicts on INPUT ``text`` as a document; docs/verify.md describes it."""
    files: list[dict[str, Any]] = []
    for verdict in verdicts:
        values = asdict(verdict)
        files.append({"import_path": values.pop("import_path"), "equal": verdict.difference is None, **values})
    return document({"input": text, "files": files}, recorder)
