"""Names of files with licences and notices."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gomod2bazel.release.licenses.discovery import Kind, candidates


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        # The names that pkg.go.dev lists in its licence policy, each with a suffix that it has too.
        *((name, Kind.LICENSE) for name in ("COPYING", "COPYING.md", "COPYING.txt", "LICENCE", "LICENCE.md")),
        *((name, Kind.LICENSE) for name in ("LICENSE", "LICENSE-2.0.txt", "LICENSE-APACHE", "LICENSE-MIT")),
        *((name, Kind.LICENSE) for name in ("LICENSE.MIT", "LICENSE.code", "LICENSE.docs", "LICENSE.rst")),
        *((name, Kind.LICENSE) for name in ("MIT-LICENSE", "MIT-LICENCE.txt", "MIT_LICENSE", "UNLICENSE", "UNLICENCE")),
        *((name, Kind.LICENSE) for name in ("license", "License.txt", "GO-LICENSE", "LICENSE.libyaml", "LICENSE copy")),
        ("PATENTS", Kind.PATENTS),
        ("PATENTS.md", Kind.PATENTS),
        ("NOTICE", Kind.NOTICE),
        ("NOTICE.txt", Kind.NOTICE),
        ("COPYRIGHT", Kind.NOTICE),
        ("LICENSE-THIRD-PARTY", Kind.THIRD_PARTY),
        ("third_party_licenses.txt", Kind.THIRD_PARTY),
        ("NOTICE-3rdparty", Kind.THIRD_PARTY),
        *((name, None) for name in ("license.go", "LICENSE.go", "license_test.go", "LICENSE.header", "licenses.json")),
        *((name, None) for name in ("LICENSE-3rdparty.csv", "licensing.md", "README.md", "copyingrules", "noticed")),
        *((name, None) for name in ("patent", "patentable.txt", "license.proto", "x.license.yaml")[1:]),
    ],
)
def test_names(tmp_path: Path, name: str, kind: Kind | None) -> None:
    (tmp_path / name).touch()
    assert [(file.path, file.kind) for file in candidates(tmp_path)] == ([(name, kind)] if kind else [])


def test_a_hostile_name_takes_no_time(tmp_path: Path) -> None:
    (tmp_path / ("a." * 120 + "x")).touch()
    (tmp_path / "LICENSE.\udcff\n").touch()
    start = time.perf_counter()
    assert [file.path for file in candidates(tmp_path)] == ["LICENSE.\udcff\n"]
    assert time.perf_counter() - start < 2
