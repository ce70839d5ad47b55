"""The C compilers of Bazel's own cc toolchain, for cgo in a monorepo where nobody names others."""

visibility(["//rules/..."])

_CC = "@bazel_tools//tools/cpp:toolchain_type"

CToolsInfo = provider(
    doc = "C compilers that Bazel knows.",
    fields = {
        "cc": "string: the C compiler; empty where there is none.",
        "cxx": "string: the C++ compiler.",
        "files": "depset of Files: what they need.",
        "toolchain": "CcToolchainInfo or None: all that Bazel knows of them.",
    },
)

def _bazel_impl(ctx):
    cc = ctx.toolchains[_CC]
    if not cc:
        return [CToolsInfo(cc = "", cxx = "", files = depset(), toolchain = None)]
    toolchain = cc.cc if hasattr(cc, "cc") else cc
    compiler = toolchain.compiler_executable
    return [CToolsInfo(cc = compiler, cxx = cxx_of(compiler), files = toolchain.all_files, toolchain = toolchain)]

# Bazel's cc toolchain names one compiler for C and C++ alike, and no flag of its features reaches cgo: the go command's
# own flags then make the same bytes as `CC=that compiler go build`.
bazel_c_tools = rule(
    doc = "The compilers of the cc toolchain that Bazel resolves for the target platform.",
    implementation = _bazel_impl,
    toolchains = [config_common.toolchain_type(_CC, mandatory = False)],
)

def _no_impl(_ctx):
    return [CToolsInfo(cc = "", cxx = "", files = depset(), toolchain = None)]

no_c_tools = rule(doc = "No compilers: those that the build settings cc, cxx and fc name.", implementation = _no_impl)

def cxx_of(compiler):
    """Returns the C++ compiler next to a C compiler.

    Args:
        compiler: string, a path such as /usr/bin/gcc-12 or external/llvm/bin/clang.

    Returns:
        string; the C compiler itself where it has none of the known names.
    """
    folder, slash, name = compiler.rpartition("/")
    for c, cxx in [("clang", "clang++"), ("gcc", "g++")]:
        at = name.rfind(c)
        rest = name[at + len(c):]

        # Whole words, with a target before them or a version after.
        if at >= 0 and (at == 0 or name[at - 1] == "-") and (not rest or rest[0] == "-"):
            return folder + slash + name[:at] + cxx + rest
    return compiler
