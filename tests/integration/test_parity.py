"""The binaries of the cases and of the bundled example are those that the go command makes, with cgo and without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from support.case import Case
from support.driver import ROOT, Driver
from support.parity import compare, reference

pytestmark = pytest.mark.bazel


WITH_CGO = ("assembly", "diamond", "vendor")
"""The cases without C that every run builds with cgo too; the others are built so at night."""

AT_NIGHT = (
    "brings-build-files-in-tree", "embed-in-tree", "folder-called-main", "godebug-in-tree",
    "incompatible-version", "modfile-own-sums", "module-called-as-its-file", "nested-module", "no-go-line",
    "odd-target-names", "query-retracted", "requirement-missing", "tree-with-dependencies", "vendor-and-replaced",
    "without-tags",
)  # fmt: skip
"""Cases that find sources in another way, or give them other names, than one whose bytes every run compares.

Every run builds them, in tests/cases, and runs what is built.
"""


def _cases() -> Iterator[ParameterSet]:
    """Yield each case that has a reference, with the values of CGO_ENABLED it is good for."""
    for path in sorted((ROOT / "tests" / "cases").glob("*/reference")):
        case = Case.read(path.parent)
        given = case.env.get("CGO_ENABLED")
        for cgo in [given] if given else ["0", "1"]:
            nightly = path.parent.name in AT_NIGHT or (cgo == "1" and not given and path.parent.name not in WITH_CGO)
            yield pytest.param(
                case, cgo, id=f"{path.parent.name}-{cgo}", marks=[pytest.mark.nightly] if nightly else []
            )


@pytest.mark.parametrize(("case", "cgo"), list(_cases()))
def test_as_the_go_command(case: Case, cgo: str, driver: Driver, tmp_path: Path) -> None:
    if cgo == "1" and not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    place = case.prepare(driver, tmp_path)
    ours = driver.with_environment(CGO_ENABLED=cgo)
    more = ("-set", "all", "-ldflags=-buildid=")
    done = ours.run(*map(place.fill, case.args), *more, cwd=place.work)
    assert done.code == 0, done.err
    # Versions of the same name differ from case to case, so the go command may not keep them.
    own = {"GOMODCACHE": str(tmp_path / "mod"), "GOPROXY": place.values["$GOPROXY"], "CGO_ENABLED": cgo}
    cwd = Path(place.values["$TREE"]) if case.reference[0] == "build" else place.work
    reference(driver, case.reference, tmp_path / "theirs", cwd=cwd, **own)
    assert compare(driver, tmp_path / "theirs", place.prefix / "usr" / "bin") == []
    assert len(list((tmp_path / "theirs").iterdir())) == len(list((place.prefix / "usr" / "bin").iterdir()))
