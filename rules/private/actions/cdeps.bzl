"""cdeps: C and C++ libraries of Bazel's cc rules, as cgo compiles against them and Go programs link them."""

load("@rules_cc//cc/common:cc_common.bzl", "cc_common")
load("@rules_cc//cc/common:cc_info.bzl", "CcInfo")

visibility(["//rules/private/..."])

_CxxInfo = provider(
    doc = "Languages that a C library is written in.",
    fields = {"cxx": "bool: whether C++ is among them, also below it."},
)

_CXX = ["C", "c++", "cc", "cpp", "cppm", "cxx", "mm"]

def _cxx_impl(_target, ctx):
    below = [dep[_CxxInfo].cxx for name in _BELOW for dep in _list(getattr(ctx.rule.attr, name, [])) if _CxxInfo in dep]
    cxx_files = [file for file in getattr(ctx.rule.files, "srcs", []) if file.extension in _CXX]
    return [_CxxInfo(cxx = any(below + [bool(cxx_files)]))]

def _list(value):
    return value if type(value) == "list" else [value]

_BELOW = ["actual", "deps", "implementation_deps"]

_cxx_aspect = aspect(
    doc = "Tells which libraries need the C++ linker: CcInfo does not.",
    implementation = _cxx_impl,
    attr_aspects = _BELOW,
)

CDEPS = {
    "cdeps": attr.label_list(
        aspects = [_cxx_aspect],
        providers = [CcInfo],
        doc = "C and C++ libraries that the package uses through cgo: cc_library and other targets with CcInfo. On go_binary and go_test, in addition to those of the package that they link or test.",
    ),
}

def c_libraries(ctx):
    """Returns the C libraries of a rule with the attributes CDEPS.

    Args:
        ctx: its context.

    Returns:
        struct of `info`, CcInfo, and `cxx`, bool; or None where it names none.
    """
    if not ctx.attr.cdeps:
        return None
    return struct(
        info = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.cdeps]),
        cxx = any([dep[_CxxInfo].cxx for dep in ctx.attr.cdeps]),
    )

def both_c_libraries(first, other):
    """Returns the C libraries of two structs from `c_libraries`.

    Args:
        first: struct or None.
        other: struct or None.

    Returns:
        struct or None.
    """
    if not first or not other:
        return first or other
    return struct(info = cc_common.merge_cc_infos(cc_infos = [first.info, other.info]), cxx = first.cxx or other.cxx)

def c_compile_lines(libraries):
    """Returns the builder's settings for libraries when it compiles a package.

    Args:
        libraries: struct from `c_libraries`.

    Returns:
        list of strings, `key=value`: the flags of C compilers, their folders relative to the execution root.
    """
    context = libraries.info.compilation_context
    lines = ["c_define=" + define for define in context.defines.to_list()]
    for key, folders in [
        ("c_quote", [context.quote_includes]),
        ("c_include", [context.includes]),
        ("c_system", [context.system_includes, getattr(context, "external_includes", depset())]),
    ]:
        lines += ["%s=%s" % (key, folder) for some in folders for folder in some.to_list()]
    return lines + (["c_cxx=1"] if libraries.cxx else [])

def c_link_flags(libraries, *, goos, coverage):
    """Returns the flags that link libraries: those of #cgo LDFLAGS lines that would name them.

    Args:
        libraries: struct from `c_libraries`.
        goos: string, the target.
        coverage: bool, whether they may be instrumented, as by `bazel coverage`.

    Returns:
        list of strings; files are relative to the execution root.
    """
    flags = []
    for part in _inputs(libraries):
        for library in part.libraries:
            flags += _library_flags(library, goos)
        flags += part.user_link_flags
    return flags + (["--coverage"] if coverage else [])

def _library_flags(library, goos):
    static = _static(library)
    if not static:
        file = library.interface_library or library.dynamic_library
        name, _, extension = file.basename.rpartition(".")
        if name.startswith("lib") and extension in ["dylib", "so"]:
            # By its name: where it is loaded from, the path is another.
            return ["-L" + file.dirname, "-l" + name.removeprefix("lib")]
        return [file.path] if extension != "so" else ["-L" + file.dirname, "-l:" + file.basename]
    if not library.alwayslink:
        return [static.path]
    if goos in ["darwin", "ios"]:
        return ["-Wl,-force_load," + static.path]
    return ["-Wl,--whole-archive", static.path, "-Wl,--no-whole-archive"]

def _static(library):
    # Fit for every build mode.
    return library.pic_static_library or library.static_library

def _inputs(libraries):
    return libraries.info.linking_context.linker_inputs.to_list()

def c_link_files(libraries):
    """Returns the files that linking needs.

    Args:
        libraries: struct from `c_libraries`.

    Returns:
        list of Files.
    """
    files = []
    for part in _inputs(libraries):
        files += part.additional_inputs
        for library in part.libraries:
            files.append(_static(library) or library.interface_library or library.dynamic_library)
    return files

def loaded_libraries(libraries):
    """Returns the shared libraries that a program loads when it starts.

    Args:
        libraries: struct from `c_libraries`.

    Returns:
        list of Files.
    """
    return [
        library.dynamic_library
        for part in _inputs(libraries)
        for library in part.libraries
        if not _static(library) and library.dynamic_library
    ]

def search_path(ctx, executable, loaded):
    """Returns where a program looks for shared libraries (-r): next to itself, in Bazel's output folder and in runfiles.

    Args:
        ctx: context of the rule that links it.
        executable: File, the program.
        loaded: list of Files, the libraries.

    Returns:
        list of strings: folders relative to that of the program, or none where it loads none of them.
    """
    folders = {}
    for file in loaded:
        folders[_relative(executable.dirname, file.dirname)] = None
        folders[_relative(_runfiles_folder(ctx, executable), _runfiles_folder(ctx, file))] = None
    return ["$ORIGIN/" + folder for folder in folders]

def _runfiles_folder(ctx, file):
    path = file.short_path
    path = path.removeprefix("../") if path.startswith("../") else ctx.workspace_name + "/" + path
    return path.rpartition("/")[0]

def _relative(start, end):
    here, target = start.split("/"), end.split("/")
    same = 0
    for a, b in zip(here, target):
        if a != b:
            break
        same += 1
    return "/".join([".."] * (len(here) - same) + target[same:])
