"""The rules that BUILD files of repositories hold, and the attributes of each, in buildifier's order."""

visibility(["//rules/...", "//tests/..."])

RULES = {
    "filegroup": struct(
        source = None,
        attrs = ["name", "srcs", "visibility"],
    ),
    "go_binary": struct(
        source = "@gomod2bazel//rules:modules.bzl",
        attrs = ["name", "out", "buildinfo", "embed", "flags", "gc_linkopts", "godebug", "pgo_profile", "sdk", "tags", "target_compatible_with", "visibility", "deps"],
    ),
    "go_library": struct(
        source = "@gomod2bazel//rules:modules.bzl",
        attrs = [
            "name",
            "package_name",
            "srcs",
            "hdrs",
            "archive",
            "asm_opts",
            "buildinfo",
            "cgo",
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
            "module_line",
            "overlaid",
            "overlay_srcs",
            "pkg_config",
            "standard",
            "target_compatible_with",
            "vendored",
            "visibility",
            "deps",
        ],
    ),
}

# Lists whose order buildifier chooses, or means nothing.
SORTED = ["srcs", "deps", "embed", "embedsrcs", "hdrs", "overlay_srcs", "tags", "visibility"]

# Lists whose labels buildifier shortens.
LABELS = ["srcs", "deps", "visibility"]
