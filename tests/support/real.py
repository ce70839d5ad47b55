"""Real modules with flags and environments, built by the driver and by the go command: the rows of tests/parity/real.

The comparison is the verify command's, so that a user can repeat it.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from support import profile
from support.driver import ROOT, Driver
from support.outcome import DIFFERENT, EQUAL, REFUSED, TWICE, Outcome
from support.proxy import unpack
from support.twice import ACTIONS

__all__ = ["FOLDER", "RealRow", "rows", "run"]

FOLDER = ROOT / "tests" / "parity" / "real"

_MARKS = ("unpacked", "vendored", "git")
_TIME = "2024-05-06T07:08:09Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class RealRow:
    """One module and how it is built.

    Attributes:
        name: for the command line.
        module: PATH@VERSION, or NAME.txtar, a main module of our own in tests/parity/real.
        marks: ``unpacked`` builds the unpacked tree; ``vendored`` that after ``go mod vendor``, ``git`` that in a git
            repository with one commit and the version's tag. None: as ``go install`` does.
        others: PATH@VERSION of modules that are unpacked next to it, in one workspace.
        env: NAME to value.
        flags: of ``gomod2bazel verify``, and so of ``go build``.
        refused: words of the error that both end with; empty where both build it.
    """

    name: str
    module: str
    marks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    refused: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.module}"

    @property
    def is_tree(self) -> bool:
        """Whether it is built as a main module in its own folder."""
        return bool(self.marks or self.others or self.module.endswith(".txtar"))


def rows() -> tuple[RealRow, ...]:
    """Return the rows of tests/parity/real/rows."""
    lines = (FOLDER / "rows").read_text(encoding="utf-8").splitlines()
    return tuple(_row(shlex.split(line)) for line in lines if line and not line.startswith("#"))


def _row(words: list[str]) -> RealRow:
    name, module, *rest = words
    marks, others, env, flags = [], [], {}, []
    while rest:
        word = rest.pop(0)
        if word.startswith("-"):
            flags = [word, *rest]
            break
        if word in _MARKS:
            marks.append(word)
        elif "@" in word and "=" not in word:
            others.append(word)
        else:
            variable, _, value = word.partition("=")
            env[variable] = value
    refused = env.pop("refused", "")
    return RealRow(
        name=name,
        module=module,
        marks=tuple(marks),
        others=tuple(others),
        env=env,
        flags=tuple(flags),
        refused=refused,
    )


def run(row: RealRow, driver: Driver, work: Path, other: Driver | None = None) -> Outcome[RealRow]:
    """Build a row both ways in the empty folder ``work``, with the sources that ``driver`` has; with ``other`` too."""
    # What the module cache has need not be asked for: a source may serve a version no longer.
    cache = Path(driver.environment["GOMODCACHE"], "cache", "download").as_uri()
    sources = f"{cache},{driver.environment['GOPROXY']}"
    row_driver = driver.with_environment(**{"GOFLAGS": "", "GOPROXY": sources, **row.env})
    subject, folder = (".", prepare(row, row_driver, work)) if row.is_tree else (row.module, work)
    outcome = _verify(row, row_driver, work, folder, subject)
    if other is None or outcome.result != EQUAL:
        return outcome
    names = ("GOFLAGS", "GOPROXY", *row.env)
    elsewhere = other.with_environment(**{name: row_driver.environment[name] for name in names})
    again = _verify(row, elsewhere, work, folder, subject, *ACTIONS)
    text = f"another user: {again.output}" if again.output else ""
    return replace(again, result=TWICE if again.result == EQUAL else again.result, output=text)


def _verify(row: RealRow, driver: Driver, work: Path, folder: Path, subject: str, *flags: str) -> Outcome[RealRow]:
    done = driver.run("verify", "-json", *flags, *row.flags, subject, cwd=folder, timeout=3600)
    if not done.out:
        return _refusal(row, driver, work, done.err.strip())
    files = json.loads(done.out)["files"]
    problems = [f"{file['import_path']}: {file['difference']['text']}" for file in files if not file["equal"]]
    problems += [] if done.code == 0 or problems else [done.err.strip()]
    problems += ["go is said to refuse it"] if row.refused else []
    result = DIFFERENT if problems or not files else EQUAL
    return Outcome(row=row, result=result, files=len(files), output="\n".join(problems))


def _refusal(row: RealRow, driver: Driver, work: Path, ours: str) -> Outcome[RealRow]:
    """Judge a row that we do not build, by the go command's result."""
    out = work / "theirs"
    out.mkdir()
    path, _, version = row.module.partition("@")
    plain = ("-trimpath", "-buildvcs=false", *row.flags)
    if row.is_tree:
        done = driver.go("build", *plain, "-o", f"{out}/", "./...", cwd=work / "tree", timeout=3600, GOFLAGS="")
    else:
        changes = {"GOFLAGS": "", "GOPATH": str(out), "GOBIN": ""}
        done = driver.go("install", *plain, f"{path}/...@{version}", cwd=work, timeout=3600, **changes)
    both = done.code and row.refused and row.refused in ours and row.refused in done.err
    if both:
        return Outcome(row=row, result=REFUSED, output=f"{ours} | {done.err.strip()}")
    theirs = done.err.strip() if done.code else "builds it"
    return Outcome(row=row, result=DIFFERENT, output=f"{ours}\ngo: {theirs}")


def prepare(row: RealRow, driver: Driver, work: Path) -> Path:
    """Lay out the tree of a row in ``work/tree``, its own files in ``work/files``, and return the tree's folder."""
    tree = work / "tree"
    if row.module.endswith(".txtar"):
        unpack(FOLDER / row.module, tree)
    else:
        _copy(driver, row.module, tree)
    for number, module in enumerate(row.others):
        _copy(driver, module, work / f"beside{number}")
    if row.others:
        _go(driver, work, "work", "init", "./tree", *(f"./beside{number}" for number in range(len(row.others))))
    if "vendored" in row.marks:
        _go(driver, tree, "mod", "vendor")
    if "git" in row.marks:
        _commit(tree, row.module.partition("@")[2])
    extra = FOLDER / f"{row.name}.files.txtar"
    if extra.exists():
        unpack(extra, work / "files")
    for path in (work / "files").glob("*.pgo"):
        path.write_bytes(profile.encode(path.read_text(encoding="utf-8")))
    return tree


def _copy(driver: Driver, module: str, folder: Path) -> None:
    """Copy an unpacked module version, which may then be written to."""
    answer = json.loads(_go(driver, folder.parent, "mod", "download", "-json", module))
    shutil.copytree(answer["Dir"], folder, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _go(driver: Driver, cwd: Path, *arguments: str) -> str:
    done = driver.go(*arguments, cwd=cwd, timeout=600, GOFLAGS="-modcacherw", GOWORK="")
    if done.code:
        raise RuntimeError(f"go {' '.join(arguments)}: {done.err.strip() or done.out.strip()}")
    return done.out


def _commit(tree: Path, tag: str) -> None:
    """Make ``tree`` a git repository of one commit, which is the same wherever it is made."""
    who = {"NAME": "nobody", "EMAIL": "nobody@example.com", "DATE": _TIME}
    env = {f"GIT_{role}_{name}": value for role in ("AUTHOR", "COMMITTER") for name, value in who.items()}
    for words in (("init", "-q", "-b", "main"), ("add", "-A", "-f"), ("commit", "-q", "-m", "all"), ("tag", tag)):
        argv = ["git", *words]
        subprocess.run(argv, cwd=tree, check=True, env={"PATH": _path(), "HOME": str(tree.parent), **env})


def _path() -> str:
    git = shutil.which("git")
    if git is None:
        sys.exit("git is not on PATH")
    return str(Path(git).parent)
