"""Which binaries another version of one module rebuilds: those that a package of it is compiled into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from gomod2bazel.base.disk.files import write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import MissingModuleError, TrustError, UsageError
from gomod2bazel.base.version import Version, is_exact, precedence
from gomod2bazel.baseline.apply import baseline_of
from gomod2bazel.baseline.binary_imports import Reach
from gomod2bazel.baseline.consumers import Leaf, LeafOpener
from gomod2bazel.baseline.file import Baseline
from gomod2bazel.baseline.graph.waves import ReleaseWaves
from gomod2bazel.baseline.update import needed, waves_of
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.install import result
from gomod2bazel.lock.lock import Lock
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import ReportOptions
from gomod2bazel.release.report.pages.impact_page import ImpactData, ImpactedBinary, impact_page

__all__ = ["Rebuilt", "impact", "rebuilt"]

_MOST_NAMED = 8
"""Versions that a hint names: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A binary whose bytes change.

    Attributes:
        import_path: of its main package.
        leaf: its module, with its version unless it is a tree.
        platform: GOOS/GOARCH.
        reaches: packages in it, by the module whose version changes.
    """

    import_path: str
    leaf: str
    platform: str
    reaches: Mapping[str, tuple[str, ...]]


def impact(opener: LeafOpener, target: str, inputs: Sequence[Input], report: ReportOptions) -> None:
    """Print the binaries of leaf modules that ``target``, a module and its new version, rebuilds.

    Raises:
        UsageError: there is no baseline, or it does not have the module.
        MissingModuleError: no source has the version.
        TrustError: the baseline does not allow a leaf, or what it names allows no such version.
        Gomod2bazelError: a leaf cannot be loaded.
    """
    session, recorder = with_recorder(opener.session)
    opener = replace(opener, session=session)
    if report.page:
        result.check_place(session.cwd / report.page, "-report")
    baseline = baseline_of(session, opener.options, opener.go)
    if baseline is None:
        raise UsageError("no baseline given", hint="gomod2bazel baseline impact MODULE@VERSION -baseline FILE LEAF...")
    version = _target_version(target, baseline)
    leaves = opener.open(inputs, baseline)
    if leaves:
        _check_available(version, leaves[0].opened.go)
    after = _bumped(baseline, version, leaves, opener.options.versions.baseline_mode)
    changed = {path: after.versions[path] for path, old in baseline.versions.items() if after.versions[path] != old}
    if module := next((module for module in baseline.patches if module.path in changed), None):
        session.warn(f"patches of {module} are not counted: they must be recreated for {changed[module.path]}")
    # A leaf may itself be named in the baseline.
    in_leaf = any(leaf.opened.module.path in changed for leaf in leaves)
    others = opener.open(inputs, after) if in_leaf else leaves
    pairs = [
        (before.lock(baseline), other.lock(after), before.name) for before, other in zip(leaves, others, strict=True)
    ]
    binaries = [binary for old, new, name in pairs for binary in rebuilt(old, new, name, changed)]
    order = waves_of(others, after, changed) if report.waves else None
    if report.page:
        page = impact_page(
            ImpactData(
                target=str(version),
                modules={path: (baseline.versions[path], new) for path, new in changed.items()},
                binaries=[ImpactedBinary(**asdict(binary)) for binary in binaries],
                unchanged=sum(len(before.binaries) for before, _, _ in pairs) - len(binaries),
                waves=tuple(order.lines()) if order else (),
            )
        )
        result.write_bytes(session.cwd / report.page, page.encode(), "-report")
    if report.json:
        session.out(document(_fields(baseline, changed, binaries, order), recorder))
    else:
        session.out(to_lines(baseline, version, changed, binaries))
        session.out("".join(f"{line}\n" for line in (order.lines() if order else ())))


def _target_version(target: str, baseline: Baseline) -> Version:
    path, _, version = target.partition("@")
    if not is_exact(version):
        raise UsageError(f"{target}: expected MODULE@VERSION", hint="write MODULE@v1.2.3")
    if path not in baseline.versions:
        raise UsageError(f"{baseline.name} does not have {path}", hint="gomod2bazel baseline update adds modules")
    return Version(path, version)


def _check_available(version: Version, go: GoCommand) -> None:
    """Ask the sources for a version before everything is loaded with it.

    Raises:
        MissingModuleError: no source has it; the hint names those that there are.
    """
    with temporary_folder() as folder:
        write_file(folder / "go.mod", "module gomod2bazel.invalid/impact\n")
        apart = go.with_environment(GOWORK="off", GOFLAGS="-mod=mod")
        answer = apart.object("list", "-m", "-json", str(version), cwd=folder)
        if "Error" not in answer:
            return
        listed = apart.run(
            "list", "-m", "-versions", "-f", "{{range .Versions}}{{.}} {{end}}", version.path, cwd=folder
        )
    versions = listed.out.split()
    what = f"{version}: {answer['Error'].get('Err', answer['Error'])}".replace(
        f"{version}: {version}: ", f"{version}: "
    )
    hint = f"choose a version that the sources have: {', '.join(versions[-_MOST_NAMED:])}" if versions else ""
    raise MissingModuleError(what, hint=hint or "add a source that has it to -goproxy").of_modules({str(version): what})


def _bumped(baseline: Baseline, version: Version, leaves: Sequence[Leaf], mode: str) -> Baseline:
    """Return the baseline with the new version, and with all others that this one needs, unless they are forced."""
    tried = baseline.with_versions({**baseline.versions, version.path: version.version})
    # Sums that nothing verified will do: nothing is compiled.
    if mode == "force":
        resolutions = [leaf.resolve(tried, lower=True) for leaf in leaves]
        return replace(tried, sums=tried.sums.merged(resolution.added for resolution in resolutions))
    needs = needed(tried, leaves)
    if precedence(needs.versions[version.path]) > precedence(version.version):
        raise TrustError(
            f"{baseline.where(version.path)}: {needs.by[version.path]} requires {version.path} "
            f"{needs.versions[version.path]}, which is newer than {version.version}",
            hint="-baseline-mode=force lowers required versions",
        )
    return replace(tried.with_versions(needs.versions), sums=needs.sums)


def rebuilt(before: Lock, after: Lock, leaf: str, changed: Iterable[str]) -> Iterator[Rebuilt]:
    """Yield the binaries of a leaf whose content is not the same in two locks of it.

    Args:
        before: the lock with the present baseline.
        after: the lock with the other one.
        leaf: what the leaf is called.
        changed: paths of modules whose versions differ.
    """
    old, new = Reach(before), Reach(after)
    binaries_after = {binary.import_path: binary for binary in after.binaries}
    for binary in before.binaries:
        other = binaries_after.get(binary.import_path)
        if other and old.content(binary) == new.content(other):
            continue
        reached = new.of_modules(other, changed) if other else old.of_modules(binary, changed)
        platform = f"{before.configuration.goos}/{before.configuration.goarch}"
        yield Rebuilt(import_path=binary.import_path, leaf=leaf, platform=platform, reaches=reached)


def to_lines(baseline: Baseline, target: Version, changed: Mapping[str, str], binaries: Iterable[Rebuilt]) -> str:
    """Return what else has to rise, then a line for each binary."""
    lines = [
        f"also {path} {baseline.versions[path]} => {version}"
        for path, version in sorted(changed.items())
        if path != target.path
    ]
    for binary in binaries:
        reached = ", ".join(path for packages in binary.reaches.values() for path in packages)
        lines.append(f"{binary.import_path} {binary.platform} ({binary.leaf}): {reached or 'build settings'}")
    return "".join(f"{line}\n" for line in lines)


def _fields(
    baseline: Baseline, changed: Mapping[str, str], binaries: Iterable[Rebuilt], order: ReleaseWaves | None
) -> dict[str, Any]:
    """Return the same for a document; docs/baseline.md describes it."""
    modules = [{"path": path, "from": baseline.versions[path], "to": changed[path]} for path in sorted(changed)]
    return {
        "modules": modules,
        "binaries": [asdict(binary) for binary in binaries],
        **(order.to_dict() if order else {}),
    }
