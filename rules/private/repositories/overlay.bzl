"""Files that are read in place of a module's or the SDK's (-overlay), and CPU profiles that a lock names (-pgo)."""

load(":python.bzl", "host_python")

visibility(["//rules/private/..."])

OVERLAY_ATTRS = {
    "overlay": attr.string_dict(doc = "Files that others are read in place of, with the paths of those."),
    "overlay_sums": attr.string_dict(doc = "The SHA-256 that the file read in place of each must have; any where there is none."),
}

_DIGEST = "import hashlib, sys; print(hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256').hexdigest())"

def overlaid_file(rctx, name):
    """Returns the path of the file that is read in place of `name`, after a look at its digest.

    Args:
        rctx: context of a repository rule that has OVERLAY_ATTRS.
        name: string, a key of the attribute `overlay`.

    Returns:
        string, a path.
    """
    path = rctx.attr.overlay[name]
    expected = rctx.attr.overlay_sums.get(name)
    if expected:
        rctx.watch(path)
        python = host_python(rctx)
        if not python:
            fail("no Python 3.11 or newer on PATH to compare %s with the lock" % path)
        digest = rctx.execute([python, "-I", "-S", "-c", _DIGEST, path])
        if digest.return_code or digest.stdout.strip() != expected:
            fail("%s changed after the lock was made; run `gomod2bazel lock` again" % path)
    return path

def overlaid_files(module, folder):
    """Returns the path of each file that is read in place of a module's: relative ones are below the lock's folder.

    Args:
        module: dict, the entry of a module, or of the standard library, in the lock.
        folder: string, the lock's own folder.

    Returns:
        dict of string to string, by the names of the module's files.
    """
    paths = {}
    for name, file in module.get("overlay", {}).items():
        path = file["path"]

        # The driver alone, which checks no digests, names files anywhere.
        if file["sha256"] and (path.startswith("/") or ".." in path.split("/")):
            fail("the lock names %s, which is not below its own folder; run `gomod2bazel lock` again" % path)
        if ".." in name.split("/") or name.startswith("/"):
            fail("the lock names %s, which is not in a module; run `gomod2bazel lock` again" % name)
        paths[name] = path if path.startswith("/") else folder + "/" + path
    return paths

def overlaid_sums(module):
    """Returns the SHA-256 of files that are read in place of a module's, as far as the lock has them.

    Args:
        module: dict, the entry of a module, or of the standard library, in the lock.

    Returns:
        dict of string to string, by the names of the module's files.
    """
    return {name: file["sha256"] for name, file in module.get("overlay", {}).items() if file["sha256"]}
