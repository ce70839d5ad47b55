"""Analysis tests of `bazel coverage`: which packages are instrumented, and what a test then reads and runs."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("//rules:defs.bzl", "go_library", "go_test")
load("//rules:modules.bzl", locked_go_library = "go_library")
load("//rules:toolchain.bzl", "go_test_runner")
load(":support.bzl", "SETTINGS", "actions", "failure_test", "setting")

visibility("private")

_SETTINGS = SETTINGS | {
    "//command_line_option:collect_code_coverage": True,
    "//command_line_option:coverage_report_generator": str(Label("//rules/coverage:lcov")),
    "//command_line_option:instrumentation_filter": "//tests/rules[:/],-left_out",
}

def _library_test_impl(ctx):
    """Packages are instrumented that the filter matches, but none of the standard library, nor commands."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoCompile")
    instrumented = [file.basename for file in action.inputs.to_list() if file.basename == "cover"]
    asserts.equals(env, ["cover"] if ctx.attr.instrumented else [], instrumented)
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.told, [file.basename for file in target[InstrumentedFilesInfo].instrumented_files.to_list()])
    return analysistest.end(env)

_library_test = analysistest.make(
    _library_test_impl,
    attrs = {"instrumented": attr.bool(), "told": attr.string_list()},
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
    asserts.equals(env, (["covered.json", "lcov.py"] if ctx.attr.measured else []) + ["names.json"], read)
    return analysistest.end(env)

_test_test = analysistest.make(
    _test_test_impl,
    attrs = {"instrumented": attr.string_list(), "measured": attr.bool()},
    config_settings = _SETTINGS,
)

_failure_test = failure_test(_SETTINGS)
_race_test = failure_test(_SETTINGS | {setting("instrument"): "race"})

def _subjects():
    for name, path, more in [
        ("cover_base", "z/base", {}),
        ("left_out", "z/left", {}),
        ("cover_tested", "z/tested", {"deps": [":cover_base", ":left_out"]}),
        ("cover_main", "z/main", {"package_name": "main"}),
        ("cover_hooked", "z/hooked", {"deps": [":runtime_coverage"], "package_name": "main"}),
    ]:
        go_library(name = name, srcs = [name + ".go"], importpath = path, tags = ["manual"], **more)
    for name, path in {"cover_cfile": "internal/coverage/cfile", "cover_testing": "testing", "runtime_coverage": "runtime/coverage"}.items():
        locked_go_library(name = name, srcs = [name + ".go"], importpath = path, standard = True, tags = ["manual"])
    go_test_runner(name = "cover_runner", cover_deps = [":cover_cfile"], tags = ["manual"], deps = [":cover_testing"])
    go_test_runner(name = "old_runner", tags = ["manual"], deps = [":cover_testing"])
    for name, more in {
        "covered_test": {"embed": [":cover_tested"]},
        "main_test": {"embed": [":cover_main"]},
        "old_test": {"embed": [":cover_tested"], "runner": ":old_runner"},
        "uncovered_test": {"embed": [":left_out"]},
    }.items():
        go_test(name = name, srcs = [name + ".go"], tags = ["manual"], **({"runner": ":cover_runner"} | more))

def coverage_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: what their names begin with.
    """
    _subjects()
    for target, instrumented, told in [
        ("cover_base", True, ["cover_base.go"]),
        ("cover_hooked", True, ["cover_hooked.go"]),
        ("cover_main", False, ["cover_main.go"]),
        ("cover_testing", False, []),
        ("left_out", False, []),
    ]:
        _library_test(name = "%s_%s_test" % (name, target), instrumented = instrumented, told = told, target_under_test = ":" + target)
    for target, instrumented in {"covered_test": ["z/tested.x"], "main_test": ["z/main.x"], "uncovered_test": []}.items():
        _test_test(
            name = "%s_%s" % (name, target),
            instrumented = instrumented,
            measured = bool(instrumented),
            target_under_test = ":" + target,
        )
    _failure_test(
        name = name + "_old_test",
        message = "(internal/coverage/cfile); make it with `gomod2bazel lock -std testing ...`",
        target_under_test = ":old_test",
    )
    _race_test(
        name = name + "_race_test",
        message = "coverage does not work with the race detector",
        target_under_test = ":cover_base",
    )
