"""A lock, as `gomod2bazel lock` writes it, with what tends to go wrong: commands, escapes, cgo, embedded BUILD files."""

visibility(["//tests/rules"])

_STANDARD = [
    {"import_path": "fmt", "name": "fmt", "dir": "src/fmt/", "target": "fmt", "imports": ["vendor/x/y"], "srcs": ["print.go"]},
    {"import_path": "runtime", "name": "runtime", "dir": "src/runtime/", "target": "runtime", "imports": [], "srcs": ["a.go"]},
    {"import_path": "vendor/x/y", "source_path": "x/y", "name": "y", "dir": "src/vendor/x/y/", "target": "vendor/x/y", "imports": [], "srcs": ["y.go"]},
]

_WORDS = [{
    "import_path": "example.com/Words",
    "name": "words",
    "dir": "",
    "target": "Words",
    "imports": ["fmt"],
    "srcs": ["words.go", "words-more.go"],
    "embedsrcs": ["@icons/a b.svg", "lists/BUILD", "lists/\"quoted\".txt", "lists/$a.txt"],
    "embed_patterns": {"@icons": ["@icons/a b.svg"], "lists": ["lists/BUILD", "lists/\"quoted\".txt"], "lists/$a.txt": ["lists/$a.txt"]},
}]

_HELLO = [
    {
        "import_path": "example.com/hello/closed",
        "name": "closed",
        "dir": "closed/",
        "target": "closed",
        "imports": ["fmt"],
        "archive": "pkg/linux_amd64/example.com/hello/closed.a",
        "archive_build_id": "action/content",
    },
    {"import_path": "example.com/hello/cmd/hello", "name": "main", "dir": "cmd/hello/", "target": "cmd/hello_lib", "imports": ["example.com/Words", "example.com/hello/greet", "fmt"], "srcs": ["main.go"]},
    {
        "import_path": "example.com/hello/greet",
        "name": "greet",
        "dir": "greet/",
        "target": "greet",
        "imports": ["fmt"],
        "srcs": ["a-b.go", "a.go", "z_amd64.s"],
        "cgo_srcs": ["c.go"],
        "copts": ["-DX=\"a\\tb\""],
        "clinkopts": ["-L${SRCDIR}"],
        "module_hdrs": ["include/h.h"],
        "gc_goopts": ["-l"],
        "asm_opts": ["-D", "Y"],
    },
]

def _binary(folder, set):
    return {
        "import_path": "example.com/hello/cmd/hello",
        "module": "example.com/hello",
        "dir": folder,
        "name": folder.split("/")[-1],
        "target": folder,
        "set": set,
        "margin": 1.5,
        "evidence": [],
        "buildinfo": ["path\texample.com/hello/cmd/hello", "mod\texample.com/hello\tv1.0.0\th1:x="],
        "godebug": "panicnil=1",
        "linker_deps": ["runtime"],
        "gc_linkopts": ["-X", "main.version=it's \"1\""],
        "flags": {"-gcflags": "-l"},
        "pgo_profile": "",
    }

LOCK = {
    "schema": 1,
    "configuration": {"go": "go1.99.1", "goos": "linux", "goarch": "amd64"},
    "modules": [
        {"path": "example.com/Words", "version": "v0.2.0", "replaced_by": "", "lang": "go1.21", "sum": "h1:w=", "zip_sha256": "ab" * 32, "packages": _WORDS},
        {"path": "example.com/hello", "version": "v1.0.0", "replaced_by": "example.com/fork@v1.0.1", "lang": "go1.22", "zip_sha256": "cd" * 32, "packages": _HELLO},
    ],
    "standard": {"standard": True, "packages": _STANDARD},
    "binaries": [_binary("cmd/hello", "target"), _binary("tools/gen", "maintenance")],
}
