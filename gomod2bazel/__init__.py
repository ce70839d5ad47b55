"""Turn a Go module into installed binaries, hermetically, through Bazel."""

from pathlib import Path

__all__ = ["__version__"]


def _version() -> str:
    """Return the version in MODULE.bazel, the one file that has it: the wheel's copy, or that of the checkout.

    Raises:
        FileNotFoundError: neither exists; the installation is broken.
    """
    package = Path(__file__).parent
    installed = package / "data" / "MODULE.bazel"
    text = (installed if installed.is_file() else package.parent / "MODULE.bazel").read_text(encoding="utf-8")
    return text.partition('version = "')[2].partition('"')[0]


__version__ = _version()
