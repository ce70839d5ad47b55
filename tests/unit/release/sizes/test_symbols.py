"""The package of a symbol, by its name."""

from __future__ import annotations

import pytest

from gomod2bazel.release.sizes.symbols import package_of


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("main.main", "main"),
        ("runtime.mallocgc", "runtime"),
        ("net/http.(*Client).Do", "net/http"),
        ("example.com/m/v2.F", "example.com/m/v2"),
        ("example.com/m.v2.F", "example.com/m"),
        ("gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml.v3"),
        ("example.com/m/pkg.(*T[go.shape.int]).M-fm", "example.com/m/pkg"),
        ("slices.SortFunc[go.shape.[]example.com/m/pkg.T,go.shape.struct { X int }]", "slices"),
        ("type:.eq.example.com/m/pkg.T", "example.com/m/pkg"),
        ("type:.eq.[2]string", ""),
        ("go:itab.*os.File,io.Reader", ""),
        ("go:string.*", ""),
        ("vendor/golang.org/x/net/http/httpguts.F", "vendor/golang.org/x/net/http/httpguts"),
        ("_rt0_amd64_linux", ""),
        ("crc32_combine", ""),
        ("", ""),
        (".hidden", ""),
    ],
)
def test_package_of_a_symbol(name: str, package: str) -> None:
    assert package_of(name) == package
