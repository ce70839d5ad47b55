"""-compiler gccgo: why it is refused, as precisely as can be told."""

from __future__ import annotations

import re

from gomod2bazel.errors import Gomod2bazelError, ToolError, UsageError
from gomod2bazel.options import BuildOptions
from gomod2bazel.provision.tool import which
from gomod2bazel.session import Session

__all__ = ["check_compiler"]

_HINT = "-compiler gc, which is the default, builds every module; go build -compiler gccgo uses gccgo"


def check_compiler(session: Session, options: BuildOptions) -> None:
    """Refuse gccgo, and note flags that are meant for it; like the go command, gc goes on without them.

    Raises:
        ToolError: gccgo (or the program that GCCGO names) is not there.
        UsageError: it is there.
    """
    if options.compiler == "gc":
        if options.gccgoflags:
            session.out(
                "go build: when using gc toolchain, please pass compile flags using -gcflags, "
                "and linker flags using -ldflags\n"
            )
        return
    raise _refused(session)


def _refused(session: Session) -> Gomod2bazelError:
    name = session.environment.get("GCCGO") or "gccgo"
    program = which(name, session.environment)
    if program is None:
        return ToolError(f'gccgo: exec: "{name}": executable file not found in $PATH', hint=_HINT)
    said = session.runner.run([program, "--version"], env=session.environment).out.partition("\n")[0]
    # GCC 10 to 15 come with the library of Go 1.14 to 1.18 (the GCC releases' change notes).
    number = re.search(r"\b(\d+)\.\d+\.\d+\b", said)
    known = f"; this one, {said}, has the library of Go 1.18" if number and int(number[1]) >= 12 else f" ({said})"
    return UsageError(
        "-compiler gccgo is not supported: gccgo brings a compiled standard library of its own, and what it makes "
        f"holds IDs of the go command's cache, so that nobody else makes the same bytes{known}",
        hint=_HINT,
    )
