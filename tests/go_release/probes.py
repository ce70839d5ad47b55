"""Probe modules, each with a way to build it: what a new Go release may change shows in their steps or their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from support import matrix, profile
from support.driver import Driver
from support.outcome import EQUAL, Outcome
from support.proxy import packer, parse_txtar

from go_release.steps import differences, read_steps

__all__ = ["PROBES", "Probe", "Result", "try_probe"]

_TIMEOUT = 1800.0
"""Seconds for one build; the first for a release compiles its standard library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A module of tests/parity, built in one way.

    Attributes:
        name: for the command line.
        module: its name in tests/parity.
        env: NAME to value.
        flags: of ``go build``.
    """

    name: str
    module: str
    env: Mapping[str, str] = field(default_factory=lambda: {"CGO_ENABLED": "0"})
    flags: tuple[str, ...] = ()


_CGO = {"CGO_ENABLED": "1"}

PROBES = (
    Probe(name="pure", module="pure"),
    Probe(name="assembly", module="asm"),
    Probe(name="embed", module="embed"),
    Probe(name="pgo", module="pgo"),
    Probe(name="cover", module="pure", flags=("-cover",)),
    Probe(name="pie", module="pure", flags=("-buildmode=pie",)),
    Probe(name="wasm", module="pure", env={"CGO_ENABLED": "0", "GOOS": "js", "GOARCH": "wasm"}),
    Probe(name="arm64", module="asm", env={"CGO_ENABLED": "0", "GOARCH": "arm64"}),
    Probe(name="windows", module="pure", env={"CGO_ENABLED": "0", "GOOS": "windows"}),
    Probe(name="cgo", module="cgo", env=_CGO),
    Probe(name="cgo-external", module="cgo", env=_CGO, flags=("-ldflags=-buildid= -linkmode=external",)),
    Probe(name="cxx", module="cxx", env=_CGO),
    Probe(name="race", module="pure", env=_CGO, flags=("-race",)),
    Probe(name="c-shared", module="lib", env=_CGO, flags=("-buildmode=c-shared",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a probe.

    Attributes:
        probe: which.
        steps: how many tools the go command's build starts.
        steps_differ: where the driver's steps are not the go command's, a line each.
        outcome: of the comparison of bytes.
    """

    probe: Probe
    steps: int
    steps_differ: tuple[str, ...]
    outcome: Outcome[matrix.Row]

    @property
    def is_equal(self) -> bool:
        """Whether steps and bytes are the go command's."""
        return not self.steps_differ and self.outcome.result == EQUAL


def try_probe(probe: Probe, driver: Driver, work: Path) -> Result:
    """Compare the steps, then the bytes, of a probe in the empty folder ``work``.

    Raises:
        AssertionError: one of the two prints no steps; the error shows what it prints.
    """
    tree = work / "steps" / "tree"
    for name, content in parse_txtar(matrix.FOLDER / f"{probe.module}.txtar").items():
        packer().put(tree / name, profile.encode(content.decode()) if name.endswith(".pgo") else content)
    environment = {"GOPROXY": "off", "GOFLAGS": "", **probe.env}
    own = driver.with_environment(**environment)
    single = "-buildmode=c-shared" in probe.flags
    flags = ("-a", "-n", *probe.flags)
    same = ("-trimpath", "-buildvcs=false", "-ldflags=-buildid=")
    theirs = own.go("build", *same, *flags, "." if single else "./...", cwd=tree, timeout=_TIMEOUT, **environment)
    ours = own.run("build", "-set=all", "-destination", str(work / "none"), *flags, ".", cwd=tree, timeout=_TIMEOUT)
    folders = {str(tree): "SOURCE", str(work): "WORK"}
    steps = [read_steps(done.err, folders) for done in (theirs, ours)]
    for done, found in zip((theirs, ours), steps, strict=True):
        if done.code or not found:
            raise AssertionError(f"{probe.name}: exit {done.code}, {len(found)} steps\n{done.err}")
    row = matrix.Row(module=probe.module, env=probe.env, flags=probe.flags)
    built = work / "bytes"
    built.mkdir()
    return Result(
        probe=probe,
        steps=len(steps[0]),
        steps_differ=tuple(differences(*steps)),
        outcome=matrix.run(row, driver, built),
    )
