"""Tests of what locks tell of the workspace and its binaries: standard packages, main modules, lines of modules."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:defs.bzl", "go_binary", "go_library")
load("//rules:modules.bzl", locked_go_library = "go_library")
load("//rules:providers.bzl", "GoInfo")

# buildifier: disable=bzl-visibility
load("//rules/private/actions:recipe.bzl", "main_module_of")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:several.bzl", "merged_sdk")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:standard_library.bzl", "standard_library_rule")
load(":facts.bzl", "LOCK")
load(":support.bzl", "SETTINGS", "actions", "failure_test", "setting", "toolchains")

visibility("private")

_TESTS = ["os", "reflect", "runtime", "testing", "testing/internal/testdeps"]

def _locked(imports):
    """Returns entries of the lock for packages, from the packages that each imports."""
    return [{"import_path": path, "imports": imports[path], "target": path} for path in sorted(imports)]

def _rule_test_impl(ctx):
    """Packages are those that the lock's imports need and that others may import: none internal or vendored."""
    env = unittest.begin(ctx)
    tests = {path: [] for path in _TESTS}
    packages = _locked(tests | {
        "fmt": ["internal/fmtsort", "os", "runtime"],
        "internal/coverage/cfile": [],
        "internal/fmtsort": ["cmp"],
        "cmp": [],
        "math": [],
        "net/http": ["net/http/internal", "vendor/golang.org/x/net/idna"],
        "net/http/internal": ["bufio"],
        "bufio": [],
        "os": ["runtime"],
        "runtime/cgo": ["runtime"],
        "runtime/coverage": ["internal/coverage/cfile"],
        "unused": [],
        "vendor/golang.org/x/net/idna": [],
    })
    main_modules = [{"go": "1.22", "lang": "go1.22", "path": "x"}]
    asserts.equals(env, """\
go_standard_library(
    name = "standard_library",
    cover_deps = [
        ":internal/coverage/cfile",
        ":runtime/coverage",
    ],
    godebug_table = "src/internal/godebugs/table.go",
    linked = [
        ":math",
        ":runtime/cgo",
    ],
    main_modules = "[{\\"go\\":\\"1.22\\",\\"lang\\":\\"go1.22\\",\\"path\\":\\"x\\"}]",
    packages = [
        ":bufio",
        ":cmp",
        ":fmt",
        ":net/http",
        ":os",
        ":runtime",
    ],
    tags = ["manual"],
    test_deps = [
        ":os",
        ":reflect",
        ":runtime",
        ":testing",
        ":testing/internal/testdeps",
    ],
    test_packages = [
        ":math",
        ":reflect",
        ":testing",
    ],
)""", standard_library_rule({"imports": ["fmt", "net/http"], "packages": packages, "test_imports": ["math"]}, "", main_modules = main_modules))

    # Where only tests import any.
    text = standard_library_rule({"packages": packages, "test_imports": ["math"]}, "")
    asserts.true(env, "    packages = [\":runtime\"],\n" in text, text)

    # Older locks do not tell what is imported.
    asserts.true(env, ":unused" in standard_library_rule({"packages": packages}, ""))
    return unittest.end(env)

def _missing_test_impl(ctx):
    """Without one package that tests need, there is nothing for them, and that package is named."""
    env = unittest.begin(ctx)
    packages = _locked({path: [] for path in _TESTS + ["internal/coverage/cfile"]})
    text = standard_library_rule({"packages": packages}, "race")
    asserts.true(env, "missing = [\"runtime/race\"]," in text, text)
    asserts.false(env, "_deps" in text, text)
    text = standard_library_rule({}, "")
    asserts.true(env, "missing = [\n        \"os\",\n        \"reflect\"," in text, text)
    asserts.false(env, "packages" in text, text)
    return unittest.end(env)

def _main_module_test_impl(ctx):
    """The longest path wins, and only whole elements of paths count."""
    env = unittest.begin(ctx)
    modules = [struct(path = path) for path in ["x/y", "x", "x/y/z"]]
    for importpath, path in {
        "x": "x",
        "x/y/a": "x/y",
        "x/y/z": "x/y/z",
        "x/y/z/a/b": "x/y/z",
        "x/yy": "x",
        "xx": None,
        "y": None,
    }.items():
        module = main_module_of(importpath, modules)
        asserts.equals(env, path, module.path if module else None, importpath)
    return unittest.end(env)

def _module_of(path, go):
    return {"go": go, "lang": "go" + go, "path": path}

def _merged_main_modules_test_impl(ctx):
    """One SDK has the main modules of all locks, and the standard packages that any of them imports."""
    env = unittest.begin(ctx)
    first = LOCK | {
        "main_modules": [_module_of("x/b", "1.22"), _module_of("x/c", "1.23")],
        "standard": LOCK["standard"] | {"imports": ["fmt", "runtime"], "test_imports": ["testing"]},
    }
    second = LOCK | {
        "main_modules": [_module_of("x/a", "1.21") | {"godebug": {"panicnil": "1"}}, _module_of("x/c", "1.23")],
        "standard": LOCK["standard"] | {"imports": ["errors", "fmt"]},
    }
    sdks = [parse_lock(decode_lock(json.encode(lock))).sdk for lock in [first, second]]
    asserts.equals(env, first["main_modules"], json.decode(sdks[0]["main_modules"]))
    asserts.equals(env, sdks[0], merged_sdk(sdks[:1]))
    merged = merged_sdk(sdks)
    asserts.equals(env, [second["main_modules"][0], _module_of("x/b", "1.22"), _module_of("x/c", "1.23")], json.decode(merged["main_modules"]))
    asserts.equals(env, ["errors", "fmt", "runtime"], json.decode(merged["facts"])["imports"])
    asserts.equals(env, ["testing"], json.decode(merged["facts"])["test_imports"])
    asserts.equals(env, [], json.decode(parse_lock(decode_lock(json.encode(LOCK))).sdk["main_modules"]))
    return unittest.end(env)

def _module_line_test_impl(ctx):
    """What a binary that contains a package is to say of its module."""
    env = unittest.begin(ctx)
    module = {
        "lang": "go1.22",
        "packages": [{"dir": "", "imports": [], "import_path": "x/y", "name": "y", "srcs": ["y.go"], "target": "y"}],
        "path": "x/y",
        "replaced_by": "",
        "sum": "h1:x=",
        "version": "v1.2.3",
    }
    for more, line in [
        ({}, "x/y\tv1.2.3\th1:x="),
        ({"replaced_by": "z/fork@v2.0.0"}, "x/y\tv1.2.3\n=>\tz/fork\tv2.0.0\th1:x=\n"),
        ({"replaced_by": "../fork", "sum": ""}, "x/y\tv1.2.3\n=>\t../fork\t(devel)\t\n"),
        ({"vendored": True}, "x/y\tv1.2.3\t"),
        ({"sum": "", "version": ""}, "x/y\t(devel)\t"),
    ]:
        (rule,) = module_rules(module | more)
        asserts.equals(env, line, rule["module_line"], str(more))
    (rule,) = module_rules(module | {"standard": True})
    asserts.equals(env, "", rule["module_line"])
    return unittest.end(env)

def _request_test_impl(ctx):
    """What the request for the builder says of a package of the workspace."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoCompile")
    for line in ctx.attr.lines:
        asserts.true(env, line in action.argv, "%s in %s" % (line, action.argv))
    standard = [line.rpartition("/")[2] for line in action.argv if line.startswith("standard_library=")]
    asserts.equals(env, ["runtime.x"], standard)
    asserts.equals(env, [], [line for line in action.argv if line.startswith("imports=fmt=")], "inputs, no lines")
    asserts.equals(env, sorted(ctx.attr.objects), sorted([file.basename for file in action.inputs.to_list() if file.extension == "syso"]))
    target = analysistest.target_under_test(env)
    asserts.equals(env, ctx.attr.module, target[GoInfo].link.module)
    return analysistest.end(env)

_REQUEST = {"lines": attr.string_list(), "module": attr.string(), "objects": attr.string_list()}
_request_test = analysistest.make(_request_test_impl, attrs = _REQUEST, config_settings = SETTINGS | {
    setting("arch"): "GOAMD64=v2",
    setting("tags"): ["netgo"],
})
_cgo_request_test = analysistest.make(_request_test_impl, attrs = _REQUEST, config_settings = SETTINGS | {setting("cgo"): "true"})

def _no_module_test_impl(ctx):
    """A main package that is in no main module has no module information but its path."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoLink")
    for line in ["importpath=v/main", "module=", "go_line="]:
        asserts.true(env, line in action.argv, "%s in %s" % (line, action.argv))
    asserts.equals(env, [], [line for line in action.argv if line.startswith("godebug=")])
    return analysistest.end(env)

def _visible_test_impl(ctx):
    """What C compilers and assemblers may read besides is nothing to assembly of the standard library."""
    env = analysistest.begin(ctx)
    (action,) = actions(env, "GoCompile")
    asserts.true(env, [line for line in action.argv if line.startswith("inputs=")], "it is confined")
    asserts.equals(env, ctx.attr.folders, [line for line in action.argv if line.startswith("visible=")])
    return analysistest.end(env)

_visible_test = analysistest.make(
    _visible_test_impl,
    attrs = {"folders": attr.string_list()},
    config_settings = SETTINGS | {setting("visible"): ["/elsewhere"]},
)

_no_module_test = analysistest.make(_no_module_test_impl, config_settings = SETTINGS)

_empty_test = failure_test(SETTINGS | toolchains("empty_standard_library_toolchain"))
_race_test = failure_test(SETTINGS | {setting("instrument"): "race"})
_rule_test = unittest.make(_rule_test_impl)
_missing_test = unittest.make(_missing_test_impl)
_merged_main_modules_test = unittest.make(_merged_main_modules_test_impl)
_module_line_test = unittest.make(_module_line_test_impl)
_main_module_test = unittest.make(_main_module_test_impl)

def _subjects():
    go_library(name = "standard_deeper", srcs = ["a.go"], importpath = "x/deeper/a", tags = ["manual"])
    go_library(name = "standard_cgo", srcs = ["a.go"], cgo = True, importpath = "x/c", tags = ["manual"])
    go_library(name = "standard_none", srcs = ["a.go"], importpath = "v/main", tags = ["manual"])
    for name, standard in {"standard_assembly": True, "standard_assembly_of_module": False}.items():
        locked_go_library(name = name, srcs = ["a.go", "a_amd64.s"], importpath = name, standard = standard, tags = ["manual"])
    go_binary(name = "standard_binary", embed = [":standard_none"], tags = ["manual"])

def standard_library_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    _subjects()
    unittest.suite(name, _rule_test, _missing_test, _main_module_test, _merged_main_modules_test, _module_line_test)
    _request_test(
        name = name + "_request_test",
        lines = ["lang=go1.23", "arch=GOAMD64=v2", "tags=netgo", "main_path=main"],
        module = "x/deeper\t(devel)\t",
        target_under_test = ":standard_deeper",
    )
    _cgo_request_test(
        name = name + "_cgo_request_test",
        lines = ["lang=go1.22", "tags=cgo"],
        module = "x\t(devel)\t",
        objects = ["objects.syso"],
        target_under_test = ":standard_cgo",
    )
    _request_test(
        name = name + "_no_module_request_test",
        lines = ["lang=go1.99"],
        module = "",
        target_under_test = ":standard_none",
    )
    _no_module_test(name = name + "_no_module_test", target_under_test = ":standard_binary")
    _visible_test(name = name + "_visible_test", folders = ["visible=/elsewhere"], target_under_test = ":standard_assembly_of_module")
    _visible_test(name = name + "_visible_standard_test", folders = [], target_under_test = ":standard_assembly")
    _empty_test(
        name = name + "_empty_test",
        message = "the lock has no standard packages; run gomod2bazel generate",
        target_under_test = ":standard_deeper",
    )
    _race_test(
        name = name + "_race_test",
        message = "race needs package runtime/race, which the lock does not have; make it with -variant race",
        target_under_test = ":standard_binary",
    )
