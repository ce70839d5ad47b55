"""A lock of several configurations, as `gomod2bazel lock -platform ... -variant ...` writes it, and its BUILD files."""

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
        "import_path": "example.com/m/both",
        "name": "both",
        "dir": "both/",
        "target": "both",
        "variants": {
            "linux_amd64": {"imports": ["example.com/m/only"], "srcs": ["a.go", "b_linux.go"], "cgo_srcs": ["c.go"], "copts": ["-DX"]},
            "linux_amd64_race": {"imports": ["example.com/m/only"], "srcs": ["a.go", "b_linux.go", "race.go"], "cgo_srcs": ["c.go"], "copts": ["-DX"]},
            "windows_amd64": {"imports": [], "srcs": ["a.go"]},
        },
    },
    {"import_path": "example.com/m/cmd/x", "name": "main", "dir": "cmd/x/", "target": "cmd/x_lib", "imports": ["example.com/m/both"], "srcs": ["main.go"]},
    {"import_path": "example.com/m/cmd/y", "name": "main", "dir": "cmd/y/", "target": "cmd/y_lib", "imports": [], "in": ["windows_amd64"], "srcs": ["main.go"]},
    {
        "import_path": "example.com/m/only",
        "name": "only",
        "dir": "only/",
        "target": "only",
        "imports": ["fmt"],
        "in": ["linux_amd64", "linux_amd64_race"],
        "embedsrcs": ["f"],
        "embed_patterns": {"*": ["f"]},
        "variants": {"linux_amd64": {"srcs": ["plain.go"]}, "linux_amd64_race": {"archive": "pkg/only.a", "overlaid": {"a.go": "b.go"}, "srcs": []}},
    },
]

def _binary(folder, set, **more):
    return {
        "import_path": "example.com/m/" + folder,
        "module": "example.com/m",
        "dir": folder,
        "target": folder,
        "set": set,
        "margin": 1.5,
        "evidence": [],
        "buildinfo": ["path\texample.com/m/" + folder],
        "godebug": "",
        "gc_linkopts": [],
        "flags": {},
        "pgo_profile": "",
    } | more

SEVERAL = {
    "schema": 2,
    "configuration": CONFIGURATIONS["linux_amd64"],
    "configurations": {name: CONFIGURATIONS[name] for name in _NAMES},
    "modules": [{"path": "example.com/m", "version": "", "replaced_by": "", "lang": "go1.22", "packages": _PACKAGES}],
    "standard": {"standard": True, "packages": [
        {"import_path": "fmt", "name": "fmt", "dir": "src/fmt/", "target": "fmt", "imports": [], "srcs": ["print.go"]},
        {
            "import_path": "runtime",
            "name": "runtime",
            "dir": "src/runtime/",
            "target": "runtime",
            "imports": [],
            "variants": {name: {"srcs": ["a.go", name + ".go"]} for name in _NAMES},
        },
        {"import_path": "runtime/race", "name": "race", "dir": "src/runtime/race/", "target": "runtime/race", "imports": [], "in": ["linux_amd64_race"], "srcs": ["race.go"]},
    ]},
    "binaries": [
        _binary("cmd/x", "target", variants = {
            "linux_amd64": {"linker_deps": ["runtime"], "name": "x"},
            "linux_amd64_race": {"linker_deps": ["runtime", "runtime/race"], "name": "x"},
            "windows_amd64": {"linker_deps": ["runtime"], "name": "x.exe"},
        }),
        _binary("cmd/y", "target", name = "y.exe", linker_deps = ["runtime"], **{"in": ["windows_amd64"]}),
    ],
}

def _impl(ctx):
    parsed = parse_lock(json.encode(SEVERAL))
    rules = []
    for repository in parsed.repositories + [parsed.sdk]:
        rules += module_rules(json.decode(repository["facts"]))
    ctx.actions.write(ctx.outputs.out, build_file(rules))

several = rule(
    implementation = _impl,
    attrs = {"out": attr.output(mandatory = True)},
)
