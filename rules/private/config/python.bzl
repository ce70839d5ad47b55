"""The Python that runs the builder and other programs of these rules: that of Bazel's toolchain, or the machine's."""

load(":providers.bzl", "GoPythonInfo")

visibility(["//rules/...", "//tests/..."])

_TYPE = "@bazel_tools//tools/python:toolchain_type"

# Files that stand for whatever Python PATH has, in Bazel 7 and older rules_python, and in newer rules_python.
_DETECTING = ["py3wrapper", "runtime_env_toolchain_interpreter"]

# And what stands for that on Windows.
_SENTINEL = "_magic_pyruntime_sentinel"

# Folders of Python's standard library that no program of these rules uses: every input costs each action a little.
_UNUSED = [
    "distutils",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "pydoc_data",
    "site-packages",
    "test",
    "tkinter",
    "turtledemo",
    "unittest",
]

def _host_impl(ctx):
    return [GoPythonInfo(files = depset([ctx.file.starter]), interpreter = ctx.file.starter)]

go_host_python = rule(
    doc = """The Python of the machine that an action runs on.

The program is a script with the same content everywhere: it finds that Python when it is started. So what the builder
made on one machine is in the cache for machines with another Python.""",
    implementation = _host_impl,
    attrs = {
        "starter": attr.label(allow_single_file = True, doc = "The script.", mandatory = True),
    },
)

def _python_impl(ctx):
    toolchain = ctx.toolchains[_TYPE]
    runtime = getattr(toolchain, "py3_runtime", None) if toolchain else None
    return [runtime_python(ctx.label, runtime) or ctx.attr.host[GoPythonInfo]]

def runtime_python(label, runtime):
    """Returns the Python of a toolchain.

    Args:
        label: Label of the target that asks.
        runtime: PyRuntimeInfo, or None.

    Returns:
        GoPythonInfo; None where the toolchain is Bazel's that looks for whatever Python there is, or none.
    """
    path = getattr(runtime, "interpreter_path", None) or ""
    interpreter = getattr(runtime, "interpreter", None)
    if _SENTINEL in path or not (path or interpreter):
        return None
    if interpreter and any([interpreter.basename.startswith(name) for name in _DETECTING]):
        return None
    version = getattr(runtime, "interpreter_version_info", None)
    if version and (version.major, version.minor) < (3, 11):
        fail("%s: the Python toolchain has Python %s.%s, and the builder of Go packages needs 3.11 or newer; register a newer one, or @bazel_tools//tools/python:autodetecting_toolchain for that of the machine" % (label, version.major, version.minor))
    if not interpreter:
        return GoPythonInfo(files = depset(), interpreter = path)
    files = [file for file in runtime.files.to_list() if _is_used(file.path)] if runtime.files else []
    return GoPythonInfo(files = depset([interpreter] + files), interpreter = interpreter)

def _is_used(path):
    """Tells whether the builder may need a file of a Python's folder."""
    if "/include/python3" in path:
        return False
    _, library, below = path.partition("/lib/python3")
    return not library or below.split("/")[1] not in _UNUSED

go_python = rule(
    doc = "The Python 3 of Bazel's Python toolchain; that of the machine where none is registered, or the one that looks for it.",
    implementation = _python_impl,
    attrs = {
        "host": attr.label(doc = "The machine's.", mandatory = True, providers = [GoPythonInfo]),
    },
    toolchains = [config_common.toolchain_type(_TYPE, mandatory = False)],
)

def run_python(ctx, python, *, arguments, tools, programs = [], **options):
    """Declares an action that a program in Python carries out.

    Args:
        ctx: context of the rule that has the action.
        python: GoPythonInfo.
        arguments: list, the program's path and its arguments; or `-c` and the program.
        tools: list of Files, the program.
        programs: list of FilesToRunProvider, what it runs in turn.
        **options: other arguments of ctx.actions.run.
    """
    ctx.actions.run(
        executable = python.interpreter,
        # Isolated, without site packages: nothing of this Python but its standard library takes part.
        arguments = ["-I", "-S"] + arguments,
        tools = [depset(tools, transitive = [python.files])] + programs,
        **options
    )

def builder_requirements(uses_c, mapped = False):
    """Returns what Bazel must know to run an action of the builder.

    Args:
        uses_c: bool, whether C tools may take part: cgo, the C linker.
        mapped: bool, whether Bazel may replace the configuration's folder in the names of all files of bazel-out, with
            --experimental_output_paths=strip. The builder then finds none under another name.

    Returns:
        dict of string to string.
    """

    # C tools find files by searching folders, so they need the sandbox to see what was declared and no more.
    worker = {} if uses_c else {"requires-worker-protocol": "json", "supports-workers": "1"}
    return worker | {"block-network": "1"} | ({"supports-path-mapping": "1"} if mapped else {})
