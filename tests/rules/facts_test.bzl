"""Tests of short_facts and whole_facts in rules/private/lock/facts.bzl: what a module's repository is given of others."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "short_facts", "whole_facts", "whole_standard")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")
load(":facts.bzl", "LOCK")

visibility("private")

_HELLO = "example.com_hello-av1.0.0"
_WORDS = "example.com_-cwords-av0.2.0"

def _parse(lock = LOCK, **arguments):
    parsed = parse_lock(decode_lock(json.encode(lock)), **arguments)
    return parsed.sdk, {repository["name"]: json.decode(repository["facts"]) for repository in parsed.repositories}

def _labels_test_impl(ctx):
    env = unittest.begin(ctx)
    sdk, repositories = _parse()
    labels = whole_facts(repositories[_HELLO])["labels"]
    asserts.equals(env, {
        "example.com/Words": "@example.com_-cwords-av0.2.0//:Words",
        "example.com/hello/cmd/hello": ":cmd/hello_lib",
        "example.com/hello/greet": ":greet",
        "fmt": "@go_sdk//:fmt",
        "runtime": "@go_sdk//:runtime",
    }, labels)
    asserts.equals(env, {"vendor/x/y": ":vendor/x/y"}, whole_standard(json.decode(sdk["facts"]))["labels"])
    return unittest.end(env)

def _files_test_impl(ctx):
    env = unittest.begin(ctx)
    facts = whole_facts(_parse()[1][_HELLO])
    asserts.equals(env, [
        "cmd/hello/main.go",
        "greet/a-b.go",
        "greet/a.go",
        "greet/c.go",
        "greet/z_amd64.s",
        "include/h.h",
        "pkg/linux_amd64/example.com/hello/closed.a",
    ], facts["files"])
    return unittest.end(env)

def _repository_packages_test_impl(ctx):
    env = unittest.begin(ctx)
    words = LOCK["modules"][0]
    package = words["packages"][0] | {"imports": {"": "example.com/main/a example.com/main/b", "std": "fmt"}}
    lock = LOCK | {
        "modules": [words | {"packages": [package, None]}] + LOCK["modules"][1:],
        "repository_packages": [
            {"import_path": "example.com/main/a", "label": "//a:a"},
            {"import_path": "example.com/main/b", "label": "//:bee"},
            {"import_path": "example.com/main/c", "label": "//c:c"},
            None,
        ],
    }
    labels = whole_facts(_parse(lock, repository = "@@other~")[1][_WORDS])["labels"]
    asserts.equals(env, {
        "example.com/main/a": "@@other~//a:a",
        "example.com/main/b": "@@other~//:bee",
        "fmt": "@go_sdk//:fmt",
    }, labels)
    asserts.false(env, "repository_labels" in _parse(lock)[1][_HELLO], "of a module that imports none")

    # Other modules can be built: only the importer's own repository fails.
    unknown = {"path": "m", "binaries": [], "packages": [{"imports": {"": "example.com/gone"}}]}
    asserts.equals(env, {}, short_facts(unknown, {"std": "go_sdk"}, {"m": {}, "std": {}}, {"std": {}})["targets"])
    return unittest.end(env)

_labels_test = unittest.make(_labels_test_impl)
_files_test = unittest.make(_files_test_impl)
_repository_packages_test = unittest.make(_repository_packages_test_impl)

def facts_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _labels_test, _files_test, _repository_packages_test)
