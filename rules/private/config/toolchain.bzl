"""The Go toolchain: an SDK's tools, the builder, and the Python that runs it."""

load(":providers.bzl", "GoPythonInfo", "GoToolchainInfo")

visibility(["//rules/...", "//tests/..."])

# A label, not text: the toolchain parameter of actions would be looked for in the repository of the target.
GO_TOOLCHAIN = Label("//rules:toolchain_type")

# The second one: packages of the standard library are compiled with the first, and given to others by this.
STANDARD_LIBRARY = Label("//rules:standard_library_type")

# The third: plugins of protoc, and the packages that their output imports.
PROTO_MODULES = Label("//rules:proto_modules_type")

_DOC = "A Go SDK as a toolchain. `go_sdk` repositories declare one; `register_toolchains` makes it known."

_attrs = {
    "asm": attr.label(allow_single_file = True, doc = "The assembler.", mandatory = True),
    "builder": attr.label(default = "//rules/private/builder", doc = "The Python program that compiles one package."),
    "cgo": attr.label(allow_single_file = True, doc = "The cgo tool.", mandatory = True),
    "cgo_flag_list": attr.label(allow_single_file = True, doc = "cmd/go's source with the flags that C code may ask for."),
    "compile": attr.label(allow_single_file = True, doc = "The compiler.", mandatory = True),
    "configuration": attr.string(default = "{}", doc = "The lock's configuration as JSON, for build settings that are not set."),
    "configurations": attr.string(default = "{}", doc = "The lock's configurations by name as JSON, where it has several."),
    "cover": attr.label(allow_single_file = True, doc = "The tool that instruments sources for coverage.", mandatory = True),
    "goarch": attr.string(mandatory = True, doc = "GOARCH of the host the tools run on."),
    "goos": attr.string(mandatory = True, doc = "GOOS of the host the tools run on."),
    "goroot": attr.label(allow_single_file = True, doc = "A file that holds the path of the SDK's folder on this machine, for `bazel run @gomod2bazel//go`."),
    "include": attr.label(mandatory = True, doc = "Headers for assembly."),
    "link": attr.label(allow_single_file = True, doc = "The linker.", mandatory = True),
    "preprofile": attr.label(allow_single_file = True, doc = "The tool that prepares CPU profiles for the compiler.", mandatory = True),
    "python": attr.label(cfg = "exec", doc = "The Python that runs the builder: a go_python or go_host_python.", mandatory = True, providers = [GoPythonInfo]),
    "version": attr.string(mandatory = True, doc = "The Go version, such as go1.26.8."),
    "sdk": attr.label_list(allow_files = True, doc = "The folders and files of the whole SDK, for tests that run the go command."),
    "vet": attr.label(allow_single_file = True, doc = "The program of go vet; without it nothing is vetted."),
}

def named_configurations(configuration, configurations):
    """Returns the configurations of a lock by name, as gomod2bazel/lock/variants.py names them.

    Args:
        configuration: dict, the lock's first configuration; empty without a lock.
        configurations: dict of string to dict, all of them where it has several; else empty.

    Returns:
        dict of string to dict.
    """
    if configurations or not configuration:
        return configurations
    return {"%s_%s" % (configuration["goos"], configuration["goarch"]): configuration}

def _impl(ctx):
    files = ctx.files.builder
    entry = [file for file in files if file.basename == "__main__.py"]
    root = ctx.label.workspace_root
    return [platform_common.ToolchainInfo(go = GoToolchainInfo(
        asm = ctx.file.asm,
        builder = entry + [file for file in files if file not in entry],
        cgo = ctx.file.cgo,
        cgo_flag_list = ctx.file.cgo_flag_list,
        compile = ctx.file.compile,
        configurations = named_configurations(json.decode(ctx.attr.configuration), json.decode(ctx.attr.configurations)),
        cover = ctx.file.cover,
        goarch = ctx.attr.goarch,
        goos = ctx.attr.goos,
        goroot = ctx.file.goroot,
        include = ctx.attr.include[DefaultInfo].files,
        include_dir = root + "/pkg/include",
        link = ctx.file.link,
        preprofile = ctx.file.preprofile,
        python = ctx.attr.python[GoPythonInfo],
        root = root,
        sdk = ctx.files.sdk,
        version = ctx.attr.version,
        vet = ctx.file.vet,
    ))]

go_toolchain = rule(doc = _DOC, implementation = _impl, attrs = _attrs)
