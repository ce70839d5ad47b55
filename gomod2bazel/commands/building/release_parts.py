"""What a build gives to a release: its binaries, and where they go."""

from __future__ import annotations

from collections.abc import Sequence

from gomod2bazel.commands.building.shares import Share
from gomod2bazel.commands.releasing.contents_of import ReleasePart
from gomod2bazel.commands.releasing.releasing import Releasing

__all__ = ["releasing_of"]


def releasing_of(shares: Sequence[Share]) -> Releasing:
    """Return what release files are made for.

    Args:
        shares: what is built of each INPUT.
    """
    parts = [
        ReleasePart(
            prepared=part.prepared,
            binaries=tuple(part.files),
            destination=share.request.destination,
            text=share.request.text,
        )
        for share in shares
        if share.written
        for part in share.builds
        if part.chosen
    ]
    return Releasing(options=shares[0].request.options, parts=parts)
