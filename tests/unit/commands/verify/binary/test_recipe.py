"""How a binary is built again: what follows from each of its settings, and what nobody can build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.version import Version
from gomod2bazel.commands.verify.binary.build_id import host_build_id
from gomod2bazel.commands.verify.binary.facts import BinaryFacts, RecordedModule
from gomod2bazel.commands.verify.binary.recipe import Given, Recipe, recipe_of
from gomod2bazel.commands.verify.compare import Difference

MAIN = RecordedModule(path="example.com/m", version="v1.2.3", sum="h1:sum")
SETTINGS = {
    "-buildmode": "exe",
    "-compiler": "gc",
    "-trimpath": "true",
    "DefaultGODEBUG": "panicnil=1",
    "CGO_ENABLED": "0",
    "GOARCH": "amd64",
    "GOOS": "linux",
    "GOAMD64": "v1",
}
FACTS = BinaryFacts(
    name="./x",
    path=Path("/x"),
    go_version="go1.26.8",
    import_path="example.com/m/cmd/x",
    main=MAIN,
    settings=SETTINGS,
    build_id="a0/b/c/d0",
    format="ELF",
    host_build_id=host_build_id("a0/b/c/a0"),
)


def _recipe(facts: BinaryFacts, given: Given | None = None) -> Recipe:
    recipe = recipe_of(facts, given or Given())
    assert isinstance(recipe, Recipe), recipe
    return recipe


def _difference(facts: BinaryFacts, given: Given | None = None) -> str:
    difference = recipe_of(facts, given or Given())
    assert isinstance(difference, Difference)
    return f"{difference.kind}: {difference.text}"


def test_a_plain_binary() -> None:
    recipe = _recipe(FACTS)
    assert (recipe.go, recipe.module) == ("1.26.8", Version("example.com/m", "v1.2.3"))
    assert {name: value for name, value in recipe.environment.items() if value is not None} == {
        "GOTOOLCHAIN": "go1.26.8",
        "CGO_ENABLED": "0",
        "GOAMD64": "v1",
        "GOFIPS140": "off",
    }
    assert recipe.values == {
        "assigned": (("example.com/m/cmd/x", "target"),),
        "binaries": {"example.com/m/cmd/x": ""},
        "buildmode": "default",
        "buildvcs": "false",
        "ldflags": ("-buildid=a0/b/c/a0",),
        "pgo": "off",
        "platforms": (("linux", "amd64"),),
        "sets": (),
    }


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        ({"-tags": "netgo,osusergo"}, {"tags": ("netgo", "osusergo")}),
        ({"-race": "true"}, {"race": True}),
        ({"-msan": "true"}, {"msan": True}),
        ({"-asan": "true"}, {"asan": True}),
        ({"-cover": "true"}, {"cover": True}),
        ({"-gcflags": "all=-N -l"}, {"gcflags": ("all=-N -l",)}),
        ({"-asmflags": "-D=X"}, {"asmflags": ("-D=X",)}),
        ({"-buildmode": "pie"}, {"buildmode": "pie"}),
        ({"-pgo": "default.pgo"}, {"pgo": "auto"}),
        ({"vcs": "git", "vcs.revision": "0123", "vcs.modified": "false"}, {"buildvcs": "true"}),
        # Go 1.20 and older record -ldflags with -trimpath, too.
        ({"-ldflags": "-X 'main.v=a b'"}, {"ldflags": ("-buildid=a0/b/c/a0 -X 'main.v=a b'",)}),
        ({"-ldflags": "all=-s"}, {"ldflags": ("all=-buildid=a0/b/c/a0 -s",)}),
    ],
)
def test_settings_that_are_flags(settings: dict[str, str], values: dict[str, Any]) -> None:
    recipe = _recipe(replace(FACTS, settings={**SETTINGS, **settings}))
    assert {name: recipe.values[name] for name in values} == values
    assert {name: value for name, value in _recipe(FACTS).values.items() if name not in values} == {
        name: value for name, value in recipe.values.items() if name not in values
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CGO_ENABLED", "1"),
        ("GOAMD64", "v3"),
        ("GOARM", "7,softfloat"),
        ("GO386", "sse2"),
        ("GOEXPERIMENT", "nodwarf5"),
        ("GOFIPS140", "v1.0.0"),
    ],
)
def test_settings_that_are_variables(name: str, value: str) -> None:
    recipe = _recipe(replace(FACTS, settings={**SETTINGS, name: value}))
    assert recipe.environment[name] == value
    assert f"{name}={value}" in recipe.flags


def test_variables_that_are_not_recorded_are_unset() -> None:
    assert _recipe(FACTS).environment["GOEXPERIMENT"] is None
    assert _recipe(FACTS).environment["GOARM64"] is None


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"has_symbols": False, "has_dwarf": False}, " -s -w"),
        ({"has_dwarf": False}, " -w"),
        ({"host_build_id": ""}, " -B=none"),
        ({"host_build_id": "", "go_version": "go1.23.4"}, ""),
        ({"host_build_id": "0123", "go_version": "go1.23.4"}, " -B=0x0123"),
        ({"host_build_id": "0123"}, " -B=0x0123"),
        ({"variables": (("main.v", "1"), ("main.w", "it's"))}, ' -X main.v=1 -X "main.w=it\'s"'),
        ({"format": "", "has_symbols": False}, ""),
    ],
)
def test_flags_of_the_linker_that_leave_traces(changes: dict[str, Any], flags: str) -> None:
    assert _recipe(replace(FACTS, **changes)).values["ldflags"] == (f"-buildid=a0/b/c/a0{flags}",)


@pytest.mark.parametrize(
    ("build_id", "flag"),
    [("", "-buildid="), ("mine", "-buildid=mine"), ("a/b/c", "-buildid=a/b/c"), ("it's me", '"-buildid=it\'s me"')],
)
def test_a_build_id_that_the_go_command_did_not_make(build_id: str, flag: str) -> None:
    facts = replace(FACTS, build_id=build_id, host_build_id=host_build_id(build_id) if build_id else "")
    assert _recipe(facts).values["ldflags"] == (flag,)


def test_a_gnu_build_id_of_a_c_linker() -> None:
    facts = replace(FACTS, build_id="", host_build_id="0123")
    assert _recipe(facts).values["ldflags"] == ("-buildid= -B=0x0123",)
    facts = replace(facts, settings={**SETTINGS, "CGO_ENABLED": "1"})
    assert _recipe(facts).values["ldflags"] == ("-buildid=",)


def test_what_the_user_gives() -> None:
    stripped = replace(FACTS, has_symbols=False, has_dwarf=False)
    recipe = _recipe(stripped, Given(ldflags=("-s -X main.v=1",)))
    assert recipe.values["ldflags"] == ("-buildid=a0/b/c/a0 -s -X main.v=1",)
    profiled = replace(FACTS, settings={**SETTINGS, "-pgo": "cpu.pprof"})
    assert _difference(profiled) == "flags: the CPU profile cpu.pprof is unknown: give it with -pgo"
    assert _recipe(profiled, Given(pgo="/p/cpu.pprof")).values["pgo"] == "/p/cpu.pprof"


@pytest.mark.parametrize(
    "version",
    ["devel go1.27-0123abc Mon Jan 1", "go1.26.0-fips", "go1.24.1 (Red Hat 1.24.1-2)", "go1.26.8 X:boring", ""],
)
def test_toolchains_that_nobody_else_has(version: str) -> None:
    text = _difference(replace(FACTS, go_version=version))
    assert text.startswith(f"toolchain: {version} is not a Go release")


@pytest.mark.parametrize("version", ["go1.26.8 X:nodwarf5", "go1.26.8-X:nodwarf5"])
def test_experiments_that_are_recorded(version: str) -> None:
    facts = replace(FACTS, go_version=version, settings={**SETTINGS, "GOEXPERIMENT": "nodwarf5"})
    assert _recipe(facts).go == "1.26.8"


def test_without_trimpath() -> None:
    settings = {name: value for name, value in SETTINGS.items() if name != "-trimpath"}
    facts = replace(
        FACTS,
        settings=settings,
        main_file="/home/u/src/main.go",
        runtime_file="/usr/lib/go-1.24/src/runtime/proc.go",
    )
    assert _difference(facts) == (
        "flags: built without -trimpath: it has paths of the machine that built it "
        "(GOROOT /usr/lib/go-1.24, sources in /home/u/src), so nobody gets the same bytes elsewhere"
    )


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"-compiler": "gccgo"}, "toolchain: made by the compiler gccgo"),
        ({"-buildmode": "odd"}, "flags: -buildmode=odd: "),
        ({"-destination": "/etc"}, "flags: -destination=/etc: not a setting"),
        ({"-toolexec": "rm -rf"}, "flags: -toolexec=rm -rf: not a setting"),
        ({"-overlay": "/etc/passwd"}, "flags: -overlay=/etc/passwd: not a setting"),
        ({"-modfile": "/etc/passwd"}, "flags: -modfile=/etc/passwd: not a setting"),
        ({"GOFUTURE": "1"}, "flags: GOFUTURE=1: not a setting"),
        ({"-race": "maybe"}, "flags: -race=maybe: "),
        ({"-gcflags": "-N 'l"}, "flags: -gcflags=-N 'l: "),
        ({"-ldflags": '-X "main.v=1'}, 'flags: -ldflags=-X "main.v=1: unterminated " string'),
        ({"-ldflags": "-s -extld=/tmp/evil"}, "flags: -ldflags has -extld=/tmp/evil, which may run a program"),
        ({"-ldflags": "-X -extld /tmp/evil"}, "flags: -ldflags has -extld"),
        ({"-ldflags": "-s /tmp/evil"}, "flags: -ldflags has /tmp/evil"),
        ({"-gcflags": "all=-N -cpuprofile=/etc/x"}, "flags: -gcflags has -cpuprofile=/etc/x"),
        ({"-asmflags": "-I /etc"}, "flags: -asmflags has -I"),
    ],
)
def test_settings_that_make_no_sense(settings: dict[str, str], text: str) -> None:
    assert _difference(replace(FACTS, settings={**SETTINGS, **settings})).startswith(text)


def test_a_value_that_no_flag_can_have() -> None:
    assert _difference(replace(FACTS, variables=(("main.v", "'\""),))).startswith("flags: -ldflags: ")
    assert _recipe(replace(FACTS, variables=(("main.v", "'\""),)), Given(ldflags=("-s",)))


@pytest.mark.parametrize(
    ("main", "settings", "words"),
    [
        (RecordedModule(path="example.com/m", version="(devel)"), {}, "built in a tree of example.com/m, not"),
        (RecordedModule(path="example.com/m", version="v1.2.3"), {}, "built in a tree of example.com/m v1.2.3, not"),
        (
            RecordedModule(path="example.com/m", version="v1.2.4-0.20260101000000-0123456789ab+dirty"),
            {"vcs": "git", "vcs.revision": "0123", "vcs.modified": "true"},
            "at revision 0123, with changes that were not committed, not",
        ),
    ],
)
def test_sources_in_a_tree(main: RecordedModule, settings: dict[str, str], words: str) -> None:
    facts = replace(FACTS, main=main, settings={**SETTINGS, **settings})
    with pytest.raises(UsageError, match="was built in a tree") as caught:
        recipe_of(facts, Given())
    assert words in caught.value.what
    assert caught.value.hint.endswith("name the tree: gomod2bazel verify -binary ./x path/to/tree")
    assert _recipe(facts, Given(has_input=True)).module is None


@pytest.mark.parametrize(
    ("main", "path"),
    [
        (RecordedModule(path="../../etc", version="v1.0.0", sum="h1:x"), "../../etc/cmd"),
        (RecordedModule(path="example.com/m", version="v1.0.0", sum="h1:x"), "example.com/m/../../etc"),
        (RecordedModule(path="example.com/m", version="v1.0.0", sum="h1:x"), "example.com/mother/cmd"),
        (RecordedModule(path="-goproxy=x", version="v1.0.0", sum="h1:x"), "-goproxy=x"),
        (RecordedModule(path="cmd", version="(devel)"), "cmd/gofmt"),
        (None, "example.com/m"),
        (MAIN, "command-line-arguments"),
        (RecordedModule(path="example.com/m", version="v1/../../x", sum="h1:x"), "example.com/m"),
    ],
)
def test_hostile_and_odd_paths(main: RecordedModule | None, path: str) -> None:
    with pytest.raises(UsageError):
        recipe_of(replace(FACTS, main=main, import_path=path), Given())
