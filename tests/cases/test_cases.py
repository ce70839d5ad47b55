"""Every folder beside this file is a case: run whole, with a real Bazel, and compared with what must come of it.

``pytest --refresh-cases`` writes what comes instead; the diff is then for a person to judge. support/case.py says what
the files of a case mean.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support.case import OUTCOMES, Case, differences, refresh
from support.driver import Driver

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/args"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder: Path, driver: Driver, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if (folder / "needs-cc").exists() and not shutil.which("cc"):
        pytest.skip("there is no C compiler")
    case = Case.read(folder)
    outcomes = case.run(driver, case.prepare(driver, tmp_path))
    if request.config.getoption("--refresh-cases"):
        refresh(folder, outcomes)
    found = differences(folder, outcomes)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_case_holds_nothing_that_is_never_read(folder: Path) -> None:
    known = {"args", "env", "example", "needs-cc", "reference", "tampered", *OUTCOMES}
    known |= {f"{name}.txtar" for name in ("overlay", "prefix", "tree")}
    assert not [p.name for p in folder.iterdir() if p.name not in known and not p.match("*@*.txtar")]
