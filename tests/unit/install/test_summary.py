"""What a build came to, in lines for the user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gomod2bazel.install.install import InstalledFile
from gomod2bazel.install.record import Record
from gomod2bazel.install.summary import Summary, summary_lines


def _file(name: str, size: int, state: str = "new") -> InstalledFile:
    record = Record(path=f"/usr/bin/{name}", size=size)
    real = Path("out/usr/bin", name)
    return InstalledFile(record=record, real=real, unchanged=state == "unchanged", is_new=state == "new")


HELLO = Summary(
    files=[_file("hello", 2_400_000), _file("hello-admin", 900, "changed")],
    built=2,
    is_up_to_date=False,
    binaries=6,
    modules=["example.com/hello@v1.1.0"],
    inputs=["example.com/hello@v1.1.0"],
    sets=["target"],
    platforms=1,
    left_out={"maintenance": 1, "example": 2, "target": 0},
    go="go1.26.8",
    seconds=83.4,
)


def _lines(**changes: object) -> Sequence[str]:
    return list(summary_lines(replace(HELLO, **changes)))  # type: ignore[arg-type]


def test_one_module() -> None:
    assert _lines() == [
        "built 2 of 6 binaries of example.com/hello@v1.1.0 (set target) with go1.26.8 in 83 s",
        "out/usr/bin/hello        2.3 MiB  new",
        "out/usr/bin/hello-admin    900 B  changed",
        "left out: 2 example, 1 maintenance (gomod2bazel list example.com/hello@v1.1.0 shows them; "
        "-set all builds them)",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"built": 1, "binaries": 1, "seconds": 0.42},
            "built 1 of 1 binary of example.com/hello@v1.1.0 (set target) with go1.26.8 in 0.4 s",
        ),
        (
            {"is_up_to_date": True, "seconds": 3},
            "already built: 2 of 6 binaries of example.com/hello@v1.1.0 (set target) with go1.26.8 in 3.0 s",
        ),
        (
            {"modules": ["a", "b", "c"], "sets": ["target", "example"], "platforms": 3, "seconds": 245},
            "built 2 of 6 binaries of 3 modules (sets target, example) for 3 platforms with go1.26.8 in 4 min 5 s",
        ),
    ],
)
def test_the_first_line(changes: dict[str, object], line: str) -> None:
    assert _lines(**changes)[0] == line


def test_nothing_is_left_out_or_written() -> None:
    assert len(_lines(left_out={}, files=())) == 1


def test_several_inputs_are_not_all_named() -> None:
    assert "(gomod2bazel list INPUT shows them" in _lines(inputs=["a", "b"])[-1]


def test_many_files_are_not_all_listed() -> None:
    files = [_file(f"a{number}", 1, "unchanged" if number < 30 else "changed") for number in range(48)]
    lines = _lines(files=files, left_out={})[1:]
    assert [line.split()[0][-3:] for line in lines[:3]] == ["a30", "a31", "a32"]
    assert [line.split()[-1] for line in lines[:20]] == ["changed"] * 18 + ["unchanged"] * 2
    assert lines[20:] == ["and 28 more files; of 48 files, 30 are unchanged"]


@pytest.mark.parametrize("number", [20, 21])
def test_the_most_that_are_listed(number: int) -> None:
    lines = _lines(files=[_file(f"a{n}", 1) for n in range(number)], left_out={})[1:]
    assert lines[20:] == ([] if number == 20 else ["and 1 more file; of 21 files, 0 are unchanged"])
