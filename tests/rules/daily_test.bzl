"""Analysis tests of what packages take in: sources by `embed`, C libraries by `cdeps`, values by `x_defs`."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_import", "cc_library")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")
load("//rules:defs.bzl", "go_binary", "go_library", "go_source", "go_test")

# buildifier: disable=bzl-visibility
load("//rules/private/actions:stamp.bzl", "placeholders")
load(":support.bzl", "SETTINGS", "actions", "failure_test", "setting")

visibility("private")

_SETTINGS = SETTINGS | {
    setting("cgo"): "true",
    setting("cxx"): "g++",
}

def _has(env, wanted, found):
    for item in wanted:
        asserts.true(env, item in found, "%s in %s" % (item, found))

# What several rules take in.

def _embed_test_impl(ctx):
    """Files, imports and embedded files of all that `embed` names are those of the package, each once."""
    env = analysistest.begin(ctx)
    (action,) = [action for action in actions(env, "GoCompile") if action.outputs.to_list()[0].basename == ctx.attr.output]
    inputs = [file.basename for file in action.inputs.to_list() if not file.short_path.startswith("tests/rules/sdk/")]
    asserts.equals(env, sorted(ctx.attr.inputs), sorted([name for name in inputs if name.rpartition(".")[2] in ["go", "txt", "x"]]))
    return analysistest.end(env)

_embed_test = analysistest.make(
    _embed_test_impl,
    attrs = {"inputs": attr.string_list(), "output": attr.string()},
    config_settings = _SETTINGS,
)

def _runfiles_test_impl(ctx):
    """Data of what is taken in is read at run time; sources are not."""
    env = analysistest.begin(ctx)
    runfiles = analysistest.target_under_test(env)[DefaultInfo].default_runfiles.files.to_list()
    asserts.equals(env, ["patch_test.bzl"], [file.basename for file in runfiles])
    return analysistest.end(env)

_runfiles_test = analysistest.make(_runfiles_test_impl, config_settings = _SETTINGS)

# Values for variables.

def _link_test_impl(ctx):
    """The linker gets values of all packages; those of the program's rule come before them."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoLink")
    flags = [line.removeprefix("flags=") for line in action.argv if line.startswith("flags=")]
    asserts.equals(env, ctx.attr.variables, sorted([flag for flag in flags if flag.startswith("-X=w/") or flag.startswith("-X=main.")]))
    asserts.equals(env, [], [file.basename for file in action.inputs.to_list() if file.basename == "x_defs.args"])
    asserts.equals(env, 0, len(actions(env, "GoStamp")))
    return analysistest.end(env)

_link_test = analysistest.make(
    _link_test_impl,
    attrs = {"variables": attr.string_list()},
    config_settings = _SETTINGS,
)

def _stamp_test_impl(ctx):
    """With --stamp, values of the workspace status come by way of an action that reads the status files asked for."""
    env = analysistest.begin(ctx)
    (link,) = actions(env, "GoLink")
    stamps = actions(env, "GoStamp")
    asserts.equals(env, bool(ctx.attr.status), any([file.basename == "x_defs.args" for file in link.inputs.to_list()]))
    inputs = [file.basename for stamp in stamps for file in stamp.inputs.to_list() if file.extension == "txt"]
    asserts.equals(env, ctx.attr.status, sorted(inputs))
    return analysistest.end(env)

_stamp_test = analysistest.make(
    _stamp_test_impl,
    attrs = {"status": attr.string_list()},
    config_settings = _SETTINGS | {"//command_line_option:stamp": True},
)

def _placeholders_test_impl(ctx):
    env = unittest.begin(ctx)
    for values, stable, volatile in [
        (["plain", "{", "}{", "{}"[:1]], False, False),
        (["{STABLE_GIT_COMMIT}"], True, False),
        (["at {BUILD_TIMESTAMP} by {BUILD_USER}"], True, True),
        (["{GIT_DIRTY}", "x"], False, True),
    ]:
        found = placeholders(values)
        asserts.equals(env, (stable, volatile), (found.stable, found.volatile), str(values))
    return unittest.end(env)

_placeholders_test = unittest.make(_placeholders_test_impl)

# C libraries.

def _cdeps_compile_test_impl(ctx):
    """cgo sees headers of the libraries and of what is below them, and links each for a try."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoCompile")
    names = [file.basename for file in action.inputs.to_list()]
    _has(env, ["daily_low.h", "daily_top.h", "libdaily_low.pic.a" if "libdaily_low.pic.a" in names else "libdaily_low.a"], names)
    asserts.false(env, "daily_top.cc" in names)
    return analysistest.end(env)

_cdeps_compile_test = analysistest.make(_cdeps_compile_test_impl, config_settings = _SETTINGS)

def _cdeps_link_test_impl(ctx):
    """A program that imports such a package is linked with the libraries, by the C++ linker where the builder finds C++ among them."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoLink")
    names = [file.basename.replace(".pic", "") for file in action.inputs.to_list()]
    _has(env, ctx.attr.libraries, names)
    _has(env, ["extld=1", "cc=gcc", "cxx_tool=g++"], action.argv)
    asserts.equals(env, ctx.attr.cxx, [line.split("=")[1] for line in action.argv if line.startswith("cxx_packages=")], "the builder chooses")
    target = analysistest.target_under_test(env)
    runfiles = [file.basename for file in target[DefaultInfo].default_runfiles.files.to_list()]
    asserts.equals(env, ctx.attr.loaded, [name for name in runfiles if name.endswith(".so")])
    asserts.equals(env, bool(ctx.attr.loaded), "flags=-r" in action.argv)
    for folder in action.argv[action.argv.index("flags=-r") + 1].split(":") if "flags=-r" in action.argv else []:
        asserts.true(env, folder.startswith("flags=$ORIGIN/../"), folder)
    return analysistest.end(env)

_cdeps_link_test = analysistest.make(
    _cdeps_link_test_impl,
    attrs = {"cxx": attr.string_list(), "libraries": attr.string_list(), "loaded": attr.string_list()},
    config_settings = _SETTINGS,
)

def _for_c_test_impl(ctx):
    """C programs get the header, the library and all that it leaves to be linked."""
    env = analysistest.begin(ctx)
    target = analysistest.target_under_test(env)
    asserts.equals(env, bool(ctx.attr.library), CcInfo in target)
    if CcInfo in target:
        info = target[CcInfo]
        headers = [file.basename for file in info.compilation_context.headers.to_list()]
        _has(env, [ctx.attr.header, "daily_low.h"], headers)
        inputs = info.linking_context.linker_inputs.to_list()
        files = [library.pic_static_library or library.dynamic_library for part in inputs for library in part.libraries]
        _has(env, [ctx.attr.library], [file.basename for file in files if file])
        asserts.equals(env, ctx.attr.flags, [flag for part in inputs for flag in part.user_link_flags if flag != "-ldaily"])
        below = [file.basename for file in files if file and "daily_low" in file.basename]
        asserts.equals(env, ctx.attr.library.endswith(".a"), bool(below), "an archive does not hold what is below")
    return analysistest.end(env)

_FOR_C = {"flags": attr.string_list(), "header": attr.string(), "library": attr.string()}
_for_c_test = analysistest.make(
    _for_c_test_impl,
    attrs = _FOR_C,
    # The compilers are Bazel's own here: what links with the library are its rules.
    config_settings = {name: value for name, value in _SETTINGS.items() if name not in [setting("cc"), setting("cxx")]},
)

_failure_test = failure_test(_SETTINGS)

_gccgo_test = failure_test(_SETTINGS | {setting("compiler"): "gccgo"})

def _c_subjects():
    cc_library(name = "daily_low", srcs = ["daily_low.c"], hdrs = ["daily_low.h"], linkopts = ["-ldaily"], tags = ["manual"])
    cc_library(name = "daily_top", srcs = ["daily_top.cc"], hdrs = ["daily_top.h"], tags = ["manual"], deps = [":daily_low"])
    cc_binary(name = "libdaily.so", srcs = ["daily.c"], linkshared = True, tags = ["manual"])
    cc_import(name = "daily_loaded", shared_library = "libdaily.so", tags = ["manual"])
    for name, cdeps in [("daily_c", [":daily_low"]), ("daily_cxx", [":daily_top"]), ("daily_so", [":daily_loaded"])]:
        go_library(
            name = name,
            srcs = ["calls.go", name + ".go"],
            cdeps = cdeps,
            cgo = True,
            importpath = "w/" + name,
            tags = ["manual"],
        )
        go_library(name = name + "_main", srcs = ["main.go"], importpath = "w/main", tags = ["manual"], deps = [":" + name])
        go_binary(name = name + "_binary", embed = [":%s_main" % name], tags = ["manual"])
    go_library(
        name = "daily_for_c",
        srcs = ["calls.go", "main.go"],
        cdeps = [":daily_low"],
        cgo = True,
        clinkopts = ["-L${SRCDIR}/lib"],
        importpath = "w/main",
        tags = ["manual"],
    )
    go_binary(name = "daily_more_c", cdeps = [":daily_top"], embed = [":daily_for_c"], linkmode = "c-archive", out = "made.a", tags = ["manual"])
    go_binary(name = "daily_pure_binary", cdeps = [":daily_top"], embed = [":daily_c_main"], tags = ["manual"])
    for mode in ["c-archive", "c-shared", "normal"]:
        go_binary(name = "daily_" + mode, embed = [":daily_for_c"], linkmode = mode, out = "made", tags = ["manual"])
    go_library(name = "daily_no_cgo", srcs = ["a.go"], cdeps = [":daily_low"], importpath = "w/n", tags = ["manual"])

def _subjects():
    for name in ["daily_one", "daily_two"]:
        go_library(name = name, srcs = [name + ".go"], importpath = "w/" + name, tags = ["manual"])
    go_source(
        name = "daily_source",
        srcs = ["source.go"],
        data = ["patch_test.bzl"],
        embedsrcs = ["a.txt"],
        tags = ["manual"],
        x_defs = {"Source": "s", "w/other.Name": "o"},
        deps = [":daily_one"],
    )
    go_source(name = "daily_more", srcs = ["more.go"], embed = [":daily_source"], tags = ["manual"], deps = [":daily_two"])
    go_source(name = "daily_again", srcs = ["more/source.go"], tags = ["manual"])
    go_library(
        name = "daily_all",
        srcs = ["own.go", "source.go"],
        embed = [":daily_more", ":daily_source"],
        importpath = "w/all",
        tags = ["manual"],
        x_defs = {"Own": "{STABLE_V}"},
        deps = [":daily_one"],
    )
    go_library(name = "daily_twice", srcs = ["twice.go"], embed = [":daily_all"], importpath = "w/all", tags = ["manual"])
    go_library(name = "daily_wrong", srcs = ["own.go"], embed = [":daily_one"], importpath = "w/wrong", tags = ["manual"])
    go_library(name = "daily_clash", srcs = ["own.go"], embed = [":daily_again", ":daily_source"], importpath = "w/clash", tags = ["manual"])
    go_library(
        name = "daily_main",
        srcs = ["main.go"],
        importpath = "w/main",
        tags = ["manual"],
        x_defs = {"Here": "library", "There": "library"},
        deps = [":daily_all"],
    )
    go_binary(name = "daily_binary", embed = [":daily_main"], tags = ["manual"], x_defs = {"There": "program"})
    go_binary(name = "daily_plugin", embed = [":daily_main"], linkmode = "plugin", tags = ["manual"], x_defs = {"There": "program"})
    go_binary(
        name = "daily_plain",
        embed = [":daily_main"],
        tags = ["manual"],
        x_defs = {"w/all.Own": "fixed"},
    )
    go_library(name = "daily_other", srcs = ["o.go"], importpath = "w/o", tags = ["manual"], x_defs = {"w/all.Own": "other"})
    go_library(name = "daily_split", srcs = ["main.go"], importpath = "w/main", tags = ["manual"], deps = [":daily_all", ":daily_other"])
    go_binary(name = "daily_disputed", embed = [":daily_split"], tags = ["manual"])
    go_test(name = "daily_test", srcs = ["d_test.go"], embed = [":daily_all", ":daily_again_too"], tags = ["manual"], x_defs = {"Own": "tested"})
    go_source(name = "daily_again_too", srcs = ["too.go"], tags = ["manual"])
    go_test(
        name = "daily_alone_test",
        srcs = ["d_test.go"],
        embed = [":daily_source"],
        importpath = "w/alone",
        tags = ["manual"],
    )
    go_test(name = "daily_pure_test", srcs = ["d_test.go"], cdeps = [":daily_low"], embed = [":daily_one"], tags = ["manual"])

def daily_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    _subjects()
    _c_subjects()
    unittest.suite(name, _placeholders_test)
    all_sources = ["a.txt", "daily_one.x", "daily_two.x", "more.go", "own.go", "source.go"]
    for target, output, inputs in [
        ("daily_all", "daily_all.x", all_sources),
        ("daily_twice", "daily_twice.x", all_sources + ["twice.go"]),
        ("daily_test", "all.x", all_sources + ["d_test.go", "too.go"]),
        ("daily_alone_test", "alone.x", ["a.txt", "d_test.go", "daily_one.x", "source.go"]),
    ]:
        _embed_test(name = "%s_%s_embed_test" % (name, target), inputs = inputs, output = output, target_under_test = ":" + target)
    _runfiles_test(name = name + "_runfiles_test", target_under_test = ":daily_all")
    for target, variables in {
        "daily_binary": ["-X=main.Here=library", "-X=main.There=program", "-X=w/all.Own={STABLE_V}", "-X=w/all.Source=s", "-X=w/other.Name=o"],
        "daily_plain": ["-X=main.Here=library", "-X=main.There=library", "-X=w/all.Own=fixed", "-X=w/all.Source=s", "-X=w/other.Name=o"],
        "daily_test": ["-X=w/all.Own=tested", "-X=w/all.Source=s", "-X=w/other.Name=o"],
    }.items():
        _link_test(name = "%s_%s_variables_test" % (name, target), target_under_test = ":" + target, variables = variables)
    _stamp_test(name = name + "_stamp_test", status = ["stable-status.txt"], target_under_test = ":daily_binary")
    _stamp_test(name = name + "_no_stamp_test", status = [], target_under_test = ":daily_plain")
    _cdeps_compile_test(name = name + "_cdeps_test", target_under_test = ":daily_cxx")
    for target, cxx, libraries, loaded in [
        ("daily_c", [], ["libdaily_low.a"], []),
        ("daily_cxx", ["w/daily_cxx"], ["libdaily_low.a", "libdaily_top.a"], []),
        ("daily_so", [], ["libdaily.so"], ["libdaily.so"]),
    ]:
        _cdeps_link_test(
            name = "%s_%s_link_test" % (name, target),
            cxx = cxx,
            libraries = libraries,
            loaded = loaded,
            target_under_test = ":%s_binary" % target,
        )
    _cdeps_link_test(
        name = name + "_more_c_link_test",
        cxx = ["w/main"],
        libraries = ["libdaily_low.a", "libdaily_top.a"],
        loaded = [],
        target_under_test = ":daily_more_c",
    )
    _for_c_test(
        name = name + "_more_c_test",
        flags = ["-Ltests/rules/lib"],
        header = "made.h",
        library = "libmade.a",
        target_under_test = ":daily_more_c",
    )
    for mode, library, flags in [
        ("c-archive", "libmade.a", ["-Ltests/rules/lib"]),
        ("c-shared", "libmade.so", []),
        ("normal", "", []),
    ]:
        _for_c_test(name = "%s_%s_test" % (name, mode), flags = flags, header = "made.h", library = library, target_under_test = ":daily_" + mode)
    _gccgo_test(
        name = name + "_gccgo_test",
        message = "x_defs need the gc compiler; gccgo cannot set variables when it links",
        target_under_test = ":daily_binary",
    )
    _link_test(
        name = name + "_plugin_test",
        target_under_test = ":daily_plugin",
        variables = ["-X=w/all.Own={STABLE_V}", "-X=w/all.Source=s", "-X=w/main.Here=library", "-X=w/main.There=program", "-X=w/other.Name=o"],
    )
    for target, message in {
        "daily_pure_binary": "cdeps need a main package that uses cgo and is compiled by the gc compiler; w/main is not one",
        "daily_no_cgo": "cdeps are C libraries that Go files use through cgo; set cgo = True",
        "daily_wrong": "embed has @@//tests/rules:daily_one, which is w/daily_one; embed takes only files of w/wrong itself",
        "daily_clash": "tests/rules/more/source.go and tests/rules/source.go have the same name; file names in a package must be unique",
        "daily_disputed": "w/all.Own: \"{STABLE_V}\" in one package's x_defs, \"other\" in another's",
        "daily_pure_test": "cdeps need a package that uses cgo; w/daily_one does not",
    }.items():
        _failure_test(name = "%s_%s_refused_test" % (name, target), message = message, target_under_test = ":" + target)
