"""Ask the builder what it would do, without doing it; see rules/private/builder/show/show.py."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from gomod2bazel.base.errors import ToolError
from gomod2bazel.base.json_input import read_json
from gomod2bazel.base.process.session import Session
from gomod2bazel.bazel.watching.plan import Planned
from gomod2bazel.bazel.watching.script import Step

__all__ = ["builder_steps", "repositories"]

_EXTERNAL = re.compile(r"(?:^|[=;:,/])external/([^/=;:,\s]+)")


def builder_steps(
    plan: Iterable[Planned], session: Session, *, rules: Path, external: Path, scratch: Path
) -> dict[str, list[Step]]:
    """Return what the builder does for each action that is its own, by the action's first output.

    Args:
        plan: the actions.
        session: runs Python.
        rules: the folder that holds the rules' MODULE.bazel.
        external: Bazel's folder of repositories.
        scratch: an empty folder to work in, which stands for the execution root.

    Raises:
        ToolError: the builder breaks.
    """
    actions = [action for action in plan if action.request]
    (scratch / "external").symlink_to(external)
    lines = "".join(
        json.dumps({"lines": action.request, "environment": dict(action.environment)}) + "\n" for action in actions
    )
    show = rules / "rules" / "private" / "builder" / "show" / "show.py"
    command = [sys.executable, "-I", "-S", str(show)]
    done = session.runner.run(command, env=dict(session.environment), cwd=scratch, stdin=lines)
    if done.code != 0:
        raise ToolError(done.describe())
    answers = [read_json(line, "the builder") for line in done.out.splitlines()]
    return {action.output: steps for action, steps in zip(actions, answers, strict=True)}


def repositories(plan: Iterable[Planned], known: Mapping[str, str], external: Path) -> dict[str, str]:
    """Return the real folder of each repository that the plan names, by its canonical name.

    Args:
        plan: the actions.
        known: folders by apparent name.
        external: Bazel's folder of repositories.
    """
    words = (word for action in plan for word in action.arguments)
    names = {name for word in words for name in _EXTERNAL.findall(word)}
    # Canonical names end in the apparent one; what comes before it is parted by ~ or +.
    return {name: known.get(re.split(r"[@~+]", name)[-1], str(external / name)) for name in names}
