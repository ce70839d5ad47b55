"""Names that the driver, the extension and the repositories agree on."""

visibility(["//rules/...", "//tests/..."])

SDK = "go_sdk"

# Bazel reads files of these names as its own: the first two make a package of their folder.
_BAZEL_FILES = ["BUILD", "BUILD.bazel", ".bazelignore", "REPO.bazel"]

_STORED_SUFFIX = ".gomod2bazel"

def stored_name(path):
    """Returns where a module's file is stored in its repository, relative to its root; different for each file.

    Args:
        path: string, the file's path in the module.

    Returns:
        string; another name for files that Bazel would read as its own, such as an embedded BUILD file.
    """
    if path.split("/")[-1] in _BAZEL_FILES or path.endswith(_STORED_SUFFIX):
        return path + _STORED_SUFFIX
    return path

def repository_name(path, version, group = 1):
    """Returns the name of the repository of a module version, different for each.

    Args:
        path: string, the module path.
        version: string, its version; empty for a main module.
        group: int, the number of the lock that it comes from, where there are several.

    Returns:
        string of letters, digits, dots, dashes and underscores that begins with a letter. A dash begins an escape: `--` is
        a dash, `-u` an underscore, `-t` a tilde, `-p` a plus, `-c` the capital form of the next letter, `-a` parts path
        from version, and `-g` both from the number of a group beyond the first; `d-d` at the start stands before a path
        that begins with a digit.
    """
    name = _escape(path) + ("-a" + _escape(version) if version else "") + ("-g%d" % group if group > 1 else "")
    if name[0].isdigit():
        return "d-d" + name
    return name + "-a" if name == SDK else name

def _escape(text):
    table = {"/": "_", "_": "-u", "-": "--", "~": "-t", "+": "-p"}
    return "".join([table.get(c, "-c" + c.lower() if c.isupper() else c) for c in text.elems()])
