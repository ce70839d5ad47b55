"""A folder for the Bazel workspaces of many tests: what the server of one test has loaded, it has for the next."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from support.driver import Driver

__all__ = ["Workspaces"]


@dataclass(slots=True, kw_only=True)
class Workspaces:
    """Lends a folder to one test or module of tests at a time.

    Bazel has a server for each workspace, which it knows by its path. To start one, and to load and analyze the rules
    and the standard library, takes longer than most tests.

    Attributes:
        folder: The folder.
    """

    folder: Path
    _is_lent: bool = field(default=False, init=False)

    @contextmanager
    def lend(self) -> Iterator[Path]:
        """Yield the folder, which is empty."""
        assert not self._is_lent, "another test has the folder"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._is_lent = True
        try:
            yield self.folder
        finally:
            self._empty()
            self._is_lent = False

    def end(self, driver: Driver) -> None:
        """Stop the server, if there is one."""
        if self.folder.exists():
            driver.bazel("shutdown", cwd=self.folder)

    def _empty(self) -> None:
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
