"""Tests of rules/private/repositories/buildfile.bzl and kinds.bzl; the golden file generated.BUILD shows the whole format."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:buildfile.bzl", "build_file", "quoted")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:kinds.bzl", "LABELS", "RULES", "SORTED")

visibility("private")

def _srcs_test_impl(ctx):
    """Labels are sorted and shortened as buildifier does it: by phase, then by their parts between dots and colons."""
    env = unittest.begin(ctx)
    for given, printed in [
        ([], "filegroup(\n    name = \"x\",\n)\n"),
        (["a"], "filegroup(\n    name = \"x\",\n    srcs = [\"a\"],\n)\n"),
        (["@z//:z", "@a//b:b", "//d:d", "//c", ":b", "a-b.go", "a.go", "Z"], """\
filegroup(
    name = "x",
    srcs = [
        "Z",
        "a.go",
        "a-b.go",
        ":b",
        "//c",
        "//d",
        "@a//b",
        "@z",
    ],
)
"""),
    ]:
        asserts.equals(env, printed, build_file([{"kind": "filegroup", "name": "x", "srcs": given}]))
    return unittest.end(env)

def _quoted_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, literal in [
        ("plain", "\"plain\""),
        ("a\"b'c", "\"a\\\"b'c\""),
        ("a\\b", "\"a\\\\b\""),
        ("a\tb\nc\rd", "\"a\\tb\\nc\\rd\""),
        ("${SRCDIR} %s {x}", "\"${SRCDIR} %s {x}\""),
    ]:
        asserts.equals(env, literal, quoted(text))
    return unittest.end(env)

def _head_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, "", build_file([]))
    asserts.equals(env, """\
load("//:b.bzl", "y", "z")
load("@gomod2bazel//rules:modules.bzl", "go_library")

y()

go_library(
    name = "x",
    cgo = True,
)
""", build_file(
        [{"kind": "go_library", "name": "x", "cgo": True, "standard": False}],
        head = "y()",
        loads = {"//:b.bzl": ["z", "y"]},
    ))
    return unittest.end(env)

def _kinds_test_impl(ctx):
    """No attribute is there twice, and the special lists are of attributes."""
    env = unittest.begin(ctx)
    known = {}
    for kind, rule in RULES.items():
        asserts.equals(env, len(rule.attrs), len({name: None for name in rule.attrs}), kind)
        known |= {name: None for name in rule.attrs}
    for name in SORTED + LABELS:
        asserts.true(env, name in known, "no rule has an attribute %s" % name)
    return unittest.end(env)

def _unknown_attribute_impl(_ctx):
    build_file([{"kind": "filegroup", "name": "x", "colour": "red"}])

_unknown_attribute = rule(implementation = _unknown_attribute_impl)

def _unknown_attribute_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "filegroup has no attribute colour; add it to rules/private/repositories/kinds.bzl")
    return analysistest.end(env)

_srcs_test = unittest.make(_srcs_test_impl)
_quoted_test = unittest.make(_quoted_test_impl)
_head_test = unittest.make(_head_test_impl)
_kinds_test = unittest.make(_kinds_test_impl)
_unknown_test = analysistest.make(_unknown_attribute_test_impl, expect_failure = True)

def buildfile_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _srcs_test, _quoted_test, _head_test, _kinds_test)
    _unknown_attribute(name = name + "_unknown_attribute", tags = ["manual"])
    _unknown_test(name = name + "_unknown_attribute_test", target_under_test = name + "_unknown_attribute")
