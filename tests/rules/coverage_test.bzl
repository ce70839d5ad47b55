"""Analysis tests of `bazel coverage`: which packages are instrumented, and what a test then reads and runs."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "go_binary", "go_library", "go_test")
load("//rules:modules.bzl", locked_go_library = "go_library")
load(":support.bzl", "SETTINGS", "actions", "failure_test", "setting", "toolchains")

visibility("private")

_SETTINGS = SETTINGS | {
    "//command_line_option:collect_code_coverage": True,
    "//command_line_option:coverage_report_generator": str(Label("//rules/coverage:lcov")),
    "//command_line_option:instrumentation_filter": "//tests/rules[:/],-left_out",
}

def _library_test_impl(ctx):
    """Packages are instrumented that the filter matches, but none of the standard library, nor commands.

    The builder sees which packages of the workspace are commands.
    """
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoCompile")
    instrumented = [file.basename for file in action.inputs.to_list() if file.basename == "cover"]
    asserts.equals(env, ["cover"] if ctx.attr.instrumented else [], instrumented)
    asserts.equals(env, ctx.attr.instrumented and not ctx.attr.locked, "cover_hook=1" in action.argv)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.told, [file.basename for file in target[InstrumentedFilesInfo].instrumented_files.to_list()])
    return analysistest.end(env)

_library_test = analysistest.make(
    _library_test_impl,
    attrs = {"instrumented": attr.bool(), "locked": attr.bool(), "told": attr.string_list()},
    config_settings = _SETTINGS,
)

def _test_test_impl(ctx):
    """The package under test and those below it are counted; external tests and the main package are not."""
    env = analysistest.begin(ctx)
    asserts.equals(env, ctx.attr.instrumented, [
        action.outputs.to_list()[0].short_path.split("_/packages/")[1]
        for action in actions(env, "GoCompile")
        if [file for file in action.inputs.to_list() if file.basename == "cover"]
    ])
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    read = sorted([file.basename for file in runfiles if file.extension in ["json", "py"]])
    asserts.equals(env, sorted((["covdata.py", "covered.json", "lcov.py"] if ctx.attr.measured else []) + ["gocommand.py", "names.json", "workingcopy.py"]), read)
    return analysistest.end(env)

_test_test = analysistest.make(
    _test_test_impl,
    attrs = {"instrumented": attr.string_list(), "measured": attr.bool()},
    config_settings = _SETTINGS,
)

_failure_test = failure_test(_SETTINGS | toolchains("uncovered_standard_library_toolchain"))
_race_test = failure_test(_SETTINGS | {setting("instrument"): "race"})

def _subjects():
    for name, path, more in [
        ("cover_base", "z/base", {}),
        ("left_out", "z/left", {}),
        ("cover_tested", "z/tested", {"deps": [":cover_base", ":left_out"]}),
        ("cover_main", "z/main", {}),
    ]:
        go_library(name = name, srcs = [name + ".go"], importpath = path, tags = ["manual"], **more)
    for name, path, more in [
        ("cover_cfile", "internal/coverage/cfile", {"standard": True}),
        ("runtime_coverage", "runtime/coverage", {"standard": True}),
        ("cover_hooked", "z/hooked", {"deps": [":runtime_coverage"], "package_name": "main"}),
        ("cover_locked", "z/locked", {"package_name": "main"}),
    ]:
        locked_go_library(name = name, srcs = [name + ".go"], importpath = path, tags = ["manual"], **more)
    for name, tested in {"covered_test": "cover_tested", "main_test": "cover_main", "uncovered_test": "left_out"}.items():
        go_test(name = name, srcs = [name + ".go"], embed = [":" + tested], tags = ["manual"])
    go_binary(name = "cover_started", embed = [":cover_main"], tags = ["manual"])
    go_test(name = "starting_test", srcs = ["uncovered_test.go"], data = [":cover_started"], embed = [":left_out"], tags = ["manual"])

def coverage_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: what their names begin with.
    """
    _subjects()
    for target, instrumented, locked, told in [
        ("cover_base", True, False, ["cover_base.go"]),
        ("cover_cfile", False, True, []),
        ("cover_hooked", True, True, ["cover_hooked.go"]),
        ("cover_locked", False, True, ["cover_locked.go"]),
        ("cover_main", True, False, ["cover_main.go"]),
        ("left_out", False, False, []),
    ]:
        _library_test(
            name = "%s_%s_test" % (name, target),
            instrumented = instrumented,
            locked = locked,
            target_under_test = ":" + target,
            told = told,
        )
    for target, instrumented, measured in [
        ("covered_test", ["z/tested.x"], True),
        ("main_test", ["z/main.x"], True),
        ("starting_test", [], True),
        ("uncovered_test", [], False),
    ]:
        _test_test(
            name = "%s_%s" % (name, target),
            instrumented = instrumented,
            measured = measured,
            target_under_test = ":" + target,
        )
    _failure_test(
        name = name + "_old_test",
        message = "(internal/coverage/cfile, runtime/coverage); make it with `gomod2bazel lock -std testing ...`",
        target_under_test = ":covered_test",
    )
    _race_test(
        name = name + "_race_test",
        message = "coverage does not work with the race detector",
        target_under_test = ":cover_base",
    )
