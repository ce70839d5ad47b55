"""Say whether docs/reference.md is what the rules' doc strings make, or write it. See `tools/rules_reference`."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gomod2bazel.base.disk.caches import Caches
from gomod2bazel.base.errors import Gomod2bazelError, ToolError
from gomod2bazel.base.process.runner import SubprocessRunner
from gomod2bazel.base.process.steps import ShownSteps
from gomod2bazel.provision.bazel import find_bazel
from reference import stardoc_pb2 as pb
from reference.page import page, undocumented

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference.md"
FILES = ("defs", "extensions", "repositories", "toolchain", "providers")


def main(arguments: list[str] | None = None) -> int:
    """Compare or write the page; return 1 where it is stale, or something has no doc string."""
    parser = argparse.ArgumentParser(prog="tools/rules_reference", description="docs/reference.md of the doc strings")
    parser.add_argument("-write", "--write", action="store_true", help="write the page; else only compare")
    write = parser.parse_args(arguments).write
    try:
        caches = Caches.from_environment(os.environ)
        steps = ShownSteps(say=lambda line: print(line, file=sys.stderr))
        tool = find_bazel(os.environ, SubprocessRunner(), caches, steps)
        startup = (str(tool.path), *tool.arguments, f"--output_user_root={caches.bazel}", "--batch")
        modules = extract(startup, {**os.environ, **dict(tool.environment)})
    except Gomod2bazelError as error:
        print(f"tools/rules_reference: {error}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    text = made(modules)
    if write:
        PAGE.write_text(text, encoding="utf-8")
    problems = [*difference(text), *(f"{name} has no doc string" for name in undocumented(modules.values()))]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


def extract(bazel: tuple[str, ...], environment: Mapping[str, str]) -> dict[str, pb.ModuleInfo]:
    """Return what Bazel reads in each file, by name of its target in tools/reference.

    Args:
        bazel: program and startup options.
        environment: of Bazel.

    Raises:
        ToolError: Bazel fails, or takes minutes.
    """
    with tempfile.TemporaryDirectory(prefix="gomod2bazel-") as links:
        flags = [f"--symlink_prefix={links}/", "--lockfile_mode=off", "--noshow_progress", "--color=no"]
        targets = [f"//tools/reference:{name}" for name in FILES]
        done = SubprocessRunner().run([*bazel, "build", *flags, *targets], cwd=ROOT, env=environment, timeout=300.0)
        if done.code != 0:
            raise ToolError(f"Bazel cannot read the rules\n{done.describe()}", hint="mend what it names")
        folder = Path(links, "bin", "tools", "reference")
        return {name: pb.ModuleInfo.FromString((folder / f"{name}.binaryproto").read_bytes()) for name in FILES}


def made(modules: Mapping[str, pb.ModuleInfo]) -> str:
    """Return the page that the doc strings make."""
    return page([modules[name] for name in FILES])


def difference(text: str) -> list[str]:
    """Return how the page differs from what it has to be, as a diff; nothing where it does not."""
    kept = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    named = ("docs/reference.md", "what tools/rules_reference -write makes")
    return list(difflib.unified_diff(kept.splitlines(), text.splitlines(), *named, lineterm=""))


if __name__ == "__main__":
    sys.exit(main())
