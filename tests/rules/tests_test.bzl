"""Analysis tests of go_test and go_install: what they compile, link, install and refuse; and of runfiles."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:defs.bzl", "go_binary", "go_install", "go_library", "go_test")
load("//rules:modules.bzl", locked_go_library = "go_library")
load("//rules:toolchain.bzl", "go_test_runner")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:runner_rule.bzl", "runner_rule")
load(":support.bzl", "SETTINGS", "failure_test", "setting")

visibility("private")

def _compiled(env):
    """Returns the packages that a test compiles: what each reads of other packages, by the name of its export data."""
    return {
        action.outputs.to_list()[0].short_path.split("_/packages/")[1]: sorted([
            file.short_path.split("_/packages/")[-1].split("/tests/rules/")[-1]
            for file in action.inputs.to_list()
            if file.extension == "x"
        ])
        for action in analysistest.target_actions(env)
        if action.mnemonic == "GoCompile"
    }

def _packages_test_impl(ctx):
    """The package under test, what imports it, external tests and the main package are compiled; nothing else is."""
    env = analysistest.begin(ctx)
    asserts.equals(env, {
        # The library's own imports and those of tests, but for importers of the package.
        "y/tested.x": ["tests/rules/test_base.x"],
        "y/above.x": ["y/tested.x"],
        "y/top.x": ["tests/rules/test_base.x", "y/above.x"],
        "y/tested_test.x": ["tests/rules/test_base.x", "y/above.x", "y/tested.x", "y/top.x"],
        "y/tested.test.x": ["tests/rules/test_testing.x", "y/tested.x", "y/tested_test.x"],
    }, _compiled(env))
    return analysistest.end(env)

_packages_test = analysistest.make(_packages_test_impl, config_settings = SETTINGS)

def _linked_test_impl(ctx):
    """The program is linked from the packages compiled for it, and from no other of the same path."""
    env = analysistest.begin(ctx)
    (link,) = [action for action in analysistest.target_actions(env) if action.mnemonic == "GoLink"]
    asserts.equals(
        env,
        ["test_base.a", "test_testing.a"] + ["above.a", "tested.a", "tested.test.a", "tested_test.a", "top.a"],
        sorted(
            [file.basename for file in link.inputs.to_list() if file.extension == "a"],
            key = lambda name: (not name.startswith("test_"), name),
        ),
    )
    asserts.true(env, "-X=testing.testBinary=1" in link.argv, "testing.Testing() is true")
    asserts.true(env, "-X=y/tested.version=1" in link.argv, "x_defs")
    environment = analysistest.target_under_test(env)[RunEnvironmentInfo]
    asserts.equals(env, ({"KEY": "value"}, ["HOME"]), (environment.environment, environment.inherited_environment))
    return analysistest.end(env)

_linked_test = analysistest.make(_linked_test_impl, config_settings = SETTINGS)

def _runfiles_test_impl(ctx):
    """What is read at run time: data of the test and of all packages below it, and the program; no compiled package."""
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    asserts.equals(
        env,
        ["names_test.bzl", "patch_test.bzl", "names.json", "python.sh", "tested_test", "tested_test.test"],
        sorted([file.basename for file in runfiles], key = lambda name: (not name.endswith(".bzl"), name)),
    )
    return analysistest.end(env)

def _binary_runfiles_test_impl(ctx):
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    asserts.equals(env, ["lock_test.bzl", "patch_test.bzl", "test_binary"], sorted([file.basename for file in runfiles]))
    return analysistest.end(env)

_binary_runfiles_test = analysistest.make(_binary_runfiles_test_impl, config_settings = SETTINGS)

def _install_test_impl(ctx):
    """What is installed: binaries, also behind a filegroup, each once, with what their tags and module information say."""
    env = analysistest.begin(ctx)
    (manifest,) = [action.content for action in analysistest.target_actions(env) if action.mnemonic == "FileWrite"]
    asserts.equals(env, {
        "binaries": [{
            "buildinfo": ["path\ty/main"],
            "file": ctx.workspace_name + "/tests/rules/test_binary_/test_binary",
            "goarch": "amd64",
            "goos": "linux",
            "import_path": "y/main",
            "kind": "executable",
            "name": "test_binary",
            "set": "example",
        }],
        "go_version": "go1.99.1",
        "label": "//tests/rules:test_install",
    }, json.decode(manifest))
    return analysistest.end(env)

_install_test = analysistest.make(_install_test_impl, config_settings = SETTINGS)

_runfiles_test = analysistest.make(_runfiles_test_impl, config_settings = SETTINGS)

_failure_test = failure_test(SETTINGS)
_archive_test = failure_test(SETTINGS | {setting("buildmode"): "c-archive"})

def _runner_test_impl(ctx):
    """An SDK declares what tests need, or which of it the lock lacks."""
    env = unittest.begin(ctx)
    locked = [{"import_path": path, "target": path} for path in ["os", "reflect", "runtime", "testing", "testing/internal/testdeps"]]
    asserts.equals(env, """\
go_test_runner(
    name = "testmain",
    tags = ["manual"],
    deps = [
        ":os",
        ":reflect",
        ":runtime",
        ":testing",
        ":testing/internal/testdeps",
    ],
)""", runner_rule({"packages": locked}, ""))
    asserts.true(env, "missing = [\"runtime/race\"]," in runner_rule({"packages": locked}, "race"))
    asserts.false(env, "deps" in runner_rule({"packages": locked}, "race"))
    return unittest.end(env)

_runner_test = unittest.make(_runner_test_impl)

def _subjects():
    for name, path, more in [
        ("test_base", "y/base", {"data": ["patch_test.bzl"]}),
        ("test_tested", "y/tested", {"deps": [":test_base"]}),
        ("test_above", "y/above", {"deps": [":test_tested"]}),
        ("test_top", "y/top", {"deps": [":test_above", ":test_base"]}),
    ]:
        go_library(name = name, srcs = [name + ".go"], importpath = path, tags = ["manual"], **more)
    locked_go_library(name = "test_testing", srcs = ["test_testing.go"], importpath = "testing", standard = True, tags = ["manual"])
    locked_go_library(name = "test_closed", archive = "given.a", importpath = "y/closed", tags = ["manual"])
    go_library(name = "test_main", srcs = ["main.go"], importpath = "y/main", package_name = "main", tags = ["manual"], deps = [":test_base"])
    go_binary(
        name = "test_binary",
        buildinfo = ["path\ty/main"],
        data = ["lock_test.bzl"],
        embed = [":test_main"],
        tags = ["example", "gomod2bazel", "manual"],
    )
    native.filegroup(name = "test_binaries", srcs = [":test_binary"], tags = ["manual"])
    go_install(name = "test_install", binaries = [":test_binaries", ":test_binary"], tags = ["manual"])
    go_install(name = "no_install", binaries = [":test_base"], tags = ["manual"])
    go_test_runner(name = "runner", tags = ["manual"], deps = [":test_testing"])
    go_test_runner(name = "no_runner", missing = ["os", "testing"], tags = ["manual"])
    for name, more in {
        "tested_test": {
            "data": ["names_test.bzl"],
            "deps": [":test_base", ":test_tested", ":test_top", ":test_above"],
            "embed": [":test_tested"],
            "env": {"KEY": "value"},
            "env_inherit": ["HOME"],
            "x_defs": {"y/tested.version": "1"},
        },
        "two_test": {"embed": [":test_base", ":test_tested"]},
        "none_test": {},
        "other_test": {"embed": [":test_base"], "importpath": "y/other"},
        "closed_test": {"embed": [":test_closed"]},
        "lacking_test": {"embed": [":test_base"], "runner": ":no_runner"},
    }.items():
        go_test(name = name, srcs = [name + ".go"], tags = ["manual"], **({"runner": ":runner"} | more))

def tests_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    _subjects()
    unittest.suite(name, _runner_test)
    _packages_test(name = name + "_packages_test", target_under_test = ":tested_test")
    _linked_test(name = name + "_linked_test", target_under_test = ":tested_test")
    _runfiles_test(name = name + "_runfiles_test", target_under_test = ":tested_test")
    _archive_test(
        name = name + "_archive_test",
        message = "a test is an executable; it cannot be linked with buildmode c-archive",
        target_under_test = ":tested_test",
    )
    _binary_runfiles_test(name = name + "_binary_runfiles_test", target_under_test = ":test_binary")
    _install_test(name = name + "_install_test", target_under_test = ":test_install")
    for target, message in {
        "no_install": ":test_base is neither a go_binary nor a filegroup of go_binary targets",
        "two_test": "importpath is y/base, but embed has y/tested; a test has one package under test",
        "none_test": "set embed or importpath to the package under test",
        "other_test": "importpath is y/other, but embed has y/base",
        "closed_test": "y/closed cannot be compiled with test files: it is binary-only, or of the standard library",
        "lacking_test": "(os, testing); make it with `gomod2bazel lock -std testing ...`",
    }.items():
        _failure_test(name = "%s_%s" % (name, target), message = message, target_under_test = ":" + target)
