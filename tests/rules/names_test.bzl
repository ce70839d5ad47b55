"""Tests of rules/private/config/names.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/config:names.bzl", "SDK", "alias_repositories", "alias_target", "executable_name", "repository_name", "stored_name")
load(":name_vectors.bzl", "ALIASES", "ALIAS_TARGETS", "NAMES", "STORED")

visibility("private")

def _repository_name_test_impl(ctx):
    env = unittest.begin(ctx)
    for path, version, name in NAMES:
        asserts.equals(env, name, repository_name(path, version))
        asserts.equals(env, name, repository_name(path, version, 1))
    asserts.equals(env, "example.com_m-av1.2.3-g2", repository_name("example.com/m", "v1.2.3", 2))
    asserts.equals(env, "example.com_m-g10", repository_name("example.com/m", "", 10))
    return unittest.end(env)

def _unique_test_impl(ctx):
    env = unittest.begin(ctx)
    names = {repository_name(path, version): None for path, version, _ in NAMES}
    asserts.equals(env, len(NAMES), len(names))
    asserts.false(env, SDK in names, "the SDK's name was given to a module")
    return unittest.end(env)

def _stored_name_test_impl(ctx):
    env = unittest.begin(ctx)
    for path, stored in STORED:
        asserts.equals(env, stored, stored_name(path))
    return unittest.end(env)

def _aliases_test_impl(ctx):
    env = unittest.begin(ctx)
    for modules, group, names in ALIASES:
        asserts.equals(env, names, alias_repositories(modules, group))
        if group == 1:
            asserts.equals(env, names, alias_repositories(modules))
    for path, import_path, folder, target in ALIAS_TARGETS:
        asserts.equals(env, (folder, target), alias_target(path, import_path))
    return unittest.end(env)

def _executable_name_test_impl(ctx):
    env = unittest.begin(ctx)
    for path, name in [
        ("example.com/m", "m"),
        ("example.com/m/v2", "m"),
        ("example.com/m/v10", "m"),
        ("example.com/m/v1", "v1"),
        ("example.com/m/v02", "v02"),
        ("example.com/m/cmd/v2", "cmd"),
        ("example.com/m/v", "v"),
        ("v2", "v2"),
    ]:
        asserts.equals(env, name, executable_name(path))
    return unittest.end(env)

_aliases_test = unittest.make(_aliases_test_impl)
_executable_name_test = unittest.make(_executable_name_test_impl)
_repository_name_test = unittest.make(_repository_name_test_impl)
_unique_test = unittest.make(_unique_test_impl)
_stored_name_test = unittest.make(_stored_name_test_impl)

def names_tests(name):
    unittest.suite(name, _aliases_test, _executable_name_test, _repository_name_test, _unique_test, _stored_name_test)
