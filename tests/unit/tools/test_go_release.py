"""How `tools/go_release` reads the steps of a build, and that it would notice what differs."""

from __future__ import annotations

import os
from pathlib import Path

import go_release.page as page_module
import pytest
from go_release.page import DOCUMENT, page, reports
from go_release.probes import PROBES, Result
from go_release.steps import Step, differences, read_steps
from support.matrix import Row
from support.outcome import Outcome

from gomod2bazel.provision.go_releases import release_of, supported_releases

THEIRS = """\
mkdir -p $WORK/b002/

#
# sync/atomic
#

cd /go/src/sync/atomic
/go/pkg/tool/asm -p sync/atomic -trimpath "/go/src=>;$WORK/b002=>" -o $WORK/b002/asm.o ./asm.s
cat >$WORK/b002/importcfg << 'EOF' # internal
/go/pkg/tool/asm is only a word of a file
EOF
cat >$WORK/b002/embedcfg << 'EOF' # internal
/go/pkg/tool/asm is a file without a line end}EOF
/go/pkg/tool/compile -o $WORK/b002/_pkg_.a -p sync/atomic -lang=go1.26 -std -buildid a/a -pack ./type.go ./value.go
cd /home/m
TERM='dumb' gcc -I . -fPIC -I $WORK/b001/ -O2 -o $WORK/b001/_x001.o -c answer.c
gcc -I . -c -x c - -o /dev/null || true
gcc -I . -o $WORK/b001/_cgo_.o $WORK/b001/_x001.o # test for internal linking errors (succeeded)
/go/pkg/tool/compile -o $WORK/b001/_pkg_.a -p main -pack ./main.go
GOROOT='' /go/pkg/tool/link -o $WORK/b001/exe/a.out -importcfg $WORK/b001/importcfg.link -buildid=x $WORK/b001/_pkg_.a
"""

OURS = """\
# sync/atomic
/go/pkg/tool/asm -p sync/atomic -trimpath "$WORK/b007=>" -o $WORK/b007/asm.o /go/src/sync/atomic/asm.s
/go/pkg/tool/compile -o $WORK/b007/_pkg_.x -linkobj _pkg_.a -p sync/atomic -lang=go1.26 -std /go/value.go /go/type.go
gcc -I /home/m -fPIC -gno-record-gcc-switches -I $WORK/b001/ -O2 -ffile-prefix-map=a=b -o $WORK/b001/_x001.o -c answer.c
/go/pkg/tool/compile -o $WORK/b001/_pkg_.x -linkobj $WORK/b001/_pkg_.a -p main /elsewhere/main.go
/go/pkg/tool/link -o $WORK/b001/exe/a.out -importcfg $WORK/b001/importcfg.link -buildid= $WORK/b001/_pkg_.a
"""


def test_the_same_steps_with_other_paths() -> None:
    theirs, ours = read_steps(THEIRS, {"/home/m": "SOURCE"}), read_steps(OURS, {"/elsewhere": "SOURCE"})
    assert [(step.package, step.tool) for step in theirs] == [
        ("sync/atomic", "asm"), ("sync/atomic", "compile"), ("main", "gcc"), ("main", "compile"), ("main", "link")
    ]  # fmt: skip
    assert differences(theirs, ours) == []


def test_what_differs_is_told() -> None:
    theirs = read_steps(THEIRS.replace("asm -p sync/atomic", "asm -p sync/atomic -std"), {"/home/m": "SOURCE"})
    ours = read_steps(OURS.replace("-lang=go1.26", "-lang=go1.25"), {"/elsewhere": "SOURCE"})
    ours.append(Step(package="main", tool="cover", files=("a.go",), flags=()))
    assert differences(theirs, ours) == [
        "sync/atomic: asm asm.s: -[-std]",
        "sync/atomic: compile type.go value.go: -[-lang=go1.26] +[-lang=go1.25]",
        "main: only ours has cover a.go",
    ]
    assert differences(theirs[1:], ours) != []
    assert "sync/atomic: ours has no asm asm.s" in differences(theirs, ours[1:])


def test_a_report_replaces_that_of_an_earlier_patch_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "DOCUMENT", tmp_path / "page.md")
    text = ""
    for version, steps in (("1.26.8", 3), ("1.27.1", 4), ("1.27.3", 5)):
        outcome = Outcome(row=Row(module="pure", env={}, flags=()), result="equal", files=1)
        differ = ("main: ours has no cover a.go",) if version == "1.27.3" else ()
        results = [Result(probe=probe, steps=steps, steps_differ=differ, outcome=outcome) for probe in PROBES]
        text = page(version, results)
        (tmp_path / "page.md").write_text(text)
    found = reports(text)
    assert list(found) == ["1.27.3", "1.26.8"]
    assert found["1.27.3"]["cover"] == "| cover | `CGO_ENABLED=0` | `-cover` | 5 | 1 | equal |"
    assert reports(page("1.27.3", [])) == found, "probes that were not tried keep their rows"


def test_the_page_has_all_probes_of_the_newest_releases() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    found = {release_of(version): rows for version, rows in reports(text).items()}
    assert set(supported_releases(os.environ)[-3:]) <= set(found)
    for release, rows in found.items():
        assert list(rows) == [probe.name for probe in PROBES], release
        assert {row.split("|")[-3].strip() for row in rows.values()} == {"0"}, release
        assert {row.split("|")[-2].strip() for row in rows.values()} == {"equal"}, release
    newest = next(iter(reports(text)))
    assert page(newest, []) == text, "the table of changes is the rules'"
