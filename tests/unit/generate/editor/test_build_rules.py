"""What editors need of BUILD files and MODULE.bazel."""

from __future__ import annotations

from gomod2bazel.generate.editor.build_rules import read_locks, read_rules

BUILD = """
load("@gomod2bazel//rules:defs.bzl", "go_library", mytest = "go_test")
load("//tools:gen.bzl", "gen")

COMMON = ["a.go"]

go_library(
    name = "lib",
    srcs = COMMON + select({
        "@platforms//os:linux": ["b_linux.go"],
        "//conditions:default": ["b_other.go"],
    }) + glob(["c*.go"], exclude = ["c_test.go"]),
    cgo = True,
    copts = ["-DX"],
    importpath = "example.com/lib",
)

mytest(name = "lib_test", srcs = ["a_test.go"], embed = [":lib"])

gen(name = "made", outs = ["made.go"])
"""


def test_rules() -> None:
    rules, outputs = read_rules(BUILD)
    library, test = rules
    assert (library.kind, library.name, library.importpath, library.cgo) == (
        "go_library",
        "lib",
        "example.com/lib",
        True,
    )
    assert library.lists == {"srcs": ["a.go", "b_linux.go", "b_other.go"], "copts": ["-DX"]}
    assert library.globs == [(["c*.go"], ["c_test.go"])]
    assert (test.kind, test.lists) == ("go_test", {"srcs": ["a_test.go"], "embed": [":lib"]})
    assert outputs == {"made.go": "made"}


def test_what_is_not_starlark_has_no_rules() -> None:
    assert read_rules("go_library(name = ") == ([], {})


def test_locks_of_a_module_file() -> None:
    text = """
go_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")
go_modules.from_file(goproxy = ["https://p"], lock = "//:gomod2bazel.lock.json")
go_modules.from_file(group = 2, lock = "//tools:gomod2bazel.lock.json")
"""
    assert read_locks(text) == [("//:gomod2bazel.lock.json", 1), ("//tools:gomod2bazel.lock.json", 2)]
