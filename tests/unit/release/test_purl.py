"""Package URLs, against the purl specification: golang, encoding, normalisation."""

from __future__ import annotations

import pytest
from packageurl import PackageURL

from gomod2bazel.release.purl import golang_purl


@pytest.mark.parametrize(
    ("path", "version", "subpath", "purl"),
    [
        ("filippo.io/age", "v1.2.0", "", "pkg:golang/filippo.io/age@v1.2.0"),
        ("filippo.io/age", "v1.2.0", "cmd/age", "pkg:golang/filippo.io/age@v1.2.0#cmd/age"),
        ("github.com/BurntSushi/toml", "v1.4.0", "cmd/tomlv", "pkg:golang/github.com/burntsushi/toml@v1.4.0#cmd/tomlv"),
        ("github.com/x/y", "v2.0.0+incompatible", "", "pkg:golang/github.com/x/y@v2.0.0%2Bincompatible"),
        ("example.com/tree", "", "", "pkg:golang/example.com/tree"),
        ("example.com/tree", "", "Cmd/Tool", "pkg:golang/example.com/tree#Cmd/Tool"),
        ("std", "v1.26.0", "", "pkg:golang/std@v1.26.0"),
        ("tool", "", "", "pkg:golang/tool"),
        ("example.com/~me/größe", "v0.0.0", "", "pkg:golang/example.com/~me/gr%C3%B6%C3%9Fe@v0.0.0"),
        ("example.com/a?b#c@d", "v1", "", "pkg:golang/example.com/a%3Fb%23c%40d@v1"),
        ("example.com/m", "v1.0.0", "../../etc", "pkg:golang/example.com/m@v1.0.0#etc"),
    ],
)
def test_module_or_package(path: str, version: str, subpath: str, purl: str) -> None:
    assert golang_purl(path, version, subpath) == purl
    assert PackageURL.from_string(purl).to_string() == purl
