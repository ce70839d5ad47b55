"""One INPUT of a build, with all that applies to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.session import Session
from gomod2bazel.install.destination import Destination
from gomod2bazel.install.output_flag import Output, narrowed
from gomod2bazel.load.changes.up_to_date import Run
from gomod2bazel.options.module_input import TreeInput
from gomod2bazel.options.options import Options, recorded

__all__ = ["Request", "check_release", "check_report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to build of one INPUT, and where to install it.

    Attributes:
        options: the command line, with INPUT.
        output: the value of -o.
        destination: where binaries go.
        kept: the file for what the run prepared of it.
    """

    options: Options
    output: Output
    destination: Destination
    kept: Path

    @classmethod
    def of(cls, session: Session, options: Options) -> Request:
        """Return the request for ``options``.

        Args:
            session: environment, caches, the user's folder.
            options: the command line, with INPUT.

        Raises:
            UsageError: -o or -destination is wrong.
        """
        output = Output.of(options.install)
        kept = Run.of(session.caches.runs, recorded(options), session.environment, session.cwd).kept
        return cls(
            options=replace(options, choose=narrowed(options.choose, options.module.load.compile.buildmode, output)),
            output=output,
            destination=Destination(destination=output.destination, prefix=output.prefix),
            kept=kept,
        )

    @property
    def text(self) -> str:
        """INPUT as the user wrote it."""
        return self.options.module.input.text

    @property
    def may_be_kept(self) -> bool:
        """Whether what is prepared may be good for another run: the state of a repository is read each time."""
        load = self.options.module.load
        # What is kept has no evidence, which a report shows.
        return isinstance(self.options.module.input, TreeInput) and not (
            load.overlay or load.buildvcs != "false" or self.options.bazel.always_runs or self.options.report.page
        )


def check_release(requests: Sequence[Request]) -> None:
    """Refuse flags of release files that cannot mean anything.

    Args:
        requests: the INPUTs; the flags are the same for all.

    Raises:
        UsageError: there are no binaries to release, or -version names no tree.
    """
    options = requests[0].options
    if options.release.named and not any(request.output.written for request in requests):
        raise UsageError("-o /dev/null installs nothing to release", hint="give -destination DIR instead of -o")
    if options.release.oci_base and not options.release.oci:
        raise UsageError("-oci-base is the base of images, and none are asked for", hint="-oci DIR makes images")
    if not options.pack.version:
        return
    if not options.release.named:
        raise UsageError(
            "-version names the tree in release files, and none are asked for",
            hint="-archive tar.gz makes an archive; -ldflags -X sets variables of the program",
        )
    if not any(isinstance(request.options.module.input, TreeInput) for request in requests):
        raise UsageError("-version is for a tree; INPUT has a version", hint="omit -version")


def check_report(options: Options) -> None:
    """Refuse flags of the report that cannot mean anything.

    Args:
        options: the command line.

    Raises:
        UsageError: nothing is built that a report could show, or -osv is given without one.
    """
    if options.audit.osv and not options.report.page:
        raise UsageError(
            "-osv adds vulnerabilities to the report, and none is asked for",
            hint="-report FILE writes one; gomod2bazel baseline audit prints vulnerabilities",
        )
    if options.report.page and options.bazel.dry:
        raise UsageError("-report shows what was built, and -n builds nothing", hint="omit -n or -report")
