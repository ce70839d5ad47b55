"""The go_library of packages in a lock, which the repositories of modules and of the SDK hold.

Its rule has the name of the public one, so that queries and aspects find both by one kind.
"""

load("//rules/private/config:providers.bzl", "GoInfo")
load("//rules/private/config:toolchain.bzl", "GO_TOOLCHAIN")
load(":package.bzl", "PACKAGE", "package_impl")

visibility(["//rules/...", "//tests/..."])

_DOC = """Compiles one Go package of a lock.

Its attributes are those of the public go_library that a lock has, and more that `gomod2bazel lock` alone can write.
"""

_attrs = PACKAGE | {
    "archive": attr.label(
        allow_single_file = [".a"],
        doc = "The archive of a binary-only package, which is linked instead of compiling sources. `deps` must be the packages that it was compiled against.",
    ),
    "asm_opts": attr.string_list(doc = "Flags for the assembler (-asmflags)."),
    "buildinfo": attr.string_list(doc = "As in go_binary: gccgo compiles the module information into the main package."),
    "cover": attr.string(
        doc = "How to instrument it for coverage (-covermode), or regonly to register it alone; not at all when empty.",
        values = ["", "set", "count", "atomic", "regonly"],
    ),
    "embed_patterns": attr.string_list_dict(doc = "For each //go:embed pattern, the names of the files it matches."),
    "file_names": attr.string_dict(doc = "The names of files that their repository stores under others, percent-encoded; both relative to the repository's root."),
    "flags": attr.string_dict(doc = "As in go_binary, for gccgo."),
    "godebug": attr.string(doc = "As in go_binary, for gccgo."),
    "lang": attr.string(doc = "The module's language version, go1.N; the toolchain's when empty."),
    "module": attr.string(doc = "PATH@VERSION of the module it comes from; PATH alone for a main module, empty in the standard library."),
    "module_line": attr.string(doc = "What module information says of its module: PATH, VERSION and SUM with tabs between; the line of a replacement follows."),
    "overlaid": attr.string_dict(doc = "Names that the binary has for source files in place of their own (-overlay), relative to the package's folder."),
    "overlay_srcs": attr.label_list(
        allow_files = True,
        doc = "Files that C compilers read in place of those in `srcs` with the same names (-overlay): with any, they read copies of all of them, in a separate folder.",
    ),
    "package_name": attr.string(doc = "The name in the package clause, `main` for commands; the import path's last element when empty."),
    "standard": attr.bool(doc = "Whether it is a package of the standard library."),
    "vendored": attr.bool(doc = "Whether its module is in a vendor directory, which C debug information records."),
    "_binary_only": attr.label(allow_single_file = True, default = "//rules/private/builder:link/binary_only.py"),
}

go_library = rule(
    doc = _DOC,
    implementation = package_impl,
    attrs = _attrs,
    provides = [GoInfo],
    toolchains = [GO_TOOLCHAIN],
)
