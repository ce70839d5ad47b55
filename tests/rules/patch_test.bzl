"""Tests of rules/private/lock/patch.bzl. The diffs are what gomod2bazel/golang/proxy/patch.py writes; its tests hold it to that."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:patch.bzl", "apply_diff")

visibility("private")

_LINES = "".join(["%d\n" % number for number in range(1, 21)])

def _apply_test_impl(ctx):
    env = unittest.begin(ctx)
    far = "@@ -1,4 +1,4 @@\n-1\n+one\n 2\n 3\n 4\n@@ -17,5 +17,6 @@\n 17\n 18\n 19\n+19.5\n 20\n "
    asserts.equals(env, _LINES.replace("1\n2\n", "one\n2\n", 1).replace("20", "19.5\n20"), apply_diff(_LINES, far, "a.go"))
    asserts.equals(env, "new\nfile\n", apply_diff("", "@@ -1 +1,3 @@\n+new\n+file\n ", "a.go"))
    asserts.equals(env, "no end", apply_diff("an end\n", "@@ -1,2 +1 @@\n-an end\n-\n+no end", "a.go"))
    asserts.equals(env, "crlf\r\nb", apply_diff("a\r\nb", "@@ -1,2 +1,2 @@\n-a\r\n+crlf\r\n b", "a.go"))
    asserts.equals(env, "", apply_diff("gone", "@@ -1 +1 @@\n-gone\n+", "a.go"))
    return unittest.end(env)

_apply_test = unittest.make(_apply_test_impl)

def patch_tests(name):
    """Declares the tests of this file.

    Args:
        name: string, of the suite.
    """
    unittest.suite(name, _apply_test)
