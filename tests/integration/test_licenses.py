"""Licences of the modules in built binaries: the folder, the result file and the policy (docs/how-to/licenses.md)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.driver import ROOT, Done, Driver

pytestmark = pytest.mark.bazel

GOPROXY = (ROOT / "examples" / "goproxy").as_uri()
INPUT = "example.com/hello@v1.1.0"
REFUSED = """gomod2bazel: error: {file} refuses the licences of 2 modules:
  example.com/hello@v1.1.0: licence not recognised (LICENSE), in hello, hello-admin
  example.com/words@v0.2.0: licence not recognised (LICENSE), in hello, hello-admin
"""


def build(driver: Driver, folder: Path, *flags: str) -> Done:
    return driver.run("build", *flags, "-goproxy", GOPROXY, "-destination", "dist", INPUT, cwd=folder, timeout=900)


def policy(folder: Path, *lines: str) -> Path:
    path = folder / "licenses.toml"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_licences_are_checked_and_written(driver: Driver, tmp_path: Path) -> None:
    file = policy(tmp_path, 'allow = ["BSD-*"]')
    done = build(driver, tmp_path, "-license-policy", "licenses.toml")
    assert done.code == 4, done.err
    assert REFUSED.format(file=file) in done.err
    assert not (tmp_path / "dist").exists()

    answers = '[[module]]\npath = "example.com/*"\nexpression = "MIT OR ISC"\nreason = "ours"'
    policy(tmp_path, 'allow = ["BSD-*", "ISC"]', answers)
    flags = ("-licenses", "licenses", "-result-file", "result.json", "-result-format", "json")
    done = build(driver, tmp_path, "-license-policy", "licenses.toml", *flags)
    assert done.code == 0, done.err
    texts = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.glob("dist/licenses/*/*/*"))
    assert texts == [
        f"dist/licenses/{name}/LICENSE" for name in ("example.com/hello@v1.1.0", "example.com/words@v0.2.0")
    ]
    assert {path.name for path in tmp_path.glob("dist/licenses/std@v*/*")} == {"LICENSE", "PATENTS"}
    listing = json.loads((tmp_path / "dist/licenses/licenses.json").read_text(encoding="utf-8"))
    assert {module["module"]: module["license"] for module in listing["modules"]} == {
        "example.com/hello": "MIT OR ISC",
        "example.com/words": "MIT OR ISC",
        "std": "BSD-3-Clause",
    }
    assert "Copyright 2009 The Go Authors." in (tmp_path / "dist/licenses/NOTICES.txt").read_text(encoding="utf-8")
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    licenses = {entry["path"]: entry["license"] for entry in result["binaries"] if entry["kind"] == "executable"}
    assert licenses == dict.fromkeys(("dist/hello", "dist/hello-admin"), "BSD-3-Clause AND (MIT OR ISC)")

    assert "nothing changed" in build(driver, tmp_path, "-license-policy", "licenses.toml", *flags).err
    policy(tmp_path, 'deny = ["BSD-3-Clause"]')
    done = build(driver, tmp_path, "-license-policy", "licenses.toml", *flags)
    assert done.code == 4, done.err
    assert "std@v" in done.err
