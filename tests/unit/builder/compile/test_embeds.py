"""//go:embed lines: what they match is what the go command matches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.base.tools import BuilderError
from builder.compile.embeds import matched, patterns_of
from support.realgo import RealGo

FILES = [
    "a.txt",
    "b.txt",
    "B.html",
    "é.txt",
    "sp ace.txt",
    "x-y.txt",
    "[z].txt",
    ".hidden",
    "_kept",
    "dir/a.txt",
    "dir/b.html",
    "dir/.hidden",
    "dir/_left",
    "dir/sub/c.txt",
    "dir/sub/.dots/d.txt",
    "other/a.txt",
    "other/_only/e.txt",
]

PATTERNS = [
    "*.txt",
    "a.txt",
    "?.txt",
    "[ab].txt",
    "[^a].txt",
    "[a-c].txt",
    "[b-a].txt",
    "[é].txt",
    "x[-]y.txt",
    "x[\\-]y.txt",
    r"\a.txt",
    r"\[z].txt",
    r"[\[]z[\]].txt",
    "sp ace.txt",
    "*",
    "all:*",
    ".hidden",
    "_*",
    "dir",
    "all:dir",
    "dir/*",
    "all:dir/*",
    "*/a.txt",
    "*/*.html",
    "dir/sub",
    "dir/sub/.dots",
    "all:dir/sub",
    "other",
    "other/_only",
    "none",
    "dir/none*",
    "A.txt",
    "**/c.txt",
]

WRONG = [".", "", "..", "../a.txt", "/a.txt", "dir/", "dir//a.txt", "./a.txt", "[a", "a\\", "[]a].txt", "[a-]", "all:"]


def test_the_go_command_agrees(tmp_path: Path, go: RealGo) -> None:
    """Each pattern is in a package of its own, which has all the files."""
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.21\n", encoding="utf-8")
    for number, pattern in enumerate([*PATTERNS, *WRONG]):
        for name in FILES:
            path = tmp_path / f"p{number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        source = (
            f'package p\n\nimport "embed"\n\n//go:embed {json.dumps(pattern, ensure_ascii=False)}\nvar files embed.FS\n'
        )
        (tmp_path / f"p{number}" / "p.go").write_text(source, encoding="utf-8")
    template = "{{.Name}}{{range .EmbedFiles}}\t{{.}}{{end}}"
    folders = [f"./p{number}" for number in range(len(PATTERNS) + len(WRONG))]
    done = go.run("list", "-e", "-f", template, *folders, cwd=tmp_path)
    answers = [line.split("\t")[1:] for line in done.out.splitlines()]
    assert len(answers) == len(folders), done.err
    for pattern, expected in zip([*PATTERNS, *WRONG], answers, strict=True):
        try:
            found = matched({pattern: "p.go:5:12"}, FILES)[pattern]
        except BuilderError:
            found = []
        assert sorted(found) == sorted({*expected} - {"p.go"}), pattern
    assert not any(answers[len(PATTERNS) :])


def test_patterns_and_their_places() -> None:
    text = (
        'package p\n\nimport (\n\t"embed"\n)\n\n'
        '//go:embed a.txt b*  "c d" `e"f`\nvar files embed.FS\n\n'
        "\t//go:embed\tdir\nvar (\n\tmore string //go:embed later\n)\n"
        "/*\n//go:embed comment\n*/\n\n// //go:embed words\n\n//go:embedded x\n\n//go:embed a.txt\n"
        'var raw = `\n//go:embed string\n`\n\n//go:embed "q\\"\\u00e9\\\\"\nvar q string\n'
    )
    assert patterns_of("m/p.go", text) == {
        "a.txt": "m/p.go:7:12",
        "b*": "m/p.go:7:18",
        "c d": "m/p.go:7:22",
        'e"f': "m/p.go:7:28",
        "dir": "m/p.go:10:13",
        'q"é\\': "m/p.go:27:12",
    }
    assert patterns_of("m/p.go", "package p\n") == {}


@pytest.mark.parametrize("arguments", ['"a', "`a", '"a"b', "a `b", 'a "b\\"', '"\\d"'])
def test_what_is_no_list_of_patterns(arguments: str) -> None:
    text = f'package p\n\nimport _ "embed"\n\n//go:embed {arguments}\nvar s string\n'
    with pytest.raises(BuilderError, match=r"^p.go:5: invalid quoted string in //go:embed: "):
        patterns_of("p.go", text)


def test_every_pattern_without_files_is_named() -> None:
    with pytest.raises(BuilderError) as caught:
        matched({"a*": "p.go:4:12", "b": "p.go:4:15", "c": "q.go:6:12"}, ["b"])
    assert str(caught.value) == (
        "p.go:4:12: pattern a*: no matching files found\nq.go:6:12: pattern c: no matching files found\n"
    )


def test_several_patterns_share_files() -> None:
    assert matched({"*": "p.go:1:1", "a": "p.go:2:1"}, ["b", "a"]) == {"*": ["a", "b"], "a": ["a"]}
    assert matched({}, ["a"]) == {}
