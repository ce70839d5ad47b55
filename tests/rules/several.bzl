"""A lock of several configurations, as `gomod2bazel lock -platform ... -variant ...` writes it, and its BUILD files."""

# buildifier: disable=bzl-visibility
load("//rules/private/lock:facts.bzl", "whole_facts", "whole_standard")

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:buildfile.bzl", "build_file")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:module_rules.bzl", "module_rules")

visibility(["//tests/rules/..."])

def _configuration(goos, goarch, cgo = False, instrument = "", tags = []):
    return {"go": "go1.99.1", "goos": goos, "goarch": goarch, "cgo": cgo, "instrument": instrument, "tags": tags}

CONFIGURATIONS = {
    "linux_amd64": _configuration("linux", "amd64", cgo = True),
    "linux_amd64_pure": _configuration("linux", "amd64"),
    "linux_amd64_race": _configuration("linux", "amd64", cgo = True, instrument = "race"),
    "linux_amd64_tags=y,x": _configuration("linux", "amd64", cgo = True, tags = ["y", "x"]),
    "linux_arm64": _configuration("linux", "arm64"),
    "windows_amd64": _configuration("windows", "amd64"),
}

_NAMES = ["linux_amd64", "linux_amd64_race", "windows_amd64"]

_PACKAGES = [
    {
        "dir": "both",
        "variants": {
            "linux_amd64": {"imports": {".": "only"}, "go": "a b_linux", "cgo_srcs": ["c.go"], "copts": ["-DX"]},
            "linux_amd64_race": {"imports": {".": "only"}, "go": "a b_linux race", "cgo_srcs": ["c.go"], "copts": ["-DX"]},
            "windows_amd64": {"imports": {}, "go": "a"},
        },
    },
    {"dir": "cmd/x", "name": "main", "imports": {".": "both"}, "go": "main"},
    {"dir": "cmd/y", "name": "main", "in": ["windows_amd64"], "go": "main"},
    {
        "dir": "only",
        "imports": {"std": "fmt"},
        "in": ["linux_amd64", "linux_amd64_race"],
        "embedsrcs": ["f"],
        "embed_patterns": {"*": ["f"]},
        "variants": {"linux_amd64": {"go": "plain"}, "linux_amd64_race": {"archive": "pkg/only.a", "overlaid": {"a.go": "b.go"}, "srcs": []}},
    },
    None,
]

def _binary(folder, set, **more):
    return {"dir": folder, "module": "example.com/m", "set": set, "margin": 1.5, "modules": ""} | more

SEVERAL = {
    "schema": 3,
    "configuration": CONFIGURATIONS["linux_amd64"],
    "configurations": [{"name": name} | CONFIGURATIONS[name] for name in _NAMES] + [None],
    "modules": [{"path": "example.com/m", "lang": "go1.22", "packages": _PACKAGES}, None],
    "standard": {"packages": [
        {"import_path": "fmt", "go": "print"},
        {
            "import_path": "runtime",
            "variants": {name: {"go": "a " + name} for name in _NAMES},
        },
        {"import_path": "runtime/race", "in": ["linux_amd64_race"], "go": "race"},
        None,
    ]},
    "binaries": [
        _binary("cmd/x", "target", variants = {
            "linux_amd64": {"linker_deps": ["runtime"], "name": "x"},
            "linux_amd64_race": {"linker_deps": ["runtime", "runtime/race"], "name": "x"},
            "windows_amd64": {"linker_deps": ["runtime"], "name": "x.exe"},
        }),
        _binary("cmd/y", "target", name = "y.exe", linker_deps = ["runtime"], **{"in": ["windows_amd64"]}),
        None,
    ],
}

def _impl(ctx):
    parsed = parse_lock(decode_lock(json.encode(SEVERAL)))
    rules = []
    for repository in parsed.repositories:
        rules += module_rules(whole_facts(json.decode(repository["facts"])))
    rules += module_rules(whole_standard(json.decode(parsed.sdk["facts"])))
    ctx.actions.write(ctx.outputs.out, build_file(rules))

several = rule(
    implementation = _impl,
    attrs = {"out": attr.output(mandatory = True)},
)
