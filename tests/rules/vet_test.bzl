"""Analysis tests of vet: which packages it checks and how, and what it is given of those that they import."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")
load("//rules:defs.bzl", "go_analysis", "go_library", "go_test")
load("//rules:modules.bzl", locked_go_library = "go_library")

# buildifier: disable=bzl-visibility
load("//rules/private/vet:vet.bzl", "test_flags")
load(":support.bzl", "SETTINGS", "actions", "failure_test", "setting")

visibility("private")

_OFF = SETTINGS | {setting("vet"): "off"}
_TESTS = SETTINGS | {setting("vet"): "test"}
_ALL = SETTINGS | {setting("vet"): "all"}

# Of the standard library that packages of the workspace may import.
_STANDARD = ["sdk/fmt.vetx", "sdk/runtime.vetx"]

def _facts(action):
    """Returns the facts that an action reads: from the folder of the package, or of what a test compiles."""
    return sorted([
        file.short_path.removeprefix("tests/rules/").split("_/packages/")[-1]
        for file in action.inputs.to_list()
        if file.extension == "vetx"
    ])

def _lines(action, *keys):
    """Returns the lines of a request with some keys, without folders."""
    return [
        "%s=%s" % (line.partition("=")[0], line.partition("=")[2].split("/")[-1])
        for line in action.argv
        if line.partition("=")[0] in keys
    ]

def _groups(env):
    return analysistest.target_under_test(env)[OutputGroupInfo]

def _vetted_test_impl(ctx):
    """A package of the workspace: its facts, its findings, and the action that fails if there are any."""
    env = analysistest.begin(ctx)
    (vet,) = actions(env, "GoVet")
    asserts.equals(env, ["vet_upper.vet.sarif", "vet_upper.vet.txt", "vet_upper.vetx", "vet_upper.vetx.unused"], sorted([file.basename for file in vet.outputs.to_list()]))
    asserts.equals(env, _STANDARD + ["vet_locked.vetx", "vet_lower.vetx"], _facts(vet))
    asserts.equals(env, ["x/lower", "x/locked"], [line.split("=")[1] for line in vet.argv if line.startswith("facts=")])
    asserts.equals(env, ["findings=vet_upper.vet.txt", "sarif=vet_upper.vet.sarif", "vet=vet"], sorted(_lines(vet, "elsewhere", "findings", "sarif", "vet", "vet_flags")))
    asserts.true(env, "vet_upper.x" in [file.basename for file in vet.inputs.to_list()], "what does not compile is not vetted")
    (check,) = actions(env, "GoVetCheck")
    asserts.equals(env, ["vet_upper.vet.txt"], [file.basename for file in check.inputs.to_list() if file.extension == "txt"])
    asserts.equals(env, check.outputs.to_list(), _groups(env)._validation.to_list())
    asserts.equals(env, ["vet_upper.vet.sarif"], [file.basename for file in _groups(env).sarif.to_list()])
    return analysistest.end(env)

_vetted_test = analysistest.make(_vetted_test_impl, config_settings = _ALL)

def _facts_alone(env):
    (vet,) = actions(env, "GoVet")
    asserts.equals(env, [], _lines(vet, "findings", "sarif"))
    asserts.equals(env, [], actions(env, "GoVetCheck"))
    asserts.false(env, hasattr(_groups(env), "_validation"))

def _facts_test_impl(ctx):
    """What is not checked has facts for its importers, and nothing that could fail."""
    env = analysistest.begin(ctx)
    _facts_alone(env)
    return analysistest.end(env)

_facts_test = analysistest.make(_facts_test_impl, config_settings = _ALL)
_facts_of_library_test = analysistest.make(_facts_test_impl, config_settings = _TESTS)

def _off_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.equals(env, [], actions(env, "GoVet") + actions(env, "GoVetCheck"))
    return analysistest.end(env)

_off_test = analysistest.make(_off_test_impl, config_settings = _OFF)

def _test_test_impl(ctx):
    """A test has what `go test` checks, in the package under test and in that of external tests."""
    env = analysistest.begin(ctx)
    internal, external = actions(env, "GoVet")
    flags = ["vet_flags=" + flag for flag in test_flags("go1.99.1")]
    for vet in (internal, external):
        asserts.equals(env, flags, _lines(vet, "vet_flags"))
        asserts.equals(env, [], _lines(vet, "elsewhere"))
    asserts.true(env, "test=internal" in internal.argv and "test=external" in external.argv)
    asserts.equals(env, _STANDARD + ["vet_locked.vetx", "vet_lower.vetx", "x/upper.vetx"], _facts(external))
    (check,) = actions(env, "GoVetCheck")
    asserts.equals(env, ["upper.vet.txt", "upper_test.vet.txt"], sorted([file.basename for file in check.inputs.to_list() if file.extension == "txt"]))
    return analysistest.end(env)

_test_test = analysistest.make(_test_test_impl, config_settings = _TESTS)

def _test_of_vetted_test_impl(ctx):
    """Where all is checked, the go_library reports its sources, and the test the others."""
    env = analysistest.begin(ctx)
    internal, external = actions(env, "GoVet")
    for vet in (internal, external):
        asserts.equals(env, ["elsewhere=upper.go"], _lines(vet, "elsewhere", "vet_flags"))
    return analysistest.end(env)

_test_of_vetted_test = analysistest.make(_test_of_vetted_test_impl, config_settings = _ALL)

def _analysis_test_impl(ctx):
    """Analyzers look at packages of the workspace too, with facts of their own, and not at what they are built from."""
    env = analysistest.begin(ctx)
    vet, analysis = actions(env, "GoVet")
    asserts.equals(env, _STANDARD + ["vet_locked.vetx", "vet_lower.vetx"], _facts(vet))
    asserts.equals(env, ["facts_ending=.analysisx", "findings=vet_upper.analysis.txt", "sarif=vet_upper.analysis.sarif", "vet=vet_analysis", "vet_flags=-loud"], sorted(_lines(analysis, "facts_ending", "findings", "sarif", "vet", "vet_flags")))
    asserts.equals(env, ["sdk/fmt.analysisx", "sdk/runtime.analysisx", "vet_locked.analysisx", "vet_lower.analysisx"], sorted([
        file.short_path.removeprefix("tests/rules/")
        for file in analysis.inputs.to_list()
        if file.extension == "analysisx"
    ]))
    (check,) = actions(env, "GoVetCheck")
    asserts.equals(env, ["vet_upper.analysis.txt", "vet_upper.vet.txt"], sorted([file.basename for file in check.inputs.to_list() if file.extension == "txt"]))
    return analysistest.end(env)

_analysis_test = analysistest.make(
    _analysis_test_impl,
    config_settings = _ALL | {setting("analysis"): str(Label("//tests/rules:vet_analysis"))},
)

_refused_test = failure_test(SETTINGS)

def _flags_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["-stdversion"], [flag for flag in test_flags("go1.27.3") if flag not in test_flags("go1.26.8")])
    asserts.true(env, "-printf" in test_flags("go1.26.8"))
    return unittest.end(env)

_flags_test = unittest.make(_flags_test_impl)

def vet_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: of the test suite.
    """
    locked_go_library(name = "vet_locked", srcs = ["locked.go"], importpath = "x/locked", tags = ["manual"])
    go_library(name = "vet_lower", srcs = ["lower.go"], importpath = "x/lower", tags = ["manual", "no-vet"], testonly = False)
    go_library(name = "vet_upper", srcs = ["upper.go"], importpath = "x/upper", tags = ["manual"], deps = [":vet_lower", ":vet_locked"])
    go_test(name = "vet_upper_test", srcs = ["upper_test.go"], embed = [":vet_upper"], tags = ["manual"])
    go_test(name = "unvetted_test", srcs = ["upper_test.go"], embed = [":vet_upper"], tags = ["manual", "no-vet"])
    _vetted_test(name = name + "_vetted_test", target_under_test = ":vet_upper")
    _facts_test(name = name + "_tag_test", target_under_test = ":vet_lower")
    _facts_test(name = name + "_locked_test", target_under_test = ":vet_locked")
    _facts_of_library_test(name = name + "_library_test", target_under_test = ":vet_upper")
    _off_test(name = name + "_off_test", target_under_test = ":vet_upper")
    _off_test(name = name + "_off_of_test_test", target_under_test = ":vet_upper_test")
    _test_test(name = name + "_test_test", target_under_test = ":vet_upper_test")
    _test_of_vetted_test(name = name + "_test_of_vetted_test", target_under_test = ":vet_upper_test")
    unitchecker = "golang.org/x/tools/go/analysis/unitchecker"
    locked_go_library(name = "vet_unitchecker", srcs = ["unitchecker.go"], importpath = unitchecker, tags = ["manual"], testonly = False)
    go_analysis(name = "vet_analysis", flags = ["-loud"], tags = ["manual"], testonly = False, deps = [":vet_lower", ":vet_unitchecker"])
    go_analysis(name = "vet_no_analyzer", tags = ["manual"], deps = [":vet_unitchecker"])
    _analysis_test(name = name + "_analysis_test", target_under_test = ":vet_upper")
    _refused_test(
        name = name + "_refused_test",
        message = "deps must have golang.org/x/tools/go/analysis/unitchecker and packages with an Analyzer",
        target_under_test = ":vet_no_analyzer.program",
    )
    _flags_test(name = name + "_flags_test")
