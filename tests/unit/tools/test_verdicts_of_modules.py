"""tools/verdicts -modules: what the two sides report of each test, and the page of all modules."""

from __future__ import annotations

from verdicts.modules import Compared, differing_tests, modules_page, our_tests, verdicts_of_go

_EVENTS = [
    {"Action": "start", "Package": "m"},
    {"Action": "pass", "Package": "m", "Test": "TestA/0x1614f2161220"},
    {"Action": "fail", "Package": "m", "Test": "TestB"},
    {"Action": "fail", "Package": "m"},
    {"Action": "skip", "Package": "m/none"},
    {"Action": "build-fail", "ImportPath": "m/b"},
    {"Action": "fail", "Package": "m/b"},
]


def _document(outcome: str) -> dict[str, object]:
    tests = [{"name": "TestA/0x9e0b80", "outcome": "pass"}, {"name": "TestB", "outcome": outcome}]
    return {
        "packages": [
            {"import_path": "m", "outcome": "fail", "tests": tests},
            {"import_path": "m/b", "outcome": "build-failed", "tests": []},
            {"import_path": "m/none", "outcome": "no-tests", "tests": []},
        ]
    }


def test_equal_verdicts() -> None:
    go = verdicts_of_go(_EVENTS)
    assert set(go.values()) == {"pass", "fail"}
    assert len(go) == 4
    assert our_tests(_document("unfinished")) == go


def test_differences() -> None:
    differing = list(differing_tests(verdicts_of_go(_EVENTS), our_tests(_document("pass"))))
    assert differing == [("m", "TestB", "fail", "pass")]
    found = Compared(module="m@v1", release="go1.26.8", packages=(2, 2), tests=(1, 2), differing=tuple(differing))
    page = modules_page([found], {"m TestB": "a reason"})
    assert "| m@v1 | go1.26.8 | 2 of 2 | 1 of 2 |\n" in page
    assert "| m TestB | fail | pass | a reason |\n" in page
