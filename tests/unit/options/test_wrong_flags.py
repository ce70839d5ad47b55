"""Wrong command lines: ours are refused with what the real go command says of them, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.realgo import RealGo

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.gocommand import error_of
from gomod2bazel.options.flags import FLAGS, parse
from gomod2bazel.options.goflags import from_go_flags

# Flags, and words that both messages hold.
LINES = [
    (["-nosuch"], "flag provided but not defined: -nosuch"),
    (["-v=maybe"], 'invalid boolean value "maybe" for -v: parse error'),
    (["-a=2"], 'invalid boolean value "2" for -a: parse error'),
    (["-tags"], "flag needs an argument: -tags"),
    (["-p"], "flag needs an argument: -p"),
    (["-p=x"], 'invalid value "x" for flag -p: parse error'),
    (["-p=0"], "-p must be a positive integer: 0"),
    (["-p=-3"], "-p must be a positive integer: -3"),
    (["-mod=bad"], "-mod=bad not supported (can be '', 'mod', 'readonly', or 'vendor')"),
    (["-tags=a b,c"], "-tags space-separated list contains comma"),
    (["-buildvcs=maybe"], "invalid boolean value \"maybe\" for -buildvcs: value is neither 'auto' nor a valid bool"),
    (["-p="], 'invalid value "" for flag -p: parse error'),
    (["-p=1__0"], 'invalid value "1__0" for flag -p: parse error'),
    (["-p= 2"], 'invalid value " 2" for flag -p: parse error'),
    (["-p=99999999999999999999"], 'invalid value "99999999999999999999" for flag -p: value out of range'),
    (["---v"], "bad flag syntax: ---v"),
    (["-=v"], "bad flag syntax: -=v"),
    (["--=v"], "bad flag syntax: --=v"),
    (["-9"], "flag provided but not defined: -9"),
    (["-no such"], "flag provided but not defined: -no such"),
    (["-i"], "flag provided but not defined: -i"),
    (["-compiler=tcc"], 'invalid value "tcc" for flag -compiler: unknown compiler "tcc"'),
    (["-covermode=all"], 'invalid value "all" for flag -covermode: valid modes are "set", "count", or "atomic"'),
    (["-buildmode=dll"], "buildmode=dll not supported"),
    (["-toolexec='a"], "invalid value \"'a\" for flag -toolexec: unterminated ' string"),
    (["-gcflags=x"], 'invalid value "x" for flag -gcflags: missing =<value> in <pattern>=<value>'),
    (["-asmflags==-N"], 'invalid value "=-N" for flag -asmflags: missing <pattern> in <pattern>=<value>'),
    (["-ldflags='a'=-s"], "for flag -ldflags: parameter may not start with quote character '"),
    (["-gcflags=all='-N"], "for flag -gcflags: unterminated ' string"),
]

GOFLAGS = [
    ("foo", 'parsing $GOFLAGS: non-flag "foo"'),
    ("-tags x", 'parsing $GOFLAGS: non-flag "x"'),
    ("---v", 'parsing $GOFLAGS: non-flag "---v"'),
    ("'-tags", "parsing $GOFLAGS: unterminated ' string"),
    ("-tags", "flag needs an argument: -tags (from $GOFLAGS)"),
    ("-p=0", "-p must be a positive integer: 0"),
]

SETTINGS = [
    ({"GOOS": "foo"}, "unsupported GOOS/GOARCH pair foo/"),
    ({"GOARCH": "foo"}, "unsupported GOOS/GOARCH pair "),
    ({"GOEXPERIMENT": "foo"}, "unknown GOEXPERIMENT foo"),
    ({"GOFIPS140": "v9"}, "invalid GOFIPS140: "),
    ({"GOWORK": "foo"}, "invalid GOWORK: not an absolute path"),
    ({"CC": "./cc", "CGO_ENABLED": "1"}, "CC environment variable is relative; must be absolute path: ./cc"),
    ({"CXX": "'c++"}, "CXX environment variable could not be parsed: unterminated ' string"),
    ({"GOFIPS140": "latest", "GOFLAGS": "-tags=purego"}, "cannot use GOFIPS140 with the purego build tag"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "go.mod").write_text("module example.com/m\n")
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n")
    return folder


@pytest.mark.parametrize(
    ("flags", "words"), LINES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_flags(flags: list[str], words: str, tree: Path, go: RealGo) -> None:
    theirs = go.run("build", "-n", *flags, cwd=tree)
    assert theirs.code
    assert words in theirs.err
    with pytest.raises(UsageError) as caught:
        parse(flags)
    assert words in caught.value.what
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("word", ["-p=0x2", "-p=0b10", "-p=0o2", "-p=02", "-p=0_2", "-p=+2"])
def test_numbers_as_go_writes_them(word: str, tree: Path, go: RealGo) -> None:
    theirs = go.run("list", word, cwd=tree)
    assert theirs.code == 0, theirs.err
    assert parse([word])[0].bazel.jobs == 2


@pytest.mark.parametrize("text", ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"])
def test_booleans_as_go_writes_them(text: str, tree: Path, go: RealGo) -> None:
    done = go.run("build", f"-n={text}", "-o=there", cwd=tree)
    assert done.code == 0, done.err
    printed = bool(done.err)
    (tree / "there").unlink(missing_ok=True)
    assert parse([f"--n={text}"])[0].bazel.dry is printed


@pytest.mark.parametrize(("text", "words"), GOFLAGS, ids=[text for text, _ in GOFLAGS])
def test_goflags(text: str, words: str, tree: Path, go: RealGo) -> None:
    theirs = go.run("build", "-n", cwd=tree, GOFLAGS=text)
    assert theirs.code
    assert words in theirs.err
    with pytest.raises(UsageError) as caught:
        from_go_flags({"GOFLAGS": text}, FLAGS, None)
    assert words in caught.value.what


@pytest.mark.parametrize(("settings", "words"), SETTINGS, ids=[words for _, words in SETTINGS])
def test_settings(settings: dict[str, str], words: str, tree: Path, go: RealGo) -> None:
    theirs = go.run("build", "-n", cwd=tree, **settings)
    assert theirs.code
    assert words in theirs.err
    assert isinstance(error_of(theirs.err), UsageError)


def test_go_env_w_counts_where_the_environment_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("# comment\nGOFLAGS=-tags=kept -v\nCC=clang\n")
    environment = {"GOENV": str(tmp_path / "env"), "PATH": ""}
    assert from_go_flags(environment, FLAGS, None).module.load.tags == ("kept",)
    assert from_go_flags({**environment, "GOFLAGS": "-tags=own"}, FLAGS, None).module.load.tags == ("own",)
    assert from_go_flags({**environment, "GOENV": "off"}, FLAGS, None).module.load.tags == ()
    assert from_go_flags({"XDG_CONFIG_HOME": str(tmp_path), "PATH": ""}, FLAGS, None).module.load.tags == ()
