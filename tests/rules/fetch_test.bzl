"""Tests of rules/private/repositories/fetch.bzl: credentials, URLs of goproxies, and what differs between Bazel releases."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:fetch.bzl", "goproxy_problem", "netrc_auth", "placed_urls", "repository_metadata", "write_text")

visibility("private")

_NETRC = """
# machine commented.example login me password no
machine a.example login me password s3cret
machine b.example:8443
\tlogin you
\tpassword word with blanks
macdef init
machine macro.example login me password no

machine half.example login me
machine 127.0.0.1 account x login me password here machine 127.0.0.1:8081 login me password port machine a.example login second password no
default login anybody password no
"""

def _auth_impl(ctx):
    env = unittest.begin(ctx)
    for url, expected in {
        "file:///a.example/m.zip": None,
        "http://127.0.0.1/m.zip": ("me", "here"),
        "http://127.0.0.1:8081/m.zip": ("me", "port"),
        "http://127.0.0.1:8082/m.zip": None,
        "http://a.example/m.zip": None,
        "https://127.0.0.1/m.zip": ("me", "here"),
        "https://a.example/path/m.zip": ("me", "s3cret"),
        "https://a.example:8443/m.zip": None,
        "https://b.example/m.zip": None,
        "https://b.example:8443/m.zip": ("you", "word"),
        "https://commented.example/m.zip": None,
        "https://half.example/m.zip": None,
        "https://macro.example/m.zip": None,
        "https://other.example/m.zip": None,
    }.items():
        found = netrc_auth(_NETRC, [url, "https://elsewhere.example/"])
        wanted = {url: {"login": expected[0], "password": expected[1], "type": "basic"}} if expected else {}
        asserts.equals(env, wanted, found, url)
    asserts.equals(env, {}, netrc_auth("", ["https://a.example/m.zip"]))
    return unittest.end(env)

def _problem_impl(ctx):
    env = unittest.begin(ctx)
    for url in ["https://a.example/p@q", "https://a.example?u=me:s3cret@x", "file:///p@q", "file://%workspace%/goproxy"]:
        asserts.equals(env, None, goproxy_problem(url), url)
    for url in ["https://me:s3cret@a.example/p", "https://s3cret@a.example", "https://me:s3@cret@a.example/p"]:
        problem = goproxy_problem(url)
        asserts.true(env, "the goproxy a.example has" in problem and "s3" not in problem, problem)
    return unittest.end(env)

def _placed_impl(ctx):
    """What URLs say of places is put in where they are fetched from."""
    env = unittest.begin(ctx)
    urls = ["file://%workspace%/p/m.zip", "%GOPROXY%/m.zip", "https://b.example/m.zip"]
    asserts.equals(env, ["file:///work/p/m.zip", "https://b.example/m.zip"], placed_urls(urls, "/work", ""))
    asserts.equals(env, ["file:///work/p/m.zip", "https://b.example/m.zip"], placed_urls(urls, "/work", "off"))
    asserts.equals(env, [
        "file:///work/p/m.zip",
        "https://a.example/x/m.zip",
        "file:///p/m.zip",
        "https://b.example/m.zip",
    ], placed_urls(urls, "/work", "https://a.example/x/|file:///p,direct"))
    return unittest.end(env)

def _secret_impl(_ctx):
    placed_urls(["%GOPROXY%/m.zip"], "/work", "https://me:s3cret@a.example")

_secret = rule(implementation = _secret_impl)

def _secret_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "GOPROXY: the URL of the goproxy a.example has a user or a password: leave them out")
    return analysistest.end(env)

def _metadata_impl(ctx):
    env = unittest.begin(ctx)
    rctx = struct(repo_metadata = lambda reproducible: ("metadata", reproducible))
    for release, expected in {
        "": True,
        "10.0.0-pre.20260910.1": True,
        "8.3.0": False,
        "8.7.0": False,
        "8.8.0": True,
        "9.0.0": False,
        "9.0.0rc6": False,
        "9.0.1": True,
        "9.1.0": True,
        "9.2.0-dist": True,
    }.items():
        asserts.equals(env, ("metadata", expected), repository_metadata(rctx, True, release), release)
        asserts.equals(env, ("metadata", False), repository_metadata(rctx, False, release), release)
    asserts.equals(env, None, repository_metadata(struct(), True, "7.7.1"))
    return unittest.end(env)

def _write_impl(ctx):
    env = unittest.begin(ctx)
    written = []
    old = struct(file = lambda *args, **kwargs: written.append((args, kwargs)))
    write_text(old, "a", "text")
    write_text(struct(file = old.file, repo_metadata = None), "b", "text")
    asserts.equals(env, [
        (("a", "text"), {"executable": False, "legacy_utf8": False}),
        (("b", "text"), {"executable": False}),
    ], written)
    return unittest.end(env)

_auth_test = unittest.make(_auth_impl)
_problem_test = unittest.make(_problem_impl)
_placed_test = unittest.make(_placed_impl)
_secret_test = analysistest.make(_secret_test_impl, expect_failure = True)
_metadata_test = unittest.make(_metadata_impl)
_write_test = unittest.make(_write_impl)

def fetch_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _auth_test, _placed_test, _problem_test, _metadata_test, _write_test)
    _secret(name = name + "_secret", tags = ["manual"])
    _secret_test(name = name + "_secret_test", target_under_test = name + "_secret")
