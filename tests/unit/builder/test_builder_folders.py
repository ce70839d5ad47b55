"""Packages whose files come from several folders, or use C libraries: what tools are told of these folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.requests.lines import read
from builder.requests.package import PackageRequest


def _asked(*lines: str) -> PackageRequest:
    return read(PackageRequest, ["rewrite=example.com/p", "export=out/p.x", *lines])


@pytest.mark.parametrize(
    ("lines", "file", "names"),
    [
        (["dir=p"], "p/static/a.txt", ["static/a.txt"]),
        (["dir="], "static/a.txt", ["static/a.txt"]),
        (["dir=p", "made_roots=out/bin"], "out/bin/p/static/a.txt", ["static/a.txt"]),
        (["dir=out/bin/p", "made_roots=out/bin"], "p/static/a.txt", ["static/a.txt"]),
        (["dir=p", "more_dirs=q"], "q/a.txt", ["a.txt"]),
        (["dir=p", "more_dirs=p/q"], "p/q/a.txt", ["q/a.txt", "a.txt"]),
        (["dir=p", "more_dirs=out/bin/q", "made_roots=out/bin"], "q/a.txt", ["a.txt"]),
        (["dir=external/m/p", "made_roots=out/bin"], "out/bin/external/m/p/a.txt", ["a.txt"]),
        (["dir=p"], "elsewhere/a.txt", ["../elsewhere/a.txt"]),
    ],
)
def test_names_of_embedded_files(lines: list[str], file: str, names: list[str]) -> None:
    assert _asked(*lines).embed_names(file) == names


def test_folders_of_all_files_have_one_name_in_the_binary() -> None:
    asked = _asked("dir=p", "more_dirs=out/bin/p/deep", "more_dirs=p/q")
    here = Path.cwd()
    # The first that fits counts (cmd/internal/objabi, ApplyRewrites).
    assert asked.trimpath.split(";") == [
        f"{here}/out/p.x.work=>",
        f"{here}/out/bin/p/deep=>example.com/p",
        f"{here}/p/q=>example.com/p",
        f"{here}/p=>example.com/p",
        f"{here}=>example.com",
        f"{here}=>",
    ]


def test_what_c_compilers_are_told_of_libraries() -> None:
    asked = _asked("c_system=sys", "c_include=out/bin/inc", "c_quote=.", "c_define=A=1", "c_define=B")
    here = Path.cwd()
    words = ["-DA=1", "-DB", "-iquote", str(here), "-I", f"{here}/out/bin/inc", "-isystem", f"{here}/sys"]
    assert asked.cdeps_flags == words
    assert _asked().cdeps_flags == []
