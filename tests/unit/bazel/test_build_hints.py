"""What a build says of failed actions: what helps, and nothing of what helps nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.fake_programs import FakeRunner
from support.user import User

from gomod2bazel.base.errors import FileError
from gomod2bazel.bazel.hints import build_hint, without_noise
from gomod2bazel.bazel.messages import failures
from gomod2bazel.bazel.server.build_report import BuildReport, FailedAction

_USAGE = """\
usage: link [options] main.o
  -B note
    \tset ELF NT_GNU_BUILD_ID note or Mach-O UUID
  -V\tprint version and exit

  -w\tdisable DWARF generation
"""

WORKER = """\
Worker process did not return a WorkResponse:

---8<---8<--- Start of log, file at /c/bazel-workers/worker-1-GoCompile.log ---8<---8<---
{log}
---8<---8<--- End of log ---8<---8<---"""


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        (
            "x.go:3:10: fatal error: zlib.h: No such file or directory\n    3 | #include <zlib.h>",
            ("apt-file search zlib.h",),
        ),
        ("x.go:3:10: fatal error: openssl/ssl.h: No such file", ()),
        ("x.c:1:10: fatal error: openssl/ssl.h: No such file or directory", ("search ssl.h", "'*/openssl/ssl.h'")),
        ("x.go:3:10: fatal error: 'zlib.h' file not found", ("CGO_ENABLED=0",)),
        (
            "# pkg-config --cflags -- nosuch\nPackage nosuch was not found in the pkg-config search path.\n"
            "No package 'nosuch' found",
            ("apt-file search nosuch.pc", "PKG_CONFIG_PATH"),
        ),
        ("Package 'gtk4', required by 'virtual:world', not found", ("'pkgconfig(gtk4)'",)),
        ('exec: "pkg-config": executable file not found in $PATH', ("install pkg-config",)),
        ("/usr/bin/ld: cannot find -lsodium: No such file or directory", ("libsodium.so",)),
        ("ld.lld: error: unable to find library -lsodium", ("libsodium.so",)),
        (f"# m\nflag provided but not defined: -foo\n{_USAGE}", ("correct -ldflags: go tool link -h",)),
        (f'# m\ninvalid value "x" for flag -T: parse error\n{_USAGE}', ("correct -ldflags",)),
        ("# m\nflag provided but not defined: -foo\nusage: compile [options] file.go...\n  -x\n", ("-gcflags",)),
        ("# m\n/sdk/pkg/tool/compile: signal: killed", ("-p 1",)),
        (WORKER.format(log="(empty)"), ("-p 1",)),
        ("m/a.go:3:1: undefined: x", ()),
        ("m/a.go:3:1: cannot use f.h (variable of type int) as string value", ()),
    ],
)
def test_hints(text: str, hints: tuple[str, ...]) -> None:
    given = build_hint(text)
    assert all(hint in given for hint in hints)
    assert bool(given) == bool(hints)


def test_the_list_of_all_flags_is_left_out() -> None:
    text = f"# m\nflag provided but not defined: -foo\n{_USAGE}# n\nn/a.go:1: wrong\n"
    assert without_noise(text) == "# m\nflag provided but not defined: -foo\n# n\nn/a.go:1: wrong\n"


@pytest.mark.parametrize(
    ("log", "left"),
    [("(empty)", " its log is empty"), ("", " its log is empty"), ("a\n\nOSError: bad", "\n\ta\n\tOSError: bad")],
)
def test_the_end_of_the_log_of_a_worker(log: str, left: str) -> None:
    assert without_noise(f"# m\n{WORKER.format(log=log)}\n# n") == (
        f"# m\nWorker process did not return a WorkResponse:{left}\n# n"
    )


def test_several_logs_of_workers_are_cut_apart() -> None:
    text = without_noise("\n".join([WORKER.format(log="first"), "between", WORKER.format(log="second")]))
    assert "between" in text and "first" in text and "second" in text and "8<" not in text


def _report(*texts: str) -> BuildReport:
    actions = (FailedAction(label="//:a", mnemonic="GoCompile", exit_code=1, message=text) for text in texts)
    return BuildReport(outputs={}, failed_actions=tuple(actions), exit_code=1, exit_name="BUILD_FAILURE", complete=True)


def test_workers_that_end_for_want_of_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        f_bavail, f_frsize, f_favail, f_files = 768, 4096, 5, 9

    session = User(tmp_path, FakeRunner()).session
    report = _report(*[WORKER.format(log="(empty)")] * 10)
    killed = failures(report, {}, {}, session)
    assert killed is not None and "-p 1" in killed.hint
    monkeypatch.setattr(os, "statvfs", lambda _path: Full)
    error = failures(report, {}, {}, session)
    assert isinstance(error, FileError)
    assert str(error) == f"no space left in {session.caches.bazel} (3 MB free)"
    assert failures(_report("m/a.go:3: undefined: x"), {}, {}, session) is not None


def test_failures_carry_their_hint(tmp_path: Path) -> None:
    session = User(tmp_path, FakeRunner()).session
    error = failures(_report(f"flag provided but not defined: -foo\n{_USAGE}"), {"//:a": "m"}, {}, session)
    assert error is not None
    assert str(error) == "# m\nflag provided but not defined: -foo"
    assert error.outputs == (("m", "# m\nflag provided but not defined: -foo\n"),)
    assert "go tool link -h" in error.hint
