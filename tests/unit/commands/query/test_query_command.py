"""The query command as a guest in a workspace of the user's, with a program that plays Bazel; and its command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from google.protobuf.proto import serialize_length_prefixed
from support.documents import checked
from support.samples import lock

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import BuildError, Gomod2bazelError, UsageError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.session import Session
from gomod2bazel.base.protos import query_pb2 as pb
from gomod2bazel.bazel.names import repository_name
from gomod2bazel.bazel.workspace import Workspace
from gomod2bazel.cli import run_command
from gomod2bazel.lock.lock import LockedModule

BAZEL = """\
#!{python}
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
if sys.argv[1:] == ["--version"]:
    sys.exit(print("bazel 7.7.1"))
flags = dict(a.split("=", 1) for a in sys.argv if a.startswith("--") and "=" in a)
expression = pathlib.Path(flags["--query_file"]).read_text() if "--query_file" in flags else ""
call = {{"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd(), "expression": expression}}
with open(here / "calls", "a") as calls:
    calls.write(json.dumps(call) + chr(10))
verb = "mod" if "mod" in sys.argv else "query"
sys.stderr.write((here / f"{{verb}}.err").read_text())
sys.stdout.buffer.write((here / f"{{verb}}.out").read_bytes())
sys.stdout.flush()
sys.exit(int((here / f"{{verb}}.code").read_text()))
"""

HELLO = "gomod2bazel~~go_modules~example.com_hello-av1.0.0"
MAPPING = {"": "", "hello": HELLO, "go_sdk": "gomod2bazel~~go_modules~go_sdk", "deps": "gazelle~~go_deps~x_y"}


class Machine:
    """A user in a workspace, and a Bazel that answers what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace = folder / "monorepo" / "some" / "folder"
        self.workspace.mkdir(parents=True)
        (folder / "monorepo" / "MODULE.bazel").touch()
        program = folder / "bazel"
        program.write_text(BAZEL.format(python=sys.executable), encoding="utf-8")
        program.chmod(0o755)
        self.answers("mod", json.dumps(MAPPING).encode())
        self.answers("query")
        self.said: list[str] = []
        self.out = ""

    def answers(self, verb: str, out: bytes = b"", *, code: int = 0, err: str = "") -> None:
        """Make Bazel's command ``verb`` print ``out``, and ``err`` on standard error."""
        (self.folder / f"{verb}.out").write_bytes(out)
        (self.folder / f"{verb}.code").write_text(str(code))
        (self.folder / f"{verb}.err").write_text(err)

    def finds(self, *messages: pb.Target, code: int = 0, err: str = "") -> None:
        """Make every query find these targets."""
        stream = io.BytesIO()
        for message in messages:
            serialize_length_prefixed(message, stream)
        self.answers("query", stream.getvalue(), code=code, err=err)

    def run(self, *arguments: str, cwd: Path | None = None) -> None:
        """Run the query command."""
        session = Session(
            environment={"BAZEL": str(self.folder / "bazel"), "EDITOR": "ed", "HOME": str(self.folder), "PATH": "/bin"},
            cwd=cwd or self.workspace,
            caches=Caches(root=self.folder / "cache"),
            runner=SubprocessRunner(),
            say=lambda message: self.said.append(str(message)),
            progress=lambda _event: None,
            out=self._print,
        )
        assert run_command(["query", *arguments], session) == 0

    def _print(self, text: str) -> None:
        self.out += text

    @property
    def calls(self) -> list[dict[str, object]]:
        """What Bazel was run with, in order."""
        lines = (self.folder / "calls").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def binary(name: str, path: str) -> pb.Target:
    tags = pb.Attribute(name="tags", string_list_value=["gomod2bazel", "target"])
    info = pb.Attribute(name="buildinfo", string_list_value=[f"path\t{path}"])
    return pb.Target(rule=pb.Rule(name=name, rule_class="go_binary", attribute=[tags, info]))


def library(name: str, module: str) -> pb.Target:
    attribute = pb.Attribute(name="module", string_value=module)
    return pb.Target(rule=pb.Rule(name=name, rule_class="go_library", attribute=[attribute]))


def test_guest_runs_bazel_as_the_user_would(machine: Machine) -> None:
    machine.finds(binary("@@//b:b", "m/b"), binary(f"@@{HELLO}//:cmd/a", "m/cmd/a"))
    machine.run("binaries()")
    assert machine.out == "//b:b\tm/b\ttarget\n@hello//:cmd/a\tm/cmd/a\ttarget\n"
    assert machine.said == []
    mapping, query = machine.calls
    assert mapping["argv"] == ["mod", "--color=no", "dump_repo_mapping", ""]
    argv, env = query["argv"], query["env"]
    assert isinstance(argv, list)
    assert isinstance(env, dict)
    assert argv[0] == "query", "no startup option: it would restart the user's server"
    assert {"--output=streamed_proto", "--consistent_labels", "--nokeep_going"} < set(argv)
    assert not [flag for flag in argv if "lockfile" in flag or "download" in flag]
    assert query["cwd"] == str(machine.workspace)
    assert env["EDITOR"] == "ed"
    assert "USE_BAZEL_VERSION" not in env
    assert str(query["expression"]).endswith('", //... + @hello//... + labels(actual, @hello//...)))')
    assert not (machine.folder / "cache" / "workspace").exists()


def test_answer_is_taken_byte_for_byte(machine: Machine) -> None:
    target = pb.Target(source_file=pb.SourceFile(name="@@//a:bcd"))
    assert target.ByteSize() == 13, "its length is a carriage return"
    machine.finds(target, target)
    machine.run("//a:*")
    assert machine.out == "//a:bcd\n" * 2


def test_formats(machine: Machine) -> None:
    machine.finds(library("@@//:x", "m@v1.0.0"))
    machine.run("-json", "//:x")
    machine.run("//:x", "-output=json")
    first, second = machine.out[: len(machine.out) // 2], machine.out[len(machine.out) // 2 :]
    assert first == second
    assert checked("query", first)["targets"][0]["module"] == "m@v1.0.0"
    machine.out = ""
    machine.run("-output", "graph", "//:x")
    assert machine.out.startswith("digraph ")


def test_modules_are_those_that_packages_are_of(machine: Machine) -> None:
    machine.finds(library("@@//:x", "example.com/m@v1.0.0"), library("@@//:fmt", ""))
    machine.run("packages_of(example.com/m)")
    _, modules, query = machine.calls
    assert str(query["expression"]) == f'attr(module, "^(example\\.com/m@v1\\.0\\.0)$", {modules["expression"]})'
    with pytest.raises(UsageError) as caught:
        machine.run("packages_of(example.com/n)")
    assert caught.value.hint == "use one of example.com/m@v1.0.0"


def test_wrong_calls_are_told_before_anything_runs(machine: Machine) -> None:
    with pytest.raises(UsageError, match="unknown set 'x'"):
        machine.run("binaries(x)")
    assert not (machine.folder / "calls").exists()


def test_failure_shows_what_bazel_was_asked(machine: Machine) -> None:
    machine.answers("query", code=7, err="Loading: 1 packages loaded\nERROR: no such package 'x'\n")
    with pytest.raises(BuildError) as caught:
        machine.run("with_cgo(//x)")
    assert str(caught.value).splitlines()[0] == "ERROR: no such package 'x'"
    assert str(caught.value).splitlines()[1].startswith("expanded query: (let over = (//x) in ")
    assert "-keep-going" in caught.value.hint
    with pytest.raises(BuildError) as caught:
        machine.run("//x")
    assert "expanded query" not in str(caught.value)


def test_what_bazel_cannot_parse_is_not_skipped(machine: Machine) -> None:
    machine.answers("query", code=2, err="ERROR: Error while parsing 'deps(//:a, x)': expected an integer literal\n")
    with pytest.raises(BuildError, match="integer literal") as caught:
        machine.run("deps(//:a, x)")
    assert caught.value.hint == "check the expression and the packages it names"


def test_keep_going_prints_what_loads_and_fails(machine: Machine) -> None:
    machine.finds(library("@@//:x", ""), code=3, err="ERROR: Skipping 'y'\n")
    with pytest.raises(BuildError, match="Skipping 'y'"):
        machine.run("-keep-going", "//:x + y")
    assert machine.out == "//:x\n"
    assert "--keep_going" in str(machine.calls[-1]["argv"])
    machine.out = ""
    with pytest.raises(BuildError, match="Skipping 'y'"):
        machine.run("//:x + y")
    assert machine.out == ""


def test_workspace_without_bazel_modules(machine: Machine) -> None:
    machine.answers("mod", code=2, err="ERROR: bzlmod is off\n")
    machine.finds(binary("@@other//:a", "m/a"))
    machine.run("binaries()")
    assert machine.out == "@@other//:a\tm/a\ttarget\n"
    assert "//..." in str(machine.calls[-1]["expression"])


def test_finding_nothing_is_said(machine: Machine) -> None:
    machine.run("set()")
    assert (machine.out, machine.said) == ("", ["note: the expression matches nothing"])


def test_where_there_is_no_workspace(machine: Machine) -> None:
    with pytest.raises(UsageError, match="no Bazel workspace: neither"):
        machine.run("//...", cwd=machine.folder)
    machine.run("-C", "monorepo", "//...", cwd=machine.folder)
    assert machine.calls[-1]["cwd"] == str(machine.folder / "monorepo")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((), "no query expression given"),
        (("-output", "xml", "//..."), "-output: 'xml' is not one of text, json, graph"),
        (("-json", "-output=graph", "//..."), "-json and -output graph cannot be used together"),
        (("-offline", "//..."), "-offline needs an INPUT"),
        (("-platform", "linux/amd64,linux/arm64", "//...", "example.com/m"), "query takes one platform"),
        (("",), "the query expression is empty"),
    ],
)
def test_wrong_command_lines(machine: Machine, arguments: tuple[str, ...], what: str) -> None:
    with pytest.raises(Gomod2bazelError, match=what) as caught:
        machine.run(*arguments)
    assert caught.value.exit_code == 2


def test_workspace_of_several_groups(tmp_path: Path) -> None:
    module = LockedModule(
        path="example.com/m", version="", sum="", go_mod_sum="", verified=True, replaced_by="", lang="", packages=()
    )
    locks = [lock(modules=(module,)), lock(), lock(modules=(module,))]
    Workspace(root=tmp_path, rules=tmp_path).write_groups(locks, {"example.com_m-g3": "/src"}, goroot="/go")
    text = (tmp_path / "MODULE.bazel").read_text(encoding="utf-8")
    assert '    "go_sdk",\n    "example.com_m",\n    "example.com_m-g3",\n)' in text
    assert '    group = 3,\n    host = "//:host.json",\n    lock = "//:gomod2bazel.lock.3.json",\n' in text
    assert text.count("    allow_untested_go = True,\n    host") == 1
    assert (tmp_path / "gomod2bazel.lock.3.json").read_text(encoding="utf-8") == locks[2].to_json()
    assert json.loads((tmp_path / "host.json").read_text(encoding="utf-8"))["dirs"] == {"example.com_m-g3": "/src"}
    assert repository_name("example.com/m", "v1.0.0", 2) == "example.com_m-av1.0.0-g2"
