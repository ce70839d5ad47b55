"""Two leaf modules whose requirements do not agree, and what they require: tiny, without the standard library."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from support import txtar

__all__ = ["BASELINE", "GOPROXY", "MODULES", "OSV", "PATCH", "A", "B", "serve"]


def _module(path: str, requires: Iterable[str], files: dict[str, str], go: str = "1.22") -> str:
    lines = "".join(f"require {requirement}\n" for requirement in requires)
    text = f"\n-- go.mod --\nmodule {path}\n\ngo {go}\n\n{lines}"
    return text + "".join(f"-- {name} --\n{content}" for name, content in files.items())


def _low(version: str) -> str:
    files = {
        "low.go": f'package low\n\nconst N = "low {version}"\n\n// Das Ende, schön.\n',
        "inner/inner.go": f'package inner\n\n//go:noinline\nfunc Say() string {{ return "inner {version}" }}\n',
    }
    return _module("example.com/low", [], files)


def _other(version: str) -> str:
    return _module("example.com/other", [], {"other.go": f'package other\n\nconst N = "other {version}"\n'})


def _through(name: str, requires: Iterable[str]) -> str:
    text = f'package {name}\n\nimport "example.com/low"\n\nconst N = "{name} " + low.N\n'
    return _module(f"example.com/{name}", requires, {f"{name}.go": text})


def _main(path: str, what: str) -> str:
    return f'package main\n\nimport "{path}"\n\nfunc main() {{ println({path.rpartition("/")[2]}.{what}) }}\n'


A = _module(
    "example.com/a",
    ["example.com/left v1.0.0", "example.com/low v1.1.0 // indirect", "example.com/other v1.0.0"],
    {
        "cmd/left/main.go": _main("example.com/left", "N"),
        "cmd/other/main.go": _main("example.com/other", "N"),
        "cmd/alone/main.go": 'package main\n\nfunc main() { println("alone") }\n',
    },
)

B = _module(
    "example.com/b",
    ["example.com/low v1.0.0", "example.com/other v1.1.0", "example.com/right v1.0.0"],
    {
        "cmd/right/main.go": _main("example.com/right", "N"),
        "cmd/inner/main.go": _main("example.com/low/inner", "Say()"),
        "cmd/newer/main.go": _main("example.com/other", "N"),
    },
)

MODULES = {
    **{f"low@{version}": _low(version) for version in ("v1.0.0", "v1.1.0", "v1.2.0")},
    **{f"other@{version}": _other(version) for version in ("v1.0.0", "v1.1.0", "v1.2.0")},
    "left@v1.0.0": _through("left", ["example.com/low v1.1.0"]),
    "right@v1.0.0": _through("right", ["example.com/low v1.0.0"]),
    "right@v1.1.0": _through("right", ["example.com/low v1.2.0"]),
    "a@v1.0.0": A,
    "b@v1.0.0": B,
}

BASELINE = """\
// What the whole house uses.
module example.com/baseline

require (
	example.com/left v1.0.0
	example.com/low v1.1.0 // see the ticket

	// Kept apart.
	example.com/other v1.1.0
)

require example.com/right v1.0.0
"""

# Of low.go in every version.
PATCH = """\
diff --git a/low.go b/low.go
--- a/low.go
+++ b/low.go
@@ -4,2 +4,4 @@

 // Das Ende, schön.
+
+const More = "größer"
diff --git a/inner/inner.go b/inner/inner.go
--- a/inner/inner.go
+++ b/inner/inner.go
@@ -3,2 +3,2 @@
 //go:noinline
-func Say() string { return "inner v1.1.0" }
+func Say() string { return "inner patched" }
"""

OSV = """
-- ID/GO-2099-0001.json --
{"id": "GO-2099-0001", "aliases": ["CVE-2099-1"], "summary": "Says too much", "affected": [{
  "package": {"name": "example.com/low", "ecosystem": "Go"},
  "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}],
  "ecosystem_specific": {"imports": [{"path": "example.com/low/inner", "symbols": ["Say", "Shout"]}]}}]}
-- ID/GO-2099-0002.json --
{"id": "GO-2099-0002", "summary": "Elsewhere only", "affected": [{
  "package": {"name": "example.com/low", "ecosystem": "Go"},
  "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}],
  "ecosystem_specific": {"imports": [{"path": "example.com/low", "goos": ["plan9"]}]}}]}
-- ID/GO-2099-0003.json --
{"id": "GO-2099-0003", "summary": "All of it", "affected": [{
  "package": {"name": "example.com/other", "ecosystem": "Go"},
  "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.0.0"}, {"fixed": "1.1.0"}]}]}]}
"""


GOPROXY = "-goproxy=file://{}/goproxy"


def serve(folder: Path) -> str:
    """Make the goproxy, the trees a and b, base.mod and its sums, and the records in ``folder``; return the sums."""
    sums = txtar.proxy(folder, MODULES).go_sum
    for name, text in (("a", A), ("b", B)):
        tree = txtar.write(folder / name, text)
        (tree / "go.sum").write_text(sums, encoding="utf-8")
    (folder / "base.mod").write_text(BASELINE, encoding="utf-8")
    (folder / "base.sum").write_text(sums, encoding="utf-8")
    txtar.write(folder / "osv", OSV)
    return sums
