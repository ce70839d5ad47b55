"""The jobs of the builder: one type of request each, and no state that one leaves to the next."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from builder.base.tools import BuilderError
from builder.jobs import read_request
from builder.requests.link import BinaryRequest, LinkRequest, ProgramRequest
from builder.requests.package import PackageRequest
from builder.requests.vet import VetRequest

BUILDER = Path(__file__).resolve().parents[3] / "rules" / "private" / "builder"

SLOW = ("asyncio", "argparse", "importlib.metadata", "logging", "typing_extensions", "unittest", "builder.gccgo")
"""What compiling a package does not need, and would pay for with each start."""


def test_each_job_has_its_request() -> None:
    package = read_request(["job=package", "package=main", "go=a.go"])
    assert (type(package), package.export) == (PackageRequest, "")
    program = read_request(["job=program", "export=out/x", "archives=a.a", "inputs=a.a"])
    assert isinstance(program, ProgramRequest)
    assert (program.archives, program.inputs) == (["a.a"], ["a.a"])
    binary = read_request(["job=binary", "export=out/x", "packages=x=a.a", "modules=x=m\t(devel)\t", "test=1"])
    assert isinstance(binary, BinaryRequest)
    assert (binary.packages, binary.modules, binary.test) == (["x=a.a"], ["x=m\t(devel)\t"], True)
    vet = read_request(["job=vet", "go=a.go", "facts=x=x.vetx", "vet_flags=-printf"])
    assert isinstance(vet, VetRequest)
    assert (vet.go, vet.facts, vet.vet_flags) == (["a.go"], ["x=x.vetx"], ["-printf"])


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ([], "unknown request ''"),
        (["package=main"], "unknown request 'package=main'"),
        (["job=other"], "unknown request 'job=other'"),
        (["job=package", "archives=a.a"], "unknown request key 'archives'"),
        (["job=program", "pattern=*"], "unknown request key 'pattern'"),
    ],
)
def test_what_no_job_knows_is_refused(lines: list[str], what: str) -> None:
    with pytest.raises(BuilderError, match=what):
        read_request(lines)


def test_requests_do_not_share_lists() -> None:
    first, second = (read_request(["job=package", f"go={name}.go"]) for name in "ab")
    assert isinstance(first, PackageRequest)
    assert isinstance(second, PackageRequest)
    assert (first.go, second.go) == (["a.go"], ["b.go"])
    assert LinkRequest().inputs == []


def test_no_module_keeps_state() -> None:
    """A worker answers many requests: what one sets, the next must not find."""
    found = []
    for path in sorted(BUILDER.rglob("*.py")):
        for node in ast.parse(path.read_bytes()).body:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            names = [name.id for name in targets if isinstance(name, ast.Name)]
            found += [f"{path.name}: {name}" for name in names if not (name.isupper() or name.startswith("__"))]
        assert not [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Global)], path
    types = {"jobs.py: Request", "lcov.py: Lines", "lines.py: T", "tools.py: Run"}
    assert set(found) <= types


def test_the_start_loads_little() -> None:
    code = f"import sys; sys.path.insert(0, {str(BUILDER.parent)!r}); import builder.jobs; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.startswith(SLOW)] == []
