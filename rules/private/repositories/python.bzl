"""The Python of this machine that runs the builder."""

visibility(["//rules/private/..."])

_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"

def host_python(rctx):
    """Returns the first Python on PATH that is new enough.

    Args:
        rctx: context of a repository rule.

    Returns:
        string, a path.
    """
    for name in ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]:
        python = rctx.which(name)
        if python and rctx.execute([python, "-I", "-c", _NEW_ENOUGH]).return_code == 0:
            return str(python)
    return fail("no Python 3.11 or newer on PATH to run the builder of Go packages; set the attribute python of go_sdk")
