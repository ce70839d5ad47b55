"""Which files each //go:embed pattern matches: the same as the go command tells the compiler."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.realgo import RealGo

from gomod2bazel.base.errors import BuildError
from gomod2bazel.base.json_input import read_objects
from gomod2bazel.lock.embed import match_patterns

FILES = (
    "a.txt", "b.txt", "a-b.txt", "z.txt", ".hidden.txt", "_under.txt", "d.md", "dir/x.txt", "dir/.env",
    "dir/_skip/y.txt", "dir/sub/deep/z.txt", "dir/sub/.git2/z.txt", "other/a.txt", "other/b/c.txt", "other/BUILD",
    "dot.d/q.txt", "brack[et].txt", "x^caret.txt", "xe.d", "nested/in.txt", "nested/a/mod/go.mod",
    "nested/a/mod/hidden.txt", "nested/a/in.txt", ".dot/in.txt", ".dot/.more/in.txt", "d/d", "d-d.txt", "ünï.txt",
)  # fmt: skip

PATTERNS = [
    ["a.txt"],
    ["*.txt"],
    ["dir"],
    ["all:dir"],
    ["dir/*"],
    ["*/*"],
    ["*.txt", "*/*.txt"],
    ["dir/*/*"],
    ["*", "all:*"],
    ["[ab].txt", "[a-c]*.txt"],
    ["[^a]*.txt"],
    ["[^a-z]*"],
    ["[!x]*.d"],
    [r"brack\[et\].txt"],
    ["brack[[]et].txt"],
    [r"[\d]*"],
    [r"[a\-z].txt"],
    [r"a[\-]b.txt"],
    ["?.txt", "??ï.txt"],
    ["dot.d", "dot?d/*"],
    [r"\a.txt"],
    ["dir/sub", "dir/_skip", "dir/.env"],
    ["nested", "all:nested"],
    [".dot", "all:.dot", ".dot/*"],
    ["other/BUILD", "other"],
    ["d", "d/d", "d?*"],
    ["[a&&b].txt", "[a||b].txt", "[a~~b].txt"],
    ["[_.]*.txt"],
    ["[b-aa].txt"],
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("embed")
    for name in FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("module example.com/nested\n" if name.endswith("go.mod") else name, encoding="utf-8")
    (root / "go.mod").write_text("module example.com/m\n\ngo 1.21\n", encoding="utf-8")
    return root


def _embed(tree: Path, patterns: list[str]) -> None:
    words = " ".join(json.dumps(pattern, ensure_ascii=False) for pattern in patterns)
    text = f'package m\n\nimport "embed"\n\n//go:embed {words}\nvar FS embed.FS\n'
    (tree / "m.go").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("patterns", PATTERNS, ids=" ".join)
def test_same_as_the_compiler_is_told(patterns: list[str], tree: Path, go: RealGo) -> None:
    _embed(tree, patterns)
    listed: dict[str, Any] = next(
        read_objects(go.run("list", "-json=EmbedPatterns,EmbedFiles", cwd=tree).out, "go list")
    )
    shown = go.run("build", "-n", ".", cwd=tree).err
    config = re.search(r"embedcfg << 'EOF' # internal\n(.*?)EOF\n", shown, re.DOTALL)
    assert config, shown
    assert match_patterns(listed["EmbedPatterns"], listed["EmbedFiles"]) == json.loads(config[1])["Patterns"]


def test_empty_folder_matches_by_no_file() -> None:
    assert match_patterns(["dir", "x"], ["dir/a", "x/.b"]) == {"dir": ["dir/a"], "x": []}


@pytest.mark.parametrize("pattern", ["[a", "[", "a[^", "[a-", "[\\"])
def test_malformed(pattern: str) -> None:
    with pytest.raises(BuildError, match="malformed pattern"):
        match_patterns([pattern], ["a"])
