"""The parity matrix: modules, environments and flags, each built by the driver and by the go command."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gomod2bazel.base.errors import BuildError
from support import profile
from support.driver import ROOT, Done, Driver
from support.outcome import DIFFERENT, EQUAL, NOT_YET, OURS_REFUSES, REFUSED, TWICE, Outcome
from support.parity import compare, reference
from support.proxy import make_proxy, packer, parse_txtar
from support.sanitizer import sanitizer_problem
from support.twice import ACTIONS

__all__ = ["FOLDER", "Row", "rows", "run"]

FOLDER = ROOT / "tests" / "parity"

# What a module needs in addition to Go, where the environment does not name it.
_TOOLS = {
    "cgo": "cc",
    "cgooverlay": "cc",
    "cnames": "cc",
    "cxx": "c++",
    "fortran": "gfortran",
    "swig": "swig",
    "lib": "cc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One combination.

    Attributes:
        module: a name in tests/parity, with the folder to be in where that is not the root.
        env: NAME to value.
        flags: of ``go build``.
        core: whether it is also a test.
        refused: whether the go command ends with an error.
    """

    module: str
    env: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    core: bool = False
    refused: bool = False

    def __str__(self) -> str:
        return shlex.join([self.module, *(f"{name}={value}" for name, value in self.env.items()), *self.flags])

    @property
    def name(self) -> str:
        """The module's name without the folder."""
        return self.module.partition("/")[0]

    @property
    def archives(self) -> tuple[Path, ...]:
        """Files of a goproxy that has the module; none where it is an unpacked tree."""
        archives = sorted(FOLDER.glob(f"{self.name}@*.txtar"))
        return tuple(sorted(FOLDER.glob("*@*.txtar"))) if archives else ()

    def lacks(self) -> str:
        """Return what the row needs and this machine does not have, a program or a sanitizer's runtime, or nothing."""
        needed = [shlex.split(self.env[name])[0] for name in ("CC", "CXX", "FC") if name in self.env]
        cgo = self.env.get("CGO_ENABLED") == "1"
        needed += [_TOOLS[self.name]] if cgo and self.name in _TOOLS else []
        needed += ["gccgo"] if "-compiler=gccgo" in self.flags else []
        lacking = next((tool for tool in needed if shutil.which(tool) is None), "")
        return lacking or ("" if self.refused else self._lacks_sanitizer())

    def _lacks_sanitizer(self) -> str:
        compiler = self.env.get("CC", "gcc")
        sanitizers = [name for flag, name in (("-asan", "address"), ("-msan", "memory")) if flag in self.flags]
        return next((f"{compiler} -fsanitize={name}" for name in sanitizers if sanitizer_problem(compiler, name)), "")


def rows() -> tuple[Row, ...]:
    """Return the rows of tests/parity/matrix."""
    lines = (FOLDER / "matrix").read_text(encoding="utf-8").splitlines()
    return tuple(_row(shlex.split(line)) for line in lines if line and not line.startswith("#"))


def _row(words: list[str]) -> Row:
    module, *rest = words
    marks = [word for word in rest[:2] if word in ("core", "refused")]
    rest = rest[len(marks) :]
    env = dict(word.split("=", 1) for word in rest if not word.startswith("-"))
    flags = tuple(word for word in rest if word.startswith("-"))
    return Row(module=module, env=env, flags=flags, core="core" in marks, refused="refused" in marks)


def run(row: Row, driver: Driver, work: Path, other: Driver | None = None) -> Outcome[Row]:
    """Build a row both ways in the empty folder ``work``, and with ``other`` too where there is one."""
    lacking = row.lacks()
    if lacking:
        return Outcome(row=row, result=f"no {lacking} here")
    changes = {"GOPROXY": "off", "GOFLAGS": "", **row.env}
    row_driver = driver.with_environment(**changes)
    if row.archives:
        ours, problem = _version(row, row_driver, work)
    else:
        ours, problem = _tree(row, row_driver, work)
    outcome = _judge(row, row_driver, work, ours, problem)
    return _again(outcome, other.with_environment(**changes), work) if other else outcome


def _again(outcome: Outcome[Row], other: Driver, work: Path) -> Outcome[Row]:
    """Build a row as another user, from the same sources."""
    if outcome.result not in (EQUAL, REFUSED):
        return outcome
    row = outcome.row
    ours = (_ours_of_version if row.archives else _ours_of_tree)(row, other, work, "again", *ACTIONS)
    if outcome.result == REFUSED:
        return outcome if ours.code else replace(outcome, result=DIFFERENT, output="another user builds it")
    problems = compare(other, work / "theirs", work / "again") if ours.code == 0 else [ours.err.strip()]
    text = "\n".join(f"another user: {problem}" for problem in problems)
    return replace(outcome, result=DIFFERENT if problems else TWICE, output=text)


def _ours_of_tree(row: Row, driver: Driver, work: Path, out: str, *flags: str) -> Done:
    here = work / "tree" / row.module.removeprefix(row.name).lstrip("/")
    where = ("-set", "all", "-destination", str(work / out))
    return driver.run("build", *where, *flags, *row.flags, ".", cwd=here, timeout=900)


def _ours_of_version(row: Row, driver: Driver, work: Path, out: str, *flags: str) -> Done:
    (archive,) = (path for path in row.archives if path.name.startswith(f"{row.name}@"))
    module = f"example.com/{row.name}@{archive.name.removesuffix('.txtar').partition('@')[2]}"
    where = ("-set", "all", "-destination", str(work / out))
    sources = ("-goproxy", (work / "goproxy").as_uri(), "-sumfile", "sums")
    return driver.run("build", *where, *sources, *flags, *row.flags, module, cwd=work, timeout=900)


def _tree(row: Row, driver: Driver, work: Path) -> tuple[Done, str]:
    for name, content in parse_txtar(FOLDER / f"{row.name}.txtar").items():
        made = profile.encode(content.decode()) if name.endswith(".pgo") else content
        packer().put(work / "tree" / name, made)
    here = work / "tree" / row.module.removeprefix(row.name).lstrip("/")
    ours = _ours_of_tree(row, driver, work, "ours")
    # Where a mode takes one main package alone, no other package may be named either.
    single = {f"-buildmode={mode}" for mode in ("c-archive", "c-shared", "plugin")} & {*row.flags}
    pattern = "." if single and not row.refused else "./..."
    return ours, _refused(driver, ("build", *row.flags, pattern), work, here, row.env)


def _version(row: Row, driver: Driver, work: Path) -> tuple[Done, str]:
    proxy = make_proxy(work / "goproxy", row.archives)
    (work / "sums").write_text(proxy.go_sum, encoding="utf-8")
    (archive,) = (path for path in row.archives if path.name.startswith(f"{row.name}@"))
    module, version = f"example.com/{row.name}", archive.name.removesuffix(".txtar").partition("@")[2]
    ours = _ours_of_version(row, driver, work, "ours")
    # Another test's module may have the same name and version.
    environment = {**row.env, "GOPROXY": proxy.url, "GOMODCACHE": str(work / "mod"), "GOFLAGS": "-modcacherw"}
    return ours, _refused(driver, ("install", *row.flags, f"{module}/...@{version}"), work, work, environment)


def _refused(driver: Driver, arguments: tuple[str, ...], work: Path, cwd: Path, env: Mapping[str, str]) -> str:
    """Let the go command build; return why it does not, or nothing."""
    try:
        reference(driver, arguments, work / "theirs", cwd=cwd, **{"GOFLAGS": "", **env})
    except BuildError as error:
        return str(error)
    return ""


def _judge(row: Row, driver: Driver, work: Path, ours: Done, refused: str) -> Outcome[Row]:
    message = _first(ours.err)
    if ours.code == 2 and "not supported yet" in ours.err:
        return Outcome(row=row, result=NOT_YET, output=message)
    if ours.code == 2 and " is not supported: " in ours.err and not refused:
        return Outcome(row=row, result=OURS_REFUSES, output=message)
    if refused and ours.code and row.refused:
        return Outcome(row=row, result=REFUSED, output=f"{message} | {_first(refused)}")
    if refused or ours.code or row.refused:
        what = f"exit {ours.code}: {ours.err.strip()}\ngo: {refused or 'builds it'}"
        return Outcome(row=row, result=DIFFERENT, output=what)
    made = {path.name for path in (work / "theirs").iterdir()}
    problems = compare(driver, work / "theirs", work / "ours")
    problems += [f"{path.name}: go makes no such file" for path in (work / "ours").iterdir() if path.name not in made]
    return Outcome(row=row, result=DIFFERENT if problems else EQUAL, files=len(made), output="\n".join(problems))


def _first(text: str) -> str:
    """Return the line of a message that has the error."""
    stages = re.compile(r"gomod2bazel: (fetch|load|build|link|starting Bazel.*|waiting for .*|\d+ packages? .*)")
    lines = [line for line in text.splitlines() if line.strip() and not stages.fullmatch(line)]
    # What follows a package's name says more.
    lines = [line for line in lines if "# example.com" not in line] or lines
    return lines[0] if lines else ""
