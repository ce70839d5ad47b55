"""Executables in Python: how they find the Python that runs them."""

load(":runfiles.bzl", "runfiles_path")

visibility(["//rules/private/...", "//rules/coverage"])

# What the templates begin with, for editors and checkers.
_SHEBANG = "#!/usr/bin/env python3"

# A shell reads these lines and becomes Python, which takes them for the beginning of the docstring.
_HEAD = """\
#!/bin/sh
''':' # This shell starts Python.
{start}
''' \\"""

_FROM_RUNFILES = """\
for folder in "${RUNFILES_DIR:-}" "${TEST_SRCDIR:-}" "$0.runfiles" "${0%.runfiles/*}.runfiles"; do
    [ -x "$folder/PYTHON" ] && exec "$folder/PYTHON" -I -S "$0" "$@"
done
echo "$0: PYTHON is not among the runfiles" >&2
exit 5"""

def python_program(ctx, python, *, template, output, substitutions = {}):
    """Writes an executable in Python.

    Args:
        ctx: context of the rule that has it.
        python: GoPythonInfo.
        template: File, the program.
        output: File, the executable.
        substitutions: dict of string to string, for the template.

    Returns:
        depset of Files, which must be among the runfiles.
    """
    if type(python.interpreter) == "string":
        start = "exec \"%s\" -I -S \"$0\" \"$@\"" % python.interpreter
    else:
        start = _FROM_RUNFILES.replace("PYTHON", runfiles_path(ctx, python.interpreter))
    ctx.actions.expand_template(
        template = template,
        output = output,
        substitutions = {_SHEBANG: _HEAD.format(start = start)} | substitutions,
        is_executable = True,
    )
    return python.files
