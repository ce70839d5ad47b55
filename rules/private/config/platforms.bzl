"""GOOS and GOARCH as Bazel's platforms have them, and a platform for each pair of them."""

visibility(["//rules/...", "//tests/..."])

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
