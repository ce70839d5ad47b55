"""URLs that the user or a source names."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from gomod2bazel.base.errors import UsageError

__all__ = ["split_url"]


def split_url(text: str, name: str) -> SplitResult:
    """Return the parts of a URL; asking for its host or port raises nothing then.

    Args:
        text: The URL.
        name: What holds it, for errors: a variable or a flag.

    Raises:
        UsageError: It is not a URL.
    """
    try:
        url = urlsplit(text)
        # Both are read when they are asked for.
        _ = url.hostname, url.port
    except ValueError as error:
        # Not the URL itself: it may hold a password.
        raise UsageError(f"{name} is not a URL: {error}", hint="write it as https://HOST/PATH") from error
    return url
