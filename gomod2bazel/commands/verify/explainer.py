"""The Go program that compares executables and reads what they say of their build: run with a Go SDK's own packages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gomod2bazel.base.process.runner import Completed
from gomod2bazel.golang.command.gocommand import GoCommand

__all__ = ["ARCHITECTURES", "explain", "plain_go"]

_FOLDER = Path(__file__).parent / "explain"

ARCHITECTURES = (
    "GO386", "GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM",
)  # fmt: skip
"""The variables that say more of an architecture (`go help environment`)."""

# Variables to remove when the go command builds a program that runs here.
_HERE = ("GOOS", "GOARCH", "GOEXPERIMENT", "GOFIPS140", "CC", "CXX", *ARCHITECTURES)

_PLAIN = {"CGO_ENABLED": "0", "GOCACHEPROG": "", "GOFLAGS": "", "GOTOOLCHAIN": "local"}


def plain_go(go: GoCommand) -> GoCommand:
    """Return the go command for programs that run on this machine, whatever a build is for."""
    environment = {name: value for name, value in go.environment.items() if name not in _HERE}
    return replace(go, environment={**environment, **_PLAIN}, relay=None)


def explain(go: GoCommand, *arguments: str) -> Completed:
    """Run the program and return what it left, whatever its exit status.

    Args:
        go: the go command that compiles it.
        arguments: its own, of which the first is a word and not a Go file.
    """
    sources = [str(path) for path in sorted(_FOLDER.glob("*.go"))]
    here = plain_go(go).with_environment(GO111MODULE="off")
    return here.run("run", *sources, *arguments, cwd=_FOLDER)
