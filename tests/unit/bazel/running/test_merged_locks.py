"""Locks of several modules as one: what they agree on is there once, and what they do not is there for each."""

from __future__ import annotations

import json
from typing import Any

from support.prepared_modules import PLAIN, X1, X2, Entry, Y, app, module, prepared

from gomod2bazel.bazel.prepared import PreparedModule
from gomod2bazel.bazel.running.merged_locks import MergedLocks, Placed


def merge(*modules: PreparedModule) -> tuple[list[Placed | None], Entry, MergedLocks]:
    """Return where each lock is, and the lock of all."""
    merged = MergedLocks()
    placed = [merged.add(one, {"cmd"}) for one in modules]
    return placed, json.loads(merged.text()), merged


def repositories(lock: Entry) -> dict[str, dict[str, str]]:
    """Return the repositories that each repository imports."""
    return {entry["repository"]: entry["repositories"] for entry in lock["modules"]}


def test_what_agrees_is_there_once() -> None:
    placed, lock, merged = merge(prepared(app("a"), Y, X1), prepared(app("b"), Y, X1))
    assert repositories(lock) == {
        "a": {"a": "a", "y": "y-av1.0.0"},
        "b": {"b": "b", "y": "y-av1.0.0"},
        "x-av1.0.0": {"x": "x-av1.0.0"},
        "y-av1.0.0": {"x": "x-av1.0.0", "y": "y-av1.0.0"},
    }
    assert [(binary["repository"], binary["target"]) for binary in lock["binaries"]] == [("a", "cmd"), ("b", "cmd")]
    assert [one.main for one in placed if one] == ["a", "b"]
    assert merged.folders["y-av1.0.0"] == "/mod/y@v1.0.0"
    needed = [one.needed for one in placed if one]
    assert needed[0] == {("a", "a"), ("y-av1.0.0", "y"), ("x-av1.0.0", "x"), ("std", "fmt")}
    assert len(needed[0] | needed[1]) == 5


def test_another_version_below_divides_what_imports_it() -> None:
    placed, lock, _ = merge(*(prepared(app(name), Y, x) for name, x in (("a", X1), ("b", X2), ("c", X1), ("d", X2))))
    of = repositories(lock)
    assert (of["a"]["y"], of["b"]["y"], of["c"]["y"], of["d"]["y"]) == (
        "y-av1.0.0", "y-av1.0.0-g2", "y-av1.0.0", "y-av1.0.0-g2",
    )  # fmt: skip
    assert of["y-av1.0.0-g2"]["x"] == "x-av1.1.0"
    assert placed[1] is not None
    assert placed[1].repositories == {"b": "b", "y-av1.0.0": "y-av1.0.0-g2", "x-av1.1.0": "x-av1.1.0"}
    # Which modules a binary has depends on its lock: paths of modules would not tell.
    lines = {binary["repository"]: binary["buildinfo"] for binary in lock["binaries"]}
    assert "dep\tx\tv1.0.0\t" in lines["a"]
    assert "dep\tx\tv1.1.0\t" in lines["b"]


def test_parts_of_a_module_make_one() -> None:
    """Each lock has only the packages that it needs."""
    root, plain = (module("y@v1.0.0", package) for package in Y["packages"][:2])
    _, lock, _ = merge(
        prepared(app("a"), root, X1), prepared(app("b", imports={"y": "plain"}), plain), prepared(app("c"), root, X2)
    )
    packages = {entry["repository"]: [p.get("dir", "") for p in entry["packages"]] for entry in lock["modules"]}
    assert packages["y-av1.0.0"] == ["", "plain"]
    assert packages["y-av1.0.0-g2"] == [""]
    assert repositories(lock)["b"]["y"] == "y-av1.0.0"


def test_one_module_with_other_flags() -> None:
    """What is only linked in another way is another binary of the same packages."""
    linked = prepared(app("a"), Y, X1, binaries=[{"target": "cmd", "gc_linkopts": ["-X", "main.who=me"]}])
    compiled = prepared(app("a", gc_goopts=["-N"]), Y, X1)
    placed, lock, _ = merge(prepared(app("a"), Y, X1), linked, compiled, prepared(app("a"), Y, X1))
    assert [(one.main, one.targets) for one in placed if one] == [
        ("a", {"cmd": "cmd"}),
        ("a", {"cmd": "cmd-2"}),
        ("a-g2", {"cmd": "cmd"}),
        ("a", {"cmd": "cmd"}),
    ]
    linkopts = {(one["repository"], one["target"]): one.get("gc_linkopts") for one in lock["binaries"]}
    assert linkopts == {("a", "cmd"): None, ("a", "cmd-2"): ["-X", "main.who=me"], ("a-g2", "cmd"): None}
    assert {names["y"] for name, names in repositories(lock).items() if name.startswith("a")} == {"y-av1.0.0"}


def test_a_main_module_that_another_needs() -> None:
    whole = prepared(app("y@v1.0.0", needs="x"), X1)
    placed, lock, _ = merge(whole, prepared(app("a"), module("y@v1.0.0", *Y["packages"][1:2]), X1))
    assert [one.main for one in placed if one] == ["y-av1.0.0", "a"]
    assert len(lock["modules"]) == 3
    # Compiled in another way, or somewhere else, it is not the same.
    for other in (module("y@v1.0.0", {"go": "y"}), module("y@v1.0.0", sum="h1:other")):
        assert "y-av1.0.0-g2" in repositories(merge(whole, prepared(app("a"), other))[1])
    elsewhere = {"y-av1.0.0": "/elsewhere"}
    assert "y-av1.0.0-g2" in repositories(merge(whole, prepared(app("a"), Y, X1, folders=elsewhere))[1])


def test_modules_that_import_each_other() -> None:
    def circle(x: Entry) -> tuple[Entry, ...]:
        back = {"go": "z", "imports": {"y": "plain", "x": "."}}
        return module("y@v1.0.0", {"go": "y", "imports": {"z": "."}}, {"dir": "plain"}), module("z@v1.0.0", back), x

    _, lock, _ = merge(*(prepared(app(name), *circle(x)) for name, x in (("a", X1), ("b", X2), ("c", X2))))
    of = repositories(lock)
    assert (of["a"]["y"], of["y-av1.0.0"]["z"], of["z-av1.0.0"]["y"]) == ("y-av1.0.0", "z-av1.0.0", "y-av1.0.0")
    assert of["b"]["y"] == of["c"]["y"] == of["z-av1.0.0-g2"]["y"] == "y-av1.0.0-g2"
    assert of["y-av1.0.0-g2"]["z"] == "z-av1.0.0-g2"


def test_names_of_targets_and_files_do_not_clash() -> None:
    file = module("y@v1.0.0", {"go": "y", "embedsrcs": ["plain"]})
    _, lock, _ = merge(prepared(app("a"), Y, X1), prepared(app("b"), file))
    assert "y-av1.0.0-g2" in repositories(lock)
    # Of binaries, the one that comes later has another name.
    library = module("a", {"dir": "cmd", "go": "x"})
    placed, lock, _ = merge(prepared(app("b"), library), prepared(app("a")))
    assert [one.targets for one in placed if one] == [{"cmd": "cmd"}, {"cmd": "cmd-2"}]
    placed, lock, _ = merge(prepared(app("a")), prepared(app("b"), library))
    assert {"a", "a-g2"} < repositories(lock).keys()


def test_gccgo_has_no_part_in_it() -> None:
    modules = [prepared(app(name), configuration={"compiler": "gccgo"}) for name in "ab"]
    assert merge(*modules)[0][1] is None


def test_another_standard_library_or_configuration() -> None:
    first = prepared(app("a"), Y, X1)
    covered = prepared(app("b"), Y, X1, standard=[{**PLAIN, "cover": "set"}])
    overlaid = prepared(app("b"), Y, X1, standard=[])
    lock = json.loads(overlaid.lock)
    lock["standard"]["overlay"] = {"src/fmt/print.go": {"path": "/print.go"}}
    for other in (
        covered,
        prepared(app("b"), Y, X1, configuration={"go": "go1.27.1"}),
        prepared(app("b"), Y, X1, repository_packages=[{"import_path": "r", "label": "//r"}, None]),
        # A file in place of one of the SDK's.
        PreparedModule(**{**_fields(overlaid), "lock": json.dumps(lock)}),
    ):
        placed, merged, _ = merge(first, other, prepared(app("c"), Y, X1))
        assert [one is None for one in placed] == [False, True, False]
        assert "b" not in repositories(merged)
        assert merged["standard"]["packages"] == [PLAIN]


def _fields(value: PreparedModule) -> dict[str, Any]:
    return {name: getattr(value, name) for name in PreparedModule.__slots__}


def test_standard_packages_are_those_of_all() -> None:
    other = {"import_path": "os", "go": "file"}
    _, lock, _ = merge(prepared(app("a"), Y, X1), prepared(app("b"), Y, X1, standard=[other]))
    assert lock["standard"] == {"packages": [PLAIN, other]}
    assert [main["path"] for main in lock["main_modules"]] == ["a", "b"]


def test_the_same_text_each_time() -> None:
    modules = [prepared(app("a"), Y, X1), prepared(app("b"), X2, Y)]
    assert len({json.dumps(merge(*modules)[1]) for _ in range(3)}) == 1
