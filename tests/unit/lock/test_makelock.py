"""From loaded packages to a lock's binaries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.given import options_of
from support.samples import classified, configuration, loaded, mains, package, packages

from gomod2bazel.base.errors import UsageError
from gomod2bazel.golang.command.golist import Package
from gomod2bazel.lock.lock import Lock, LockedBinary
from gomod2bazel.lock.makelock import make_lock
from gomod2bazel.options.options import Options
from gomod2bazel.sets.overrides import Override, Overrides

MODULE = {"Path": "example.com/m", "Main": True, "Dir": "/src/example.com/m"}
STANDARD = (
    package("runtime", Standard=True, DepOnly=True, Dir="/go/src/runtime"),
    package("runtime/cgo", Standard=True, DepOnly=True, Dir="/go/src/runtime/cgo", Imports=["runtime"]),
    package("fmt", Standard=True, DepOnly=True, Dir="/go/src/fmt", Imports=["runtime"]),
    package("math", Standard=True, DepOnly=True, Dir="/go/src/math"),
    package("os", Standard=True, DepOnly=True, Dir="/go/src/os"),
)
OWN = packages(
    MODULE,
    ("example.com/m", "main", ["fmt", "example.com/m/lib"]),
    ("example.com/m/examples/e", "main", []),
    ("example.com/m/lib", "lib", []),
    ("example.com/m/unused", "unused", ["os"]),
)


MAINS = mains(
    classified("example.com/m"),
    classified("example.com/m/_example/far", "example"),
    classified("example.com/m/cmd/testdata/input", "fixture"),
    classified("example.com/m/examples/e", "example"),
)


def _lock(*listed: Package, options: Options | None = None, **fields: Any) -> Lock:
    options = options or Options()
    return make_lock(loaded(*listed, *STANDARD, options=options.module.load, **fields), options.choose)


def _only(options: Options | None = None, **fields: Any) -> LockedBinary:
    """Return the binary of a module's one command, cmd/x."""
    (made,) = _lock(*packages(MODULE, ("example.com/m/cmd/x", "main", [])), options=options, **fields).binaries
    return made


def test_binaries_and_what_they_need() -> None:
    lock = _lock(*OWN, mains=MAINS)
    assert [(one.import_path, one.name, one.dir, one.target, one.set) for one in lock.binaries] == [
        ("example.com/m", "m", "", "m", "target"),
        ("example.com/m/examples/e", "e", "examples/e", "examples/e", "example"),
    ]
    assert [one.import_path for one in lock.modules[0].packages] == [
        "example.com/m",
        "example.com/m/examples/e",
        "example.com/m/lib",
    ]
    assert [one.import_path for one in lock.standard] == ["fmt", "runtime"], "what nothing imports is not compiled"
    assert lock.binaries[0].buildinfo[0] == "path\texample.com/m"
    assert [(one.margin, one.evidence[0].reason) for one in lock.binaries] == [(2.5, "its name says so")] * 2
    assert lock.unlisted == {"example.com/m/_example/far": "example"}, "a fixture is nothing to ask for"


def test_what_is_no_command_of_the_module() -> None:
    others = (
        *packages(
            {"Path": "example.com/m/nested", "Version": "v1.0.0", "Dir": "/n"}, ("example.com/m/nested", "main", [])
        ),
        package("example.com/m/dep", Name="main", DepOnly=True, Module=MODULE),
        package("example.com/m/tests", Name="main", GoFiles=[], Module=MODULE),
        package("example.com/m/lib", Name="lib", Module=MODULE),
    )
    lock = _lock(*others)
    assert (lock.binaries, lock.broken) == ((), {})


def test_a_broken_dependency_breaks_its_commands_alone() -> None:
    error = {"Pos": "lib/lib.go:3:1", "Err": "expected declaration"}
    lib = package("example.com/m/lib", Module=MODULE, Dir="/src/example.com/m/lib", Error=error)
    lock = _lock(*(lib if one.import_path == lib.import_path else one for one in OWN))
    broken = lock.broken["example.com/m"]
    assert (broken.set, broken.reason) == ("target", "lib/lib.go:3:1: expected declaration")
    assert [one.import_path for one in lock.binaries] == ["example.com/m/examples/e"]
    assert lock.standard[0].import_path == "runtime"
    assert "example.com/m/lib" not in [one.import_path for one in lock.modules[0].packages]


def test_a_command_whose_package_clause_cannot_be_read_is_broken_not_forgotten() -> None:
    listed = package(
        "example.com/m/cmd/x", Name="", Module=MODULE, Dir="/src/example.com/m/cmd/x", Error={"Err": "oops"}
    )
    assert _lock(listed).broken["example.com/m/cmd/x"].reason == "oops"


def test_what_is_never_built_is_no_binary() -> None:
    data = package("example.com/m/internal/input", Name="main", Module=MODULE, Dir="/src/example.com/m/internal/input")
    broken = replace(data, import_path="example.com/m/internal/bad", errors=(("a.go:1", "oops"),))
    sets = {data.import_path: "fixture", broken.import_path: "fixture"}
    lock = _lock(data, broken, mains=mains(*(classified(path, name) for path, name in sets.items())))
    assert (lock.binaries, lock.broken, lock.unlisted) == ((), {}, {})


def test_what_no_evidence_was_found_for() -> None:
    listed = packages(
        MODULE, ("example.com/m/cmd/linked", "main", []), ("example.com/m/node_modules/x/cmd", "main", [])
    )
    assert [(one.import_path, one.set) for one in _lock(*listed, mains=mains()).binaries] == [
        ("example.com/m/cmd/linked", "target")
    ]


def test_a_build_mode_decides_the_name_and_what_is_linked() -> None:
    def made(mode: str, *options: str, **fields: Any) -> LockedBinary:
        given = options_of(buildmode=mode, binaries=dict.fromkeys(options, "libx.so"))
        return _only(given, configuration=configuration(buildmode=mode, cgo=True, **fields))

    assert (made("c-archive").name, made("c-archive").linker_deps) == ("x.a", ("runtime",))
    assert (made("c-shared").name, made("c-shared").linker_deps) == ("x", ("runtime", "runtime/cgo"))
    assert (made("plugin").name, made("plugin").linker_deps) == ("x.so", ("runtime", "runtime/cgo"))
    assert made("c-shared", "example.com/m/cmd/x").name == "libx.so"
    assert made("pie", goarch="386").linker_deps == ("runtime", "runtime/cgo")
    assert made("pie", goos="windows").name == "x.exe"


def test_archives_are_of_libraries() -> None:
    lock = _lock(*OWN, mains=MAINS, options=options_of(buildmode="archive", gcflags=("-N",), ldflags=("-s",)))
    assert [(one.import_path, one.name, one.target, one.set) for one in lock.binaries] == [
        ("example.com/m/lib", "lib.a", "lib=archive", "target"),
        ("example.com/m/unused", "unused.a", "unused=archive", "target"),
    ]
    assert all(not (one.buildinfo or one.flags or one.gc_linkopts or one.linker_deps) for one in lock.binaries)
    assert [one.import_path for one in lock.standard] == ["os"], "nothing is linked, so no runtime is needed"


def test_go_shared_libraries_are_refused() -> None:
    with pytest.raises(UsageError, match=r"^-linkshared: cannot implicitly include runtime/cgo"):
        _lock(*OWN, options=options_of(linkshared=True))


def test_an_override_names_a_binary() -> None:
    rules = Overrides((Override(import_path="example.com/m/cmd/x", name="y"),))
    named = replace(mains(classified("example.com/m/cmd/x")), overrides=rules)
    assert _only(mains=named).name == "y"
    assert _only(mains=named, configuration=configuration(goos="windows")).name == "y.exe"
    assert _only(options_of(binaries={"example.com/m/cmd/x": "z"}), mains=named).name == "z"


def test_unknown_names_are_all_told() -> None:
    options = options_of(binaries={"example.com/m/no": "", "example.com/m": "", "example.com/m/lib": ""})
    with pytest.raises(UsageError, match=r"no main package example.com/m/no, example.com/m/lib") as caught:
        _lock(*OWN, options=options)
    assert "example.com/m/examples/e" in caught.value.hint


@pytest.mark.parametrize("name", ["fixture", "testonly"])
def test_a_module_of_which_nothing_is_built_has_main_packages(name: str) -> None:
    options = options_of(binaries={"example.com/m/no": ""})
    with pytest.raises(UsageError, match=r"no main package example\.com/m/no") as caught:
        _lock(mains=mains(classified("example.com/m/gen", name)), options=options)
    assert caught.value.hint.startswith(
        "no file of example.com/m/gen is built in this configuration; gomod2bazel list -explain"
    )


IGNORED = package(
    "example.com/m/gen", Name="", GoFiles=[], Module=MODULE, Error={"Err": "build constraints exclude all Go files"}
)


@pytest.mark.parametrize(
    ("name", "listed", "said", "hint"),
    [
        ("fixture", (), "it is a fixture: test data, which is never built: its name says so (gen)", "-as"),
        ("testonly", (), "no non-test Go files; package main is only in its _test.go files", "-explain"),
        ("maintenance", (IGNORED,), "build constraints exclude all Go files", "-tags"),
        (
            "target",
            (replace(IGNORED, name="lib", errors=()),),
            "the files built in this configuration are of package lib",
            "-tags",
        ),
    ],
)
def test_a_name_of_what_cannot_be_built_is_told_why(
    name: str, listed: tuple[Package, ...], said: str, hint: str
) -> None:
    options = options_of(binaries={"example.com/m/gen": ""})
    with pytest.raises(UsageError) as caught:
        _lock(*OWN, *listed, options=options, mains=mains(classified("example.com/m/gen", name)))
    assert caught.value.what == f"-binary example.com/m/gen: {said}"
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "goos", "expected"),
    [("", "linux", "x"), ("y", "linux", "y"), ("", "windows", "x.exe"), ("y", "windows", "y"), ("", "js", "x")],
)
def test_file_names(name: str, goos: str, expected: str) -> None:
    options = options_of(binaries={"example.com/m/cmd/x": name})
    assert _only(options, configuration=configuration(goos=goos)).name == expected


@pytest.mark.parametrize(
    ("ldflags", "goarch", "cgo", "deps"),
    [
        ((), "amd64", True, ("runtime",)),
        ((), "arm", False, ("runtime", "math")),
        (("-linkmode=external",), "amd64", True, ("runtime", "runtime/cgo")),
        (("-linkmode external",), "amd64", True, ("runtime", "runtime/cgo")),
        (("-s --linkmode=external",), "amd64", True, ("runtime", "runtime/cgo")),
        (("-linkmode=external",), "amd64", False, ("runtime",)),
        (("-linkmode=external -linkmode=internal",), "amd64", True, ("runtime",)),
        (("-linkmode=external", "-s"), "amd64", True, ("runtime",)),
    ],
)
def test_what_the_linker_adds(ldflags: tuple[str, ...], goarch: str, cgo: bool, deps: tuple[str, ...]) -> None:
    made = _only(options_of(ldflags=ldflags), configuration=configuration(goarch=goarch, cgo=cgo))
    assert made.linker_deps == deps


def test_flags_that_are_recorded() -> None:
    made = _only(options_of(gcflags=("all=-N", "-l"), ldflags=("-s", "-X 'a=b c'")))
    assert (made.flags, made.gc_linkopts) == ({"-gcflags": "-l"}, ("-X", "a=b c"))
    assert _only().flags == {}


def test_an_unpacked_tree_knows_no_module_folder() -> None:
    bare = tuple(replace(one, module=replace(one.module, dir="")) for one in OWN if one.module)
    assert [one.dir for one in _lock(*bare).binaries] == ["", "examples/e"]


def test_instrumentation() -> None:
    more = [package(path, Standard=True, DepOnly=True) for path in ("runtime/coverage", "runtime/race", "syscall")]
    own = package("example.com/m/cmd/x", Name="main", CgoFiles=["c.go"], Dir="/src/example.com/m/cmd/x", Module=MODULE)
    options = options_of(race=True, cover=True, covermode="atomic")
    locked = _lock(
        own,
        *more,
        package("sync/atomic", Standard=True, DepOnly=True),
        options=options,
        configuration=configuration(instrument="race", cgo=True),
    )
    assert locked.binaries[0].linker_deps == ("runtime", "runtime/race", "runtime/coverage")
    assert locked.binaries[0].flags == {"-cover": "true"}
    made = locked.modules[0].packages[0]
    assert made.attributes["cover"] == "atomic"
    assert made.imports == ("runtime/cgo", "runtime/coverage", "runtime/race", "sync/atomic", "syscall")
    assert {one.import_path: one.attributes["cover"] for one in locked.standard if one.attributes["cover"]} == {}
