"""The time that files tell in place of the time of day (SOURCE_DATE_EPOCH of reproducible-builds.org)."""

from __future__ import annotations

from collections.abc import Mapping

from gomod2bazel.base.errors import UsageError

__all__ = ["source_date"]

# The last second of the year 9999, after which dates are not four digits long.
_LAST = 253402300799


def source_date(environment: Mapping[str, str]) -> int | None:
    """Return SOURCE_DATE_EPOCH, in seconds since 1970; None where it is not set.

    Raises:
        UsageError: it is not a number of seconds.
    """
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_LAST)) or int(text) > _LAST:
        raise UsageError(
            f"SOURCE_DATE_EPOCH {text!r} is not a number of seconds since 1970",
            hint="set it to the output of date +%s, or unset it",
        )
    return int(text)
