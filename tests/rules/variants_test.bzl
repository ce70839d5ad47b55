"""Tests of rules/private/lock/variants.bzl, and of locks of several configurations; several.BUILD shows what is generated."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "whole_facts", "whole_standard")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:several.bzl", "configuration_problem", "merged_sdk")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:variants.bzl", "merged_package", "of_configuration")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:standard_library.bzl", "standard_library_rule")
load(":several.bzl", "CONFIGURATIONS", "SEVERAL")

visibility("private")

_NAMES = sorted([entry["name"] for entry in SEVERAL["configurations"] if entry])

def _parsed_test_impl(ctx):
    """Files and labels are those of all configurations."""
    env = unittest.begin(ctx)
    parsed = parse_lock(decode_lock(json.encode(SEVERAL)))
    (module,) = parsed.repositories
    facts = whole_facts(json.decode(module["facts"]))
    asserts.equals(env, _NAMES, facts["configurations"])
    asserts.equals(env, [
        "both/a.go",
        "both/b_linux.go",
        "both/c.go",
        "both/race.go",
        "cmd/x/main.go",
        "cmd/y/main.go",
        "only/f",
        "only/plain.go",
        "pkg/only.a",
    ], facts["files"])
    asserts.equals(env, {
        "example.com/m/both": ":both",
        "example.com/m/cmd/x": ":cmd/x_lib",
        "example.com/m/cmd/y": ":cmd/y_lib",
        "example.com/m/only": ":only",
        "fmt": "@go_sdk//:fmt",
        "runtime": "@go_sdk//:runtime",
        "runtime/race": "@go_sdk//:runtime/race",
    }, facts["labels"])
    asserts.equals(env, {name: CONFIGURATIONS[name] for name in _NAMES}, json.decode(parsed.sdk["configurations"]))
    return unittest.end(env)

def _merged_package_test_impl(ctx):
    """What one lock has in some configurations, and another in others, is there in all of these."""
    env = unittest.begin(ctx)
    plain = {"import_path": "p", "imports": [], "srcs": ["a.go"]}
    first = plain | {"in": ["a", "b"]}
    second = {"import_path": "p", "imports": [], "in": ["b", "c"], "variants": {"b": {"srcs": ["a.go"]}, "c": {"srcs": ["c.go"]}}}
    names = ["a", "b", "c", "d"]
    merged = merged_package([first, second], names)
    asserts.equals(env, {
        "import_path": "p",
        "imports": [],
        "in": ["a", "b", "c"],
        "variants": {"a": {"srcs": ["a.go"]}, "b": {"srcs": ["a.go"]}, "c": {"srcs": ["c.go"]}},
    }, merged)
    asserts.equals(env, plain, of_configuration(merged, "a"))
    asserts.equals(env, ["import_path", "imports", "variants"], sorted(merged_package([first, second], ["a", "b", "c"])))
    for whole in [plain, {"import_path": "p", "variants": {"a": {"srcs": []}}}]:
        asserts.equals(env, whole, merged_package([first, whole, second], names))
    asserts.equals(env, first, merged_package([first, first], names))
    return unittest.end(env)

def _merged_sdk_test_impl(ctx):
    env = unittest.begin(ctx)
    sdk = parse_lock(decode_lock(json.encode(SEVERAL))).sdk
    asserts.equals(env, sdk, merged_sdk([sdk]))
    whole = sdk | {"facts": json.encode(whole_standard(json.decode(sdk["facts"])))}
    asserts.equals(env, whole, merged_sdk([sdk, sdk]))
    return unittest.end(env)

def _configuration_problem_test_impl(ctx):
    env = unittest.begin(ctx)
    linux, windows = {"goarch": "amd64", "goos": "linux", "tags": []}, {"goarch": "amd64", "goos": "windows", "tags": []}
    locks = ["//:a.json", "//b:b.json"]
    first = {"linux_amd64": linux, "windows_amd64": windows}
    asserts.equals(env, None, configuration_problem(first, dict(first), locks))
    asserts.equals(
        env,
        "the locks //:a.json and //b:b.json are for different configurations: linux_amd64, windows_amd64, and linux_amd64. " +
        "Write all locks again with the same flags: gomod2bazel generate -platform linux/amd64,windows/amd64",
        configuration_problem(first, {"": linux}, locks),
    )
    asserts.equals(
        env,
        "the locks //:a.json and //b:b.json differ: tags is [] and [\"x\"]. " +
        "Write all locks again with the same flags: gomod2bazel generate -platform linux/amd64 -variant tags=x",
        configuration_problem({"": linux}, {"": linux | {"tags": ["x"]}}, locks),
    )
    race = {"linux_amd64": linux, "linux_amd64_race": linux | {"instrument": "race"}}
    asserts.true(env, configuration_problem({"": linux}, race, locks).endswith("-platform linux/amd64 -variant race"))
    return unittest.end(env)

def _standard_library_test_impl(ctx):
    """What tests and the linker need is that of each configuration: the race detector where it is on."""
    env = unittest.begin(ctx)
    locked = [{"import_path": path, "target": path} for path in ["os", "reflect", "runtime", "testing", "testing/internal/testdeps"]]
    race = {"import_path": "runtime/race", "in": ["linux_amd64_race"], "target": "runtime/race"}
    instruments = {name: CONFIGURATIONS[name]["instrument"] for name in ["linux_amd64", "linux_amd64_race"]}
    asserts.equals(env, """\
go_standard_library(
    name = "standard_library",
    godebug_table = "src/internal/godebugs/table.go",
    linked = select({
        "//config:linux_amd64": [],
        "//config:linux_amd64_race": [":runtime/race"],
    }),
    packages = [
        ":os",
        ":runtime",
    ],
    tags = ["manual"],
    test_deps = select({
        "//config:linux_amd64": [
            ":os",
            ":reflect",
            ":runtime",
            ":testing",
            ":testing/internal/testdeps",
        ],
        "//config:linux_amd64_race": [
            ":os",
            ":reflect",
            ":runtime",
            ":runtime/race",
            ":testing",
            ":testing/internal/testdeps",
        ],
    }),
    test_packages = [
        ":reflect",
        ":testing",
    ],
)""", standard_library_rule({"imports": ["os"], "packages": locked + [race]}, "", instruments = instruments))
    asserts.true(env, """
    missing = select({
        "//config:linux_amd64": [],
        "//config:linux_amd64_race": ["runtime/race"],
    }),
""" in standard_library_rule({"packages": locked}, "", instruments = instruments))
    return unittest.end(env)

_configuration_problem_test = unittest.make(_configuration_problem_test_impl)
_merged_package_test = unittest.make(_merged_package_test_impl)
_merged_sdk_test = unittest.make(_merged_sdk_test_impl)
_parsed_test = unittest.make(_parsed_test_impl)
_standard_library_test = unittest.make(_standard_library_test_impl)

def variants_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(name, _parsed_test, _configuration_problem_test, _merged_package_test, _merged_sdk_test, _standard_library_test)
