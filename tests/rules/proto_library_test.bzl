"""Analysis tests of go_proto_library: what generates the files, what they are compiled with, and what is refused."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts")
load("@rules_proto//proto:defs.bzl", "proto_library")
load("//proto:compiler.bzl", "go_proto_compiler")
load("//proto:def.bzl", "go_grpc_library", "go_proto_library")
load("//rules:defs.bzl", "go_binary", "go_library")
load("//rules:providers.bzl", "GoInfo")
load(":support.bzl", "SETTINGS", "actions", "failure_test")

visibility("private")

# Where Bazel looks for protoc among toolchains, none is registered here.
_TAGS = ["protoc"]

# A protoc that is never run, found as proto_library finds it.
_SETTINGS = SETTINGS | {
    "//command_line_option:proto_compiler": str(Label("//tests/rules:protoc")),
}

def _generated_test_impl(ctx):
    """One action writes the files of all compilers, and .proto files are Go packages by the rules' import paths."""
    env = analysistest.begin(ctx)
    (generate,) = actions(env, "GoProtocGen")
    lines = generate.argv
    folder = "tests/rules/greet_go_proto_/y/greet/"
    made = [file.short_path.removeprefix(folder) for file in generate.outputs.to_list()]
    asserts.equals(env, ["greet.pb.go", "greet.pb.names.go", "greet.pb.more.go"], made)
    for line in [
        "option=Mtests/rules/words.proto=y/words",
        "option=Mtests/rules/greet.proto=y/greet",
        "option=fast",
        "option=import_path=y/greet",
        "proto=tests/rules/greet.proto",
        "strict=1",
    ]:
        asserts.true(env, line in lines, "%s in %s" % (line, lines))
    plugins = [line.split("/")[-1] for line in lines if line.startswith("plugin=")]
    asserts.equals(env, ["plugin", "plugin"], plugins)
    return analysistest.end(env)

_generated_test = analysistest.make(_generated_test_impl, config_settings = _SETTINGS)

def _compiled_test_impl(ctx):
    """The package has the files of the rule and of `embed`, and the packages of deps and of the compilers."""
    env = analysistest.begin(ctx)
    (compile,) = actions(env, "GoCompile")
    asserts.equals(
        env,
        ["fmt.x", "greet.pb.go", "greet.pb.more.go", "greet.pb.names.go", "more.go", "runtime.x", "runtime_of_proto.x", "words_go_proto.x"],
        sorted([file.basename for file in compile.inputs.to_list() if file.extension in ["go", "x"]]),
    )
    info = analysistest.target_under_test(env)[GoInfo]
    asserts.equals(env, ("y/greet", "y/greet"), (info.importpath, info.importmap))
    generated = analysistest.target_under_test(env)[OutputGroupInfo].go_generated_srcs
    asserts.equals(env, 3, len(generated.to_list()))
    return analysistest.end(env)

_compiled_test = analysistest.make(_compiled_test_impl, config_settings = _SETTINGS)

def _sources_test_impl(ctx):
    """Without a compiler whose output is a package, nothing is compiled; a go_library has the files in `embed`."""
    env = analysistest.begin(ctx)
    asserts.equals(env, [], actions(env, "GoCompile"))
    asserts.equals(env, 1, len(actions(env, "GoProtocGen")))
    asserts.false(env, GoInfo in analysistest.target_under_test(env))
    return analysistest.end(env)

_sources_test = analysistest.make(_sources_test_impl, config_settings = _SETTINGS)

_failure_test = failure_test(_SETTINGS)

def _subjects():
    native.genrule(name = "protoc", outs = ["protoc.sh"], cmd = "touch $@", executable = True, tags = ["manual"])
    proto_library(name = "words_proto", srcs = ["words.proto"], tags = ["manual"])
    proto_library(name = "greet_proto", srcs = ["greet.proto"], tags = ["manual"], deps = [":words_proto"])
    go_library(name = "plugin_lib", srcs = ["main.go"], importpath = "y/plugin", tags = ["manual"])
    go_binary(name = "plugin", embed = [":plugin_lib"], tags = ["manual"])
    go_library(name = "runtime_of_proto", srcs = ["runtime.go"], importpath = "y/runtime_of_proto", tags = ["manual"])
    go_proto_compiler(
        name = "proto_messages",
        always_generates = True,
        import_path_option = True,
        options = ["fast"],
        plugin = ":plugin",
        tags = ["manual"],
        deps = [":runtime_of_proto"],
    )
    go_proto_compiler(name = "proto_others", plugin = ":plugin", tags = ["manual"])
    go_proto_compiler(
        name = "proto_names",
        plugin = ":plugin",
        suffixes = [".pb.names.go", ".pb.more.go"],
        tags = ["manual"],
        valid_archive = False,
    )
    for name, more in {
        "both_go_proto": {"proto": ":words_proto", "protos": [":words_proto"]},
        "greet_go_proto": {"compilers": [":proto_messages", ":proto_names"], "deps": [":words_go_proto"], "embed": [":greet_more"], "importpath": "y/greet", "proto": ":greet_proto"},
        "neither_go_proto": {},
        "sources_go_proto": {"compilers": [":proto_names"], "proto": ":words_proto"},
        "twice_go_proto": {"compilers": [":proto_messages", ":proto_others"], "proto": ":words_proto"},
        "words_go_proto": {"compilers": [":proto_messages"], "proto": ":words_proto"},
    }.items():
        go_proto_library(name = name, tags = ["manual"], **({"compilers": [":proto_messages"], "importpath": "y/words"} | more))
    go_library(name = "greet_more", srcs = ["more.go"], importpath = "y/greet", tags = ["manual"])
    go_grpc_library(name = "services_go_proto", importpath = "y/words", proto = ":words_proto", tags = ["manual"])

def proto_library_tests(name):
    """Declares the tests and what they look at.

    Args:
        name: string, what the tests' names begin with.
    """
    _subjects()
    _generated_test(name = name + "_generated_test", tags = _TAGS, target_under_test = ":greet_go_proto")
    _compiled_test(name = name + "_compiled_test", tags = _TAGS, target_under_test = ":greet_go_proto")
    _sources_test(name = name + "_sources_test", tags = _TAGS, target_under_test = ":sources_go_proto")
    for target, message in {
        "both_go_proto": "give either proto or protos",
        "neither_go_proto": "give either proto or protos",
        "services_go_proto": "no lock has package google.golang.org/grpc, which generated sources import; require its module in go.mod (go get -tool PATH)",
        "twice_go_proto": "words.pb.go would be written twice; file names must differ within a package",
    }.items():
        _failure_test(name = "%s_%s_test" % (name, target), message = message, tags = _TAGS, target_under_test = ":" + target)
