"""A build hook of hatch: the wheel installs manual pages and completions below ``share``.

They are written when the wheel is built, by the driver that is in it. That needs only Python's standard library.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent

_COMPLETIONS = {
    "bash": "share/bash-completion/completions/gomod2bazel",
    "zsh": "share/zsh/site-functions/_gomod2bazel",
    "fish": "share/fish/vendor_completions.d/gomod2bazel.fish",
}


def shared_files() -> dict[str, str]:
    """Return the text of each file, by its path below the prefix."""
    sys.path.insert(0, str(ROOT))
    try:
        from gomod2bazel.commands.table.commands import COMMANDS  # noqa: PLC0415
        from gomod2bazel.commands.table.help.completion import completions_for  # noqa: PLC0415
        from gomod2bazel.commands.table.help.man import man_pages  # noqa: PLC0415
    finally:
        sys.path.remove(str(ROOT))
    files = {f"share/man/man1/{name}": text for name, text in man_pages(COMMANDS).items()}
    return files | {path: completions_for((shell,), COMMANDS) for shell, path in _COMPLETIONS.items()}


class WheelFiles(BuildHookInterface[Any]):
    """Adds the files to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatch calls it
        """Write the files, and name them to hatch."""
        self.folder = tempfile.TemporaryDirectory(prefix="gomod2bazel-share-")
        for path, text in shared_files().items():
            file = Path(self.folder.name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            file.chmod(0o644)
            build_data["shared_data"][str(file)] = path

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove the files."""
        self.folder.cleanup()
