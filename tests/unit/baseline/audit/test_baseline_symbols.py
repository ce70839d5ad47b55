"""Functions in binaries that the real go command built."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import txtar
from support.realgo import RealGo

from gomod2bazel.baseline.audit.symbols import linked

PROGRAM = """
-- go.mod --
module example.com/m.v2

go 1.22
-- main.go --
package main

import "example.com/m.v2/dep.x"

func main() {
	println(dep.Inlined(len(dep.Name)), dep.Generic(1), dep.Called(dep.Name))
	dep.New().Method()
	println(dep.Value{}.Plain())
}
-- dep.x/dep.go --
package dep

var Name = "dep"

func Inlined(n int) int { return n + 1 }

//go:noinline
func Generic[T any](t T) T { return t }

//go:noinline
func Called(s string) int { return len(s) }

//go:noinline
func CalledNot(s string) int { return len(s) * 2 }

type Pointer struct{}

func New() *Pointer { return nil }

//go:noinline
func (*Pointer) Method() { println("m") }

//go:noinline
func (*Pointer) MethodNot() { println("n") }

type Value struct{}

//go:noinline
func (Value) Plain() int { return 1 }
"""


@pytest.mark.parametrize("flags", ["-ldflags=-buildid=", "-ldflags=-buildid= -s -w"])
def test_functions_of_a_built_binary(flags: str, tmp_path: Path, go: RealGo) -> None:
    txtar.write(tmp_path, PROGRAM)
    done = go.run("build", "-trimpath", "-buildvcs=false", flags, "-o", "bin", ".", cwd=tmp_path)
    assert not done.code, done.err
    data = (tmp_path / "bin").read_bytes()
    symbols = ("Inlined", "Generic", "Called", "CalledNot", "Pointer.Method", "Pointer.MethodNot", "Value.Plain", "Cal")
    found = linked(data, "example.com/m.v2/dep.x", symbols)
    assert found == ("Inlined", "Generic", "Called", "Pointer.Method", "Value.Plain")
    assert linked(data, "main", ["main", "init.0"]) == ("main",)
    assert linked(data, "example.com/m.v2/dep", ["Called"]) == ()
