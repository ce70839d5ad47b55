"""Analysis tests of go_library and go_binary: which actions they declare, and what each may read."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:defs.bzl", "go_binary", "go_library")
load("//rules:modules.bzl", locked_go_binary = "go_binary", locked_go_library = "go_library")
load("//rules:providers.bzl", "GoInfo")

# buildifier: disable=bzl-visibility
load("//rules/private/config:python.bzl", "builder_requirements")
load(":builder_files.bzl", "BUILDER")
load(":support.bzl", "SETTINGS", "failure_test", "setting")

visibility("private")

_SETTINGS = SETTINGS | {setting("arch"): "GOAMD64=v1"}

_ENVIRONMENT = {"GOAMD64": "v1", "GOARCH": "amd64", "GOGC": "400", "GOOS": "linux", "GOROOT": "", "GOTOOLCHAIN": "local"}

def _action(env, mnemonic):
    actions = [action for action in analysistest.target_actions(env) if action.mnemonic == mnemonic]
    asserts.equals(env, 1, len(actions), "one %s action" % mnemonic)
    return actions[0]

def _names(files):
    return sorted([file.basename for file in files.to_list()])

def _library_test_impl(ctx):
    """One action compiles a package; it reads the package's files and the export data of direct dependencies alone.

    Of the standard library, packages of the workspace get all that may be imported; what was not is then in a list.
    """
    env = analysistest.begin(ctx)
    asserts.equals(env, ["GoCompile"], [action.mnemonic for action in analysistest.target_actions(env)])
    action = _action(env, "GoCompile")
    inputs, outputs = ([], []) if ctx.attr.locked else (["fmt.x", "runtime.x"], [".unused"])
    asserts.equals(env, sorted(BUILDER + ["compile"] + ctx.attr.inputs + inputs), _names(action.inputs))
    asserts.equals(env, sorted([ctx.attr.package + end for end in [".a", ".x"] + outputs + ctx.attr.more_outputs]), _names(action.outputs))
    asserts.equals(env, _ENVIRONMENT | ctx.attr.environment, action.env)
    asserts.equals(env, ["-I", "-S"], action.argv[1:3], "the builder's Python reads nothing of the host's")
    return analysistest.end(env)

def _binary_only_test_impl(ctx):
    """A binary-only package is not compiled: its archive is parted in two, next to the export data of what it imports."""
    env = analysistest.begin(ctx)
    asserts.equals(env, ["GoBinaryOnly"], [action.mnemonic for action in analysistest.target_actions(env)])
    action = _action(env, "GoBinaryOnly")
    asserts.equals(env, ["binary_only.py", "given.a", "leaf.x", "python.sh"], _names(action.inputs))
    asserts.equals(env, ["closed.a", "closed.x"], _names(action.outputs))
    asserts.equals(env, ["-I", "-S"], action.argv[1:3])
    return analysistest.end(env)

_binary_only_test = analysistest.make(_binary_only_test_impl, config_settings = _SETTINGS)

_LIBRARY_ATTRS = {
    "environment": attr.string_dict(),
    "inputs": attr.string_list(),
    "locked": attr.bool(),
    "more_outputs": attr.string_list(),
    "package": attr.string(),
}
_library_test = analysistest.make(_library_test_impl, attrs = _LIBRARY_ATTRS, config_settings = _SETTINGS)
_cgo_library_test = analysistest.make(_library_test_impl, attrs = _LIBRARY_ATTRS, config_settings = _SETTINGS | {
    setting("cgo"): "true",
    setting("cc"): "clang",
})

def _provided_test_impl(ctx):
    env = analysistest.begin(ctx)
    info = analysistest.target_under_test(env)[GoInfo]
    asserts.equals(env, ("x/middle", "x/middle", ""), (info.importpath, info.importmap, info.name), "the name is in the sources")
    asserts.equals(env, ("middle.x", "middle.a"), (info.export.basename, info.archive.basename))
    asserts.equals(env, ["x/leaf", "x/middle"], sorted([link.importmap for link in info.transitive.to_list()]))
    asserts.equals(env, ["middle.x"], _names(analysistest.target_under_test(env)[DefaultInfo].files))
    return analysistest.end(env)

_provided_test = analysistest.make(_provided_test_impl, config_settings = _SETTINGS)

def _locked_binary_test_impl(ctx):
    """Linking reads the objects of all packages, and no export data; the lock has the module information."""
    env = analysistest.begin(ctx)
    action = _action(env, "GoLink")
    asserts.equals(env, ["importcfg.link", "leaf.a", "link", "locked_main.a", "runtime.a"], _names(action.inputs))
    asserts.equals(env, ["tool"], _names(action.outputs))
    asserts.equals(env, _ENVIRONMENT, action.env)
    for flag in ["-buildmode=exe", "-buildid=", "-X=main.version=1", "-s", "-extld=gcc", "-X=runtime.godebugDefault=panicnil=1"]:
        asserts.true(env, flag in action.argv, "%s in %s" % (flag, action.argv))
    importcfg = _action(env, "FileWrite").content
    asserts.equals(env, ["x/leaf", "x/main", "runtime"], sorted([
        line.split("=")[0].removeprefix("packagefile ")
        for line in importcfg.splitlines()
        if line.startswith("packagefile ")
    ], key = lambda path: (path == "runtime", path)))
    asserts.true(env, "\\npath\\tx/main" in importcfg or "path\\tx/main\\n" in importcfg, importcfg)
    target = analysistest.target_under_test(env)
    asserts.equals(env, "tool", target[DefaultInfo].files_to_run.executable.basename)
    return analysistest.end(env)

_locked_binary_test = analysistest.make(_locked_binary_test_impl, config_settings = _SETTINGS)

def _binary_test_impl(ctx):
    """The builder links; it reads the main package's sources too, and finds in them what the rule does not say."""
    env = analysistest.begin(ctx)
    action = _action(env, "GoLink")
    archives = ["fmt.a", "bytealg.a", "leaf.a", "main_lib.a", "middle.a", "runtime.a"]
    asserts.equals(env, sorted(BUILDER + ["link", "main.go", "table.go"] + archives), _names(action.inputs))
    asserts.equals(env, ["modinfo", "tool"], _names(action.outputs))
    asserts.equals(env, _ENVIRONMENT, action.env)
    lines = action.argv
    for line in [
        "job=binary",
        "importpath=x/main",
        "test=0",
        "module=x\t(devel)\t",
        "go_line=1.22.1",
        "godebug=panicnil=1",
        "goos=linux",
        "goarch=amd64",
        "goversion=go1.99.1",
        "arch=GOAMD64=v1",
        "modules=x/leaf=x\t(devel)\t",
        "flags=-buildmode=exe",
        "flags=-buildid=",
        "flags=-X=main.version=1",
        "last_flags=-s",
        "extld=1",
        "cc=gcc",
        "settings=-trimpath=true",
        "more_settings=GOARCH=amd64",
        "sorted_settings=0",
    ]:
        asserts.true(env, line in lines, "%s in %s" % (line, lines))
    asserts.equals(env, ["fmt", "internal/bytealg", "runtime", "x/leaf", "x/main", "x/middle"], sorted([
        line.split("=")[1]
        for line in lines
        if line.startswith("packages=")
    ]))
    target = analysistest.target_under_test(env)
    asserts.equals(env, "tool", target[DefaultInfo].files_to_run.executable.basename)
    return analysistest.end(env)

_binary_test = analysistest.make(_binary_test_impl, config_settings = _SETTINGS)

def _mode_test_impl(ctx):
    """A binary's linkmode decides what the linker makes, and which files there are."""
    env = analysistest.begin(ctx)
    action = _action(env, "GoLink")
    for flag in ctx.attr.flags:
        asserts.true(env, "flags=" + flag in action.argv, "%s in %s" % (flag, action.argv))
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.files, _names(target[DefaultInfo].files))
    return analysistest.end(env)

_mode_test = analysistest.make(
    _mode_test_impl,
    attrs = {"files": attr.string_list(), "flags": attr.string_list()},
    config_settings = _SETTINGS | {setting("cgo"): "true"},
)

def _archive_test_impl(ctx):
    """-buildmode=archive joins the two files of one package, and links nothing."""
    env = analysistest.begin(ctx)
    action = _action(env, "GoArchive")
    asserts.equals(env, ["closed.a", "closed.x", "python.sh"], _names(action.inputs))
    asserts.equals(env, ["not_main.a"], _names(action.outputs))
    return analysistest.end(env)

_archive_test = analysistest.make(_archive_test_impl, config_settings = _SETTINGS | {setting("buildmode"): "archive"})

def _windows_test_impl(ctx):
    env = analysistest.begin(ctx)
    executable = analysistest.target_under_test(env)[DefaultInfo].files_to_run.executable
    asserts.equals(env, "plain.exe", executable.basename)
    asserts.true(env, "flags=-buildmode=pie" in _action(env, "GoLink").argv, "the platform's default")
    return analysistest.end(env)

_windows_test = analysistest.make(_windows_test_impl, config_settings = _SETTINGS | {setting("goos"): "windows"})

_failure_test = failure_test(_SETTINGS)

def _requirements_test_impl(ctx):
    """No action has the network; a worker compiles what needs no C compiler, which must see declared files alone."""
    env = unittest.begin(ctx)
    asserts.equals(env, {
        "block-network": "1",
        "requires-worker-protocol": "json",
        "supports-workers": "1",
    }, builder_requirements(False))
    asserts.equals(env, {"block-network": "1"}, builder_requirements(True))
    asserts.equals(env, {"block-network": "1", "supports-path-mapping": "1"}, builder_requirements(True, mapped = True))
    return unittest.end(env)

_requirements_test = unittest.make(_requirements_test_impl)

def _subjects():
    for rule, name, more in [
        (go_library, "leaf", {"srcs": ["leaf.go"], "importpath": "x/leaf"}),
        (locked_go_library, "runtime", {"srcs": ["runtime.go"], "importpath": "runtime", "standard": True}),
        (go_library, "middle", {"srcs": ["middle.go"], "importpath": "x/middle", "deps": [":leaf"]}),
        (go_library, "main_lib", {
            "srcs": ["main.go", "sum_amd64.s"],
            "hdrs": ["sum.h"],
            "embedsrcs": ["page.html"],
            "importpath": "x/main",
            "deps": [":middle"],
        }),
        (locked_go_library, "locked_main", {"srcs": ["main.go"], "importpath": "x/main", "package_name": "main", "deps": [":leaf"]}),
        (go_library, "c", {"srcs": ["calls.go", "part.c", "pure.go"], "cgo": True, "importpath": "x/c", "deps": [":leaf"]}),
        (locked_go_library, "closed", {"archive": "given.a", "importpath": "x/closed", "deps": [":leaf"]}),
        (locked_go_library, "locked", {
            "srcs": ["locked.go", "sum_amd64.s"],
            "asm_opts": ["-D", "X"],
            "cover": "set",
            "importpath": "x/locked",
            "overlay_srcs": ["replaced.h"],
            "deps": [":leaf"],
        }),
        (go_library, "empty", {"srcs": ["sum_amd64.s"], "importpath": "x/empty"}),
        (go_binary, "binary", {
            "embed": [":main_lib"],
            "gc_linkopts": ["-s"],
            "out": "tool",
            "x_defs": {"main.version": "1"},
        }),
        (locked_go_binary, "locked_binary", {
            "embed": [":locked_main"],
            "buildinfo": ["path\tx/main"],
            "deps": [":runtime"],
            "gc_linkopts": ["-s"],
            "godebug": "panicnil=1",
            "out": "tool",
            "x_defs": {"main.version": "1"},
        }),
        (go_binary, "dir/plain", {"embed": [":main_lib"]}),
        (go_library, "main_c", {"srcs": ["calls.go", "pure.go"], "cgo": True, "importpath": "x/cmd"}),
        (go_binary, "for_c", {"embed": [":main_c"], "linkmode": "c-archive", "out": "libx.a"}),
        (go_binary, "loaded", {"embed": [":main_c"], "linkmode": "c-shared"}),
        (go_binary, "plugged", {"embed": [":main_c"], "linkmode": "plugin"}),
        (locked_go_binary, "not_main", {"embed": [":closed"]}),
        (go_binary, "closed_main", {"embed": [":runtime"]}),
        (go_binary, "two", {"embed": [":main_lib", ":leaf"]}),
    ]:
        rule(name = name, tags = ["manual"], **more)

def actions_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    _subjects()
    unittest.suite(name, _requirements_test)
    _library_test(name = name + "_leaf_test", inputs = ["leaf.go"], package = "leaf", target_under_test = ":leaf")
    _library_test(name = name + "_direct_test", inputs = ["leaf.x", "middle.go"], package = "middle", target_under_test = ":middle")
    _library_test(
        name = name + "_assembly_test",
        inputs = ["asm", "main.go", "middle.x", "page.html", "sum.h", "sum_amd64.s", "textflag.h"],
        package = "main_lib",
        target_under_test = ":main_lib",
    )
    _library_test(name = name + "_cgo_off_test", inputs = ["calls.go", "leaf.x", "part.c", "pure.go"], package = "c", target_under_test = ":c")
    _cgo_library_test(
        name = name + "_cgo_test",
        environment = {"CC": "clang", "CCACHE_DISABLE": "1", "CGO_ENABLED": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"},
        inputs = ["calls.go", "cgo", "leaf.x", "objects.syso", "part.c", "pure.go"],
        package = "c",
        target_under_test = ":c",
    )
    _library_test(
        name = name + "_locked_test",
        locked = True,
        inputs = ["asm", "cover", "leaf.x", "locked.go", "replaced.h", "sum_amd64.s", "textflag.h"],
        more_outputs = [".diagnostics"],
        package = "locked",
        target_under_test = ":locked",
    )
    _binary_only_test(name = name + "_binary_only_test", target_under_test = ":closed")
    _provided_test(name = name + "_provided_test", target_under_test = ":middle")
    _binary_test(name = name + "_binary_test", target_under_test = ":binary")
    _locked_binary_test(name = name + "_locked_binary_test", target_under_test = ":locked_binary")
    _mode_test(name = name + "_c_archive_test", files = ["libx.a", "libx.h"], flags = ["-buildmode=c-archive"], target_under_test = ":for_c")
    _mode_test(name = name + "_c_shared_test", files = ["loaded", "loaded.h"], flags = ["-buildmode=c-shared"], target_under_test = ":loaded")
    _mode_test(
        name = name + "_plugin_test",
        files = ["plugged.so"],
        flags = ["-buildmode=plugin", "-pluginpath", "x/cmd"],
        target_under_test = ":plugged",
    )
    _archive_test(name = name + "_archive_test", target_under_test = ":not_main")
    _windows_test(name = name + "_windows_test", target_under_test = ":dir/plain")
    for target, message in {
        "empty": "no Go files in srcs; a Go package needs at least one",
        "closed_main": "runtime is package runtime; only a package main links into a binary",
        "not_main": "x/closed is package closed; only a package main links into a binary",
        "two": "embed has 2 packages; a binary links exactly one go_library",
    }.items():
        _failure_test(name = "%s_%s_test" % (name, target), message = message, target_under_test = ":" + target)
