"""A further configuration to load a module for, as -variant names it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Variant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """What -variant changes of a configuration.

    Attributes:
        instrument: race, msan or asan, or empty for none.
        pure: whether CGO_ENABLED is 0.
        tags: build tags in addition to those of -tags.
    """

    instrument: str = ""
    pure: bool = False
    tags: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return it as -variant has it."""
        words = [self.instrument, "pure" if self.pure else "", f"tags={','.join(self.tags)}" if self.tags else ""]
        return "+".join(filter(None, words))
