"""Analysis tests of go_test and go_install: what they compile, link, install and refuse; and of runfiles."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "go_binary", "go_install", "go_library", "go_test")
load("//rules:modules.bzl", locked_go_binary = "go_binary", locked_go_library = "go_library")
load("//rules:toolchain.bzl", "go_command_files")
load(":support.bzl", "MAIN_MODULES", "SETTINGS", "failure_test", "setting", "toolchains")

visibility("private")

_STANDARD = ["sdk/fmt.x", "sdk/runtime.x"]

def _compiled(env):
    """Returns the packages that a test compiles: what each reads of other packages, by the name of its export data."""
    return {
        action.outputs.to_list()[0].short_path.split("_/packages/")[1]: sorted([
            file.short_path.split("_/packages/")[-1].replace("tests/rules/sdk/", "sdk/")
            for file in action.inputs.to_list()
            if file.extension == "x"
        ])
        for action in analysistest.target_actions(env)
        if action.mnemonic == "GoCompile"
    }

def _packages_test_impl(ctx):
    """The package under test, what imports it, external tests and the main package are compiled; nothing else is.

    All but the main package may import the standard library without deps.
    """
    env = analysistest.begin(ctx)
    asserts.equals(env, {
        # The library's own imports and those of tests, but for importers of the package.
        "y/tested.x": _STANDARD + ["tests/rules/test_base.x"],
        "y/above.x": _STANDARD + ["y/tested.x"],
        "y/top.x": _STANDARD + ["tests/rules/test_base.x", "y/above.x"],
        "y/tested_test.x": _STANDARD + ["tests/rules/test_base.x", "y/above.x", "y/tested.x", "y/top.x"],
        "y/tested.test.x": ["sdk/testing.x", "y/tested.x", "y/tested_test.x"],
    }, _compiled(env))
    return analysistest.end(env)

def _external_test_impl(ctx):
    """Without embed and importpath, the one library of the Bazel package is under test, as where gazelle wrote the rule."""
    env = analysistest.begin(ctx)
    asserts.equals(env, {
        "y/tested.x": _STANDARD + ["tests/rules/test_base.x"],
        "y/tested_test.x": _STANDARD + ["tests/rules/test_base.x", "y/tested.x"],
        "y/tested.test.x": ["sdk/testing.x", "y/tested.x", "y/tested_test.x"],
    }, _compiled(env))
    return analysistest.end(env)

_external_test = analysistest.make(_external_test_impl, config_settings = SETTINGS)

def _other_test_impl(ctx):
    """The path is that of the library, also where importpath is another: gazelle keeps one that is out of date."""
    env = analysistest.begin(ctx)
    asserts.equals(env, ["y/base.test.x", "y/base.x", "y/base_test.x"], sorted(_compiled(env)))
    return analysistest.end(env)

_other_test = analysistest.make(_other_test_impl, config_settings = SETTINGS)

def _folder_test_impl(ctx):
    """The path of a folder that has nothing but tests, where gazelle's rule does not name it, follows from the main module."""
    env = analysistest.begin(ctx)
    path = MAIN_MODULES[0]["path"] + "/tests/rules"
    asserts.equals(env, [path + ".test.x", path + ".x", path + "_test.x"], sorted(_compiled(env)))
    return analysistest.end(env)

_folder_test = analysistest.make(
    _folder_test_impl,
    config_settings = SETTINGS | toolchains("module_standard_library_toolchain"),
)

_packages_test = analysistest.make(_packages_test_impl, config_settings = SETTINGS)

def _linked_test_impl(ctx):
    """The program is linked from the packages compiled for it, and from no other of the same path."""
    env = analysistest.begin(ctx)
    (link,) = [action for action in analysistest.target_actions(env) if action.mnemonic == "GoLink"]
    asserts.equals(
        env,
        ["above.a", "test_base.a", "tested.a", "tested.test.a", "tested_test.a", "top.a"],
        sorted([file.basename for file in link.inputs.to_list() if file.extension == "a" and not file.short_path.startswith("tests/rules/sdk/")]),
    )
    for line in ["job=binary", "test=1", "importpath=y/tested", "flags=-X=testing.testBinary=1", "flags=-X=y/tested.version=1"]:
        asserts.true(env, line in link.argv, "%s in %s" % (line, link.argv))
    asserts.equals(
        env,
        (["test_tested.go"], ["tested_test.go"]),
        tuple([[line.split("/")[-1] for line in link.argv if line.startswith(key + "=")] for key in ["go", "test_go"]]),
        "the builder finds GODEBUG settings in them",
    )
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
        ["names_test.bzl", "patch_test.bzl", "gocommand.py", "names.json", "python.sh", "tested.test", "tested_test", "workingcopy.py"],
        sorted([file.basename for file in runfiles], key = lambda name: (not name.endswith(".bzl"), name)),
    )
    return analysistest.end(env)

def _links_test_impl(ctx):
    """Without a copy, nothing that makes one is among the runfiles."""
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    asserts.equals(
        env,
        ["base.test", "links_test", "names.json", "patch_test.bzl", "python.sh"],
        sorted([file.basename for file in runfiles]),
    )
    return analysistest.end(env)

_links_test = analysistest.make(_links_test_impl, config_settings = SETTINGS)

def _command_test_impl(ctx):
    """A test that runs the go command has the SDK, modules, build caches, and sources of all that it imports or names."""
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    paths = [file.short_path for file in runfiles]
    wanted = ["whole/bin", "test_modules", "test_repository", "test_command_/cache_default"]
    wanted += [name + ".go" for name in ["command_test", "main", "test_above", "test_base", "test_tested", "test_top"]]
    for end in wanted:
        asserts.true(env, [path for path in paths if path.endswith("/" + end)], "%s in %s" % (end, paths))
    return analysistest.end(env)

_command_test = analysistest.make(_command_test_impl, config_settings = SETTINGS)

def _cache_test_impl(ctx):
    """The build cache is filled with the packages of the lock, compiled as the build compiles."""
    env = analysistest.begin(ctx)
    (action,) = [action for action in analysistest.target_actions(env) if action.mnemonic == "GoCommandCache"]
    for word in ["--buildmode=default", "fmt", "testing"]:
        asserts.true(env, word in action.argv, "%s in %s" % (word, action.argv))
    (variables,) = [json.decode(word.removeprefix("--variables=")) for word in action.argv if word.startswith("--variables=")]
    asserts.equals(env, {
        "CC": "gcc",
        "CGO_ENABLED": "0",
        "CXX": "g++",
        "GOFLAGS": "-trimpath -buildvcs=false -tags=x,y",
    }, variables)
    return analysistest.end(env)

_cache_test = analysistest.make(_cache_test_impl, config_settings = SETTINGS | {setting("tags"): ["x", "y"]})

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
    folder = ctx.workspace_name + "/tests/rules/"
    common = {"goarch": "amd64", "goos": "linux", "import_path": "y/main", "kind": "executable"}
    asserts.equals(env, {
        "binaries": [common | {
            "buildinfo": [],
            "file": folder + "test_binary_/test_binary",
            "modinfo": folder + "test_binary_/modinfo",
            "name": "test_binary",
            "set": "example",
        }, common | {
            "buildinfo": ["path\ty/main"],
            "file": folder + "test_locked_/test_locked",
            "modinfo": "",
            "name": "test_locked",
            "set": "target",
        }],
        "go_version": "go1.99.1",
        "label": "//tests/rules:test_install",
    }, json.decode(manifest))
    return analysistest.end(env)

_install_test = analysistest.make(_install_test_impl, config_settings = SETTINGS)

_runfiles_test = analysistest.make(_runfiles_test_impl, config_settings = SETTINGS)

_failure_test = failure_test(SETTINGS)
_lacking_test = failure_test(SETTINGS | toolchains("old_standard_library_toolchain"))
_archive_test = failure_test(SETTINGS | {setting("buildmode"): "c-archive"})

def _subjects():
    for name, path, more in [
        ("test_base", "y/base", {"data": ["patch_test.bzl"]}),
        ("test_tested", "y/tested", {"deps": [":test_base"]}),
        ("test_above", "y/above", {"deps": [":test_tested"]}),
        ("test_top", "y/top", {"deps": [":test_above", ":test_base"]}),
    ]:
        go_library(name = name, srcs = [name + ".go"], importpath = path, tags = ["manual"], **more)
    locked_go_library(name = "test_closed", archive = "given.a", importpath = "y/closed", tags = ["manual"])
    go_library(name = "test_main", srcs = ["main.go"], importpath = "y/main", tags = ["manual"], deps = [":test_base"])
    go_binary(
        name = "test_binary",
        data = ["lock_test.bzl"],
        embed = [":test_main"],
        tags = ["example", "gomod2bazel", "manual"],
    )
    locked_go_binary(
        name = "test_locked",
        buildinfo = ["path\ty/main"],
        embed = [":test_main"],
        tags = ["gomod2bazel", "manual", "target"],
    )
    go_command_files(
        name = "test_command",
        flags = ["-mod=readonly"],
        modules = "test_modules",
        repository = "test_repository",
        tags = ["manual"],
    )
    for folder in ["test_modules", "test_repository"]:
        native.genrule(name = folder + "_made", outs = [folder], cmd = "touch $@", tags = ["manual"])
    native.filegroup(name = "test_binaries", srcs = [":test_binary"], tags = ["manual"])
    go_library(name = "stranger", srcs = ["main.go"], importpath = "y/stranger", tags = ["manual"], deps = [":test_binaries"])
    go_binary(name = "stranger_binary", embed = [":test_main"], tags = ["manual"], deps = [":test_binaries"])
    go_install(name = "test_install", binaries = [":test_binaries", ":test_binary", ":test_locked"], tags = ["manual"])
    go_install(name = "no_install", binaries = [":test_base"], tags = ["manual"])
    for name, more in {
        "tested_test": {
            "data": ["names_test.bzl"],
            "deps": [":test_base", ":test_tested", ":test_top", ":test_above"],
            "embed": [":test_tested"],
            "env": {"KEY": "value"},
            "env_inherit": ["HOME"],
            "x_defs": {"y/tested.version": "1"},
        },
        "command_test": {
            "deps": [":test_top"],
            "embed": [":test_base"],
            "go_command": ":test_command",
            "go_packages": [":test_binary"],
        },
        "linked_command_test": {"copy_data": False, "embed": [":test_base"], "go_command": ":test_command"},
        "links_test": {"copy_data": False, "embed": [":test_base"]},
        "stranger_test": {"deps": [":test_binaries"], "embed": [":test_base"]},
        "two_test": {"embed": [":test_base", ":test_tested"]},
        "none_test": {},
        "unclear_test": {"deps": [":test_base", ":test_tested"]},
        "external_test": {"deps": [":test_tested"]},
        "other_test": {"embed": [":test_base"], "importpath": "y/other"},
        "closed_test": {"embed": [":test_closed"]},
    }.items():
        go_test(name = name, srcs = [name + ".go"], tags = ["manual"], **more)

def tests_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    _subjects()
    _packages_test(name = name + "_packages_test", target_under_test = ":tested_test")
    _other_test(name = name + "_other_path_test", target_under_test = ":other_test")
    _folder_test(name = name + "_folder_test", target_under_test = ":none_test")
    _external_test(name = name + "_external_test", target_under_test = ":external_test")
    _linked_test(name = name + "_linked_test", target_under_test = ":tested_test")
    _runfiles_test(name = name + "_runfiles_test", target_under_test = ":tested_test")
    _links_test(name = name + "_links_test", target_under_test = ":links_test")
    _command_test(name = name + "_command_test", target_under_test = ":command_test")
    _cache_test(name = name + "_cache_test", target_under_test = ":test_command")
    _archive_test(
        name = name + "_archive_test",
        message = "a test is an executable; it cannot be linked with buildmode c-archive",
        target_under_test = ":tested_test",
    )
    _binary_runfiles_test(name = name + "_binary_runfiles_test", target_under_test = ":test_binary")
    _install_test(name = name + "_install_test", target_under_test = ":test_install")
    for target, message in {
        "no_install": ":test_base is neither a go_binary nor a filegroup of go_binary targets",
        "stranger": "deps has @@//tests/rules:test_binaries, which is not a go_library of gomod2bazel. Where rules_go's go_library has that name",
        "stranger_binary": "//tests/rules:stranger_binary: deps has @@//tests/rules:test_binaries, which is not a go_library",
        "stranger_test": "//tests/rules:stranger_test: deps has @@//tests/rules:test_binaries, which is not a go_library",
        "two_test": "importpath is y/base, but embed has y/tested; a test has one package under test",
        "unclear_test": "set embed or importpath to the package under test",
        "linked_command_test": "//tests/rules:linked_command_test: with go_command, the sources must be files, not links; remove copy_data = False",
        "none_test": "set embed or importpath to the package under test",
        "closed_test": "y/closed cannot be compiled with test files: it is binary-only, or of the standard library",
    }.items():
        _failure_test(name = "%s_%s" % (name, target), message = message, target_under_test = ":" + target)
    _lacking_test(
        name = name + "_lacking_test",
        message = "(os, testing); make it with `gomod2bazel lock -std testing ...`",
        target_under_test = ":tested_test",
    )
