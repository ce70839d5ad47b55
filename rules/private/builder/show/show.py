"""Tell which commands requests stand for, without running them: what -n and -x print.

Usage: ``python show.py`` in an empty folder. Each line of standard input is an action, {"lines": the request as the
builder gets it, "environment": {NAME: VALUE}}; each line of standard output is what it does, a list of steps:
{"argv": [...], "cwd": folder or "", "env": {NAME: VALUE}, "note": text after it} for a command, {"file": path,
"text": content} for a file that the builder itself writes. The builder's own code runs, as for a build; only tools are
not started. Questions that decide later commands are asked all the same: which flags the C compiler knows, and what
pkg-config answers.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

# Python's isolated mode leaves the package out of the search path.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from builder.base.tools import BuilderError, Run
from builder.jobs import Request, carry_out, read_request
from builder.requests.package import PackageRequest

_KEPT_VARIABLES = ("PATH", "HOME", "TMPDIR")


class _Recorder:
    """Takes down each step of one action."""

    def __init__(self, request: Request, linker_flags: dict[str, list[str]]) -> None:
        self.steps: list[dict[str, Any]] = []
        self.linker_flags = linker_flags
        self._objdir = Path(request.objdir)
        self._pkg_config = request.pkg_config_tool
        self._seen: set[Path] = set()
        # Shown as the go command does: the program of -toolexec, not what starts it.
        file = request.toolexec if isinstance(request, PackageRequest) else ""
        toolexec = json.loads(Path(file).read_text(encoding="utf-8")) if file else {"words": []}
        self._toolexec: list[str] = toolexec["words"]

    def run(self, argv: list[str], cwd: str | None, really: Run) -> str:
        """Note a command; answer as it would when it is a question."""
        asks = argv[-1] in ("/dev/null", "/dev/stdout") or argv[-1].startswith("-print-prog-name=")
        if asks or (self._pkg_config and argv[0] == self._pkg_config):
            return really(argv)
        self.files()
        env: dict[str, str] = {}
        words = argv[1:] if argv[0] == "env" else list(argv)
        while argv[0] == "env" and "=" in words[0]:
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        words = [*self._toolexec, *words] if "/pkg/tool/" in words[0] else words
        # cmd/go/internal/work, gccld: how it ends decides which linker is used.
        tried = any(before == "-o" and word.endswith("/_cgo_.o") for before, word in pairwise(words))
        note = " # test for internal linking errors" if tried else ""
        self.steps.append({"argv": words, "cwd": cwd or "", "env": env, "note": note})
        self._simulate(words, cwd or "")
        return ""

    def _simulate(self, words: list[str], cwd: str) -> None:
        """Leave empty files in place of what the command would make, for later steps that look into them."""
        made = [after for word, after in pairwise(words) if word in ("-o", "-dynout", "-linkobj")]
        if "-objdir" in words:
            stems = [os.path.basename(word).removesuffix(".go") for word in words if word.endswith(".go")]
            made += [str(self._objdir / name) for name in ("_cgo_gotypes.go", *(f"{stem}.cgo1.go" for stem in stems))]
        if words[0] == "swig" and "-module" in words:
            made.append(str(self._objdir / f"{words[words.index('-module') + 1]}.go"))
        for path in (Path(cwd, name) for name in made):
            if path.is_relative_to(self._objdir) and not path.exists():
                path.touch()
                self._seen.add(path)

    def append(self, target: str, objects: list[str]) -> None:
        """Note that objects are added to an archive."""
        self.files()
        command = ["go", "tool", "pack", "r", target, *objects]
        self.steps.append({"argv": command, "cwd": "", "env": {}, "note": " # internal"})

    def files(self) -> None:
        """Note the files that the builder wrote since the last step."""
        for path in sorted(self._objdir.rglob("*"), key=lambda path: path.lstat().st_mtime_ns):
            if path.is_symlink() and path not in self._seen:
                self._seen.add(path)
                commands = (["mkdir", "-p", f"{path.parent}/"], ["ln", "-s", os.readlink(path), str(path)])
                self.steps += [{"argv": command, "cwd": "", "env": {}, "note": ""} for command in commands]
            elif path.is_file() and path not in self._seen:
                self._seen.add(path)
                self.steps.append({"file": str(path), "text": path.read_text("utf-8", "surrogateescape")})


def steps(lines: list[str], environment: dict[str, str], linker_flags: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return the steps of a request.

    Args:
        lines: of the request.
        environment: of the action.
        linker_flags: what earlier packages of the same program leave for its linker, by archive; more is added.
    """
    # A request's file ends a line where a value does; here such values are still whole.
    request = read_request([part for line in lines for part in line.split("\n")])
    recorder = _Recorder(request, linker_flags)
    os.environ.clear()
    os.environ.update(environment)
    try:
        carry_out(request, recorder=recorder)
    except (OSError, BuilderError) as error:
        # A step that reads what an earlier one would have made.
        note = f"# what follows depends on what these commands make: {error}"
        recorder.steps.append({"argv": [], "cwd": "", "env": {}, "note": note})
    shutil.rmtree(request.objdir, ignore_errors=True)
    return recorder.steps


def main() -> None:
    """Answer each line of standard input."""
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    linker_flags: dict[str, list[str]] = {}
    for line in sys.stdin:
        request = json.loads(line)
        recorded = steps(request["lines"], {**environment, **request["environment"]}, linker_flags)
        sys.stdout.write(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
