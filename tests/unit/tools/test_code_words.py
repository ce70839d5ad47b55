"""Docstrings, comments, names and pages use the words of the Go and Bazel documentation."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from catalogue.code_words import FOLDERS, code_problems, page_problems, problems_of_code, problems_of_page

pytestmark = pytest.mark.repository

ROOT = Path(__file__).resolve().parents[3]


def test_the_code_of_this_repository() -> None:
    assert all(any((ROOT / folder).rglob("*.py")) for folder in FOLDERS)
    assert code_problems(ROOT) == []


def test_the_pages_of_this_repository() -> None:
    assert page_problems(ROOT) == []


def test_prose_of_a_page() -> None:
    page = textwrap.dedent("""\
        # A page

        Nothing vouches for it; `stands` is code.

            said

        ```console
        told
        ```

        The file beside it.
        """)
    assert list(problems_of_page(page, "x.md")) == [
        "x.md:3: 'vouch': write: verified",
        "x.md:11: 'beside': write: next to, or in addition to",
    ]


def problems(source: str) -> list[str]:
    return list(problems_of_code(textwrap.dedent(source), "x.py"))


@pytest.mark.parametrize(
    "text",
    [
        "Return what the sources said.",
        "Refuse a path that is no module.",
        "Whether a go.sum vouched for it.",
        "The comment stands before the clause.",
        "The go.sum beside a baseline.",
        "Take the file that lies in the folder.",
        "Compile the package anew.",
        "Read -gcflags and its like.",
        "Tells of each action.",
        "A flag has no meaning here.",
    ],
)
def test_words_that_are_refused(text: str) -> None:
    (problem,) = problems(f'def f():\n    """{text}"""\n')
    assert problem.startswith("x.py:2: ")
    (problem,) = problems(f"# {text}\n")
    assert problem.startswith("x.py:1: ")
    assert problems(f"VALUE = {text!r}\n") == [], "a string is a message, or data"


@pytest.mark.parametrize(
    "text",
    [
        "Return 0 where there is no package.",
        "``...`` stands for any text.",
        "The lock is no longer used.",
        "Raise UsageError if it is not a module.",
    ],
)
def test_words_that_are_right(text: str) -> None:
    assert problems(f'"""{text}"""\n') == []


@pytest.mark.parametrize(
    "source",
    [
        "said = 1",
        "[one for one in names]",
        "def f(wanted): pass",
        "def shower(): pass",
        "class Told: pass",
        "self.found = {}",
        "if there := path: pass",
        "def check_vouched(): pass",
        "found: int = 0",
    ],
)
def test_names_that_are_refused(source: str) -> None:
    assert all(problem.startswith("x.py:1: ") for problem in problems(source))
    assert len(problems(source)) == 1


def test_names_that_are_right() -> None:
    assert problems("own_packages = [package for package in packages]\ndef message_printer(standard): pass\n") == []
