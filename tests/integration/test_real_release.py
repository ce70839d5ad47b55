"""A release of a real module for two platforms in one command, and the same bytes for somebody else."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from support.driver import Driver

pytestmark = [pytest.mark.bazel, pytest.mark.nightly]

MODULE = "filippo.io/age@v1.2.0"
FLAGS = (
    *("-platform", "linux/amd64,linux/arm64", "-destination", "dist", "-archive", "tar.gz", "-checksums", "SHA256SUMS"),
    *("-sbom", "spdx,cyclonedx", "-provenance", "provenance.json", "-licenses", "licenses", "-oci", "oci"),
    *("-docs", "man-page,license"),
)


def release(driver: Driver, folder: Path) -> dict[str, str]:
    """Make the release in a folder; return the SHA-256 of each file."""
    done = driver.run("build", *FLAGS, MODULE, cwd=folder, timeout=900)
    assert done.code == 0, done.err
    paths = sorted(path for path in (folder / "dist").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_release_of_age_is_the_same_for_somebody_else(networked: Driver, tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "else where"
    for folder in (here, elsewhere / "tmp"):
        folder.mkdir(parents=True)
    driver = networked.with_environment(CGO_ENABLED="0")
    files = release(driver, here)
    changes = {"HOME": str(elsewhere), "USER": "somebody", "TMPDIR": str(elsewhere / "tmp"), "TZ": "UTC-9"}
    somebody = driver.with_environment(**changes).behind("unshare", "--user", "--map-user=4321", "--map-group=4321")
    assert release(somebody, elsewhere) == files

    programs = [f"dist/linux_{arch}/{name}" for arch in ("amd64", "arm64") for name in ("age", "age-keygen")]
    expected = {
        *programs,
        *(f"{program}.{form}.json" for program in programs for form in ("spdx", "cdx")),
        *(f"dist/age_1.2.0_linux_{arch}.tar.gz" for arch in ("amd64", "arm64")),
        *("dist/SHA256SUMS", "dist/provenance.json", "dist/sbom.spdx.json", "dist/sbom.cdx.json"),
        *("dist/licenses/NOTICES.txt", "dist/licenses/licenses.json", "dist/licenses/filippo.io/age@v1.2.0/LICENSE"),
        *("dist/oci/index.json", "dist/oci/oci-layout"),
    }
    assert expected <= files.keys()
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=here / "dist", capture_output=True, check=False
    )
    assert checked.returncode == 0, checked
    licenses = json.loads((here / "dist/licenses/licenses.json").read_text("utf-8"))
    expressions = {entry["module"]: entry["license"] for entry in licenses["modules"]}
    assert expressions["filippo.io/age"] == "BSD-3-Clause"
    assert all(expressions.values())
