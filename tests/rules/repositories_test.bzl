"""Tests of what the repositories of a module have: of module_rules in rules/private/repositories/module_rules.bzl, and of module_aliases in repository.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "whole_facts", "whole_standard")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:repository.bzl", "module_aliases")
load(":facts.bzl", "HELLO", "WORDS", "decoded", "parsed_lock")

visibility("private")

def _aliases_test_impl(ctx):
    """Each module has a second repository, free of versions; not in the driver's workspace for binaries."""
    env = unittest.begin(ctx)
    words, hello = parse_lock(decoded({"binaries": decoded()["binaries"][:1]}), group = 2).module_aliases
    asserts.equals(env, ("com_example_words_g2", WORDS + "-g2"), (words["name"], words["repository"]))
    asserts.equals(env, {"": {"Words": "Words", "go_default_library": "Words"}}, _folders(words))
    asserts.equals(env, ("com_example_hello_g2", HELLO + "-g2"), (hello["name"], hello["repository"]))
    asserts.equals(env, {
        "": {"set-target": ["//cmd/hello:hello"]},
        "closed": {"closed": "closed", "go_default_library": "closed"},
        "cmd/hello": {"go_default_library": "cmd/hello_lib", "hello": "cmd/hello", "hello_lib": "cmd/hello_lib"},
        "greet": {"go_default_library": "greet", "greet": "greet"},
    }, _folders(hello))
    asserts.equals(env, ["com_example_hello_g2"], parse_lock(decoded(), group = 2, direct = ["example.com/hello"]).direct)
    asserts.equals(env, [], parse_lock(decoded(), host = {"goroot": "/go"}).module_aliases)
    in_workspace_of_tests = parse_lock(decoded(), host = {"build_files": True, "goroot": "/go"}).module_aliases
    asserts.equals(env, ["com_example_words", "com_example_hello"], [aliases["name"] for aliases in in_workspace_of_tests])
    return unittest.end(env)

def _folders(aliases):
    return module_aliases(aliases["path"], aliases["libraries"], aliases["commands"], aliases["binaries"], aliases["sets"])

def _module_aliases_test_impl(ctx):
    env = unittest.begin(ctx)
    yq = module_aliases(
        "example.com/yq/v4",
        {"example.com/yq/v4": "yq_lib", "example.com/yq/v4/BUILD": "BUILD_"},
        ["example.com/yq/v4"],
        {"example.com/yq/v4": "yq"},
        {"set-target": []},
    )
    asserts.equals(env, {
        "": {"go_default_library": "root_lib", "yq": struct(embed = "root_lib", out = "", profile = ""), "yq_lib": "root_lib"},
        "cmd/a.b/v2": {"a_b": struct(embed = "two_lib", out = "a.b", profile = "two_lib=pgo"), "a_b_lib": "two_lib", "go_default_library": "two_lib"},
        "cmd/x/v1": {"go_default_library": "x_lib", "x": struct(embed = "x_lib", out = "v1", profile = ""), "x_lib": "x_lib"},
    }, module_aliases(
        "example.com/yq/v4",
        {"example.com/yq/v4": "root_lib", "example.com/yq/v4/cmd/a.b/v2": "two_lib", "example.com/yq/v4/cmd/x/v1": "x_lib"},
        ["example.com/yq/v4", "example.com/yq/v4/cmd/a.b/v2", "example.com/yq/v4/cmd/x/v1"],
        {},
        {},
        ["example.com/yq/v4/cmd/a.b/v2"],
    ))
    asserts.equals(env, {"": {
        "-cb-cu-ci-cl-cd": "BUILD_",
        "go_default_library": "yq_lib",
        "set-target": "set-target",
        "v4": "yq",
        "yq": "yq",
        "yq_lib": "yq_lib",
    }}, yq)
    path = "github.com/golang/protobuf"
    asserts.equals(
        env,
        {"descriptor": {"descriptor": "d", "go_default_library": "d", "go_default_library_gen": "d"}},
        module_aliases(path, {path + "/descriptor": "d"}, [], {}, {}),
        "rules_go has a name of its own there",
    )
    return unittest.end(env)

def _profile_test_impl(ctx):
    """A tool with a default.pgo: its repository has the file and a target of it, and the binary elsewhere names that."""
    env = unittest.begin(ctx)
    lock = decoded()
    words = lock["modules"][0]
    tool = {"dir": "cmd/x/", "go": "main", "import_path": "example.com/Words/cmd/x", "name": "main", "pgo_profile": "default.pgo", "target": "cmd/x_lib"}
    plain = tool | {"dir": "cmd/y/", "import_path": "example.com/Words/cmd/y", "pgo_profile": "", "target": "cmd/y_lib"}
    lock["modules"] = [words | {"packages": words["packages"] + [tool, plain]}, lock["modules"][1]]
    parsed = parse_lock(lock)
    asserts.equals(env, [["example.com/Words/cmd/x"], []], [aliases["profiles"] for aliases in parsed.module_aliases])
    facts = whole_facts(json.decode(parsed.repositories[0]["facts"]))
    asserts.equals(env, ["cmd/x/default.pgo"], [file for file in facts["files"] if file.endswith(".pgo")])
    groups = [(rule["name"], rule["srcs"], rule["visibility"]) for rule in module_rules(facts) if rule["kind"] == "filegroup"]
    asserts.equals(env, [("cmd/x_lib=pgo", ["cmd/x/default.pgo"], ["//visibility:public"])], groups)
    return unittest.end(env)

def _profile_of_some_configurations_test_impl(ctx):
    """Where the tool does not exist, neither does its profile; the target is there, and empty."""
    env = unittest.begin(ctx)
    lock = decoded({"configurations": {"a": {}, "b": {}}})
    words = lock["modules"][0]
    tool = {"dir": "", "in": ["b"], "import_path": "example.com/Words/cmd/x", "name": "main", "target": "x_lib", "variants": {"b": {"go": "b", "pgo_profile": "default.pgo"}}}
    lock["modules"] = [words | {"packages": [tool]}]
    lock["binaries"] = []
    parsed = parse_lock(lock)
    asserts.equals(env, ["example.com/Words/cmd/x"], parsed.module_aliases[0]["profiles"])
    group = [rule for rule in module_rules(whole_facts(json.decode(parsed.repositories[0]["facts"]))) if rule["kind"] == "filegroup"][0]
    asserts.equals(env, struct(cases = {"@go_sdk//config:a": [], "@go_sdk//config:b": ["default.pgo"]}), group["srcs"])
    return unittest.end(env)

def _rules_test_impl(ctx):
    env = unittest.begin(ctx)
    rules = {rule["name"]: rule for rule in module_rules(whole_facts(json.decode(parsed_lock()[1][HELLO]["facts"])))}
    asserts.equals(env, ["closed", "cmd/hello_lib", "greet", "cmd/hello", "tools/gen", "set-target", "set-maintenance"], list(rules))
    asserts.equals(env, ["gomod2bazel", "target"], rules["cmd/hello"]["tags"])
    asserts.equals(env, [":tools/gen"], rules["set-maintenance"]["srcs"])
    asserts.equals(env, "main", rules["cmd/hello_lib"]["package_name"])
    asserts.equals(env, "example.com/hello@v1.0.0", rules["greet"]["module"])
    asserts.equals(env, "go1.22", rules["greet"]["lang"])
    asserts.true(env, rules["greet"]["cgo"])
    asserts.false(env, rules["cmd/hello_lib"]["cgo"])
    return unittest.end(env)

def _standard_rules_test_impl(ctx):
    env = unittest.begin(ctx)
    rules = {rule["name"]: rule for rule in module_rules(whole_standard(json.decode(parsed_lock()[0]["facts"])))}
    vendored = rules["vendor/x/y"]
    asserts.equals(env, ("x/y", "vendor/x/y"), (vendored["importpath"], vendored["importmap"]))
    asserts.equals(env, ("", True), (vendored["module"], vendored["standard"]))
    asserts.equals(env, ["src/vendor/x/y/y.go"], vendored["srcs"])
    return unittest.end(env)

_aliases_test = unittest.make(_aliases_test_impl)
_module_aliases_test = unittest.make(_module_aliases_test_impl)
_profile_test = unittest.make(_profile_test_impl)
_profile_of_some_configurations_test = unittest.make(_profile_of_some_configurations_test_impl)
_rules_test = unittest.make(_rules_test_impl)
_standard_rules_test = unittest.make(_standard_rules_test_impl)

def repositories_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(
        name,
        _aliases_test,
        _module_aliases_test,
        _profile_test,
        _profile_of_some_configurations_test,
        _rules_test,
        _standard_rules_test,
    )
