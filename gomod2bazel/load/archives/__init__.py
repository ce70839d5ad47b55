"""Packages that are linked from an archive, never compiled: docs/binary-only.md."""
