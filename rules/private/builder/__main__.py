"""Entry of the builder: one request from the command line, or a persistent worker that answers many.

Usage: ``python builder @PARAMS`` or ``python builder --persistent_worker`` (JSON worker protocol, see Bazel's
"Creating persistent workers"). PARAMS holds one ``key=value`` a line; the types in requests/ describe the keys.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Python's isolated mode leaves the package out of the search path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from builder.base.tools import BuilderError
from builder.jobs import carry_out, read_request
from builder.requests.lines import read_file

# Where outputs are with --experimental_output_paths=strip, and without.
_MAPPED = "bazel-out/cfg/"
_CONFIGURATION = re.compile(r"^bazel-out/[^/]+/(?=bin/)")


def run(arguments: list[str], *, keep: bool = False, inputs: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Carry out one request; return the exit status and what a person should read (compiler output, in Go's form)."""
    try:
        request = read_request(_lines(arguments))
        # Outside Bazel's folder of sandboxes, what is left behind would stay for ever.
        return 0, carry_out(request, keep=keep and "/sandbox/" in os.getcwd(), inputs=inputs)
    except BuilderError as error:
        return 1, str(error)
    except OSError as error:
        # A worker that breaks down answers nothing, and Bazel then shows forty lines of its own.
        return 1, f"cannot use {error.filename or 'a file'}: {error.strerror or error}\n"
    except UnicodeError as error:
        return 1, f"a name or a file that is not UTF-8: {error}\n"
    except MemoryError:
        return 1, "out of memory: Cannot allocate memory\n"


def _lines(arguments: list[str]) -> list[str]:
    """Return the request's lines: those of the @PARAMS file, or the arguments when Bazel read the file for a worker."""
    if len(arguments) == 1 and arguments[0].startswith("@"):
        return read_file(arguments[0][1:])
    return arguments


def serve() -> None:
    """Answer requests, one JSON object a line, until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        if request.get("cancel"):
            continue
        status, output = run(request.get("arguments", []), inputs=_inputs(request))
        answer = {"exitCode": status, "output": output, "requestId": request.get("requestId", 0)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _inputs(request: dict[str, Any]) -> dict[str, str] | None:
    """Return the digest of each of the action's inputs, where Bazel names them.

    A worker outside the sandbox sees other files too. With --experimental_output_paths=strip the arguments, and the
    sandbox, have the folder cfg in place of the configuration's, and only this list has not.
    """
    inputs = request.get("inputs")
    if not inputs:
        return None
    mapped = any(_MAPPED in argument for argument in request.get("arguments", []))
    paths = ((entry.get("path", ""), entry.get("digest", "")) for entry in inputs)
    return {_CONFIGURATION.sub(_MAPPED, path) if mapped else path: digest for path, digest in paths}


def main() -> int:
    """Run one request or serve many."""
    if sys.argv[1:] == ["--persistent_worker"]:
        serve()
        return 0
    status, output = run(sys.argv[1:], keep=True)
    sys.stderr.write(output)
    return status


if __name__ == "__main__":
    sys.exit(main())
