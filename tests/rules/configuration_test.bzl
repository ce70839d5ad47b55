"""Tests of rules/private/config/configuration.bzl, platforms.bzl and repositories/config_file.bzl: which configuration of a lock is meant, and what is told."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/config:configuration.bzl", "choose_configuration")

# buildifier: disable=bzl-visibility
load("//rules/private/config:platforms.bzl", "GOARCH", "GOOS", "PLATFORMS")

# buildifier: disable=bzl-visibility
load("//rules/private/config:toolchain.bzl", "named_configurations")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:config_file.bzl", "config_file")
load(":several.bzl", "CONFIGURATIONS")

visibility("private")

_LINUX = {"goarch": "amd64", "goos": "linux"}
_ARM = {"goarch": "arm64", "goos": "linux"}

def _chosen_test_impl(ctx):
    env = unittest.begin(ctx)
    for settings, name in [
        (_LINUX, "linux_amd64"),
        (_LINUX | {"cgo": "true"}, "linux_amd64"),
        (_LINUX | {"cgo": "false"}, "linux_amd64_pure"),
        (_LINUX | {"instrument": "race"}, "linux_amd64_race"),
        (_LINUX | {"tags": ["x", "y", "x"]}, "linux_amd64_tags=y,x"),
        (_ARM, "linux_arm64"),
        # Pure where nothing else is.
        (_ARM | {"cgo": "false"}, "linux_arm64"),
        ({"goarch": "amd64", "goos": "windows"}, "windows_amd64"),
    ]:
        chosen = choose_configuration(CONFIGURATIONS, **settings)
        asserts.equals(env, (name, None), (chosen.name, chosen.problem))
    return unittest.end(env)

def _tags_test_impl(ctx):
    """Tags are told with those of -tags or without; the lock's own word counts first."""
    env = unittest.begin(ctx)
    base = CONFIGURATIONS["linux_amd64"] | {"tags": ["t"]}
    more = {"linux_amd64": base, "linux_amd64_tags=x": base | {"tags": ["t", "x"]}}
    for tags, name in [([], "linux_amd64"), (["t"], "linux_amd64"), (["x"], "linux_amd64_tags=x"), (["x", "t"], "linux_amd64_tags=x")]:
        asserts.equals(env, name, choose_configuration(more, tags = tags, **_LINUX).name)
    exact = more | {"linux_amd64_other": base | {"tags": ["x"]}}
    asserts.equals(env, "linux_amd64_other", choose_configuration(exact, tags = ["x"], **_LINUX).name)
    return unittest.end(env)

def _lacking_test_impl(ctx):
    env = unittest.begin(ctx)
    has = "; it has linux_amd64, linux_amd64_race. Run `"
    two = {name: CONFIGURATIONS[name] for name in ["linux_amd64", "linux_amd64_race"]}
    for settings, start, command in [
        (_ARM, "linux/arm64", "gomod2bazel lock -platform linux/amd64,linux/arm64"),
        (_ARM | {"instrument": "race", "tags": ["a", "b"]}, "linux/arm64 with race+tags=a,b", "CGO_ENABLED=1 gomod2bazel lock -platform linux/amd64,linux/arm64 -variant race+tags=a,b"),
        (_ARM | {"cgo": "false", "instrument": "race"}, "linux/arm64 with race", "gomod2bazel lock -platform linux/amd64,linux/arm64 -variant race"),
        ({"goarch": "arm64", "goos": "darwin", "instrument": "race"}, "darwin/arm64 with race", "gomod2bazel lock -platform linux/amd64,darwin/arm64 -variant race"),
        (_LINUX | {"cgo": "false"}, "linux/amd64 with pure", "gomod2bazel lock -variant pure"),
        (_LINUX | {"cgo": "false", "instrument": "race"}, "linux/amd64 with race+pure", "gomod2bazel lock -variant race+pure"),
        (_LINUX | {"instrument": "msan"}, "linux/amd64 with msan", "gomod2bazel lock -variant msan"),
        (_LINUX | {"instrument": "race", "tags": ["x"]}, "linux/amd64 with race+tags=x", "gomod2bazel lock -variant race+tags=x"),
    ]:
        chosen = choose_configuration(two, **settings)
        asserts.equals(env, None, chosen.name)
        asserts.equals(env, "the lock has no configuration for %s%s%s` again (or generate, if that wrote the lock) with these flags and those that the lock was made with" % (start, has, command), chosen.problem)
    chosen = choose_configuration({"linux_arm64": CONFIGURATIONS["linux_arm64"]}, cgo = "true", **_ARM)
    asserts.true(env, "linux/arm64 with CGO_ENABLED=1; it has linux_arm64. Run `CGO_ENABLED=1 gomod2bazel lock`" in chosen.problem, chosen.problem)
    chosen = choose_configuration(two, goos = "", goarch = "arm64")
    asserts.true(env, "name no GOOS and GOARCH; it has linux_amd64, linux_amd64_race" in chosen.problem, chosen.problem)
    return unittest.end(env)

def _named_test_impl(ctx):
    env = unittest.begin(ctx)
    one = CONFIGURATIONS["linux_arm64"]
    asserts.equals(env, {"linux_arm64": one}, named_configurations(one, {}))
    asserts.equals(env, CONFIGURATIONS, named_configurations(one, CONFIGURATIONS))
    asserts.equals(env, {}, named_configurations({}, {}))
    return unittest.end(env)

def _config_file_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, """\
load("@gomod2bazel//rules:toolchain.bzl", "go_configuration")

package(default_visibility = ["//visibility:public"])

go_configuration(
    name = "config",
    configurations = "{\\"linux_arm64\\":{\\"goos\\":\\"linux\\"}}",
)

config_setting(
    name = "linux_arm64",
    flag_values = {":config": "linux_arm64"},
)
""", config_file({"linux_arm64": {"goos": "linux"}}))
    asserts.equals(env, "", config_file({}))
    return unittest.end(env)

def _platforms_test_impl(ctx):
    """Every platform has constraint values, and every constraint value a platform."""
    env = unittest.begin(ctx)
    asserts.equals(env, sorted({goos: None for goos in GOOS.values()}), sorted({goos: None for goos, _ in PLATFORMS}))
    asserts.equals(env, sorted({goarch: None for goarch in GOARCH.values()}), sorted({goarch: None for _, goarch in PLATFORMS}))
    return unittest.end(env)

_chosen_test = unittest.make(_chosen_test_impl)
_config_file_test = unittest.make(_config_file_test_impl)
_lacking_test = unittest.make(_lacking_test_impl)
_named_test = unittest.make(_named_test_impl)
_platforms_test = unittest.make(_platforms_test_impl)
_tags_test = unittest.make(_tags_test_impl)

def configuration_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _chosen_test, _tags_test, _lacking_test, _named_test, _config_file_test, _platforms_test)
