"""Tests of parse_lock in rules/private/repositories/extension.bzl: what each repository is given of one lock or several."""

load("@bazel_skylib//lib:unittest.bzl", "analysistest", "asserts", "unittest")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "whole_facts")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:several.bzl", "merged_downloads", "merged_sdk")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "direct_deps", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:fetch.bzl", "zip_url")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")
load(":facts.bzl", "HELLO", "LOCK", "WORDS", "decoded", "parsed_lock")

visibility("private")

def _repositories_test_impl(ctx):
    env = unittest.begin(ctx)
    sdk, repositories = parsed_lock(goproxy = ["https://one.invalid/", "file:///two"])
    asserts.equals(env, [WORDS, HELLO], list(repositories))
    words, hello = repositories[WORDS], repositories[HELLO]
    asserts.equals(env, "ab" * 32, words["sha256"])
    asserts.equals(env, [
        "https://one.invalid/example.com/!words/@v/v0.2.0.zip",
        "file:///two/example.com/!words/@v/v0.2.0.zip",
    ], words["urls"])
    asserts.equals(env, "example.com/fork@v1.0.1", hello["source"])
    asserts.equals(env, "https://one.invalid/example.com/fork/@v/v1.0.1.zip", hello["urls"][0])
    asserts.equals(env, "go1.99.1", sdk["version"])
    asserts.equals(env, LOCK["configuration"], json.decode(sdk["configuration"]))
    return unittest.end(env)

def _host_test_impl(ctx):
    env = unittest.begin(ctx)
    host = {"goroot": "/go", "python": "/python", "dirs": {WORDS: "/words"}}
    sdk, repositories = parsed_lock(host = host)
    asserts.equals(env, ("/go", "/python"), (sdk["goroot"], parse_lock(decoded(), host = host).python))
    asserts.equals(env, "/words", repositories[WORDS]["dir"])
    asserts.equals(env, "", repositories[HELLO]["dir"])
    asserts.equals(env, [], parse_lock(decoded()).aliases)
    aliases = parse_lock(decoded(), host = {"inputs": {"": HELLO}}).aliases
    targets = {"": [binary["target"] for binary in decoded()["binaries"]]}
    asserts.equals(env, [{"configurations": {}, "name": "input", "repositories": {"": HELLO}, "targets": targets}], aliases)
    return unittest.end(env)

def _merged_test_impl(ctx):
    """A lock that the driver merged has a module twice, each with the repositories that it imports."""
    env = unittest.begin(ctx)
    lock = decoded()
    words, hello = lock["modules"]
    binaries = [binary for binary in lock["binaries"] if binary["module"] == hello["path"]]
    modules = [
        words | {"repository": "w", "repositories": {words["path"]: "w"}},
        words | {"repository": "w-g2", "repositories": {words["path"]: "w-g2"}},
        hello | {"repository": "h", "repositories": {words["path"]: "w", hello["path"]: "h"}},
        hello | {"repository": "h-g2", "repositories": {words["path"]: "w-g2", hello["path"]: "h-g2"}},
    ]
    host = {"goroot": "/go", "dirs": {"w-g2": "/words"}, "inputs": {"1": "h", "2": "h-g2"}}
    merged = [binary | {"repository": "h"} for binary in binaries] + [binaries[0] | {"repository": "h-g2"}]
    parsed = parse_lock(decoded({"binaries": merged, "modules": modules}), host = host)
    asserts.equals(env, [("w", ""), ("w-g2", "/words"), ("h", ""), ("h-g2", "")], [(one["name"], one["dir"]) for one in parsed.repositories])
    labels = [whole_facts(json.decode(one["facts"]))["labels"]["example.com/Words"] for one in parsed.repositories[2:]]
    asserts.equals(env, ["@w//:Words", "@w-g2//:Words"], labels)
    targets = [binary["target"] for binary in binaries]
    asserts.equals(env, [{"1": targets, "2": targets[:1]}], [aliases["targets"] for aliases in parsed.aliases])

    # What a repository is given is what a lock alone gives, so that it stays as it is.
    alone = {one["name"]: one["facts"] for one in parse_lock(lock, host = host).repositories}
    asserts.equals(env, alone[WORDS], parsed.repositories[0]["facts"])
    asserts.equals(env, alone[HELLO].replace(WORDS, "w"), parsed.repositories[2]["facts"])
    return unittest.end(env)

def _overlay_test_impl(ctx):
    env = unittest.begin(ctx)
    lock = decoded()
    lock["standard"] = lock["standard"] | {"overlay": {"src/a.go": {"path": "/new/a.go", "sha256": ""}}}
    words = {"overlay": {"b.go": {"path": "new/b.go", "sha256": "ab"}}}
    lock["modules"] = [module | (words if module["path"].endswith("Words") else {}) for module in lock["modules"]]
    parsed = parse_lock(lock, folder = "/mono")
    repositories = {repository["name"]: repository for repository in parsed.repositories}
    asserts.equals(env, {"src/a.go": "/new/a.go"}, parsed.sdk["overlay"])
    asserts.equals(env, {}, parsed.sdk["overlay_sums"])
    asserts.equals(env, {"b.go": "/mono/new/b.go"}, repositories[WORDS]["overlay"])
    asserts.equals(env, {"b.go": "ab"}, repositories[WORDS]["overlay_sums"])
    asserts.equals(env, {}, repositories[HELLO]["overlay"])
    return unittest.end(env)

def _group_test_impl(ctx):
    """A second lock's repositories have names of their own, and name one another so; the SDK is the same."""
    env = unittest.begin(ctx)
    parsed = parse_lock(decoded(), group = 2, host = {"dirs": {WORDS + "-g2": "/words"}})
    asserts.equals(env, [(WORDS + "-g2", "/words"), (HELLO + "-g2", "")], [(one["name"], one["dir"]) for one in parsed.repositories])
    labels = whole_facts(json.decode(parsed.repositories[1]["facts"]))["labels"]
    asserts.equals(env, "@example.com_-cwords-av0.2.0-g2//:Words", labels["example.com/Words"])
    asserts.equals(env, ":greet", labels["example.com/hello/greet"])
    asserts.equals(env, "@go_sdk//:fmt", labels["fmt"])
    return unittest.end(env)

def _merged_sdk_test_impl(ctx):
    """One SDK has the packages of all locks; that of a single lock is as it was."""
    env = unittest.begin(ctx)
    sdk = parse_lock(decoded()).sdk
    asserts.equals(env, sdk, merged_sdk([sdk]))
    bare = parse_lock(decoded({"binaries": [], "modules": [], "standard": {
        "packages": [{"import_path": "errors", "target": "errors"}],
        "standard": True,
    }})).sdk
    asserts.equals(env, merged_sdk([sdk, bare]), merged_sdk([sdk, bare, sdk]))
    merged = json.decode(merged_sdk([bare, sdk])["facts"])
    asserts.equals(env, ["errors", "fmt", "runtime", "vendor/x/y"], [package["import_path"] for package in merged["packages"]])
    asserts.equals(env, {"vendor/x/y": ":vendor/x/y"}, merged["labels"])
    asserts.false(env, "imports" in merged, "older locks do not tell what is imported")
    return unittest.end(env)

_SUMS = {"sum": "h1:x=", "zip_sha256": "ab" * 32}

def _downloads_test_impl(ctx):
    """The SDKs that a lock names come from its goproxies; what several locks name is fetched once."""
    env = unittest.begin(ctx)
    asserts.equals(env, [], parse_lock(decoded(), goproxy = ["https://one.invalid"]).downloads)
    lock = {"sdk": {"darwin_arm64": _SUMS, "linux_amd64": _SUMS}}
    downloads = parse_lock(decoded(lock), goproxy = ["https://one.invalid", "file:///two"]).downloads
    asserts.equals(env, ["go_sdk_darwin_arm64", "go_sdk_linux_amd64"], [download["name"] for download in downloads])
    asserts.equals(env, {
        "name": "go_sdk_linux_amd64",
        "platform": "linux_amd64",
        "sha256": "ab" * 32,
        "source": "golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64",
        "urls": [
            "https://one.invalid/golang.org/toolchain/@v/v0.0.1-go1.99.1.linux-amd64.zip",
            "file:///two/golang.org/toolchain/@v/v0.0.1-go1.99.1.linux-amd64.zip",
        ],
    }, downloads[1])
    second = parse_lock(decoded({"sdk": {"linux_amd64": _SUMS, "linux_arm64": _SUMS}}), group = 2).downloads
    merged = merged_downloads(downloads + second)
    asserts.equals(env, downloads + [second[1]], merged)
    return unittest.end(env)

def _releases_test_impl(ctx):
    """Locks for another Go release than the first have an SDK of their own, which their binaries choose."""
    env = unittest.begin(ctx)
    names = {}
    newer = {
        "configuration": LOCK["configuration"] | {"go": "go1.98.0"},
        "sdk": {"linux_amd64": _SUMS},
    }
    first = parse_lock(decoded(), sdk_names = names)
    second = parse_lock(decoded(newer), group = 2, goproxy = ["file:///p"], sdk_names = names)
    third = parse_lock(decoded(newer), group = 3, sdk_names = names)
    asserts.equals(env, {"go1.98.0": "go_sdk_1.98.0", "go1.99.1": "go_sdk"}, names)
    asserts.equals(env, ["go_sdk", "go_sdk_1.98.0", "go_sdk_1.98.0"], [parsed.sdk["name"] for parsed in [first, second, third]])
    asserts.equals(env, "go_sdk_1.98.0_linux_amd64", second.downloads[0]["name"])
    asserts.equals(env, "golang.org/toolchain@v0.0.1-go1.98.0.linux-amd64", second.downloads[0]["source"])
    facts = whole_facts(json.decode(second.repositories[1]["facts"]))
    asserts.equals(env, "@go_sdk_1.98.0//:fmt", facts["labels"]["fmt"])
    rules = {rule["name"]: rule for rule in module_rules(facts)}
    asserts.equals(env, "go1.98.0", rules["cmd/hello"]["sdk"])
    rules = {rule["name"]: rule for rule in module_rules(whole_facts(json.decode(first.repositories[1]["facts"])))}
    asserts.false(env, "sdk" in rules["cmd/hello"])
    return unittest.end(env)

def _direct_test_impl(ctx):
    """What `bazel mod tidy` keeps use_repo at: nothing where one lock does not know, and the SDK with the others."""
    env = unittest.begin(ctx)
    asserts.equals(env, None, parse_lock(decoded()).direct)
    direct = {"direct": ["example.com/Words@v0.2.0"]}
    asserts.equals(env, ["com_example_words"], parse_lock(decoded(direct)).direct)
    asserts.equals(env, ["com_example_words_g2"], parse_lock(decoded(direct), group = 2).direct)
    asserts.equals(env, ["com_example_hello"], parse_lock(decoded(), direct = ["example.com/hello"]).direct)
    asserts.equals(env, ["com_example_words", "com_example_hello"], parse_lock(decoded(direct), direct = ["example.com/hello"]).direct)
    own, dev = struct(dev = False, names = ["b", "c"]), struct(dev = True, names = ["c", "a"])
    for locks, expected in [
        ([], None),
        ([own, struct(dev = True, names = None)], None),
        ([own], (["b", "c", "go_sdk"], [])),
        ([dev], ([], ["a", "c", "go_sdk"])),
        ([dev, own], (["b", "c", "go_sdk"], ["a"])),
    ]:
        deps = direct_deps(locks)
        asserts.equals(env, expected, (deps["root_module_direct_deps"], deps["root_module_direct_dev_deps"]) if deps else None)
    return unittest.end(env)

def _zip_url_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(
        env,
        "file:///g/github.com/!burnt!sushi/toml/@v/v1.0.0-!r!c1.zip",
        zip_url("file:///g/", "github.com/BurntSushi/toml@v1.0.0-RC1"),
    )
    return unittest.end(env)

def _parsed_impl(ctx):
    for repository in parse_lock(decode_lock(ctx.attr.lock), direct = ctx.attr.direct).repositories:
        whole_facts(json.decode(repository["facts"]))

_parsed = rule(implementation = _parsed_impl, attrs = {"direct": attr.string_list(), "lock": attr.string()})

def _refused_test_impl(ctx):
    env = analysistest.begin(ctx)
    asserts.expect_failure(env, ctx.attr.message)
    return analysistest.end(env)

_refused_test = analysistest.make(_refused_test_impl, attrs = {"message": attr.string()}, expect_failure = True)

_repositories_test = unittest.make(_repositories_test_impl)
_host_test = unittest.make(_host_test_impl)
_merged_test = unittest.make(_merged_test_impl)
_overlay_test = unittest.make(_overlay_test_impl)
_group_test = unittest.make(_group_test_impl)
_merged_sdk_test = unittest.make(_merged_sdk_test_impl)
_downloads_test = unittest.make(_downloads_test_impl)
_releases_test = unittest.make(_releases_test_impl)
_direct_test = unittest.make(_direct_test_impl)
_zip_url_test = unittest.make(_zip_url_test_impl)

def _package(module, file):
    """Returns the first package of a module with one more source."""
    package = module["packages"][0]
    return package | {"srcs": [file]}

# What is wrong, the lock, and what the error says.
_BROKEN = {
    "direct_unknown": (LOCK, "from_file(direct = ...) names example.com/gone, but the lock has no package of it"),
    "missing_package": (
        LOCK | {"standard": LOCK["standard"] | {"packages": LOCK["standard"]["packages"][1:]}},
        "the lock names no module for package fmt, which example.com/Words imports; run `gomod2bazel lock` again",
    ),
    "missing_module": (
        LOCK | {"modules": LOCK["modules"][1:]},
        "the lock has no module example.com/Words, which example.com/hello/cmd/hello is linked with",
    ),
    "file_above": (
        LOCK | {"modules": [LOCK["modules"][0] | {"packages": [_package(LOCK["modules"][0], "../../etc/passwd")]}] + LOCK["modules"][1:]},
        "which is not a file below it; run `gomod2bazel lock` again",
    ),
    "file_absolute": (
        LOCK | {"modules": [LOCK["modules"][0] | {"packages": [_package(LOCK["modules"][0], "/etc/passwd")]}] + LOCK["modules"][1:]},
        "the lock names \"/etc/passwd\" in module example.com/Words, which is not a file below it",
    ),
    "newer_schema": (
        LOCK | {"schema": 99},
        "the lock file has schema 99, these rules read 3; run `gomod2bazel generate`, or the `gomod2bazel lock` that wrote it",
    ),
    "overlay_above": (
        LOCK | {"standard": LOCK["standard"] | {"overlay": {"src/a.go": {"path": "../a.go", "sha256": "ab"}}}},
        "the lock names ../a.go, which is not below its own folder",
    ),
    "overlay_of_no_module": (
        LOCK | {"standard": LOCK["standard"] | {"overlay": {"src/../../a.go": {"path": "a.go", "sha256": "ab"}}}},
        "the lock names src/../../a.go, which is not in a module",
    ),
    "no_schema": ({}, "the lock file has schema None, these rules read 3"),
    "conflict": (
        "{\n<<<<<<< HEAD\n\"schema\":3,\n",
        "the lock file has conflict markers of a merge; run `gomod2bazel generate`, or the `gomod2bazel lock` that wrote it",
    ),
}

def lock_tests(name):
    """Declares the tests.

    Args:
        name: of the test suite.
    """
    unittest.suite(
        name,
        _repositories_test,
        _host_test,
        _merged_test,
        _overlay_test,
        _group_test,
        _merged_sdk_test,
        _direct_test,
        _downloads_test,
        _releases_test,
        _zip_url_test,
    )
    for what, (lock, message) in _BROKEN.items():
        direct = ["example.com/gone"] if what == "direct_unknown" else []
        text = lock if type(lock) == "string" else json.encode(lock)
        _parsed(name = "%s_%s" % (name, what), direct = direct, lock = text, tags = ["manual"])
        _refused_test(name = "%s_%s_test" % (name, what), message = message, target_under_test = "%s_%s" % (name, what))
