"""Data of a report as large as asked for, with names that try to break out of the page."""

from __future__ import annotations

from gomod2bazel.install.record import Input
from gomod2bazel.release.report.data import (
    STANDARD,
    BinarySizes,
    BuildReportData,
    CriticalStep,
    ReportBinary,
    ReportBuild,
    ReportModule,
    ReportPackage,
    State,
    TimedAction,
    Timeline,
    Vulnerability,
)
from gomod2bazel.sets.model.scoring import Evidence

__all__ = ["HOSTILE", "report_data"]

HOSTILE = '</script><script>document.title="hostile"</script><img src=x onerror=alert(1)>"\'&\u202egnp\x00\udcff'
"""A name that would run a script if it were not escaped, turns the direction of text, and is not UTF-8."""

_PER_MODULE = 10


def report_data(packages: int = 40, *, hostile: str = "", actions: int = 30) -> BuildReportData:
    """Return the data of a report.

    Args:
        packages: how many packages binaries need, those of the standard library included.
        hostile: a text that is in each name.
        actions: how many actions ran.
    """
    main = f"example.com/app{hostile}"
    listed = _packages(packages, main, hostile)
    paths = [package.import_path for package in listed]
    modules = {
        key: ReportModule(
            input=Input(module=key.partition("@")[0], version="v1.0.0", sum=f"h1:{number}=", verified=number % 7 != 3),
            license=f"MIT{hostile}",
            vulnerabilities=(_vulnerability(hostile),) if number == 2 else (),
        )
        for number, key in enumerate(sorted({p.module for p in listed} - {STANDARD, main}))
    }
    modules[main] = ReportModule(input=Input(module=main), is_local=True, vulnerabilities=())
    modules[STANDARD] = ReportModule(input=Input(module=STANDARD, version="go1.26.0"), vulnerabilities=())
    evidence = (
        Evidence("directory", f"below cmd{hostile}", f"cmd/app{hostile}/main.go:3", 2.5, {"target": 2.5}),
        Evidence("comment", "a comment calls it a test", "main.go:9", -0.75, {"integration": 0.75}),
    )
    sizes = BinarySizes(
        total=100 * packages + 5000,
        packages=dict.fromkeys(paths, 100),
        other={"debug information": 4000, "symbols": 1000},
        method="code and data by the symbols of the file",
    )
    chosen = ReportBinary(
        import_path=main,
        name=f"app{hostile}",
        set="target",
        build=0,
        state=State.INSTALLED,
        note="new",
        path=f"bin/app{hostile}",
        size=sizes.total,
        sha256="ab" * 32,
        margin=1.75,
        runner_up="integration",
        evidence=evidence,
        roots=(main, "runtime"),
        sizes=sizes,
    )
    left_out = ReportBinary(
        import_path=f"{main}/example",
        name="example",
        set="example",
        build=0,
        state=State.LEFT_OUT,
        note="set example was not chosen",
        margin=3.0,
        runner_up="target",
        evidence=evidence[:1],
    )
    return BuildReportData(
        title=main,
        facts=(("Go", "go1.26.0"), ("Platforms", "linux/amd64")),
        builds=(ReportBuild(name=f"{main} linux/amd64", packages=listed),),
        binaries=(chosen, left_out),
        modules=modules,
        timeline=_timeline(actions, hostile),
    )


def _packages(number: int, main: str, hostile: str) -> tuple[ReportPackage, ...]:
    """Return packages of which each imports some that come later: main first, the standard library last."""
    paths = [main]
    paths += [f"example.com/m{at // _PER_MODULE:03}{hostile}/p{at:04}" for at in range(number - 4)]
    keys = [main, *(f"{path.rpartition('/')[0]}@v1.0.0" for path in paths[1:])]
    paths += ["fmt", "io", "runtime"]
    keys += [STANDARD] * 3
    return tuple(
        ReportPackage(
            import_path=path,
            module=key,
            imports=tuple(
                dict.fromkeys(paths[at + 1 : at + 2] + paths[at * 2 + 1 : at * 2 + 2] + paths[at * 3 + 7 :][:1])
            ),
            cgo=at % 23 == 5,
        )
        for at, (path, key) in enumerate(zip(paths, keys, strict=True))
    )


def _vulnerability(hostile: str) -> Vulnerability:
    return Vulnerability(id="GO-2024-0001", summary=f"a flaw{hostile}", fix="v1.2.0", reached=True)


def _timeline(number: int, hostile: str) -> Timeline:
    actions = tuple(
        TimedAction(
            name=f"example.com/p{at}{hostile}",
            kind="GoLink" if at == number - 1 else "GoCompile",
            start=at * 0.05,
            seconds=0.12 + at % 5 * 0.03,
            is_cached=at % 4 == 1,
            is_critical=at % 5 == 0,
        )
        for at in range(number)
    )
    critical = tuple(CriticalStep(name=action.name, seconds=action.seconds) for action in actions[::5])
    return Timeline(actions=actions, critical=critical, up_to_date=12)
