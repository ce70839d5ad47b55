"""Names that the driver, the extension and the repositories agree on."""

visibility(["//rules/...", "//tests/..."])

SDK = "go_sdk"

# Bazel takes a file of one of these names for the start of another package.
_BUILD_FILES = ["BUILD", "BUILD.bazel"]

def stored_name(path):
    """Returns where a module's file is stored in its repository, relative to its root.

    Args:
        path: string, the file's path in the module.

    Returns:
        string; another name for files that Bazel would read as its own, such as an embedded BUILD file.
    """
    if path.split("/")[-1] in _BUILD_FILES:
        return path + ".gomod2bazel"
    return path

def repository_name(path, version):
    """Returns the name of the repository of a module version, different for each.

    Args:
        path: string, the module path.
        version: string, its version; empty for a main module.

    Returns:
        string of letters, digits, dots, dashes and underscores. A dash begins an escape: `--` is a dash, `-u` an
        underscore, `-t` a tilde, `-p` a plus, `-c` the capital form of the next letter, and `-a` parts path from version.
    """
    return _escape(path) + ("-a" + _escape(version) if version else "")

def _escape(text):
    table = {"/": "_", "_": "-u", "-": "--", "~": "-t", "+": "-p"}
    return "".join([table.get(c, "-c" + c.lower() if c.isupper() else c) for c in text.elems()])
