"""Tests of the toolchains that go_sdk declares, in rules/private/repositories/sdk.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/config:platforms.bzl", "constraints_of")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:several.bzl", "merged_downloads")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:sdk.bzl", "host_platform", "other_toolchains", "toolchains")

visibility("private")

_VALUES = {"configuration": "\"{}\"", "configurations": "", "flag_list": "None", "python": "//:python", "version": "go1.99.1"}

def _host_test_impl(ctx):
    env = unittest.begin(ctx)
    for system, processor, platform in [
        ("linux", "amd64", "linux_amd64"),
        ("linux", "aarch64", "linux_arm64"),
        ("mac os x", "aarch64", "darwin_arm64"),
        ("windows 11", "x86_64", "windows_amd64"),
    ]:
        asserts.equals(env, platform, host_platform(system, processor))
    return unittest.end(env)

def _constraints_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, ["@platforms//os:linux", "@platforms//cpu:x86_64"], constraints_of("linux", "amd64"))
    asserts.equals(env, ["@platforms//os:macos", "@platforms//cpu:arm64"], constraints_of("darwin", "arm64"))
    asserts.equals(env, ["@platforms//os:linux"], constraints_of("linux", "arm"), "several processors mean it")
    asserts.equals(env, [], constraints_of("plan9", "loong64"))
    return unittest.end(env)

def _toolchains_test_impl(ctx):
    """One for each execution platform; that of this machine has the name that MODULE.bazel files register."""
    env = unittest.begin(ctx)
    tools = {platform: "@go_sdk_%s//:tools" % platform for platform in ["windows_amd64", "linux_amd64"]}
    text = toolchains(tools, "windows_amd64", _VALUES)
    asserts.true(env, "name = \"toolchain\",\n    exec_compatible_with = [\"@platforms//os:windows\", \"@platforms//cpu:x86_64\"]," in text, text)
    asserts.true(env, "name = \"toolchain_linux_amd64\",\n    exec_compatible_with = [\"@platforms//os:linux\"" in text, text)
    asserts.true(env, "compile = \"@go_sdk_windows_amd64//:tools/compile.exe\"" in text, text)
    asserts.true(env, "compile = \"@go_sdk_linux_amd64//:tools/compile\"" in text, text)
    asserts.false(env, "vet = " in text, "this SDK has none")
    asserts.true(env, "vet = \"@go_sdk_windows_amd64//:tools/vet.exe\",\n)" in toolchains(tools, "windows_amd64", _VALUES | {"has_vet": True}))
    asserts.true(env, "name = \"toolchain\",\n    exec_compatible_with = [\"@platforms//os:linux\"" in toolchains(tools, "darwin_arm64", _VALUES))
    for place, folder in {"pkg/tool/linux_amd64": "", "@go_sdk_linux_amd64//:pkg/tool/linux_amd64": "@go_sdk_linux_amd64//:"}.items():
        text = toolchains({"linux_amd64": place}, "linux_amd64", _VALUES | {"whole": json.encode(["bin", "src"])})
        asserts.true(env, "sdk = [\"%sbin\", \"%ssrc\"]," % (folder, folder) in text, text)
    return unittest.end(env)

def _several_test_impl(ctx):
    """With several Go releases, a build setting chooses; one repository registers the toolchains of all."""
    env = unittest.begin(ctx)
    platform = {"linux_amd64": "pkg/tool/linux_amd64"}
    text = toolchains(platform, "linux_amd64", _VALUES, among_several = True)
    asserts.true(env, """
toolchain(
    name = "standard_library_toolchain",
    target_settings = [":sdk_default"],
    toolchain = ":standard_library",
    toolchain_type = "@gomod2bazel//rules:standard_library_type",
)
""" in text, text)
    asserts.true(env, "name = \"standard_library_toolchain\",\n    toolchain = " in toolchains(platform, "linux_amd64", _VALUES))
    asserts.true(env, "flag_values = {\"@gomod2bazel//rules/config:sdk\": \"\"}" in text, text)
    asserts.true(env, "target_settings = [\":sdk_default\"]," in text, text)
    others = {"go1.98.0": {"name": "go_sdk_1.98.0", "platforms": ["linux_amd64", "linux_arm64"]}}
    text = other_toolchains(others, "linux_arm64")
    asserts.true(env, "flag_values = {\"@gomod2bazel//rules/config:sdk\": \"go1.98.0\"}" in text, text)
    asserts.true(env, "toolchain = \"@go_sdk_1.98.0_proto//:modules\"" in text, text)
    asserts.equals(env, 4, text.count("target_settings = [\":sdk_go1.98.0\"],"))
    asserts.true(env, "name = \"toolchain_go1.98.0\"" in text and "toolchain = \"@go_sdk_1.98.0//:go_toolchain\"" in text, text)
    asserts.true(env, "toolchain = \"@go_sdk_1.98.0//:go_toolchain_linux_amd64\"" in text, text)
    asserts.true(env, """
toolchain(
    name = "standard_library_toolchain_go1.98.0",
    target_settings = [":sdk_go1.98.0"],
    toolchain = "@go_sdk_1.98.0//:standard_library",
    toolchain_type = "@gomod2bazel//rules:standard_library_type",
)
""" in text, text)
    return unittest.end(env)

def _conflict_impl(_ctx):
    downloads = [{"name": "go_sdk_linux_amd64", "sha256": sha256, "source": "golang.org/toolchain@v"} for sha256 in ["ab", "cd"]]
    merged_downloads(downloads)

_conflict = rule(implementation = _conflict_impl)

def _conflict_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, "the locks name two SHA-256 of golang.org/toolchain@v, ab and cd; run `gomod2bazel lock` again")
    return analysistest.end(env)

_host_test = unittest.make(_host_test_impl)
_constraints_test = unittest.make(_constraints_test_impl)
_toolchains_test = unittest.make(_toolchains_test_impl)
_several_test = unittest.make(_several_test_impl)
_conflict_test = analysistest.make(_conflict_test_impl, expect_failure = True)

def sdk_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _host_test, _constraints_test, _several_test, _toolchains_test)
    _conflict(name = name + "_conflict", tags = ["manual"])
    _conflict_test(name = name + "_conflict_test", target_under_test = name + "_conflict")
