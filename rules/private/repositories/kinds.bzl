"""The rules that generated BUILD files hold, and the attributes of each, in buildifier's order.

One table serves printing here and merging in the driver: `match` names the attributes that tell which existing rule is
meant, `merge` those that generation owns; all others are the user's.
"""

visibility(["//rules/...", "//tests/..."])

RULES = {
    "go_binary": struct(
        source = "@gomod2bazel//rules:defs.bzl",
        attrs = ["name", "out", "buildinfo", "embed", "flags", "gc_linkopts", "godebug", "linkmode", "pgo_profile", "tags", "target_compatible_with", "visibility", "x_defs", "deps"],
        match = ["name", "embed"],
        merge = ["buildinfo", "deps", "embed", "godebug", "tags", "target_compatible_with"],
    ),
    "go_library": struct(
        source = "@gomod2bazel//rules:defs.bzl",
        attrs = [
            "name",
            "package_name",
            "srcs",
            "hdrs",
            "archive",
            "asm_opts",
            "buildinfo",
            "cgo",
            "cgo_srcs",
            "clinkopts",
            "copts",
            "cover",
            "cppopts",
            "cxxopts",
            "embed_patterns",
            "embedsrcs",
            "file_names",
            "flags",
            "fopts",
            "gc_goopts",
            "godebug",
            "importmap",
            "importpath",
            "lang",
            "module",
            "overlaid",
            "overlay_srcs",
            "pkg_config",
            "standard",
            "tags",
            "target_compatible_with",
            "vendored",
            "visibility",
            "deps",
        ],
        match = ["importpath", "name"],
        merge = [
            "cgo",
            "cgo_srcs",
            "clinkopts",
            "copts",
            "cppopts",
            "cxxopts",
            "deps",
            "embed_patterns",
            "embedsrcs",
            "fopts",
            "hdrs",
            "importpath",
            "lang",
            "module",
            "package_name",
            "pkg_config",
            "srcs",
            "tags",
            "target_compatible_with",
        ],
    ),
    "go_test": struct(
        source = "@gomod2bazel//rules:defs.bzl",
        attrs = [
            "name",
            "srcs",
            "buildinfo",
            "data",
            "embed",
            "embed_patterns",
            "embedsrcs",
            "godebug",
            "importpath",
            "lang",
            "module",
            "tags",
            "target_compatible_with",
            "deps",
        ],
        match = ["name", "embed", "importpath"],
        merge = [
            "buildinfo",
            "deps",
            "embed",
            "embed_patterns",
            "embedsrcs",
            "godebug",
            "importpath",
            "lang",
            "module",
            "srcs",
            "tags",
            "target_compatible_with",
        ],
    ),
    "filegroup": struct(
        source = None,
        attrs = ["name", "srcs", "tags", "visibility"],
        match = ["name"],
        merge = ["srcs"],
    ),
}

# Lists whose order buildifier chooses, or means nothing.
SORTED = ["srcs", "deps", "embed", "embedsrcs", "hdrs", "overlay_srcs", "tags", "visibility"]

# Lists whose labels buildifier shortens.
LABELS = ["srcs", "deps", "visibility"]
