"""The page about a build."""

from __future__ import annotations

from typing import Any

from gomod2bazel.release.report.data import BuildReportData, ReportBinary, ReportBuild, ReportModule, Timeline
from gomod2bazel.release.report.html.frame import page
from gomod2bazel.release.report.needs import Needs
from gomod2bazel.release.report.sections.binaries import binaries_section
from gomod2bazel.release.report.sections.dependencies import dependencies_section
from gomod2bazel.release.report.sections.modules import modules_section, status_badge
from gomod2bazel.release.report.sections.sizes import sizes_section
from gomod2bazel.release.report.sections.timeline import lanes, timeline_section

__all__ = ["build_page"]


def build_page(data: BuildReportData) -> str:
    """Return the page about a build: the same text for the same data."""
    needs = Needs(data)
    sections = [
        binaries_section(data),
        sizes_section(data, needs),
        dependencies_section(data, needs),
        timeline_section(data.timeline),
        modules_section(data, needs),
    ]
    return page(data.title, "Build report", data.facts, sections, _drawn(data))


def _drawn(data: BuildReportData) -> dict[str, Any]:
    """Return what the scripts draw, in short: lists of numbers, places in lists in place of names."""
    keys = {key: number for number, key in enumerate(sorted(data.modules))}
    builds = [_build(build, keys) for build in data.builds]
    places = [{package.import_path: at for at, package in enumerate(build.packages)} for build in data.builds]
    return {
        "modules": [_module(module) for _, module in sorted(data.modules.items())],
        "builds": builds,
        "names": [build.name for build in data.builds],
        "binaries": [_binary(binary, places[binary.build]) for binary in data.binaries if binary.roots],
        "timeline": _timeline(data.timeline),
    }


def _module(module: ReportModule) -> list[Any]:
    vulnerable = len(module.vulnerabilities or ())
    return [module.input.module, module.input.version, status_badge(module).text or "", vulnerable]


def _build(build: ReportBuild, keys: dict[str, int]) -> list[Any]:
    """Return a list of each package: import path, place of its module or -1, whether it has cgo, what it imports."""
    places = {package.import_path: at for at, package in enumerate(build.packages)}
    return [
        [
            package.import_path,
            keys.get(package.module, -1),
            int(package.cgo),
            [places[path] for path in package.imports if path in places],
        ]
        for package in build.packages
    ]


def _binary(binary: ReportBinary, places: dict[str, int]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": binary.name,
        "path": binary.import_path,
        "build": binary.build,
        "roots": [places[path] for path in binary.roots if path in places],
    }
    if sizes := binary.sizes:
        made |= {
            "total": sizes.total,
            "sizes": [[places[path], size] for path, size in sorted(sizes.packages.items()) if path in places],
            "other": [[label, size] for label, size in sorted(sizes.other.items(), key=lambda entry: -entry[1])],
            "method": sizes.method,
        }
    return made


def _timeline(timeline: Timeline | None) -> dict[str, Any]:
    if timeline is None:
        return {}
    times: dict[str, float] = {}
    for action in timeline.actions:
        times[action.kind] = times.get(action.kind, 0.0) + action.seconds
    # What took longest has the first colours.
    kinds = sorted(times, key=lambda kind: (-times[kind], kind))
    at = {kind: number for number, kind in enumerate(kinds)}
    actions = [
        [
            action.name,
            at[action.kind],
            round(action.start, 4),
            round(action.seconds, 4),
            int(action.is_cached),
            lane,
            int(action.is_critical),
        ]
        for action, lane in zip(timeline.actions, lanes(timeline.actions), strict=True)
    ]
    return {"kinds": kinds, "actions": actions}
