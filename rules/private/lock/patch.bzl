"""Changes of files that a lock brings: hunks of a unified diff, applied at the very lines that they name."""

visibility(["//rules/...", "//tests/..."])

def apply_diff(content, diff, file):
    """Returns a file's content after the hunks of a diff.

    Lines are what is between two LF, also what follows the last; so a missing last LF is kept.

    Args:
        content: string, the file's content; empty for a new file.
        diff: string, hunks `@@ -START,COUNT +START,COUNT @@` and their lines.
        file: string, its name, for errors.

    Returns:
        string.
    """
    old, new = content.split("\n"), []
    at = 0
    for line in diff.split("\n"):
        if line.startswith("@@ "):
            start = _start(line)
            new += old[at:start]
            at = start
        elif line.startswith("+"):
            new.append(line[1:])
        elif at < len(old) and line[1:] == old[at] and line[:1] in ["-", " "]:
            new += [line[1:]] if line[0] == " " else []
            at += 1
        else:
            fail("%s: line %d is not %r, so the lock's change does not apply; run `gomod2bazel lock` again" % (file, at + 1, line[1:]))
    return "\n".join(new + old[at:])

def _start(header):
    """Returns how many lines of the old file come before a hunk."""
    start, _, count = header.split(" ")[1].removeprefix("-").partition(",")

    # A hunk without old lines names the line that it follows.
    return int(start) if count == "0" else int(start) - 1
