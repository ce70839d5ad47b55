"""A lock, as `gomod2bazel lock` writes it, with what tends to go wrong: commands, escapes, cgo, embedded BUILD files."""

# buildifier: disable=bzl-visibility
load("//rules/private/lock:format.bzl", "decode_lock")

# buildifier: disable=bzl-visibility
load("//rules/private/repositories:extension.bzl", "parse_lock")

visibility(["//tests/rules"])

_STANDARD = [
    {"import_path": "fmt", "imports": {"std": "vendor/x/y"}, "go": "print"},
    {"import_path": "runtime", "go": "a"},
    {"import_path": "vendor/x/y", "source_path": "x/y", "go": "y"},
    None,
]

_WORDS = [{
    "target": "Words",
    "name": "words",
    "imports": {"std": "fmt"},
    "go": "words words-more",
    "embedsrcs": ["@icons/a b.svg", "lists/BUILD", "lists/\"quoted\".txt", "lists/$a.txt"],
    "embed_patterns": {"@icons": ["@icons/a b.svg"], "lists": ["lists/BUILD", "lists/\"quoted\".txt"], "lists/$a.txt": ["lists/$a.txt"]},
}, None]

_HELLO = [
    {
        "dir": "closed",
        "imports": {"std": "fmt"},
        "archive": "pkg/linux_amd64/example.com/hello/closed.a",
        "archive_build_id": "action/content",
    },
    {"dir": "cmd/hello", "name": "main", "imports": {".": "greet", "example.com/Words": ".", "std": "fmt"}, "go": "main"},
    {
        "dir": "greet",
        "imports": {"std": "fmt"},
        "go": "a-b a",
        "srcs": ["z_amd64.s"],
        "cgo_srcs": ["c.go"],
        "copts": ["-DX=\"a\\tb\""],
        "clinkopts": ["-L${SRCDIR}"],
        "module_hdrs": ["include/h.h"],
        "gc_goopts": ["-l"],
        "asm_opts": ["-D", "Y"],
    },
    None,
]

def _binary(folder, set, **more):
    return {
        "dir": folder,
        "module": "example.com/hello",
        "set": set,
        "margin": 1.5,
        "modules": "example.com/Words",
        "godebug": "panicnil=1",
        "linker_deps": ["runtime"],
        "gc_linkopts": ["-X", "main.version=it's \"1\""],
        "flags": {"-gcflags": "-l"},
    } | more

LOCK = {
    "schema": 3,
    "configuration": {"go": "go1.99.1", "goos": "linux", "goarch": "amd64"},
    "modules": [
        {"path": "example.com/Words", "version": "v0.2.0", "lang": "go1.21", "sum": "h1:w=", "zip_sha256": "ab" * 32, "packages": _WORDS},
        {"path": "example.com/hello", "version": "v1.0.0", "replaced_by": "example.com/fork@v1.0.1", "lang": "go1.22", "sum": "h1:x=", "zip_sha256": "cd" * 32, "packages": _HELLO},
        None,
    ],
    "standard": {"packages": _STANDARD},
    "binaries": [
        _binary("cmd/hello", "target"),
        _binary("tools/gen", "maintenance", import_path = "example.com/hello/cmd/hello", name = "gen"),
        None,
    ],
}

# The repositories of its modules.
WORDS = "example.com_-cwords-av0.2.0"
HELLO = "example.com_hello-av1.0.0"

def decoded(changes = {}):
    """Returns the lock, with some keys changed.

    Args:
        changes: dict.

    Returns:
        dict, of `decode_lock`.
    """
    return decode_lock(json.encode(LOCK)) | changes

def parsed_lock(host = {}, goproxy = []):
    """Returns what the repositories of the lock are given.

    Args:
        host: dict, as `parse_lock` takes it.
        goproxy: list of strings, as `parse_lock` takes it.

    Returns:
        tuple of the arguments of go_sdk, and a dict of those of each go_repository by its name.
    """
    parsed = parse_lock(decoded(), host = host, goproxy = goproxy)
    return parsed.sdk, {repository["name"]: repository for repository in parsed.repositories}
