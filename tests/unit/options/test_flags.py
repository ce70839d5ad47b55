"""The command line: every flag of go build is read as the go command reads it, or refused with a word why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.realgo import RealGo

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import FLAGS, parse
from gomod2bazel.options.options import Options, values_of
from gomod2bazel.options.quoting import split


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  ", ()),
        ("a b\tc\nd\re", ("a", "b", "c", "d", "e")),
        ("'a b' c", ("a b", "c")),
        ('"it\'s" x', ("it's", "x")),
        ("'' \"\"", ("", "")),
        ("-X=a'b c'", ("-X=a'b", "c'")),
        ("'a'b", ("a", "b")),
        (r"a\ b '\'", ("a\\", "b", "\\")),
        ("a\u00a0b\x0cc", ("a\u00a0b\x0cc",)),
        ("'a\nb'", ("a\nb",)),
    ],
)
def test_split(text: str, words: tuple[str, ...]) -> None:
    assert split(text) == words


@pytest.mark.parametrize("text", ["'", "a 'b", "\"a'", "a ' b"])
def test_split_unclosed(text: str) -> None:
    with pytest.raises(UsageError, match="unterminated"):
        split(text)


def test_every_flag_of_go_build_is_known(tmp_path: Path, go: RealGo) -> None:
    text = go.run("help", "build", cwd=tmp_path).out + "\n\t-debug-actiongraph\n\t-debug-trace\n"
    names = set(re.findall(r"^\t-([\w-]+)", text, re.MULTILINE))
    assert {"C", "a", "trimpath", "overlay", "json"} <= names, "go help build was not understood"
    assert names - {"json"} <= set(FLAGS)


def test_help_has_a_line_for_each_flag() -> None:
    assert all(flag.help and "\n" not in flag.help for flag in FLAGS.values())
    fields = set(values_of(Options()))
    assert {flag.option for flag in FLAGS.values()} - {""} <= fields


@pytest.mark.parametrize(
    ("argv", "field", "value"),
    [
        (["-destination", "/usr/bin"], "destination", "/usr/bin"),
        (["--destination=/usr/bin"], "destination", "/usr/bin"),
        (["-destination="], "destination", ""),
        (["-destination", "-odd"], "destination", "-odd"),
        (["-prefix=a=b"], "prefix", "a=b"),
        (["-result-file", "r", "-result-file", "s"], "result_file", "s"),
        (["-result-format=rpm"], "result_format", "rpm"),
        (["-set", "all,-example"], "sets", ("target", "test-helper", "integration", "maintenance")),
        (["-binary", "m/x=y", "--binary=m/z"], "binaries", {"m/x": "y", "m/z": ""}),
        (["-platform", "linux/arm64, windows/386,linux/arm64"], "platforms", (("linux", "arm64"), ("windows", "386"))),
        (["-offline"], "offline", True),
        (["--offline=true"], "offline", True),
        (["-offline=1"], "offline", True),
        (["-offline=false"], "offline", False),
        (["-offline=0"], "offline", False),
        (["-offline", "-offline=F"], "offline", False),
        (["-keep-going"], "keep_going", True),
        (["-main-module"], "main_module", True),
        (["-tags", "a,b,,d"], "tags", ("a", "b", "d")),
        (["-tags", "a 'b c'"], "tags", ("a", "b c")),
        (["-tags=a", "-tags=b"], "tags", ("b",)),
        (["-ldflags=-s -w", "-ldflags", "all=-X 'a=b c'"], "ldflags", ("-s -w", "all=-X 'a=b c'")),
        (["-gcflags=\n-N"], "gcflags", ("\n-N",)),
        (["-p=4"], "jobs", 4),
        (["-a"], "rebuild", True),
        (["-v"], "verbose", True),
        (["-x"], "commands", True),
        (["-C", "dir"], "chdir", "dir"),
        (["-mod=vendor"], "mod", "vendor"),
        (["-buildmode=pie"], "buildmode", "pie"),
        (["-buildmode", "c-shared"], "buildmode", "c-shared"),
        (["-linkshared"], "linkshared", True),
        (["-o", "dir/x"], "output_file", "dir/x"),
        (["-o=x", "-o="], "output_file", ""),
        (["-trimpath", "-buildvcs=false", "-compiler=gc"], "rebuild", False),
        (["-json"], "json", True),
        (["-race"], "race", True),
        (["-covermode=atomic"], "cover", True),
        (["-coverpkg=a,./b/..."], "coverpkg", ("a", "./b/...")),
        (["-coverpkg=a", "-coverpkg="], "coverpkg", ()),
        (["-coverpkg="], "cover", True),
        (["-covermode=set", "-cover=false"], "cover", False),
        (["-cover=false", "-covermode="], "cover", True),
    ],
)
def test_value(argv: list[str], field: str, value: Any) -> None:
    options, arguments = parse([*argv, "INPUT"])
    assert (values_of(options)[field], arguments) == (value, ("INPUT",))


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        (["-nonsense"], "flag provided but not defined: -nonsense"),
        (["-destination"], "flag needs an argument: -destination"),
        (["-trimpath=false"], "-trimpath=false is not supported"),
        (["-gcflags=all=-N -trimpath=/src"], "-trimpath for the compiler or assembler alone is not supported"),
        (["-asmflags", "--trimpath /src"], "-trimpath for the compiler or assembler alone is not supported"),
        (["-compiler=tcc"], 'invalid value "tcc" for flag -compiler: unknown compiler "tcc"'),
        (
            ["-result-format=xml"],
            "-result-format: 'xml' is not one of lines, json, rpm, proto, deb-built-using",
        ),
        (["-set=none"], "-set: unknown set 'none'"),
        (["-set="], "-set '' selects no set"),
        (["-binary", "=x"], "-binary '=x': no import path given"),
        (["-platform=linux"], "-platform: 'linux' is not GOOS/GOARCH"),
        (["-platform=../a/b"], "-platform: '../a/b' is not GOOS/GOARCH"),
        (["-p=0"], "-p must be a positive integer: 0"),
        (["-p=x"], 'invalid value "x" for flag -p: parse error'),
        (["-buildmode=wrong"], "-buildmode=wrong not supported"),
        (["-covermode=x"], 'invalid value "x" for flag -covermode: valid modes are "set", "count", or "atomic"'),
        (["-offline=perhaps"], 'invalid boolean value "perhaps" for -offline: parse error'),
    ],
)
def test_refused(argv: list[str], what: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert caught.value.what.startswith(what)


def test_flags_may_follow_the_input_and_end_at_two_dashes() -> None:
    options, arguments = parse(["a", "-v", "b", "--", "-x", "c"])
    assert (options.bazel.verbose, options.bazel.commands, arguments) == (True, False, ("a", "b", "-x", "c"))


def test_a_dash_alone_is_an_argument() -> None:
    assert parse(["-", "--", "-1"])[1] == ("-", "-1")


def test_start_holds_until_changed() -> None:
    start, _ = parse(["-tags=a", "-ldflags=-s", "-v"])
    options, _ = parse(["-ldflags=-w", "-v=false"], start)
    load = options.module.load
    assert (load.tags, load.compile.ldflags, options.bazel.verbose) == (("a",), ("-s", "-w"), False)
