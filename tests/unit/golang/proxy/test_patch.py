"""Patches: what git writes is applied, and nothing else is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.proxy.patches.patch import apply_patch, normal_diff, parse_patch

LINES = "".join(f"{number}\n" for number in range(1, 21))


def applied(files: dict[str, str], text: str) -> dict[str, str | None]:
    return apply_patch(files, parse_patch(text, "p.patch"), "p.patch")


def change(old: str, new: str, body: str) -> str:
    return f"--- {old}\n+++ {new}\n{body}"


EDITS = {
    "one line": (LINES, LINES.replace("7\n", "seven\n", 1)),
    "two places": (LINES, LINES.replace("2\n", "two\n", 1).replace("19\n", "")),
    "at both ends": (LINES, f"0\n{LINES}21\n"),
    "all of it": (LINES, "other\n"),
    "last newline taken": ("a\nb\n", "a\nb"),
    "last newline given": ("a\nb", "a\nb\n"),
    "lines with dashes and pluses": ("-- a/x\n++ b/x\n", "-- a/x\n--- c\n+++ d\n"),
    "carriage returns": ("a\r\nb\r\n", "a\r\nc\r\n"),
    "a form feed is no line's end": ("a\fb\nc\n", "a\fb\nd\n"),
    "blank lines": ("a\n\n\nb\n", "a\n\nb\n"),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_git_diff_writes_is_applied(name: str, tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git")
    before, after = EDITS[name]
    for folder, content in (("a", before), ("b", after)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.go").write_bytes(content.encode())
    command = [git, "-c", "core.autocrlf=false", "diff", "--no-index", "--no-prefix", "--no-color", "a/x.go", "b/x.go"]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert applied({"x.go": before}, done.stdout.decode()) == {"x.go": after}


def test_a_mail_with_new_removed_and_renamed_files() -> None:
    text = """\
From 0123 Mon Sep 17 00:00:00 2001
From: A <a@example.com>
Subject: [PATCH] Move things
---
 b.go | 1 +

diff --git a/new.go b/new.go
new file mode 100644
index 0000000..1111111
--- /dev/null
+++ b/new.go
@@ -0,0 +1,2 @@
+package m
+// new
diff --git a/old.go b/old.go
deleted file mode 100644
--- a/old.go
+++ /dev/null
@@ -1 +0,0 @@
-package m
diff --git a/from.go b/d/to.go
similarity index 50%
rename from from.go
rename to d/to.go
--- a/from.go
+++ b/d/to.go
@@ -1,2 +1,2 @@ package m
 package m
-// from
+// to
diff --git a/same.go b/else.go
similarity index 100%
rename from same.go
rename to else.go
--\x20
2.40.0
"""
    files = {"old.go": "package m\n", "from.go": "package m\n// from\n", "same.go": "package m\n"}
    assert applied(files, text) == {
        "new.go": "package m\n// new\n",
        "old.go": None,
        "from.go": None,
        "d/to.go": "package m\n// to\n",
        "same.go": None,
        "else.go": "package m\n",
    }


def test_hunks_apply_at_the_nearest_place() -> None:
    body = "@@ -1,2 +1,2 @@\n x\n-y\n+z\n"
    far = "x\ny\n" + "-\n" * 10 + "x\ny\n"
    assert applied({"f": "-\n-\n" + far}, change("a/f", "b/f", body)) == {"f": "-\n-\nx\nz\n" + "-\n" * 10 + "x\ny\n"}


def test_hunks_that_do_not_apply_are_told_all_at_once() -> None:
    text = change("a/f", "b/f", "@@ -1 +1 @@\n-wrong\n+z\n@@ -3 +3 @@\n-3\n+three\n@@ -9,2 +9,2 @@\n 9\n-11\n+x\n")
    text += change("a/gone", "b/gone", "@@ -1 +1 @@\n-a\n+b\n") + change("/dev/null", "b/f", "@@ -0,0 +1 @@\n+a\n")
    with pytest.raises(UsageError) as error:
        applied({"f": LINES}, text)
    assert str(error.value).splitlines() == [
        "p.patch:1: f: the hunk '@@ -1 +1 @@' does not apply",
        "p.patch:1: f: the hunk '@@ -9,2 +9,2 @@' does not apply",
        "p.patch:13: gone: no such file",
        "p.patch:18: f: the file already exists",
    ]


HOSTILE = {
    "up": change("a/../../etc/passwd", "b/../../etc/passwd", "@@ -1 +1 @@\n-a\n+b\n"),
    "up in the new name": change("a/f", "b/d/../../f", "@@ -1 +1 @@\n-a\n+b\n"),
    "absolute": change("/etc/passwd", "/etc/passwd", "@@ -1 +1 @@\n-a\n+b\n"),
    "absolute below a folder": change("a//etc/passwd", "b//etc/passwd", "@@ -1 +1 @@\n-a\n+b\n"),
    "no folder": change("passwd", "passwd", "@@ -1 +1 @@\n-a\n+b\n"),
    "renamed out": "diff --git a/f b/f\nrename from f\nrename to ../f\n",
    "quoted": change('"a/\\056\\056/f"', '"b/\\056\\056/f"', "@@ -1 +1 @@\n-a\n+b\n"),
    "backslashes": change("a/..\\f", "b/..\\f", "@@ -1 +1 @@\n-a\n+b\n"),
    "control characters": change('"a/f\\n"', '"b/f\\n"', "@@ -1 +1 @@\n-a\n+b\n"),
    "symlink": "diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n",
    "submodule": "diff --git a/l b/l\nnew file mode 160000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+x\n",
    "binary": "diff --git a/l b/l\nGIT binary patch\nliteral 1\nIcmZ\n",
    "cut off": change("a/f", "b/f", "@@ -1,9 +1,9 @@\n 1\n"),
    "a huge count": change("a/f", "b/f", "@@ -1,999999999999 +1 @@\n 1\n"),
    "names alone": change("a/f", "b/f", ""),
    "no names": "@@ -1 +1 @@\n-1\n+2\n",
    "a second hunk without numbers": change("a/f", "b/f", "@@ -1 +1 @@\n-1\n+2\n@@ -x +y @@\n-3\n+4\n"),
    "a number without end": change("a/f", "b/f", f"@@ -{'1' * 5000} +1 @@\n 1\n"),
    "more than it says": change("a/f", "b/f", "@@ -1 +1,2 @@\n 1\n 2\n"),
    "no hunk's line": change("a/f", "b/f", "@@ -1,2 +1,2 @@\n 1\nx\n"),
    "mode alone": "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n",
    "nothing": "hello\n",
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_unsupported_patches_are_refused(name: str) -> None:
    with pytest.raises(UsageError) as error:
        applied({"f": LINES, "etc/passwd": "a\n"}, HOSTILE[name])
    assert str(error.value).startswith("p.patch")


def test_quoted_names() -> None:
    text = change('"a/\\303\\251 \\"x\\".txt"', '"b/\\303\\251 \\"x\\".txt"', "@@ -1 +1 @@\n-a\n+b\n")
    assert applied({'é "x".txt': "a\n"}, text) == {'é "x".txt': "b\n"}


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        (
            LINES,
            LINES.replace("1\n2\n", "one\n2\n", 1).replace("20", "19.5\n20"),
            "@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -17,5 +17,6 @@\n 17\n 18\n 19\n+19.5\n 20\n ",
        ),
        ("", "new\nfile\n", "@@ -1 +1,3 @@\n+new\n+file\n "),
        ("an end\n", "no end", "@@ -1,2 +1 @@\n-an end\n-\n+no end"),
        ("a\r\nb", "crlf\r\nb", "@@ -1,2 +1,2 @@\n-a\r\n+crlf\r\n b"),
        ("gone", "", "@@ -1 +1 @@\n-gone\n+"),
    ],
)
def test_the_locks_form_of_a_change(before: str, after: str, diff: str) -> None:
    # tests/rules/patch_test.bzl applies the very same.
    assert normal_diff(before, after) == diff
