"""Build a round as a monorepo, by generate and Bazel, and compare with the go command."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from support.driver import Done, Driver

from names.compare import Outcome, digest, driver_of, reference, unexpected
from names.odd import Round

__all__ = ["compare_generated"]


def compare_generated(driver: Driver, made: Round, folder: Path) -> Outcome:
    """Make a Bazel workspace of ``made`` with `generate -init`, build all of it, and compare each command.

    Args:
        driver: Runs generate, Bazel and the go command.
        made: What is built; its tree stays as it is.
        folder: Where outputs go.
    """
    driver = driver_of(driver, made, folder)
    driver.go("mod", "tidy", "-e", cwd=made.tree, GOFLAGS="-modcacherw")
    tree = folder / "monorepo"
    shutil.copytree(made.tree, tree, symlinks=True)
    generated = driver.run("generate", "-init", "-keep-going", "-as=...=target", cwd=tree, timeout=900)
    problems = [f"generate, exit {generated.code}: {text}" for text in unexpected(generated)]
    try:
        built = driver.bazel("build", "--keep_going", "--symlink_prefix=/", "//...", cwd=tree, timeout=1800)
        outputs = Path(driver.bazel("info", "bazel-bin", cwd=tree).out.strip())
    finally:
        driver.bazel("shutdown", cwd=tree)
    equal = refused = 0
    refusals: list[str] = []
    for number, command in enumerate(made.commands):
        target = folder / "go" / str(number)
        done = reference(driver, made.tree, command, target)
        file = _binary(outputs / command)
        told = _told(generated, made, command)
        if done.code:
            refused += file is None
            refusals.append(done.err)
            problems += [f"{command!r}: go refuses it, Bazel does not: {done.err}"] if file else []
        elif file:
            same = digest(file) == digest(target)
            equal += same
            problems += [] if same else [f"{command!r}: other bytes"]
        elif told:
            refused += 1
            refusals.append(told)
        else:
            problems.append(f"{command!r}: go builds it, Bazel does not")
    problems += [*generated.err.splitlines(), *_errors(built)] if problems else []
    return Outcome(equal=equal, refused=refused, problems=tuple(problems), refusals=tuple(refusals))


def _binary(outputs: Path) -> Path | None:
    """Return the program that was built of a command, which lies in the folder TARGET_ of its package's outputs."""
    folders = outputs.iterdir() if outputs.is_dir() else ()
    files = (file for folder in folders if folder.name.endswith("_") for file in folder.iterdir())
    return next((file for file in files if file.is_file() and file.read_bytes().startswith(b"\x7fELF")), None)


def _errors(built: Done) -> Iterator[str]:
    """Yield what Bazel says is wrong, without what it says of itself."""
    return (line for line in built.err.splitlines() if line.startswith("ERROR: ") or ": error: " in line)


def _told(generated: Done, made: Round, command: str) -> str:
    """Return why generate writes nothing for a command, where it says so: the line names the package and a reason."""
    named = (f"{made.path}/{command}: ", f"{made.path}/{command} imports ", f"{command}: ", f"{command}/")
    lines = (line.removeprefix("gomod2bazel: ").removeprefix("warning: ") for line in generated.err.splitlines())
    return next((line for line in lines if line.startswith(named)), "")
