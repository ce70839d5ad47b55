"""Tests of rules/private/actions/link_info.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/actions:link_info.bzl", "expanded")
load(":folder_vectors.bzl", "FLAGS")

visibility("private")

def _expanded_test_impl(ctx):
    env = unittest.begin(ctx)
    for flag, folder, text in FLAGS:
        asserts.equals(env, text, expanded(flag, folder))
    return unittest.end(env)

_expanded_test = unittest.make(_expanded_test_impl)

def link_info_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _expanded_test)
