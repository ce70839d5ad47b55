"""go_sdk_python: the repository of the Python that runs the builder."""

load(":fetch.bzl", "write_text")

visibility(["//rules/private/..."])

_NEW_ENOUGH = "import sys; print(sys.executable) if sys.version_info >= (3, 11) else sys.exit(1)"

_NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]

_attrs = {
    "python": attr.string(doc = "A Python 3.11 or newer by absolute path, which no toolchain then replaces. Default: the first one on PATH."),
    "_starter": attr.label(default = "//rules/private/builder:python.sh"),
}

_BUILD = """\
load("@gomod2bazel//rules:toolchain.bzl", "{rules}")

package(default_visibility = ["//visibility:public"])

{targets}"""

_HOST = """\
go_host_python(
    name = "{name}",
    starter = "python.sh",
)
"""

_TOOLCHAIN = """
go_python(
    name = "python",
    host = ":host",
)
"""

def _impl(rctx):
    rctx.file("python.sh", rctx.read(rctx.attr._starter))
    python = rctx.attr.python or host_python(rctx)
    if python:
        write_text(rctx, "python_of_this_machine", python + "\n")
    if rctx.attr.python:
        build = _BUILD.format(rules = "go_host_python", targets = _HOST.format(name = "python"))
    else:
        build = _BUILD.format(rules = "go_host_python\", \"go_python", targets = _HOST.format(name = "host") + _TOOLCHAIN)
    rctx.file("BUILD.bazel", build, executable = False)

def host_python(rctx):
    """Returns the first Python on PATH that is new enough.

    Args:
        rctx: context of a repository rule.

    Returns:
        string, the path of what runs, not of a script that chooses it, such as those of pyenv; None where there is none.
    """
    for name in _NAMES:
        python = rctx.which(name)
        found = rctx.execute([python, "-I", "-c", _NEW_ENOUGH]) if python else None
        if found and found.return_code == 0:
            return found.stdout.strip() or str(python)
    return None

go_sdk_python = repository_rule(
    doc = "Declares the Python that runs the builder: that of Bazel's Python toolchain, or the machine's.",
    implementation = _impl,
    attrs = _attrs,
    environ = ["PATH"],
    local = True,
)
