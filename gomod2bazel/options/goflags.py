"""Settings of the go command before it is asked: ``go env -w``'s file, and GOFLAGS word by word."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path

from gomod2bazel.base.disk.files import check_shortage
from gomod2bazel.base.errors import UsageError
from gomod2bazel.base.process.programs import which
from gomod2bazel.options.flags import FLAGS, parse
from gomod2bazel.options.options import Options
from gomod2bazel.options.quoting import split

__all__ = ["from_go_flags", "go_flags", "written"]


def written(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what ``go env -w`` set, and what the SDK on PATH has in go.env (cmd/go/internal/cfg, initEnvCache)."""
    config = environment.get("XDG_CONFIG_HOME") or (f"{environment['HOME']}/.config" if "HOME" in environment else "")
    file = environment.get("GOENV") or (f"{config}/go/env" if config else "off")
    variables = {} if file == "off" else _read(Path(file))
    go = which("go", environment)
    goroot = environment.get("GOROOT") or variables.get("GOROOT") or (str(go.resolve().parents[1]) if go else "")
    return (_read(Path(goroot, "go.env")) if goroot else {}) | variables


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError as error:
        check_shortage("read", file, error)
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and "A" <= line[0] <= "Z")


def go_flags(environment: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """Return the words of GOFLAGS, in the environment or by ``go env -w``, that mean something here.

    Args:
        environment: The user's environment variables.
        known: names of flags; those of other commands are left out, as the go command itself does.

    Raises:
        UsageError: a word is not a flag, or has no value where its flag needs one (cmd/go/internal/base, goflags.go).
    """
    text = environment.get("GOFLAGS") or written(environment).get("GOFLAGS", "")
    try:
        words = split(text)
    except UsageError as error:
        raise UsageError(f"parsing $GOFLAGS: {error.what}", hint="correct GOFLAGS; go env GOFLAGS prints it") from error
    accepted = []
    matches = [re.fullmatch(r"--?([^-=][^=]*)(=.*)?", word, re.DOTALL) for word in words]
    for word, match in zip(words, matches, strict=True):
        if match is None:
            raise UsageError(f'parsing $GOFLAGS: non-flag "{word}"', hint="each word is a flag: -name or -name=value")
    for word, match in zip(words, filter(None, matches), strict=True):
        flag = FLAGS.get(match[1])
        if flag and flag.read and match[2] is None and match[1] != "buildvcs":
            raise UsageError(
                f"flag needs an argument: -{match[1]} (from $GOFLAGS)", hint="correct GOFLAGS; go env GOFLAGS prints it"
            )
        accepted += [word] if match[1] in known else []
    return tuple(accepted)


def from_go_flags(environment: Mapping[str, str], known: Collection[str], plain: Options | None) -> Options:
    """Return the options that GOFLAGS sets; `go_flags` says from where.

    Args:
        environment: The user's environment variables.
        known: names of flags that mean something here, or are refused.
        plain: the defaults.

    Raises:
        UsageError: a flag has a value that it cannot have, or GOFLAGS is not a list of flags.
    """
    options = plain or Options()
    for word in go_flags(environment, known):
        try:
            options = parse([word], options)[0]
        except UsageError as error:
            raise UsageError(f"{error.what} (from $GOFLAGS)", hint=error.hint) from error
    return options
