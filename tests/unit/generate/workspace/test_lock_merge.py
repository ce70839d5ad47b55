"""Locks of two branches: git merges independent changes, and what it cannot merge, the next run resolves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support import txtar
from support.owner import Owner
from support.realgo import RealGo

from gomod2bazel.base.errors import UsageError
from gomod2bazel.lock.reader import read_lock

NAMES = ("alpha", "bravo", "delta", "golf", "hotel")


def _proxy(folder: Path) -> str:
    """Serve two versions of each module, and return the lines of go.sum."""
    modules = {}
    for name in NAMES:
        for version in ("v1.0.0", "v1.1.0"):
            text = f"-- go.mod --\nmodule example.com/{name}\n\ngo 1.22\n-- {name}.go --\npackage {name}\n"
            if version > "v1.0.0":
                text += f'\nimport _ "example.com/{name}/sub"\n-- sub/sub.go --\npackage sub\n'
            modules[f"{name}@{version}"] = text
    return txtar.proxy(folder, modules).go_sum


class Branches:
    """A repository in git whose lock generate writes."""

    def __init__(self, folder: Path, go: RealGo) -> None:
        self.owner = Owner(folder, go)
        self.sums = _proxy(folder)
        self.root = self.owner.root
        self.lock = self.root / "go.lock.json"
        self.owner.write(
            '-- MODULE.bazel --\ngo_modules = use_extension("@gomod2bazel//rules:extensions.bzl", "go_modules")\n'
            'go_modules.from_file(lock = "//:go.lock.json")\n-- .gitignore --\n*.bazel\n'
        )
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> int:
        """Run git and return its exit code."""
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *identity, *words], cwd=self.root, check=False, capture_output=True).returncode

    def require(self, **versions: str) -> None:
        """Require modules, import them, and run generate."""
        required = "".join(f"require example.com/{name} {version}\n" for name, version in versions.items())
        imports = "".join(f'import _ "example.com/{name}"\n' for name in versions)
        (self.root / "go.mod").write_text(f"module example.com/m\n\ngo 1.22\n\n{required}", encoding="utf-8")
        (self.root / "go.sum").write_text(self.sums, encoding="utf-8")
        (self.root / "m.go").write_text(f"package m\n\n{imports}", encoding="utf-8")
        self.owner.run("-platform=linux/amd64,linux/arm64")

    def commit(self, branch: str, **versions: str) -> None:
        """Commit the lock of what a branch of main requires; of the other files git could merge none."""
        self.git("checkout", "-q", "-B", branch, "main")
        self.require(**versions)
        self.git("add", "go.lock.json")
        self.git("commit", "-q", "-m", branch)


OLD, NEW = "v1.0.0", "v1.1.0"
BASE = {"bravo": OLD, "delta": OLD, "golf": OLD}


@pytest.fixture
def branches(tmp_path: Path, go: RealGo) -> Branches:
    branches = Branches(tmp_path, go)
    branches.require(**BASE)
    branches.git("add", "go.lock.json", ".gitignore")
    branches.git("commit", "-q", "-m", "base")
    return branches


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"alpha": OLD}, {"hotel": OLD}),
        ({"bravo": NEW}, {"delta": NEW}),
        ({"golf": NEW}, {"hotel": OLD}),
        ({"delta": NEW}, {"alpha": OLD}),
    ],
    ids=["a first and a last one", "neighbours", "the last one and one after it", "a new version and an addition"],
)
def test_independent_changes_merge(branches: Branches, ours: dict[str, str], theirs: dict[str, str]) -> None:
    branches.commit("ours", **{**BASE, **ours})
    branches.commit("theirs", **{**BASE, **theirs})
    assert branches.git("merge", "-q", "ours") == 0
    merged = branches.lock.read_text(encoding="utf-8")
    branches.require(**dict(sorted({**BASE, **ours, **theirs}.items())))
    assert branches.lock.read_text(encoding="utf-8") == merged


def test_a_conflict_is_resolved_from_go_mod(branches: Branches) -> None:
    branches.commit("ours", **{**BASE, "alpha": OLD, "bravo": NEW})
    branches.commit("theirs", **{**BASE, "alpha": NEW, "bravo": OLD})
    assert branches.git("merge", "-q", "ours") != 0
    conflicted = branches.lock.read_text(encoding="utf-8")
    assert "<<<<<<< " in conflicted
    with pytest.raises(UsageError, match=r"go\.lock\.json: has conflict markers of a merge"):
        read_lock(conflicted, "go.lock.json")
    required = {**BASE, "alpha": NEW, "bravo": NEW}
    (branches.root / "go.mod").write_text(
        "module example.com/m\n\ngo 1.22\n\n" + "".join(f"require example.com/{n} {v}\n" for n, v in required.items()),
        encoding="utf-8",
    )
    # The platforms are those that the lock had.
    branches.owner.run()
    resolved = branches.lock.read_text(encoding="utf-8")
    lock = read_lock(resolved, "go.lock.json")
    assert {module.path.rpartition("/")[2]: module.version for module in lock.modules} == required
    assert list(lock.configurations) == ["linux_amd64", "linux_arm64"]
    assert branches.owner.run("-check") == ""


def test_lock_writes_over_a_conflict(branches: Branches) -> None:
    path = branches.root / "a.lock.json"
    words = ("lock", f"-goproxy=file://{branches.owner.proxy.root}", f"-result-file={path}", str(branches.root))
    branches.owner.user.run(*words)
    text = path.read_text(encoding="utf-8")
    path.write_text(f"<<<<<<< HEAD\n{text}=======\n{text}>>>>>>> other\n", encoding="utf-8")
    branches.owner.user.run(*words)
    assert path.read_text(encoding="utf-8") == text
