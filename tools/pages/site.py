"""Builds the site, with every warning as an error, and checks that its pages load nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pages.staging import stage

__all__ = ["SiteError", "build", "loaded_from_elsewhere"]

# What a page loads when it is opened. Links are only followed by a reader.
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc\s*=\s*["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["']?(?:stylesheet|preload|icon|preconnect))[^>]*\bhref\s*=\s*["']?((?:https?:)?//[^"'\s>]+)""",
    re.IGNORECASE,
)
_LOADED_BY_STYLES = re.compile(r"""(?:url\(|@import\s)\s*["']?((?:https?:)?//[^"')\s;]+)""")

# Sphinx writes this file to what it builds.
_MARK = ".buildinfo"


class SiteError(Exception):
    """The site cannot be built."""


def build(root: Path, site: Path) -> None:
    """Build the site.

    Args:
        root: The repository.
        site: The folder; an earlier site in it is replaced.

    Raises:
        SiteError: A page has a fault, or the folder has something else.
    """
    if site.exists() and (not site.is_dir() or (any(site.iterdir()) and not (site / _MARK).is_file())):
        raise SiteError(f"{site} has something other than a site; name another folder")
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as scratch:
        pages, made = Path(scratch, "pages"), Path(scratch, "site")
        stage(root, pages)
        configuration = ("-c", str(Path(__file__).parent), "-d", f"{scratch}/doctrees")
        argv = [sys.executable, "-P", "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", *configuration]
        if subprocess.run([*argv, str(pages), str(made)], check=False).returncode:
            raise SiteError("the pages have faults")
        if problems := list(loaded_from_elsewhere(made)):
            raise SiteError("\n".join(problems))
        if site.exists():
            shutil.rmtree(site)
        shutil.copytree(made, site)


def loaded_from_elsewhere(site: Path) -> Iterator[str]:
    """Yield each script, style and picture that is not a file of the site."""
    for file in sorted(site.rglob("*")):
        pattern = {".html": _LOADED, ".css": _LOADED_BY_STYLES}.get(file.suffix)
        if pattern is not None:
            for match in pattern.finditer(file.read_text(encoding="utf-8")):
                yield f"{file.relative_to(site)}: loads {next(filter(None, match.groups()))}"
