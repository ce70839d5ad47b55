"""Bring a baseline to what leaf modules need: the least versions that all of them can be built with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gomod2bazel.base.counts import count
from gomod2bazel.base.disk.files import read_text, write_file
from gomod2bazel.base.disk.scratch import temporary_folder
from gomod2bazel.base.documents.document import document
from gomod2bazel.base.documents.recorder import with_recorder
from gomod2bazel.base.errors import BuildError, TrustError, UsageError
from gomod2bazel.base.process.message import Message, warning
from gomod2bazel.base.version import precedence
from gomod2bazel.baseline.apply import baseline_of, plain_go
from gomod2bazel.baseline.conflicts import Replaced
from gomod2bazel.baseline.consumers import Leaf, LeafOpener
from gomod2bazel.baseline.file import Baseline, patches_folder, sums_file
from gomod2bazel.baseline.graph.waves import ReleaseWaves, release_waves, selected_requirements
from gomod2bazel.golang.command.gocommand import GoCommand
from gomod2bazel.golang.proxy.gosum import GoSum
from gomod2bazel.options.module_input import Input
from gomod2bazel.options.options import ReportOptions, with_values

__all__ = ["Needed", "needed", "update", "waves_of"]

_EMPTY = "module gomod2bazel.invalid/baseline\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What leaf modules need of a baseline.

    Attributes:
        versions: of the baseline, raised and added to.
        by: for each module that was raised or added, the leaf that needs it.
        used: every module that any leaf takes a package from.
        sums: what verifies these modules and the go.mod files that the go command reads to select them.
        added: those among ``sums`` that no go.sum had: taken from what the sources gave.
        replaced: modules of the baseline that a leaf replaces.
    """

    versions: Mapping[str, str]
    by: Mapping[str, str]
    used: frozenset[str]
    sums: GoSum
    added: GoSum = field(default_factory=GoSum)
    replaced: tuple[Replaced, ...] = ()


def needed(baseline: Baseline, leaves: Sequence[Leaf]) -> Needed:
    """Return the least versions, none below the baseline's, that all ``leaves`` can be built with.

    One leaf's requirement may raise a module whose new version requires more of another: all are asked again until
    nothing changes. Versions only rise, so there is an end.

    Raises:
        TrustError: two go.sum files disagree.
        Gomod2bazelError: a leaf cannot be listed.
    """
    versions, by = dict(baseline.versions), dict[str, str]()
    while True:
        before = dict(versions)
        resolutions = [(leaf, leaf.resolve(baseline.with_versions(versions), lower=False)) for leaf in leaves]
        for leaf, resolution in resolutions:
            for path, version in resolution.used.items():
                if path not in versions or precedence(version) > precedence(versions[path]):
                    versions[path] = version
                    by[path] = leaf.name
        if versions == before:
            break
    used = {(path, version) for _, resolved in resolutions for path, version in resolved.used.items()}
    needed_sums = {*used, *((path, f"{version}/go.mod") for path, version in used)}
    merged = GoSum().merged([sums for _, resolved in resolutions for sums in (resolved.sums, resolved.added)])
    # What one leaf's go.sum lacks, another's may list.
    listed = {key for _, resolved in resolutions for key in resolved.sums.sums}
    every = GoSum().merged(resolved.added for _, resolved in resolutions)
    added = GoSum(sums={key: value for key, value in every.sums.items() if key not in listed})
    sums = GoSum(
        sums={k: v for k, v in merged.sums.items() if k in needed_sums or k in every.sums or k in baseline.sums.sums}
    )
    _check_agreement(sums)
    replaced = {str(p): p for _, resolved in resolutions for p in resolved.problems if isinstance(p, Replaced)}
    return Needed(
        versions=versions,
        by=by,
        used=frozenset(path for path, _ in used),
        sums=sums,
        added=added,
        replaced=tuple(replaced.values()),
    )


def _check_agreement(sums: GoSum) -> None:
    """Refuse two hashes for one thing: go.sum files of two leaves then describe different content."""
    problems = []
    for (path, version), values in sums.sums.items():
        listed = {value: where for value, where in values.items() if value.startswith("h1:")}
        if len(listed) > 1:
            conflicting = ", ".join(f"{value} ({where})" for value, where in listed.items())
            problems.append(f"{path}@{version}: go.sum files disagree: {conflicting}")
    if problems:
        raise TrustError("\n".join(problems), hint="find out which go.sum has the wrong checksum")


def update(opener: LeafOpener, name: str, inputs: Sequence[Input], report: ReportOptions) -> None:
    """Bring the baseline ``name`` to what leaf modules need, and the go.sum next to it; print what was changed.

    Raises:
        UsageError: the baseline cannot be read, or no leaf module is given.
        Gomod2bazelError: a leaf cannot be listed; the files are then as they were.
    """
    if not name.endswith(".mod"):
        raise UsageError(
            f"{name}: the name of a baseline must end in .mod", hint="gomod2bazel baseline update FILE.mod LEAF..."
        )
    session, recorder = with_recorder(opener.session)
    opener, go = replace(opener, session=session), opener.go
    file = session.cwd / name
    options = with_values(opener.options, {"baseline": name})
    baseline = (baseline_of(session, options, go) if file.exists() else None) or Baseline(
        file=file, name=name, versions={}
    )
    leaves = replace(opener, options=options).open(inputs, baseline)
    needs = needed(baseline, leaves)
    text = _edited(plain_go(session, go), file, baseline, needs)
    # The sums first: with them alone, nothing changes.
    write_file(sums_file(file), needs.sums.text())
    write_file(file, text)
    order = waves_of(leaves, baseline.with_versions(needs.versions), needs.by) if report.waves else None
    if not report.json:
        lines = [*_changes(baseline, needs), *(order.lines() if order else ())]
        session.out("".join(f"{line}\n" for line in lines))
    checked = any(leaf.opened.go.environment["GOSUMDB"] != "off" for leaf in leaves)
    for remark in _remarks(baseline, needs, checked=checked):
        session.say(remark)
    if report.json:
        session.out(document(_fields(baseline, needs, order), recorder))


def _edited(go: GoCommand, file: Path, baseline: Baseline, needs: Needed) -> str:
    """Return the file's new text; the go command edits it, which keeps comments and order."""
    changed = {p: v for p, v in sorted(needs.versions.items()) if baseline.versions.get(p) != v}
    text = read_text(file) if file.exists() else _EMPTY
    if not changed:
        return text
    with temporary_folder() as folder:
        copy = Path(folder, "go.mod")
        write_file(copy, text)
        flags = [f"-require={path}@{version}" for path, version in changed.items()]
        done = go.run("mod", "edit", *flags, str(copy), cwd=Path(folder))
        if done.code:
            raise BuildError(done.err.strip().replace(f"{folder}/", ""), where=str(file))
        return read_text(copy)


def waves_of(leaves: Iterable[Leaf], baseline: Baseline, bumped: Collection[str]) -> ReleaseWaves:
    """Return the order in which modules are released after some of them got the version that a baseline has.

    Args:
        leaves: what is built with the baseline; they and all modules that they use count.
        baseline: with the new versions.
        bumped: paths of the modules.
    """
    return release_waves(selected_requirements(leaf.requirements(baseline) for leaf in leaves), bumped)


def _fields(baseline: Baseline, needs: Needed, order: ReleaseWaves | None) -> dict[str, Any]:
    modules = [
        {"path": path, "from": baseline.versions.get(path, ""), "to": needs.versions[path], "leaf": needs.by[path]}
        for path in sorted(needs.by)
    ]
    return {"modules": modules, **(order.to_dict() if order else {})}


def _changes(baseline: Baseline, needs: Needed) -> Iterator[str]:
    for path in sorted(needs.by):
        old, new = baseline.versions.get(path), needs.versions[path]
        yield f"raise {path} {old} => {new} ({needs.by[path]})" if old else f"add {path} {new} ({needs.by[path]})"


def _remarks(baseline: Baseline, needs: Needed, *, checked: bool) -> Iterator[Message]:
    for module, patches in baseline.patches.items():
        if needs.versions[module.path] != module.version:
            folder = patches_folder(baseline.file).name
            message = f"{folder}/: {count(len(patches), 'patch')} of {module} must be recreated for"
            yield warning(f"{message} {needs.versions[module.path]}; builds fail until then")
    yield from (warning(str(replaced)) for replaced in needs.replaced)
    for path in sorted(set(baseline.versions) - needs.used):
        yield warning(f"{path} is not linked into any binary of these leaf modules", where=baseline.where(path))
    unseen = sorted(f"{p}@{v}" for p, v in needs.added.sums if not v.endswith("/go.mod"))
    if unseen and not checked:
        files = "the added checksums are those of the files that the sources returned"
        yield warning(f"not verified: {', '.join(unseen)}: {files}")
