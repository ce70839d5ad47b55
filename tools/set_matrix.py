"""Build every combination of sets of whole modules, and compare what is installed with `list` for each set.

    tools/set_matrix                       the modules below
    tools/set_matrix MODULE@VERSION ...    those named

Modules come from the sources of `go env GOPROXY`. Exit status 1 when any combination installs something else.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.driver import Driver  # noqa: E402 - found through the line above
from support.set_matrix import SetMatrix  # noqa: E402

from gomod2bazel.base.disk.caches import Caches  # noqa: E402

MODULES = (
    "golang.org/x/tools@v0.52.0",
    "github.com/BurntSushi/toml@v1.6.0",
    "google.golang.org/grpc@v1.85.0",
    "github.com/opencontainers/runc@v1.5.2",
)


def main(modules: list[str]) -> int:
    """Run the command; return its exit status."""
    driver = Driver.with_cache(Caches.from_environment(os.environ).root.parent).with_users_sources()
    failed = False
    for module in modules or MODULES:
        with tempfile.TemporaryDirectory(prefix="gomod2bazel-sets-") as folder:
            matrix = SetMatrix.of(driver, module, Path(folder))
            problems = list(matrix.problems())
        counts = ", ".join(f"{name} {len(paths)}" for name, paths in matrix.expected.items())
        print(f"{module} ({counts}): {len(problems)} combinations wrong", *problems, sep="\n    ", flush=True)
        failed = failed or bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
