"""The action graph that -debug-actiongraph writes, in the form of the go command (cmd/go/internal/work, actionJSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from gomod2bazel.base.digraph import reachable
from gomod2bazel.bazel.server.build_report import RanAction
from gomod2bazel.bazel.watching.plan import Planned
from gomod2bazel.bazel.watching.watch import Plan

__all__ = ["action_graph", "to_json"]

_NEVER = "0001-01-01T00:00:00Z"
"""A time that is not known, as Go prints it."""

_MODES = {"GoCompile": "build", "GoLink": "link"}


def action_graph(plan: Plan, ran: Iterable[RanAction], installed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the list of actions: what installs the binaries first, then all that they need, breadth first.

    Args:
        plan: all actions.
        ran: those that were not up to date; the others have no times and no commands.
        installed: where each binary goes, by the first output of its link.
    """
    times = {action.output: action for action in ran}
    roots = [output for output in installed if output in plan.actions]
    first = 1 if len(roots) > 1 else 0
    numbers: dict[str, int] = {f"install {output}": first + i for i, output in enumerate(roots)}
    for output in reachable(roots, lambda output: plan.actions[output].needs):
        numbers[output] = first + len(numbers)
    nodes = [_node(0, "build", "", [numbers[f"install {output}"] for output in roots])] if first else []
    nodes += [
        _node(numbers[f"install {output}"], "link-install", plan.actions[output].package, [numbers[output]])
        | {"Target": installed[output], "Built": installed[output]}
        for output in roots
    ]
    nodes += [
        _action(number, plan, plan.actions[output], times.get(output), numbers)
        for output, number in numbers.items()
        if output in plan.actions
    ]
    kept = ("ID", "Mode", "Package", "Cmd")  # the others have omitempty in Go
    return [{name: value for name, value in node.items() if name in kept or value} for node in nodes]


def to_json(nodes: list[dict[str, Any]]) -> str:
    """Return the file's text, indented as the go command's."""
    return json.dumps(nodes, indent="\t", ensure_ascii=False)


def _action(
    number: int, plan: Plan, action: Planned, ran: RanAction | None, numbers: Mapping[str, int]
) -> dict[str, Any]:
    mode = _MODES.get(action.mnemonic, action.mnemonic)
    node = _node(number, mode, action.package, [numbers[need] for need in action.needs])
    folder = plan.script.folders[action.output]
    node |= {"Objdir": f"$WORK/{folder}/", "ActionID": action.key}
    node |= {"Target": plan.script.name(action.output)} if mode == "link" else {"NeedBuild": ran is not None}
    if ran:
        node |= {
            "Failed": not ran.success,
            "TimeReady": _time(ran.start),
            "TimeStart": _time(ran.start),
            "TimeDone": _time(ran.end),
            "Cmd": plan.commands(action),
            "CmdReal": round((ran.end - ran.start) * 1e9),
        }
    return node


def _node(number: int, mode: str, package: str, needs: list[int]) -> dict[str, Any]:
    """Return a node with the keys of actionJSON that can be known here, in its order; empty ones are left out later."""
    return {
        "ID": number,
        "Mode": mode,
        "Package": package,
        "Deps": needs,
        "Objdir": "",
        "Target": "",
        "Failed": False,
        "Built": "",
        "NeedBuild": False,
        "ActionID": "",
        "TimeReady": _NEVER,
        "TimeStart": _NEVER,
        "TimeDone": _NEVER,
        "Cmd": None,
    }


def _time(seconds: float) -> str:
    if not seconds:
        return _NEVER
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
