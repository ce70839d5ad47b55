"""Run every check and test of this checkout, up to the first that fails; `tools/test` calls it.

Stages that do not wait for each other run side by side, in lanes; each stage's output is printed whole when it ends.
Arguments are pytest's: given any, only pytest runs, with them, and finds what the chosen tests need by itself.
-quick as the first one means the tests that need no other program and do not read the whole repository, on all cores.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tools")]

from stages import Stage, run_lanes  # noqa: E402 - found through the line above
from support import smoke  # noqa: E402
from support.later_bazel import later_flags  # noqa: E402
from support.shared import SHORT_LIVED  # noqa: E402
from support.tools import with_bazel, with_go  # noqa: E402

from gomod2bazel.base.disk.caches import Caches  # noqa: E402
from gomod2bazel.base.errors import Gomod2bazelError, ToolError  # noqa: E402
from gomod2bazel.base.process.programs import Tool, which  # noqa: E402
from gomod2bazel.base.process.runner import SubprocessRunner  # noqa: E402
from gomod2bazel.provision.folder import make_once  # noqa: E402
from gomod2bazel.provision.registries.npm import OPTIONS  # noqa: E402

NOT_OURS = ("node_modules", "dist", "build")

INTEGRATION = frozenset(str(path.relative_to(ROOT)) for path in (ROOT / "tests/integration").glob("test_*.py"))
PARITY = frozenset(path for path in INTEGRATION if Path(path).name.startswith(("test_newest_go", "test_parity")))
"""The tests that compare many builds with the go command's: they build the cases, and share a server with these."""

_MONOREPOS = (
    "daily_work", "go_command", "baseline", "bazel_releases", "generate", "generate_first_build", "go_tool", "labels",
    "lock_of_named_files", "mod_commands", "odd_names", "private_goproxy", "real_modules", "rules_reference", "sdk",
    "sources_tell", "stamping", "tutorial", "two_machines", "variants_monorepo",
)  # fmt: skip
MONOREPOS = tuple(f"tests/integration/test_{name}.py" for name in _MONOREPOS)
"""The tests that run Bazel in workspaces of their own; the others of `INTEGRATION` use the driver's.

The first compiles for these workspaces while other stages compile for the driver's: later on, each finds what is there.
"""

CASES = ("tests/cases", "tests/scripts", "tests/unit/tools/test_faults.py")
"""All other tests that run Bazel. They are named, as to collect all tests takes as long as many of them."""

WITHOUT_GO = "not go and not bazel and not network"
"""The tests that run no other program than those that every machine has."""

QUICK = f"{WITHOUT_GO} and not repository"
"""Those of them that answer in seconds."""

NO_TOOLS = {"BAZEL": "/nonexistent/bazel"}
"""For tests that must not look for Bazel: it would be refused."""


GOGC = "400"
"""For the go command as a reference and its compilers: a sixth less processor time, the same bytes."""

ONE_ACTION = "--noexperimental_split_xml_generation"
"""A flag for Bazel: the report of a test is written where it runs, not by an action of its own, in another sandbox."""


def say(line: str) -> None:
    """Tell what happens."""
    print(f"tools/test: {line}", file=sys.stderr, flush=True)


def show(text: str) -> None:
    """Print what a stage wrote."""
    print(text, end="", flush=True)


def main(arguments: Sequence[str]) -> int:
    """Set up, run the stages, print the summary, and return the exit code."""
    caches = Caches.from_environment(os.environ)
    if arguments:
        stage = pytest(caches, "pytest", *chosen(arguments))
        return subprocess.run(stage.argv, cwd=stage.cwd, check=False).returncode
    started = time.monotonic()
    try:
        go, environment = with_go(os.environ, say)
        bazel, environment = with_bazel(environment, say)
        buildifier = find_buildifier(caches)
    except Gomod2bazelError as error:
        print(f"tools/test: {error}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-", ignore_cleanup_errors=True) as disk:
        environment["GOMOD2BAZEL_TEST_DISK_CACHE"] = disk
        environment.setdefault("GOGC", GOGC)
        lanes = list(all_lanes(Setting(caches=caches, go=go, bazel=bazel, disk_cache=disk), buildifier))
        code, closing = run_lanes(lanes, environment, at_once(), show)
    count = sum(map(len, lanes))
    print(f"\n{count} stage(s), {time.monotonic() - started:.0f} s" if code == 0 else "\nfailed", flush=True)
    if buildifier is None:
        print("not checked: the format of Bazel files (npm is not on PATH)")
    print("\n".join(closing))
    return code


def chosen(arguments: Sequence[str]) -> Sequence[str]:
    """Return the arguments of pytest."""
    if arguments[0] != "-quick":
        return arguments
    # One more than cores, as some tests wait.
    return ("-m", QUICK, "-n", str(len(os.sched_getaffinity(0)) + 1), "--dist", "worksteal", *arguments[1:])


def at_once() -> int:
    """Return how many lanes run at the same time: two more than cores, as each also waits for servers and clients."""
    return min(len(os.sched_getaffinity(0)) + 2, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What stages are made of.

    Attributes:
        caches: the user's.
        go: the go command.
        bazel: Bazel.
        disk_cache: what Bazel compiles in one stage is there for the others; a new folder each run, as an action's key
            does not say how it was confined.
    """

    caches: Caches
    go: Tool
    bazel: Tool
    disk_cache: str


def all_lanes(setting: Setting, buildifier: Path | None) -> Iterator[list[Stage]]:
    """Yield every lane, the longest first: the last ones then fill what time is left."""
    caches = setting.caches
    yield [bazel_pytest(caches, "integration", "tests/integration", *ignoring(PARITY.union(MONOREPOS)))]
    yield [bazel_pytest(caches, "monorepos", *MONOREPOS)]
    without_go = pytest(caches, "pytest (without Go)", "-m", WITHOUT_GO, environment=NO_TOOLS)
    yield [*quick_checks(caches, buildifier), without_go]
    yield [bazel_pytest(caches, "cases and parity", *CASES, *sorted(PARITY))]
    yield [pytest(caches, "pytest (Go)", "-m", f"not ({WITHOUT_GO}) and not bazel")]
    yield [bazel_test(setting, "bazel test (.)", ROOT, ONE_ACTION)]
    yield list(smoke_stages(setting))


def quick_checks(caches: Caches, buildifier: Path | None) -> Iterator[Stage]:
    """Yield the checks that run nothing of ours."""
    python = sys.executable
    ruff, remembered = (python, "-m", "ruff"), ("--cache-dir", str(caches.root / "ruff"))
    yield Stage(name="ruff check", argv=(*ruff, "check", *remembered), cwd=ROOT)
    yield Stage(name="ruff format", argv=(*ruff, "format", "--check", *remembered), cwd=ROOT)
    yield Stage(name="mypy", argv=(python, "-m", "mypy", "--cache-dir", str(caches.root / "mypy")), cwd=ROOT)
    files = tuple(bazel_files(ROOT))
    if buildifier is not None and files:
        yield Stage(name="buildifier", argv=(str(buildifier), "-mode=check", "-lint=warn", *files), cwd=ROOT)


def pytest(caches: Caches, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Stage:
    """Return a stage of pytest; its cache is kept out of the checkout, which may be read-only."""
    cache = f"cache_dir={caches.root / 'pytest'}"
    argv = (sys.executable, "-P", "-m", "pytest", "-o", cache, *arguments)
    return Stage(name=name, argv=argv, cwd=ROOT, closing="last", environment=environment or {})


def bazel_pytest(caches: Caches, name: str, *arguments: str) -> Stage:
    """Return the stage of some of the tests that run Bazel; it has a separate server."""
    return pytest(caches, f"pytest ({name})", "-m", "bazel", *arguments)


def ignoring(paths: Iterable[str]) -> list[str]:
    """Return the flags of pytest that leave out what another stage runs."""
    return [f"--ignore={path}" for path in sorted(paths)]


def smoke_stages(setting: Setting) -> Iterator[Stage]:
    """Yield the stages of the smoke test: its locks and BUILD files must be what is made today.

    With another Go than that of the locks, all is made again in a copy. Bazel 7 gets the defaults of later releases.
    """
    copy = setting.caches.root / "smoke"
    smoke.copy_smoke(copy)
    fits = smoke.locked_for(setting.go.version)
    yield driver("lock of the smoke test", copy, *smoke.LOCK)
    if fits:
        last = smoke.LOCKS[-1]
        argv = ("diff", "-u", str(smoke.SMOKE / last), str(copy / last))
        yield Stage(name="lock is current", argv=argv, cwd=ROOT)
        # In the copy, no earlier run is remembered.
        yield driver("BUILD files are current", copy, *smoke.GENERATE, "-check")
    else:
        yield driver("BUILD files of the smoke test", copy, *smoke.GENERATE_WITHOUT_SDK)
    workspace = smoke.SMOKE if fits else copy
    flags = (smoke.HOST_SDK, *smoke.without_c(os.environ), *later_flags(setting.bazel.version))
    yield bazel_test(setting, "bazel test (e2e/smoke)", workspace, *flags)


def driver(name: str, folder: Path, *arguments: str) -> Stage:
    """Return the stage of a command of the driver in the smoke test's workspace or a copy of it."""
    environment = [f"{name}={value}" for name, value in smoke.ENVIRONMENT.items()]
    argv = ("env", *environment, sys.executable, "-P", "-m", "gomod2bazel", *arguments)
    return Stage(name=name, argv=argv, cwd=folder)


def bazel_test(setting: Setting, name: str, workspace: Path, *flags: str) -> Stage:
    """Return the stage of all Bazel tests of ``workspace``, writing nothing there; its server ends soon after."""
    bazel = setting.bazel
    startup = (*bazel.arguments, f"--output_user_root={setting.caches.bazel}", "--max_idle_secs=60", *SHORT_LIVED)
    options = ("--symlink_prefix=/", "--lockfile_mode=off", "--color=no", "--curses=no", "--noshow_progress")
    # A test in Bazel's sandbox cannot set up the driver's Python packages.
    python = f"--test_env=GOMOD2BAZEL_PYTHON={sys.executable}"
    # All is downloaded: the next run of this server finds another disk cache.
    shared = (f"--disk_cache={setting.disk_cache}", "--remote_download_outputs=all")
    argv = (str(bazel.path), *startup, "test", *options, python, *shared, "--test_output=errors", *flags, "//...")
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


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
