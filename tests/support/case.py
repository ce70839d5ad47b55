"""A case: a folder with the inputs, the command, and the expected results.

What is there:

- ``NAME@VERSION.txtar``: module versions of a goproxy, see `support.proxy`; those in ``tampered/`` are served in place
  of what their sums say; ``overlay.txtar`` holds files to put into the hierarchy as they are;
- ``example``: when it is there, the goproxy is that of examples/;
- ``tree.txtar``: files of an unpacked module tree, which gets the right go.sum when it has none; ``prefix.txtar``: what
  is below the prefix before.

What is run: ``args``, one argument a line, with ``env``, one NAME=VALUE a line. ``reference`` holds the arguments of
the go command that makes the same binaries. ``$WORK`` in them is an empty folder, the working directory; below it lie
``$PREFIX``, ``$RESULT`` and ``$TREE``; ``$GOPROXY`` is the goproxy's address and ``$PROXY`` its folder, ``$SUMS`` a
go.sum that verifies all of it.

What comes of it, each empty where the file is missing: ``exit`` (0 where it is missing), ``stdout``, ``stderr``,
``installed`` (every file below the prefix), ``result`` (the result file) and ``output`` (what installed programs print:
each command after ``$``). Folders are written as above; ``...`` stands for anything in a line, alone for any lines.
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from google.protobuf import text_format

from gomod2bazel.base.protos import result_pb2
from support.driver import ROOT, Driver
from support.proxy import Proxy, make_proxy, unpack

__all__ = ["OUTCOMES", "Case", "Place", "differences", "refresh"]

OUTCOMES = ("exit", "stdout", "stderr", "installed", "result", "output")

# Lines that depend on what the caches hold: stages that took place, how much an earlier case had compiled, and how long
# it took.
_VARYING = re.compile(
    r"gomod2bazel: ((set up|fetch|load|build|link|install)(: .*)?|starting Bazel|(nothing to do: )?\d+ packages? .*|"
    r"waiting for .*|(built|already built:) \d+ of .*|left out: \d+ [a-z-]+.*)"
)
# A file that was installed: how large it is differs from one Go to the next.
_INSTALLED = re.compile(r"(gomod2bazel: \S+) +[\d.]+ (?:B|[KMGT]iB)  (new|changed|unchanged)")
_EXAMPLE = ROOT / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case is run.

    Attributes:
        work: the working directory.
        values: what each placeholder stands for, longest first where one is in another.
    """

    work: Path
    values: Mapping[str, str]

    def fill(self, text: str) -> str:
        """Replace placeholders by what they stand for."""
        return re.sub(r"\$([A-Z]+)", lambda match: self.values.get(match[0], match[0]), text)

    def hide(self, text: str) -> str:
        """Replace folders by their placeholders."""
        for name, value in sorted(self.values.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, name)
        return text

    @property
    def prefix(self) -> Path:
        """The staging folder."""
        return Path(self.values["$PREFIX"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder.

    Attributes:
        folder: where it is.
        args: of the driver.
        env: NAME to value.
        reference: arguments of the go command; empty when there is none.
    """

    folder: Path
    args: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    reference: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Case:
        """Read the case in ``folder``."""
        env = dict(line.split("=", 1) for line in _lines(folder / "env"))
        return cls(folder=folder, args=_lines(folder / "args"), env=env, reference=_lines(folder / "reference"))

    def prepare(self, driver: Driver, work: Path) -> Place:
        """Make what the case needs below ``work``."""
        proxy = self._proxy(work / "goproxy")
        (work / "sums").write_text(proxy.go_sum, encoding="utf-8")
        for name in ("tree", "prefix"):
            if (self.folder / f"{name}.txtar").exists():
                unpack(self.folder / f"{name}.txtar", work / name)
        go_sum = work / "tree" / "go.sum"
        if (work / "tree" / "go.mod").exists() and not go_sum.exists():
            go_sum.write_text(proxy.go_sum, encoding="utf-8")
        values = {
            "$WORK": str(work),
            "$PREFIX": str(work / "prefix"),
            "$RESULT": str(work / "result"),
            "$TREE": str(work / "tree"),
            "$GOPROXY": proxy.url,
            "$PROXY": str(proxy.root),
            "$SUMS": str(work / "sums"),
            "$CACHE": str(driver.caches.root),
            "$GOMODCACHE": driver.environment["GOMODCACHE"],
        }
        return Place(work=work, values=values)

    def _proxy(self, root: Path) -> Proxy:
        if (self.folder / "example").exists():
            shutil.copytree(_EXAMPLE / "goproxy", root)
            return Proxy(root=root, go_sum=(_EXAMPLE / "go.sum").read_text(encoding="utf-8"))
        overlay = self.folder / "overlay.txtar"
        return make_proxy(
            root,
            sorted(self.folder.glob("*@*.txtar")),
            tampered=sorted(self.folder.glob("tampered/*@*.txtar")),
            overlay=overlay if overlay.exists() else None,
        )

    def run(self, driver: Driver, place: Place) -> dict[str, str]:
        """Run the case and return each outcome as text."""
        env = {name: place.fill(value) for name, value in self.env.items()}
        done = driver.with_environment(**env).run(*map(place.fill, self.args), cwd=place.work)
        outcomes = {
            "exit": f"{done.code}\n" if done.code else "",
            "stdout": place.hide(done.out),
            "stderr": _settled(place.hide(done.err)),
            "installed": "".join(f"{name}\n" for name in _files(place.prefix)),
            "result": _result(place, self.args),
            "output": place.hide(_output(_lines(self.folder / "output"), place.prefix)),
        }
        assert tuple(outcomes) == OUTCOMES
        return outcomes


def _lines(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.exists() else ()


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _settled(text: str) -> str:
    """Remove from standard error what differs from run to run."""
    text = re.sub(r"\$CACHE/modules/[0-9a-f]{16}", "$CACHE/modules/KEY", text)
    text = re.sub(r"gomod2bazel-[a-z0-9_]{8}\b", "gomod2bazel-TEMPORARY", text)
    lines = (line for line in text.splitlines() if not _VARYING.fullmatch(line))
    return "".join(f"{_INSTALLED.sub(_without_size, line)}\n" for line in lines)


def _without_size(match: re.Match[str]) -> str:
    return f"{match[1]}  SIZE  {match[2]}"


def _result(place: Place, args: tuple[str, ...]) -> str:
    path = Path(place.values["$RESULT"])
    if not path.exists():
        return ""
    if "proto" in args:
        text = text_format.MessageToString(result_pb2.Result.FromString(path.read_bytes()))  # type: ignore[no-untyped-call, unused-ignore]
    else:
        text = path.read_text(encoding="utf-8")
    # What differs from one Go to the next.
    text = re.sub(r'(sha256"?: ")[0-9a-f]{64}"', r'\1..."', text)
    text = re.sub(r'(size"?:) \d+', r"\1 ...", text)
    text = re.sub(r'(go_version"?:) "go[^"]+"', r'\1 "..."', text)
    return place.hide(text)


def _output(expected: tuple[str, ...], prefix: Path) -> str:
    """Run the commands that the expected output names."""
    text = ""
    for line in expected:
        if line.startswith("$ "):
            words = shlex.split(line.removeprefix("$ "))
            program = prefix / words[0].lstrip("/")
            if not program.exists():
                text += f"{line}\nit is not installed\n"
                continue
            done = subprocess.run(
                [program, *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                env={"PATH": os.defpath},
                timeout=60,
                check=False,
            )
            text += f"{line}\n{done.stdout}" + (f"exit {done.returncode}\n" if done.returncode else "")
    return text


def differences(folder: Path, outcomes: Mapping[str, str]) -> list[str]:
    """Return, as a diff, every outcome that is not as the case says."""
    lines: list[str] = []
    for name, actual in outcomes.items():
        expected = _lines(folder / name)
        if not _same(expected, tuple(actual.splitlines())):
            lines += difflib.unified_diff(expected, actual.splitlines(), f"{folder.name}/{name}", "actual", lineterm="")
    return lines


def _same(expected: tuple[str, ...], actual: tuple[str, ...]) -> bool:
    """Return whether the lines are those expected; ``...`` stands for anything in a line, alone for any lines."""
    lines = (r"(.*\n)*" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n" for line in expected)
    return re.fullmatch("".join(lines), "".join(f"{line}\n" for line in actual)) is not None


def refresh(folder: Path, outcomes: Mapping[str, str]) -> None:
    """Write the outcomes that are not as the case says; patterns that still fit stay."""
    for name, actual in outcomes.items():
        path = folder / name
        if not actual:
            path.unlink(missing_ok=True)
        elif not _same(_lines(path), tuple(actual.splitlines())):
            path.write_text(actual, encoding="utf-8")
