"""Which values of -binary name files: verify takes import paths of an INPUT, or binaries to build again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gomod2bazel.base.errors import UsageError
from gomod2bazel.options.flags import flags_of

__all__ = ["check_recorded", "files_named"]

# What a binary records, or what has no part in one: it decides what is built again.
_REFUSED = frozenset((
    "as", "asan", "asmflags", "baseline", "baseline-mode", "buildmode", "buildvcs", "compiler", "cover", "covermode",
    "coverpkg", "gccgoflags", "gcflags", "installsuffix", "keep-going", "linkshared", "msan", "on-clash", "overrides",
    "pkgdir", "platform", "race", "set", "strict", "tags",
))  # fmt: skip


def files_named(binaries: Mapping[str, str], *, has_input: bool) -> tuple[str, ...]:
    """Return the values of -binary that name files; none where all are import paths.

    Args:
        binaries: each -binary, as ``options.flag_values.binary`` reads them.
        has_input: whether INPUT is given: without one, nothing has import paths. With one, a file is written as a path
            that begins with a slash or a dot.

    Raises:
        UsageError: some are files, and some are not.
    """
    texts = [f"{path}={name}" if name else path for path, name in binaries.items()]
    files = [text for text in texts if not has_input or text.startswith(("/", "./", "../"))]
    others = [text for text in texts if text not in files]
    if files and others:
        raise UsageError(
            f"-binary {files[0]} is a file, and -binary {others[0]} an import path",
            hint=f"write -binary ./{others[0]} for a file, or give them to two runs",
        )
    return tuple(files)


def check_recorded(arguments: Sequence[str]) -> None:
    """Refuse flags that a binary records.

    Args:
        arguments: The command line, which `parse` found right.

    Raises:
        UsageError: There are any.
    """
    refused = [f"-{name}" for name in dict.fromkeys(name for name, _ in flags_of(arguments)) if name in _REFUSED]
    if refused:
        verb = "do" if len(refused) > 1 else "does"
        raise UsageError(
            f"{', '.join(refused)} {verb} not apply to verify -binary FILE, which builds as FILE records",
            hint="omit them; -ldflags alone is not recorded, and may be given",
        )
