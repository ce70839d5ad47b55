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
