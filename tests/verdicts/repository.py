"""Compare one repository: copies of it for both sides, their verdicts, and a second run of what differs."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from support.driver import Driver

from gomod2bazel.base.disk.files import remove_tree
from verdicts.by_bazel import BazelSide
from verdicts.by_go import GoSide
from verdicts.commands import Limits
from verdicts.page import explanation_of
from verdicts.verdict import Comparison, Verdicts, compared, differences

__all__ = ["Request", "compare"]


_BAZEL_FILES = (
    "BUILD",
    "BUILD.bazel",
    "MODULE.bazel",
    "MODULE.bazel.lock",
    "REPO.bazel",
    "WORKSPACE",
    "WORKSPACE.*",
    ".bazelrc",
    ".bazelversion",
    ".bazelignore",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compare.

    Attributes:
        name: What the repository is called.
        folder: Where it is.
        work: Where the copies and logs are, and the go command's verdicts of an earlier run.
        limits: Of jobs and time.
        tests: Whether to run tests.
        untested: Folders whose tests do not run, relative to the repository's root.
        explanations: Of differences that are understood, as `read_explanations` returns them.
        bare: Whether to leave out the repository's Bazel files.
    """

    name: str
    folder: Path
    work: Path
    limits: Limits = field(default_factory=Limits)
    tests: bool = True
    untested: Sequence[str] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False

    @property
    def scope(self) -> str:
        """What is run, in words."""
        left_out = ", ".join(self.untested)
        words = f"builds, tests outside {left_out}" if left_out else "builds and tests"
        return (words if self.tests else "builds") + (", without its Bazel files" if self.bare else "")


def compare(driver: Driver, request: Request) -> Comparison:
    """Return what comes of a repository under both sides.

    Args:
        driver: Of this checkout.
        request: What to compare.
    """
    go_root, our_root = (request.work / side / request.name for side in ("go", "bazel"))
    for root in (go_root, our_root):
        remove_tree(root)
        left_out = shutil.ignore_patterns(*_BAZEL_FILES) if request.bare else None
        shutil.copytree(request.folder, root, symlinks=True, ignore=left_out)
    go_side = GoSide(driver=driver, root=go_root, logs=request.work, limits=request.limits, untested=request.untested)
    our_side = BazelSide(
        driver=driver, root=our_root, logs=request.work, limits=request.limits, untested=request.untested
    )
    comparison = Comparison(
        name=request.name,
        commit=_commit(request.folder),
        release=go_side.release(),
        scope=request.scope,
        builds=(0, 0),
        tests=(0, 0),
    )
    try:
        ours = our_side.verdicts(tests=request.tests)
        go_side = replace(go_side, plugins=ours.plugins)
        theirs = _verdicts_of_go(go_side, comparison, request)
        return _run_again(comparison, (go_side, our_side), (theirs, ours), request.explanations)
    finally:
        our_side.close()


def _verdicts_of_go(side: GoSide, comparison: Comparison, request: Request) -> Verdicts:
    """Return the verdicts of the go command: those of an earlier run, if it was the same that is asked for now."""
    file = request.work / "go-verdicts.json"
    asked = [comparison.commit, comparison.release, comparison.scope, *side.plugins]
    if file.is_file() and comparison.commit:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["asked"] == asked:
            lists = {key: tuple(known["verdicts"].get(key, ())) for key in ("notes", "unloaded")}
            return Verdicts(**{**known["verdicts"], **lists, "plugins": ()})
    verdicts = side.verdicts(tests=request.tests)
    file.write_text(json.dumps({"asked": asked, "verdicts": asdict(verdicts)}), encoding="utf-8")
    return verdicts


def _run_again(
    comparison: Comparison,
    sides: tuple[GoSide, BazelSide],
    verdicts: tuple[Verdicts, Verdicts],
    explanations: Mapping[str, str],
) -> Comparison:
    """Return the comparison after the tests whose verdicts differ have run again, each package alone.

    Those whose difference has an explanation do not run again: they are not flaky.
    """
    theirs, ours = verdicts
    differing = [
        found.import_path
        for found in differences(theirs, ours)
        if found.kind == "test" and found.import_path in ours.tests
        if not explanation_of(comparison, found, explanations)
    ]
    go_side, our_side = sides
    ours = ours.with_tests(*our_side.tests_alone(differing))
    theirs = theirs.with_tests(go_side.tests_alone(differing), {})
    after = compared(comparison, theirs, ours)
    still = {found.import_path for found in after.differing if found.kind == "test"}
    return replace(after, steadied=tuple(sorted(set(differing) - still)))


def _commit(folder: Path) -> str:
    """Return the commit of a folder; empty where it is not under git."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    return asked.stdout.strip() if asked.returncode == 0 and (folder / ".git").exists() else ""
