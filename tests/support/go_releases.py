"""The Go releases that everything is compared with: the newest patch known of each of the newest supported ones."""

from __future__ import annotations

__all__ = ["RELEASES"]

RELEASES = ("1.25.4", "1.26.8", "1.27.3")
"""A test holds .ci/nightly, the workflow of continuous integration and the rules' table against these."""
