"""Run every check and test of this checkout, in order, up to the first that fails; `tools/test` calls it.

Arguments are pytest's: given any, only pytest runs, with them.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support import smoke  # noqa: E402 - found through the line above

from gomod2bazel.base.disk.caches import Caches  # noqa: E402
from gomod2bazel.base.errors import Gomod2bazelError, ToolError  # noqa: E402
from gomod2bazel.base.process.programs import Tool, which  # noqa: E402
from gomod2bazel.base.process.runner import SubprocessRunner  # noqa: E402
from gomod2bazel.provision import find_bazel, find_go  # noqa: E402
from gomod2bazel.provision.folder import make_once  # noqa: E402
from gomod2bazel.provision.npm import OPTIONS  # noqa: E402

NOT_OURS = ("node_modules", "dist", "build")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One command.

    Attributes:
        name: what the summary calls it.
        argv: program and arguments.
        cwd: where it runs.
        closing: which lines of its output the summary repeats: "last", those that start with "Executed", or none.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path = ROOT
    closing: str = ""


def say(line: str) -> None:
    """Tell what happens."""
    print(f"tools/test: {line}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Set up, run the stages, print the summary, and return the exit code."""
    started = time.monotonic()
    try:
        caches = Caches.from_environment(os.environ)
        go = find_go(os.environ, SubprocessRunner(), caches, say)
        bazel = find_bazel(os.environ, SubprocessRunner(), caches, say)
        buildifier = None if arguments else find_buildifier(caches)
    except Gomod2bazelError as error:
        print(f"tools/test: {error}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    stages = [pytest(caches, arguments)] if arguments else list(all_stages(caches, go, bazel, buildifier))
    code, closing = run_all(stages, variables(go, bazel))
    print(f"\n{len(stages)} stage(s), {time.monotonic() - started:.0f} s" if code == 0 else "\nfailed", flush=True)
    if buildifier is None and not arguments:
        print("not checked: the format of Bazel files (npm is not on PATH)")
    print("\n".join(closing))
    return code


def variables(go: Tool, bazel: Tool) -> dict[str, str]:
    """Return the environment of all stages: the Go and the Bazel that were found are the ones they find."""
    path = f"{go.path.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, **dict(bazel.environment), "PATH": path, "BAZEL": str(bazel.path)}


def all_stages(caches: Caches, go: Tool, bazel: Tool, buildifier: Path | None) -> Iterator[Stage]:
    """Yield every stage in the order it runs, the quick ones first."""
    python = sys.executable
    ruff = (python, "-m", "ruff")
    yield Stage(name="ruff check", argv=(*ruff, "check", "--cache-dir", str(caches.root / "ruff")))
    yield Stage(name="ruff format", argv=(*ruff, "format", "--check", "--cache-dir", str(caches.root / "ruff")))
    yield Stage(name="mypy", argv=(python, "-m", "mypy", "--cache-dir", str(caches.root / "mypy")))
    files = tuple(bazel_files(ROOT))
    if buildifier is not None and files:
        yield Stage(name="buildifier", argv=(str(buildifier), "-mode=check", "-lint=warn", *files))
    yield pytest(caches, ())
    yield bazel_test(caches, bazel, "bazel test (.)", ROOT)
    yield from smoke_stages(caches, go, bazel)


def pytest(caches: Caches, arguments: Sequence[str]) -> Stage:
    """Return the stage of pytest; its cache is kept out of the checkout, which may be read-only."""
    cache = f"cache_dir={caches.root / 'pytest'}"
    return Stage(name="pytest", argv=(sys.executable, "-P", "-m", "pytest", "-o", cache, *arguments), closing="last")


def smoke_stages(caches: Caches, go: Tool, bazel: Tool) -> Iterator[Stage]:
    """Yield the stages of the smoke test: its locks and BUILD files must be what is made today.

    With another Go than that of the locks, all is made anew in a copy.
    """
    copy = caches.root / "smoke"
    smoke.copy_smoke(copy)
    fits = smoke.locked_for(go.version)
    yield driver("lock of the smoke test", copy, *smoke.LOCK)
    if fits:
        last = smoke.LOCKS[-1]
        yield Stage(name="lock is current", argv=("diff", "-u", str(smoke.SMOKE / last), str(copy / last)))
        # In the copy, no earlier run is remembered.
        yield driver("BUILD files are current", copy, *smoke.GENERATE, "-check")
    else:
        yield driver("BUILD files of the smoke test", copy, *smoke.GENERATE)
    workspace = smoke.SMOKE if fits else copy
    yield bazel_test(caches, bazel, "bazel test (e2e/smoke)", workspace, *smoke.without_c(os.environ))


def driver(name: str, folder: Path, *arguments: str) -> Stage:
    """Return the stage of a command of the driver in the smoke test's workspace or a copy of it."""
    environment = [f"{name}={value}" for name, value in smoke.ENVIRONMENT.items()]
    argv = ("env", *environment, sys.executable, "-P", "-m", "gomod2bazel", *arguments)
    return Stage(name=name, argv=argv, cwd=folder)


def bazel_test(caches: Caches, bazel: Tool, name: str, workspace: Path, *flags: str) -> Stage:
    """Return the stage of all Bazel tests of ``workspace``, writing nothing there; its server ends soon after."""
    startup = (*bazel.arguments, f"--output_user_root={caches.bazel}", "--max_idle_secs=60")
    options = ("--symlink_prefix=/", "--lockfile_mode=off", "--color=no", "--curses=no", "--noshow_progress")
    # A test in Bazel's sandbox cannot set up the driver's Python packages.
    python = f"--test_env=GOMOD2BAZEL_PYTHON={sys.executable}"
    argv = (str(bazel.path), *startup, "test", *options, python, "--test_output=errors", *flags, "//...")
    return Stage(name=name, argv=argv, cwd=workspace, closing="Executed")


def bazel_files(root: Path) -> Iterator[str]:
    """Yield the Bazel files below ``root``, relative to it, without those that tools put there."""
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = sorted(s for s in subfolders if not s.startswith((".", "bazel-")) and s not in NOT_OURS)
        for name in sorted(files):
            if name in ("BUILD", "BUILD.bazel", "MODULE.bazel", "WORKSPACE") or name.endswith((".bzl", ".BUILD")):
                yield str(Path(folder, name).relative_to(root))


def find_buildifier(caches: Caches) -> Path | None:
    """Return buildifier as package-lock.json pins it, or None where there is no npm.

    Raises:
        ToolError: npm failed, or is missing where CI is set: there, nothing goes unchecked.
    """
    npm = which("npm", os.environ)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, "")
    if npm is None:
        if os.environ.get("CI"):
            raise ToolError("npm is not on PATH, and buildifier comes from there", hint="install Node.js")
        return None
    lock = ROOT / "tools" / "package-lock.json"
    key = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder = caches.tools / f"buildifier-{key}"
    make_once(folder, say, lambda into: install_npm_packages(into, npm))
    return folder / "node_modules" / "@bazel" / "buildifier" / f"buildifier-linux_{machine}"


def install_npm_packages(folder: Path, npm: Path) -> str:
    """Put what package-lock.json pins into ``folder``."""
    say(f"setting up buildifier in {folder}")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / "tools" / name, folder / name)
    done = SubprocessRunner().run([npm, "ci", *OPTIONS], cwd=folder, timeout=300.0)
    shutil.rmtree(folder / ".npm", ignore_errors=True)
    if done.code != 0:
        raise ToolError(
            f"buildifier cannot be fetched from npm\n{done.describe()}", hint="npm config ls shows its settings"
        )
    return "buildifier"


def run_all(stages: Sequence[Stage], environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """Run ``stages`` up to the first that fails; return the exit code and the lines for the end of the output."""
    closing: list[str] = []
    for stage in stages:
        print(f"==> {stage.name}", flush=True)
        started = time.monotonic()
        code, lines = run_stage(stage, environment)
        closing += lines
        print(
            f"<== {stage.name}: {'ok' if code == 0 else f'exit {code}'}, {time.monotonic() - started:.1f} s", flush=True
        )
        if code != 0:
            closing.append(
                f"failed: {stage.name}; again: (cd {shlex.quote(str(stage.cwd))} && {shlex.join(stage.argv)})"
            )
            return 1, closing
    return 0, closing


def run_stage(stage: Stage, environment: Mapping[str, str]) -> tuple[int, list[str]]:
    """Run one stage with its output shown as it comes; return its exit code and its closing lines."""
    lines: list[str] = []
    with subprocess.Popen(
        stage.argv, cwd=stage.cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101  (it was asked for above)
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.strip():
                lines.append(line.rstrip())
    if stage.closing == "last":
        lines = lines[-1:]
    else:
        lines = [line for line in lines if stage.closing and line.startswith(stage.closing)]
    return process.returncode, lines


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
