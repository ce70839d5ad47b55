"""Turn a Go module into installed binaries, hermetically, through Bazel."""

__version__ = "0.1.0"
__all__ = ["__version__"]
