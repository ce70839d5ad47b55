"""Tests of rules/private/config/releases.bzl: which Go releases are accepted, and what the error for others says."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")

# buildifier: disable=bzl-visibility
load("//rules/private/config:releases.bzl", "SUPPORTED", "check_release")

visibility("private")

_OLDEST, _NEWEST = SUPPORTED[0], SUPPORTED[-1]
_MINOR = {release: int(release.removeprefix("1.")) for release in SUPPORTED}

# Versions that go_sdk accepts, and those that it refuses.
_ACCEPTED = {
    "newest": "go%s.3" % _NEWEST,
    "oldest": "go%s" % _OLDEST,
    "release_candidate": "go%src1" % _NEWEST,
}
_REFUSED = {
    "empty": "",
    "newer": "go1.%d.0" % (_MINOR[_NEWEST] + 1),
    "newer_devel": "devel go1.%d-0123abc" % (_MINOR[_NEWEST] + 1),
    "older": "go1.%d.12" % (_MINOR[_OLDEST] - 1),
    "other_major": "go2.26.1",
}

def _checked_impl(ctx):
    check_release(ctx.attr.version, ctx.attr.allow)
    return []

_checked = rule(implementation = _checked_impl, attrs = {"allow": attr.bool(), "version": attr.string()})

def _accepted_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.true(env, analysistest.target_under_test(env) != None)
    return analysistest.end(env)

def _refused_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "Go %s is not supported; supported releases are %s;" % (
        ctx.attr.version.removeprefix("go"),
        ", ".join(SUPPORTED),
    ))
    return analysistest.end(env)

_accepted_test = analysistest.make(_accepted_test_impl)
_refused_test = analysistest.make(_refused_test_impl, attrs = {"version": attr.string()}, expect_failure = True)

def releases_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    allowed = {what + "_allowed": version for what, version in _REFUSED.items()}
    for what, version in (_ACCEPTED | allowed).items():
        target = "%s_%s" % (name, what)
        _checked(name = target, allow = what in allowed, tags = ["manual"], version = version)
        _accepted_test(name = target + "_test", target_under_test = target)
    for what, version in _REFUSED.items():
        target = "%s_%s" % (name, what)
        _checked(name = target, tags = ["manual"], version = version)
        _refused_test(name = target + "_test", target_under_test = target, version = version)
