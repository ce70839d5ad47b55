"""The build command: prepare, build, install, and write the result file."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gomod2bazel import __version__
from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.errors import Gomod2bazelError
from gomod2bazel.base.process.events import Event, Stage
from gomod2bazel.base.process.message import Message
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.running.made_files import MadeFiles
from gomod2bazel.bazel.running.run import held_bazel
from gomod2bazel.bazel.watching.action_times import Profiles
from gomod2bazel.commands.building.outcome import Built, as_one, build_all
from gomod2bazel.commands.building.request import Request, check_release, check_report
from gomod2bazel.commands.building.shares import Preparing, Share, check_parts, input_parts, summary_of
from gomod2bazel.golang.command.gccgo import check_compiler
from gomod2bazel.install import result
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.install import BuiltBinary, InstalledFile, install, plan
from gomod2bazel.install.output_flag import spare_sources
from gomod2bazel.install.record import Run as ResultRun
from gomod2bazel.install.room import check_room
from gomod2bazel.install.summary import Summary
from gomod2bazel.load.changes.up_to_date import Run, states_of
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import Options

if TYPE_CHECKING:
    from gomod2bazel.baseline.audit.osv import Record

__all__ = ["build"]

_T = TypeVar("_T")


def build(
    session: Session,
    requests: Sequence[Request],
    record: Run,
    report: Callable[[Summary], None] = lambda _summary: None,
) -> None:
    """Build and install the chosen binaries of each INPUT.

    Args:
        session: environment, caches, runner.
        requests: at least one INPUT, with its options; those for the run as a whole are the same in all.
        record: where to note what this run read and wrote, to recognise the next one.
        report: takes what it came to, once all is in place.

    Raises:
        Gomod2bazelError: a kind for each way it can fail; nothing of a destination is then half-written.
    """
    check_release(requests)
    check_report(requests[0].options)
    for request in requests:
        check_compiler(session, request.options.module.load.compile)
    _check_places(session, requests)
    records = _records(session, requests[0].options)
    record.forget()
    warnings: list[Message] = []
    session = session.noting(warnings)
    with ExitStack() as during:
        preparing = Preparing(session=session, during=during)
        run = _Build(
            session=session,
            record=record,
            preparing=preparing,
            warnings=warnings,
            several=len(requests) > 1,
            report=report,
            records=records,
        )
        run.run(requests)


def _records(session: Session, options: Options) -> Sequence[Record] | None:
    """Return the records in the folder of -osv; None if it was not given."""
    if not options.audit.osv:
        return None
    from gomod2bazel.baseline.audit.osv import read_records  # noqa: PLC0415 - few runs look for vulnerabilities

    return read_records(session.cwd / options.audit.osv, options.audit.osv)


def _check_places(session: Session, requests: Sequence[Request]) -> None:
    """Refuse places that files cannot be written to before anything is loaded, fetched or built."""
    options = requests[0].options.install
    for file, flag in ((options.result_file, "-result-file"), (requests[0].options.report.page, "-report")):
        if file:
            result.check_place(session.cwd / file, flag)
    for request in requests:
        if request.output.written:
            request.destination.check()
    check_room(session.caches.root, requests[0].destination.real(""), session.warn)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    """One run of the build command.

    Attributes:
        session: environment, caches, runner.
        record: where to note what this run read and wrote.
        preparing: prepares INPUTs.
        warnings: what the run has warned of, all through its session.
        several: whether there are several INPUTs, which messages then name.
        report: takes what the run came to.
        records: those of -osv; None if it was not given.
        began: when it began, by the monotonic clock.
    """

    session: Session
    record: Run
    preparing: Preparing
    warnings: list[Message]
    several: bool
    report: Callable[[Summary], None]
    records: Sequence[Record] | None
    began: float = field(default_factory=time.monotonic)

    def run(self, requests: Sequence[Request]) -> None:
        """Prepare, build and install all INPUTs."""
        problems: list[Gomod2bazelError] = []
        shares = self.preparing.shares(requests, problems)
        if not shares:
            raise as_one(problems, partly=False)
        if not self._build(shares, problems):
            # Rare: an edit changed the set of a binary.
            again = [share if share.is_right() else self.preparing.again(share.request) for share in shares]
            self._build(again, problems)

    def _build(self, shares: Sequence[Share], problems: Sequence[Gomod2bazelError]) -> bool:
        """Build and install the binaries, and write the result file; return False if a share is not right any more.

        Args:
            shares: what to build.
            problems: of INPUTs that could not be prepared.
        """
        options = shares[0].request.options
        read = states_of(options.release.files_read)
        listed = self._check(shares)
        offline = options.module.sources.offline
        with MadeFiles() as made, temporary_folder() as folder, temporary_folder() as scratch:
            profiles = Profiles(scratch, is_wanted=bool(options.report.page))
            try:
                # What is made is kept before another run may build.
                with held_bazel(self.session, options.bazel, offline=offline) as run:
                    built = build_all(run, input_parts(shares, several=self.several), made, profiles.flags)
            except Gomod2bazelError:
                if not all(share.is_right() for share in shares):
                    return False
                raise
            if options.bazel.dry:
                for path in listed if options.release.named else ():
                    self.session.say(f"would write {path}")
                return True
            if not all(share.is_right() for share in shares):
                return False
            files = self._files(shares, built, folder)
            groups = _by_destination(files)
            self.session.progress(Event(stage=Stage.INSTALL, text=count(len(files), "file")))
            installed = [file for group, destination in groups for file in install(group, destination)]
            self._write_page(shares, built, installed, profiles)
        errors = (part.error for share in shares for part in share.builds)
        problems = [*problems, *built.problems, *filter(None, errors)]
        written = self._write_result(shares, installed)
        if built.any_made:
            seconds = time.monotonic() - self.began
            self.report(summary_of(shares, installed, built, seconds))
        if problems:
            raise as_one(problems, partly=built.any_made)
        if self._is_repeatable(shares) and not options.bazel.always_runs and not built.has_diagnostics:
            before = read | {path: state for share in shares for path, state in share.before.items()}
            paths = [file.record.path for file in installed if file.record.import_path]
            self.record.save(before, [*(file.real for file in installed), *written], paths, self.warnings)
        return True

    def _is_repeatable(self, shares: Sequence[Share]) -> bool:
        """Return whether the next run may end at once if nothing changed that this one noted."""
        options = shares[0].request.options
        into = options.install.result_file
        if into and not result.is_file(self.session.cwd / into):
            # Who reads a pipe waits for what is written to it: the next run has to write it, too.
            return False
        inputs = [share.request.options.module.input for share in shares]
        if options.release.reads_folders and any(isinstance(item, TreeInput) for item in inputs):
            # Nothing notes which files of a tree are documents.
            return False
        return all(item.is_repeatable for item in inputs)

    def _check(self, shares: Sequence[Share]) -> list[str]:
        """Refuse what cannot be built, installed or listed, before anything is built; return the paths of files."""
        options = shares[0].request.options
        listed: list[str] = []
        builds = [(part, share) for share in shares for part in share.builds]
        files = [(file, share.request.destination) for part, share in builds if share.written for file in part.files]
        if options.module.load.compile.gnu_build_id and files:
            from gomod2bazel.commands.building.release_parts import releasing_of  # noqa: PLC0415 - few runs change files
            from gomod2bazel.commands.releasing.finishing import check_finishing  # noqa: PLC0415

            check_finishing(self.session, releasing_of(shares), [file for file, _ in files])
        if options.release.named and files:
            from gomod2bazel.commands.building.release_parts import releasing_of  # noqa: PLC0415 - few runs release
            from gomod2bazel.commands.releasing.release_files import planned_files  # noqa: PLC0415

            files += planned_files(releasing_of(shares))
        roots = [Path(part.prepared.root) for part, _ in builds if part.prepared.root]
        for group, destination in _by_destination(files):
            listed += plan(group, destination)
            spare_sources(group, destination, roots)
        if options.install.result_file:
            result.check(self.session.cwd / options.install.result_file, options.install.result_format, listed)
        check_parts(self.session, shares, options.choose)
        return listed

    def _files(self, shares: Sequence[Share], built: Built, folder: Path) -> Sequence[tuple[BuiltBinary, Destination]]:
        """Return the files to install: what was built, changed where a flag asks for it, and the release files.

        Args:
            shares: what was to be built.
            built: what was built of it.
            folder: takes files until they are installed.
        """
        options, files = shares[0].request.options, built.files
        changes = options.module.load.compile.gnu_build_id
        if files and (changes or options.release.named):
            from gomod2bazel.commands.building.release_parts import releasing_of  # noqa: PLC0415 - few runs release
            from gomod2bazel.commands.releasing.finishing import finished  # noqa: PLC0415
            from gomod2bazel.commands.releasing.release_files import make_release_files  # noqa: PLC0415

            releasing = releasing_of(shares)
            files = finished(self.session, releasing, files, folder) if changes else files
            if options.release.named:
                files = make_release_files(self.session, releasing, files, folder)
        return files

    def _write_page(
        self, shares: Sequence[Share], built: Built, installed: Sequence[InstalledFile], profiles: Profiles
    ) -> None:
        """Write the page of -report, if there is to be one."""
        if not shares[0].request.options.report.page:
            return
        from gomod2bazel.commands.building.release_parts import BuildPage  # noqa: PLC0415 - few runs report

        BuildPage(session=self.session, profiles=profiles, records=self.records).write(shares, built, installed)

    def _write_result(self, shares: Sequence[Share], installed: Sequence[InstalledFile]) -> list[Path]:
        options = shares[0].request.options.install
        if not options.result_file:
            return []
        path = self.session.cwd / options.result_file
        go = shares[0].builds[0].prepared.configuration.go
        inputs = " ".join(share.request.text for share in shares)
        run = ResultRun(tool_version=__version__, go_version=go, input=inputs)
        result.write(path, options.result_format, [file.record for file in installed], run)
        return [path]


def _by_destination(files: Iterable[tuple[_T, Destination]]) -> list[tuple[list[_T], Destination]]:
    """Group files by the folder that they go to, whatever way it is written."""
    groups: dict[str, tuple[list[_T], Destination]] = {}
    for file, destination in files:
        folder = os.path.abspath(destination.real("."))
        groups.setdefault(folder, ([], destination))[0].append(file)
    return list(groups.values())
