"""GOOS and GOARCH as Bazel's platforms have them: a platform for each pair of them, and settings for select()."""

load("@bazel_skylib//lib:selects.bzl", "selects")

visibility(["//go/...", "//rules/...", "//tests/..."])

# GOOS by the constraint value of @platforms//os; aix, dragonfly, illumos, js, plan9 and solaris have none.
GOOS = {
    "android": "android",
    "freebsd": "freebsd",
    "ios": "ios",
    "linux": "linux",
    "macos": "darwin",
    "netbsd": "netbsd",
    "openbsd": "openbsd",
    "wasi": "wasip1",
    "windows": "windows",
}

# GOARCH by the constraint value of @platforms//cpu. Several may mean one GOARCH; the first is its platforms'.
GOARCH = {
    "arm": "arm",
    "arm64": "arm64",
    "armv7": "arm",
    "i386": "386",
    "mips64": "mips64",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
    "wasm32": "wasm",
    "x86_32": "386",
    "x86_64": "amd64",
}

# What `go tool dist list` prints, as far as both have constraint values.
PLATFORMS = [
    ("android", "386"),
    ("android", "amd64"),
    ("android", "arm"),
    ("android", "arm64"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("freebsd", "386"),
    ("freebsd", "amd64"),
    ("freebsd", "arm"),
    ("freebsd", "arm64"),
    ("ios", "amd64"),
    ("ios", "arm64"),
    ("linux", "386"),
    ("linux", "amd64"),
    ("linux", "arm"),
    ("linux", "arm64"),
    ("linux", "mips64"),
    ("linux", "ppc64le"),
    ("linux", "riscv64"),
    ("linux", "s390x"),
    ("netbsd", "386"),
    ("netbsd", "amd64"),
    ("netbsd", "arm"),
    ("netbsd", "arm64"),
    ("openbsd", "386"),
    ("openbsd", "amd64"),
    ("openbsd", "arm"),
    ("openbsd", "arm64"),
    ("openbsd", "riscv64"),
    ("wasip1", "wasm"),
    ("windows", "386"),
    ("windows", "amd64"),
    ("windows", "arm64"),
]

# What else `go tool dist list` prints.
_OTHERS = [
    ("aix", "ppc64"),
    ("dragonfly", "amd64"),
    ("freebsd", "riscv64"),
    ("illumos", "amd64"),
    ("js", "wasm"),
    ("linux", "loong64"),
    ("linux", "mips"),
    ("linux", "mips64le"),
    ("linux", "mipsle"),
    ("linux", "ppc64"),
    ("openbsd", "ppc64"),
    ("plan9", "386"),
    ("plan9", "amd64"),
    ("plan9", "arm"),
    ("solaris", "amd64"),
    ("windows", "arm"),
]

def declare_settings(name):
    """Declares a config_setting for each GOOS, each GOARCH, and each pair of them, called GOOS_GOARCH.

    Args:
        name: of a filegroup of nothing; the settings have names of their own.
    """
    pairs = PLATFORMS + _OTHERS
    systems = {goos: ["@platforms//os:" + os for os in GOOS if GOOS[os] == goos] for goos, _ in pairs}
    processors = {goarch: ["@platforms//cpu:" + cpu for cpu in GOARCH if GOARCH[cpu] == goarch] for _, goarch in pairs}
    for word, values in (systems | processors).items():
        # A name of constraint values is a label too: it holds where the target platform has it.
        selects.config_setting_group(name = word, match_any = values or ["@platforms//:incompatible"])
    for goos, goarch in pairs:
        selects.config_setting_group(name = "%s_%s" % (goos, goarch), match_all = [":" + goos, ":" + goarch])
    native.filegroup(name = name, visibility = ["//visibility:private"])

def declare_platforms(name):
    """Declares a platform for each GOOS and GOARCH, called GOOS_GOARCH.

    Args:
        name: of a filegroup of nothing; the platforms have names of their own.
    """
    systems = {goos: os for os, goos in GOOS.items()}
    processors = {}
    for cpu, goarch in GOARCH.items():
        processors.setdefault(goarch, cpu)
    for goos, goarch in PLATFORMS:
        native.platform(
            name = "%s_%s" % (goos, goarch),
            constraint_values = ["@platforms//os:" + systems[goos], "@platforms//cpu:" + processors[goarch]],
        )
    native.filegroup(name = name, visibility = ["//visibility:private"])

def constraints_of(goos, goarch):
    """Returns the constraint values that all platforms with a GOOS and GOARCH have.

    Args:
        goos: string, GOOS.
        goarch: string, GOARCH.

    Returns:
        list of strings, labels; without the processor where several constraint values mean it.
    """
    systems = [os for os in GOOS if GOOS[os] == goos]
    processors = [cpu for cpu in GOARCH if GOARCH[cpu] == goarch]
    values = ["@platforms//os:" + os for os in systems]
    return values + (["@platforms//cpu:" + processors[0]] if len(processors) == 1 else [])

def goos_of_platform():
    """Returns a select of the target platform's GOOS; empty where it has none."""
    return select({"@platforms//os:" + os: goos for os, goos in GOOS.items()} | {"//conditions:default": ""})

def goarch_of_platform():
    """Returns a select of the target platform's GOARCH; empty where it has none."""
    return select({"@platforms//cpu:" + cpu: goarch for cpu, goarch in GOARCH.items()} | {"//conditions:default": ""})
