"""The default GODEBUG settings of a program: those that the go command says."""

from __future__ import annotations

from pathlib import Path

import pytest
from builder.link.godebug import Directive, default_godebug, directives_of, problems_of
from support.realgo import RealGo

TABLE = """
var All = []Info{
	{Name: "asynctimerchan", Package: "time", Changed: 23, Old: "1", Removed: 27},
	{Name: "http2client", Package: "net/http"},
	{Name: "panicnil", Package: "runtime", Changed: 21, Old: "1"},
	{Name: "tls3des", Package: "crypto/tls", Changed: 23, Opaque: true, Old: "1"},
	{Name: "winsymlink", Package: "os", Changed: 23, Old: "0"},
	//{Name: "left", Package: "out", Changed: 99, Old: "1"},
}

var Removed = []RemovedInfo{
	{Name: "x509sha1", Removed: 24},
}
"""


@pytest.mark.parametrize(
    ("go", "settings"),
    [
        ("1.20", "asynctimerchan=1,panicnil=1,tls3des=1,winsymlink=0"),
        ("1.21.5", "asynctimerchan=1,tls3des=1,winsymlink=0"),
        ("1.22", "asynctimerchan=1,tls3des=1,winsymlink=0"),
        ("1.23", ""),
        ("1.22rc1", ""),
        ("2.1", ""),
        ("", ""),
    ],
)
def test_releases(go: str, settings: str) -> None:
    assert default_godebug(TABLE, go, {}, ()) == settings


def test_what_counts_more() -> None:
    """Settings of the module count more than those of the release, and directives more than both."""
    assert default_godebug(TABLE, "1.23", {"panicnil": "1"}, [("http2client", "0")]) == "http2client=0,panicnil=1"
    assert default_godebug(TABLE, "1.23", {"panicnil": "1"}, [("panicnil", "0"), ("panicnil", "2")]) == "panicnil=2"
    assert default_godebug(TABLE, "1.22", {"default": "go1.23"}, [("winsymlink", "1")]) == "winsymlink=1"
    assert default_godebug(TABLE, "1.23", {"default": "go1.23"}, [("default", "go1.20"), ("tls3des", "0")]) == (
        "asynctimerchan=1,panicnil=1,tls3des=0,winsymlink=0"
    )
    assert default_godebug(TABLE, "1.23", {}, (), fips140=True) == "fips140=on"
    assert default_godebug(TABLE, "1.23", {"fips140": "off"}, (), fips140=True) == "fips140=off"


def test_directives() -> None:
    text = (
        "// Words.\n//go:debug panicnil=1\n\n/* More. */\n//go:debug\thttp2client=0 \n//go:build linux\n"
        "// //go:debug no=1\n\npackage main // x\n\n//go:debug later=1\n"
    )
    assert directives_of(text) == [Directive("panicnil=1", "2:1"), Directive("http2client=0", "5:1")]
    assert directives_of("package main\n\n//go:debug later=1\n") == []


def test_the_go_command_agrees_on_releases(tmp_path: Path, go: RealGo) -> None:
    table = _table(tmp_path, go)
    newest = int(go.version.removeprefix("go").split(".")[1])
    for line in [*(f"1.{minor}" for minor in range(16, newest + 1)), "1.21.3", "1.22rc1", f"1.{newest}.0"]:
        _write(tmp_path, line, "package main\n\nfunc main() {}\n")
        assert default_godebug(table, line, {}, ()) == _of_go(tmp_path, go), line


@pytest.mark.parametrize(
    ("line", "module", "directives"),
    [
        ("1.23", {"panicnil": "1", "http2client": "0"}, []),
        ("1.23", {"panicnil": "1"}, [("panicnil", "0"), ("execerrdot", "0")]),
        ("1.23", {"default": "go1.21"}, []),
        ("1.24", {"default": "go1.23"}, [("winsymlink", "0")]),
        ("1.22", {}, [("default", "go1.20"), ("panicnil", "0")]),
    ],
)
@pytest.mark.parametrize("fips140", ["off", "latest"])
def test_the_go_command_agrees_on_settings(
    tmp_path: Path, go: RealGo, line: str, module: dict[str, str], directives: list[tuple[str, str]], fips140: str
) -> None:
    if fips140 != "off" and go.version.removeprefix("go").startswith("1.23"):
        pytest.skip("Go 1.23 has no GOFIPS140")
    lines = "".join(f"//go:debug {key}={value}\n" for key, value in directives)
    text = f"{lines}\npackage main\n\nfunc main() {{}}\n"
    _write(tmp_path, line, text, **module)
    pairs = [directive.pair for directive in directives_of(text)]
    made = default_godebug(_table(tmp_path, go), line, module, pairs, fips140=fips140 != "off")
    assert pairs == directives
    assert made == _of_go(tmp_path, go, GOFIPS140=fips140)


def _table(folder: Path, go: RealGo) -> str:
    root = go.run("env", "GOROOT", cwd=folder).out.strip()
    return Path(root, "src/internal/godebugs/table.go").read_text(encoding="utf-8")


def _write(folder: Path, line: str, text: str, **settings: str) -> None:
    godebug = "".join(f"godebug {key}={value}\n" for key, value in settings.items())
    (folder / "go.mod").write_text(f"module m\n\ngo {line}\n\n{godebug}", encoding="utf-8")
    (folder / "main.go").write_text(text, encoding="utf-8")


def _of_go(folder: Path, go: RealGo, **environment: str) -> str:
    done = go.run("list", "-f", "{{.DefaultGODEBUG}}", ".", cwd=folder, **environment)
    assert done.code == 0, done.err
    return done.out.strip()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("panicnil=1", ""),
        ("default=go1.26", ""),
        ("panicnil", "missing key=value"),
        ("", "missing key=value"),
        ("panic nil=1", "key contains space"),
        ("panicnil=1 2", "value contains space"),
        ("a,b=1", "key contains comma"),
        ("panicnil=1,2", "value contains comma"),
        ("default=1.22", "value for default= must be goVERSION"),
        ("default=go1.27", "default=go1.27 too new (toolchain is go1.26.8)"),
        ("x509sha1=1", 'use of removed //go:debug setting "x509sha1", see https://go.dev/doc/godebug#go-124'),
        ("left=1", 'unknown //go:debug setting "left"'),
    ],
)
def test_what_is_refused(line: str, problem: str) -> None:
    directives = [("x/a.go", directive) for directive in directives_of(f"//go:debug {line}\npackage main\n")]
    assert len(directives) == 1
    expected = [f"x/a.go:1:1: invalid //go:debug: {problem}"] if problem else []
    assert list(problems_of(TABLE, "1.26.8", directives)) == expected


def test_a_setting_twice() -> None:
    directives = [("x/a.go", Directive("panicnil=1", "1:1")), ("x/b.go", Directive("panicnil=0", "3:1"))]
    assert list(problems_of(TABLE, "1.26.8", directives)) == [
        "x/b.go:3:1: repeated //go:debug for panicnil\n\tx/a.go:1:1: previous //go:debug"
    ]


@pytest.mark.parametrize("line", ["left=1", "panicnil", "panicnil=1 2", "default=1.22", "x509sha1=1", "default=go1.99"])
def test_the_go_command_refuses_the_same(tmp_path: Path, go: RealGo, line: str) -> None:
    text = f"//go:debug {line}\npackage main\n\nfunc main() {{}}\n"
    _write(tmp_path, "1.22", text)
    theirs = go.run("build", "-o", str(tmp_path / "out"), ".", cwd=tmp_path)
    directives = [("./main.go", directive) for directive in directives_of(text)]
    problems = list(problems_of(_table(tmp_path, go), go.version.removeprefix("go"), directives))
    assert theirs.code == 1
    assert theirs.err.splitlines()[-1:] == problems
