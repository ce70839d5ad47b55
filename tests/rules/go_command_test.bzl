"""Unit tests of the repository that has the modules for tests that run the go command."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:go_command.bzl", "go_command_aliases", "go_command_name", "joined_path", "required_modules")

visibility("private")

def _paths_test_impl(ctx):
    """The folders that go.work and replace lines name, next to their file or around it."""
    env = unittest.begin(ctx)
    for (folder, path), expected in {
        ("/work/mono", "."): "/work/mono",
        ("/work/mono", "./api"): "/work/mono/api",
        ("/work/mono/api", "../kyaml/"): "/work/mono/kyaml",
        ("/work/mono", "/elsewhere/x/../y"): "/elsewhere/y",
    }.items():
        asserts.equals(env, expected, joined_path(folder, path))
    return unittest.end(env)

def _required_test_impl(ctx):
    """The modules of a go.mod: as replaced, in one version or all, and without those that are folders."""
    env = unittest.begin(ctx)
    go_mod = {
        "Replace": [
            {"New": {"Path": "../folder"}, "Old": {"Path": "a.org/folder"}},
            {"New": {"Path": "b.org/fork", "Version": "v2.0.0"}, "Old": {"Path": "a.org/forked"}},
            {"New": {"Path": "b.org/other", "Version": "v3.0.0"}, "Old": {"Path": "a.org/plain", "Version": "v0.9.0"}},
            {"New": {"Path": "a.org/pinned", "Version": "v1.2.0"}, "Old": {"Path": "a.org/pinned", "Version": "v1.1.0"}},
        ],
        "Require": [
            {"Path": "a.org/" + name, "Version": version}
            for name, version in {"folder": "v1.0.0", "forked": "v1.0.0", "pinned": "v1.1.0", "plain": "v1.0.0"}.items()
        ],
    }
    asserts.equals(env, ["b.org/fork@v2.0.0", "a.org/pinned@v1.2.0", "a.org/plain@v1.0.0"], required_modules(go_mod))
    asserts.equals(env, [], required_modules({"Replace": None, "Require": None}))
    return unittest.end(env)

def _names_test_impl(ctx):
    """Each lock has a repository, and a name in that of the SDK, which workspaces have anyway."""
    env = unittest.begin(ctx)
    asserts.equals(env, ["go_command", "go_command_g2"], [go_command_name(group) for group in [1, 2]])
    text = go_command_aliases(["go_command_g2"])
    asserts.true(env, "    name = \"go_command_g2\",\n    actual = \"@go_command_g2//:go_command\",\n" in text, text)
    return unittest.end(env)

_paths_test = unittest.make(_paths_test_impl)
_required_test = unittest.make(_required_test_impl)
_names_test = unittest.make(_names_test_impl)

def go_command_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _paths_test, _required_test, _names_test)
