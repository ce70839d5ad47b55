"""Tests of rules/private/actions/buildinfo.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/actions:buildinfo.bzl", "build_settings", "modinfo_line")

visibility("private")

_PLAIN = {
    "arch": "GOAMD64=v1",
    "buildmode": "default",
    "cgo": False,
    "compiler": "gc",
    "experiment": "",
    "fips140": "",
    "goarch": "amd64",
    "goos": "linux",
    "instrument": "",
    "pgo_name": "",
    "tags": [],
}

def _settings(godebug = "", flags = {}, **values):
    return build_settings(config = struct(**(_PLAIN | values)), godebug = godebug, flags = flags)

def _plain_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "build\t-buildmode=exe",
        "build\t-compiler=gc",
        "build\t-trimpath=true",
        "build\tCGO_ENABLED=0",
        "build\tGOARCH=amd64",
        "build\tGOOS=linux",
        "build\tGOAMD64=v1",
    ], _settings())
    return unittest.end(env)

def _all_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "build\t-asmflags=\"-D X\"",
        "build\t-buildmode=pie",
        "build\t-compiler=gc",
        "build\t-gcflags=-l",
        "build\t-tags=netgo,osusergo",
        "build\t-trimpath=true",
        "build\tDefaultGODEBUG=panicnil=1",
        "build\tCGO_ENABLED=1",
        "build\tGOARCH=wasm",
        "build\tGOEXPERIMENT=loopvar",
        "build\tGOOS=js",
    ], _settings(
        godebug = "panicnil=1",
        flags = {"-asmflags": "-D X", "-gcflags": "-l"},
        arch = "",
        buildmode = "pie",
        cgo = True,
        experiment = "loopvar",
        goarch = "wasm",
        goos = "js",
        tags = ["netgo", "osusergo"],
    ))
    return unittest.end(env)

def _gccgo_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        "build\t-buildmode=exe",
        "build\t-compiler=gccgo",
        "build\t-gccgoflags=\"-O1 -g\"",
        "build\t-trimpath=true",
    ], _settings(compiler = "gccgo", flags = {"-gccgoflags": "-O1 -g"})[:4])
    return unittest.end(env)

def _instrumented_test_impl(ctx):
    env = unittest.begin(ctx)
    flags = {"-asmflags": "-D", "-cover": "true", "-gcflags": "-l"}

    def names(instrument):
        settings = _settings(flags = flags, instrument = instrument, tags = ["x"])
        return [line.split("\t")[1].split("=")[0] for line in settings][:7]

    common = ["-asmflags", "-buildmode", "-compiler", "-gcflags", "-cover"]
    asserts.equals(env, ["-asan"] + common + ["-tags"], names("asan"))
    asserts.equals(env, common + ["-msan", "-tags"], names("msan"))
    asserts.equals(env, common + ["-race", "-tags"], names("race"))
    return unittest.end(env)

def _profile_test_impl(ctx):
    env = unittest.begin(ctx)
    settings = _settings(pgo_name = "default.pgo")
    asserts.equals(env, sorted(settings), settings)
    asserts.true(env, "build\t-pgo=default.pgo" in settings)
    return unittest.end(env)

def _modinfo_test_impl(ctx):
    env = unittest.begin(ctx)
    line = modinfo_line(["path\texample.com/m", "mod\texample.com/m\tv1.0.0\th1:x="], ["build\t-tags=\"a b\\c\""])
    inner = "path\\texample.com/m\\nmod\\texample.com/m\\tv1.0.0\\th1:x=\\nbuild\\t-tags=\\\"a b\\\\c\\\"\\n"
    asserts.true(env, line.startswith("modinfo \"0w\\xaf"), line)
    asserts.true(env, line.endswith("\\xd8\\xf2\""), line)
    asserts.true(env, inner in line, line)
    asserts.false(env, "\n" in line or "\t" in line, "one line, as the linker reads it")
    return unittest.end(env)

_plain_test = unittest.make(_plain_test_impl)
_all_test = unittest.make(_all_test_impl)
_gccgo_test = unittest.make(_gccgo_test_impl)
_instrumented_test = unittest.make(_instrumented_test_impl)
_profile_test = unittest.make(_profile_test_impl)
_modinfo_test = unittest.make(_modinfo_test_impl)

def buildinfo_tests(name):
    unittest.suite(name, _plain_test, _all_test, _gccgo_test, _instrumented_test, _profile_test, _modinfo_test)
