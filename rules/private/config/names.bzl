"""Names that the driver, the extension and the repositories agree on; gomod2bazel/bazel/names.py has the same functions."""

visibility(["//rules/...", "//tests/..."])

SDK = "go_sdk"

# The repository of the Python that runs the builder.
PYTHON = SDK + "_python"

# Names that are special for Bazel or for our repositories, wherever they are.
_RESERVED = {
    name: None
    for name in [
        ".bazelignore",
        ".bazelrc",
        ".bazelversion",
        ".module",
        "BUILD",
        "BUILD.bazel",
        "MODULE.bazel",
        "REPO.bazel",
        "VENDOR.bazel",
        "WORKSPACE",
        "WORKSPACE.bazel",
        "WORKSPACE.bzlmod",
    ]
}

# Characters that labels, request files and tools all take as they are.
_PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+=,@~"

# A file name of Linux has at most 255 bytes. Bazel adds `@EXTENSION~` and `.marker` to a repository's name, and the rules
# add endings to the names of targets.
_LONGEST_REPOSITORY = 120
_LONGEST_COMPONENT = 160

def executable_name(import_path):
    """Returns the name that the go command gives an executable: no major version (cmd/go/internal/load, DefaultExecName).

    Args:
        import_path: string, of the main package; of a test, the package that it tests.

    Returns:
        string, without a suffix.
    """
    above, _, last = import_path.rpartition("/")
    number = last.removeprefix("v")
    major = above and last.startswith("v") and number.isdigit() and not number.startswith("0") and number != "1"
    return above.split("/")[-1] if major else last

def stored_name(path, targets = {}):
    """Returns where a module's file is stored in its repository, relative to its root; different for each file.

    Args:
        path: string, the file's path in the module.
        targets: collection of strings, the targets of the repository: no file has the label of one.

    Returns:
        string of plain characters. Others are percent-encoded, as is the first character of a name with a meaning for
        Bazel; `%%` and a digest stand for the rest of a name that would be too long.
    """
    parts = path.split("/")
    if path not in targets and not path.strip(_PLAIN + "/") and not [part for part in parts if part in _RESERVED or len(part) > _LONGEST_COMPONENT]:
        return path
    stored = "/".join([_component(part) for part in parts])
    if stored not in targets:
        return stored
    return stored[:-len(parts[-1])] + _encoded(parts[-1][0]) + parts[-1][1:]

def percent_encoded(path):
    """Returns a path with all characters but plain ones and slashes percent-encoded.

    Args:
        path: string.

    Returns:
        string.
    """
    return "".join([c if c in _PLAIN or c == "/" else _encoded(c) for c in path.elems()])

def _component(name):
    encoded = _encoded(name[0]) + name[1:] if name in _RESERVED else percent_encoded(name)
    if len(encoded) <= _LONGEST_COMPONENT:
        return encoded

    # The extension tells what kind of source it is.
    _, _, extension = encoded.rpartition(".")
    ending = "." + extension if len(extension) <= 8 else ""
    return encoded[:100] + "%%" + _digest(name) + ending

def _encoded(char):
    # The hash of a string of one character is the character's number.
    number = hash(char)
    return "%" + "0123456789ABCDEF"[number // 16] + "0123456789ABCDEF"[number % 16]

def _digest(text):
    """Returns the 128-bit FNV-1a digest of a string, 39 decimal digits."""
    value = 144066263297769815596495629667062367629
    for char in text.elems():
        value = ((value ^ hash(char)) * 309485009821345068724781371) % (1 << 128)
    return ("0" * 39 + str(value))[-39:]

def repository_name(path, version, group = 1):
    """Returns the name of the repository of a module version, different for each.

    Args:
        path: string, the module path.
        version: string, its version; empty for a main module.
        group: int, the number of the lock that it comes from, where there are several.

    Returns:
        string of letters, digits, dots, dashes and underscores that begins with a letter. A dash begins an escape: `--` is
        a dash, `-u` an underscore, `-t` a tilde, `-p` a plus, `-c` the capital form of the next letter, `-a` parts path
        from version, and `-g` both from the number of a group beyond the first; `d-d` at the start comes before a path
        that begins with a digit. A name that begins with `go_sdk_` gets `-a` at its end, and so does `go_sdk`. Of a name
        with more than 120 characters the first 100 are left, `-h`, and a digest.
    """
    name = _escape(path) + ("-a" + _escape(version) if version else "")
    name = "d-d" + name if name[0].isdigit() else name
    if len(name) > _LONGEST_REPOSITORY:
        name = name[:100] + "-h" + _digest(name)
    name = name + "-a" if group == 1 and (name == SDK or name.startswith(SDK + "_")) else name
    return name + ("-g%d" % group if group > 1 else "")

def _escape(text):
    escaped = text.replace("-", "--").replace("_", "-u").replace("/", "_").replace("~", "-t").replace("+", "-p")
    if escaped == escaped.lower():
        return escaped
    return "".join(["-c" + c.lower() if c.isupper() else c for c in escaped.elems()])

def gazelle_repository(path):
    """Returns the name that gazelle gives the repository of a module (label.ImportPathToBazelRepoName).

    Args:
        path: string, the module path.

    Returns:
        string of small letters, digits and underscores, the same for some paths that differ.
    """
    elements = path.lower().split("/")
    name = ".".join(reversed(elements[0].split(".")) + elements[1:])
    words = "".join([c if c.isalnum() or c == "_" else " " for c in name.elems()]).split(" ")
    return "_".join([word for i, word in enumerate(words) if word or i in [0, len(words) - 1]])

def gazelle_library(import_path):
    """Returns the name that gazelle gives a go_library (language/go, libNameFromImportPath).

    Args:
        import_path: string, its import path.

    Returns:
        string, the last element that is not a major version, without dots.
    """
    elements = import_path.split("/")
    if len(elements) == 1:
        return import_path
    last = elements[-1]
    is_version = last.startswith("v") and last[1:].isdigit()
    return (elements[-2] if is_version and len(elements) > 2 else last).replace(".", "_")

def alias_repositories(modules, group = 1):
    """Returns the names, free of versions, of the repositories that BUILD files name.

    They are gazelle's, with `_g` and the number of a group beyond the first. Where that is not the name of one repository
    alone, or not one that Bazel takes, it is `repository_name` with the version `any`.

    Args:
        modules: list of pairs, the path and version of each module of a lock.
        group: int, the lock's number where there are several.

    Returns:
        dict of string to string, the name for each path.
    """
    names = {}
    taken = {repository_name(path, version, group): None for path, version in modules}
    for path, _ in sorted(modules):
        name = gazelle_repository(path)
        reserved = name == SDK or name.startswith(SDK + "_")
        another_group = group == 1 and "_g" in name and name.rpartition("_g")[2].isdigit()
        name += "_g%d" % group if group > 1 else ""
        if name in taken or reserved or another_group or not name[0].isalpha() or len(name) > _LONGEST_REPOSITORY:
            name = repository_name(path, "any", group)
        taken[name] = None
        names[path] = name
    return names

def alias_target(path, import_path):
    """Returns where the repository of `alias_repositories` has a package: as gazelle has it, where Bazel takes that.

    Args:
        path: string, the module path.
        import_path: string, the package's.

    Returns:
        pair of strings: the folder of the Bazel package, and the target's name.
    """
    folder = import_path[len(path):].strip("/")
    if [part for part in folder.split("/") if part in _RESERVED]:
        return "", _escape(folder)
    return folder, gazelle_library(import_path)
