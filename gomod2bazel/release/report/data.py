"""What the report of a build shows: plain values, collected by the command that builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gomod2bazel.install.record import Input
from gomod2bazel.sets.model.scoring import Evidence

__all__ = [
    "STANDARD",
    "BinarySizes",
    "BuildReportData",
    "CriticalStep",
    "ReportBinary",
    "ReportBuild",
    "ReportModule",
    "ReportPackage",
    "State",
    "TimedAction",
    "Timeline",
    "Vulnerability",
]


STANDARD = "std"
"""The key of the standard library among the modules."""


class State(StrEnum):
    """What became of a binary."""

    INSTALLED = "installed"
    BUILT = "built"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinarySizes:
    """Which bytes of a binary come from which package.

    Attributes:
        total: length of the file.
        packages: bytes by import path; those of the main package by its own import path.
        other: bytes that belong to no package, by what they are. Together with the packages' they add up to ``total``.
        method: how it was measured, for the reader.
    """

    total: int
    packages: Mapping[str, int]
    other: Mapping[str, int]
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBinary:
    """A main package of the run.

    Attributes:
        import_path: of the package.
        name: file name of the binary.
        set: target, test-helper, integration, example, maintenance, fixture or testonly.
        build: which of `BuildReportData.builds` it belongs to, by its place there.
        state: what became of it.
        note: why it was left out or failed, or how the installed file changed.
        path: where it was installed, without the prefix; empty if it was not.
        size, sha256: of the file; 0 and empty if there is none.
        margin: by how much its set won over the next likely one.
        runner_up: that set, or empty.
        evidence: what decided, heaviest first.
        roots: import paths of the main package and of what the linker adds.
        sizes: what the bytes of the file are; None if there is no file, or it could not be read.
    """

    import_path: str
    name: str
    set: str
    build: int
    state: State
    note: str = ""
    path: str = ""
    size: int = 0
    sha256: str = ""
    margin: float = 0.0
    runner_up: str = ""
    evidence: tuple[Evidence, ...] = ()
    roots: tuple[str, ...] = ()
    sizes: BinarySizes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPackage:
    """A package that binaries may need.

    Attributes:
        import_path: its path.
        module: key of its module in `BuildReportData.modules`; `STANDARD` in the standard library.
        imports: import paths of what it imports.
        cgo: whether C code or cgo is in it.
    """

    import_path: str
    module: str
    imports: tuple[str, ...]
    cgo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBuild:
    """What was built of one INPUT for one platform.

    Attributes:
        name: the module with its version, and the platform.
        packages: those of the lock, by import path.
    """

    name: str
    packages: tuple[ReportPackage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """A record that affects a module version.

    Attributes:
        id: such as GO-2024-2611.
        summary: one line.
        fix: the lowest higher version without it, or empty.
        reached: whether a binary of the run has the vulnerable code.
    """

    id: str
    summary: str
    fix: str
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModule:
    """A module version whose packages binaries may need.

    Attributes:
        input: path, version, sum, and whether that is verified.
        is_local: whether it is an unpacked tree of the user, which has no sum.
        replaced_by: ``PATH@VERSION`` or folder of its replacement, or empty.
        license: SPDX expression; empty if it is not known.
        vulnerabilities: records that affect it; None if nobody looked.
    """

    input: Input
    is_local: bool = False
    replaced_by: str = ""
    license: str = ""
    vulnerabilities: tuple[Vulnerability, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedAction:
    """An action of Bazel.

    Attributes:
        name: import path or label of what it made.
        kind: its mnemonic, such as GoCompile.
        start: seconds since the first action began.
        seconds: how long it took.
        is_cached: whether its result came from a disk cache or a remote cache.
        is_critical: whether it is on the critical path.
    """

    name: str
    kind: str
    start: float
    seconds: float
    is_cached: bool = False
    is_critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalStep:
    """An action on the critical path.

    Attributes:
        name: what Bazel calls it.
        seconds: how long it took.
    """

    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When actions ran.

    Attributes:
        actions: by start.
        critical: the chain of actions that decided how long the build took, in their order.
        up_to_date: how many actions had nothing to do, as an earlier build made what they make.
    """

    actions: tuple[TimedAction, ...] = ()
    critical: tuple[CriticalStep, ...] = ()
    up_to_date: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReportData:
    """What the report of a build shows.

    Attributes:
        title: the modules that were built.
        facts: what applies to the run as a whole, in order: label and value.
        builds: each INPUT and platform.
        binaries: main packages, also those that were not built.
        modules: by key: ``PATH@VERSION``, or ``PATH`` for a tree; the standard library has the key `STANDARD`.
        timeline: None if Bazel's profile could not be read.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    builds: tuple[ReportBuild, ...]
    binaries: tuple[ReportBinary, ...]
    modules: Mapping[str, ReportModule] = field(default_factory=dict)
    timeline: Timeline | None = None
