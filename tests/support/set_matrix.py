"""Every combination of sets of one module: what is installed against the output of ``list`` for each set."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gomod2bazel.options.set_names import SETS
from support.driver import Driver

__all__ = ["SetMatrix"]

_SPARED = "skipping examples that do not build (-strict makes them errors)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMatrix:
    """One module.

    Attributes:
        driver: runs ``list`` and ``build``.
        module: INPUT.
        flags: of every run.
        work: a separate folder.
        expected: file names of the binaries of each set that this platform builds.
        rules: a file of overrides that gives binaries of one name different ones.
    """

    driver: Driver
    module: str
    flags: tuple[str, ...]
    work: Path
    expected: Mapping[str, frozenset[str]]
    rules: Path

    @classmethod
    def of(cls, driver: Driver, module: str, work: Path, flags: tuple[str, ...] = ()) -> SetMatrix:
        """List the module once."""
        done = driver.run("list", "-json", *flags, module, cwd=work)
        if done.code:
            raise AssertionError(done.err)
        listed = [item for item in json.loads(done.out)["binaries"] if not item["excluded"]]
        names = [item["name"] for item in listed]
        twice = {item["import_path"] for item in listed if names.count(item["name"]) > 1}
        given = {item["import_path"]: _name(item, twice) for item in listed}
        rules = work / "names.toml"
        tables = (f"[[binary]]\nimport-path = '{path}'\nname = '{given[path]}'\n" for path in sorted(twice))
        rules.write_text("".join(tables), encoding="utf-8")
        expected = {name: frozenset(given[i["import_path"]] for i in listed if i["set"] == name) for name in SETS}
        return cls(driver=driver, module=module, flags=flags, work=work, expected=expected, rules=rules)

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with any combination."""
        for size in range(1, len(SETS) + 1):
            for chosen in itertools.combinations(SETS, size):
                yield from self._check(chosen)

    def _check(self, chosen: tuple[str, ...]) -> Iterator[str]:
        prefix = self.work / "+".join(chosen)
        where = ("-destination", "bin", "-prefix", prefix)
        done = self.driver.run(
            "build", "-set", ",".join(chosen), "-overrides", self.rules, *where, *self.flags, self.module,
            cwd=self.work, timeout=3600,
        )  # fmt: skip
        expected = frozenset().union(*(self.expected[name] for name in chosen))
        if not expected:
            if done.code != 2 or "no binaries in set" not in done.err:
                yield f"-set {','.join(chosen)}: exit {done.code} though there is no binary: {done.err[-300:]}"
            return
        installed = {file.name for file in (prefix / "bin").iterdir()} if (prefix / "bin").is_dir() else set()
        spared = self.expected["example"] - installed if _SPARED in done.err else frozenset()
        if done.code or installed | spared != expected:
            missing, more = sorted(expected - installed), sorted(installed - expected)
            yield f"-set {','.join(chosen)}: exit {done.code}, missing {missing}, more {more}: {done.err[-300:]}"


def _name(item: Mapping[str, str], twice: set[str]) -> str:
    return item["directory"].replace("/", "-") if item["import_path"] in twice else item["name"]
